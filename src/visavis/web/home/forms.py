"""The form of the first page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.web.settings.zones import ZONES


class FirstHouse(forms.Form):
    """The least that lets a first conversation be held: a brand, a site, a team, and you."""

    brand = forms.CharField(
        label=_("First brand"), help_text=_("The name that its customers know."), max_length=80
    )
    colour = forms.CharField(
        label=_("Colour of the brand"),
        help_text=_("Six digits or letters after #. Text must be readable on it: we check."),
        initial="#2B45C4",
        max_length=7,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    site = forms.CharField(
        label=_("First site"), help_text=_("The town or the building, for example."), max_length=80
    )
    time_zone = forms.ChoiceField(label=_("Time zone of the site"), choices=ZONES, initial="Europe/Paris")
    team = forms.CharField(label=_("First team"), max_length=80)
    displayed_name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("You will sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 10 characters. A short sentence is easy to remember."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    code = forms.CharField(
        label=_("Code shown where Vis-à-vis was started"),
        help_text=_(
            "Three groups of four digits, in the terminal. It proves that this installation is yours."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
