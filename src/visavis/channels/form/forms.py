"""The fields of a request."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visavis.domain.errors import Refused
from visavis.domain.people.identity_values import normal_value

LONGEST = 20_000


class RequestForm(forms.Form):
    """What someone writes to a brand; only the message is required."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write your message: a few words are enough.")},
    )
    subject = forms.CharField(label=_("In a few words"), max_length=200, required=False)
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.CharField(
        label=_("Your e-mail"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Your telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    reference = forms.CharField(label=_("Your customer or file number"), max_length=64, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean_email(self) -> str:
        """Return the address. Refused with a sentence when it is none."""
        return self._identity("email")

    def clean_phone(self) -> str:
        """Return the number. Refused with a sentence when it is none."""
        return self._identity("phone")

    def _identity(self, kind: str) -> str:
        value = str(self.cleaned_data.get(kind, "")).strip()
        if not value:
            return ""
        try:
            return normal_value(kind, value, region="FR")
        except Refused as refused:
            raise ValidationError(refused.sentence) from None
