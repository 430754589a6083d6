"""Forms of a customer's record."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from visavis.domain.people.sentences import every_means

KINDS = (
    ("email", _("E-mail address")),
    ("phone", _("Telephone number")),
    ("reference", pgettext_lazy("of a contract", "Reference")),
)


class Correction(forms.Form):
    """Who they are."""

    civility = forms.CharField(label=_("Civility"), max_length=10, required=False)
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    place = forms.CharField(label=_("Place"), max_length=80, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)


class KnownBy(forms.Form):
    """One more way of knowing them."""

    kind = forms.ChoiceField(label=_("What it is"), choices=KINDS)
    value = forms.CharField(label=_("What they gave"), max_length=254)


class Code(forms.Form):
    """The code that the customer read."""

    code = forms.CharField(
        label=_("Code that they read to you"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class ByHand(forms.Form):
    """How an adviser made sure of it: from the list, since their own words would name people."""

    means = forms.ChoiceField(
        label=_("How did you make sure of it?"),
        choices=every_means,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you made sure of it.")},
    )
