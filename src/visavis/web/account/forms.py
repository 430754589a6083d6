"""Forms of signing in and of one's own account; what they let through, the operations check again."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

THEMES = (
    ("", pgettext_lazy("theme", "As the system")),
    ("clair", pgettext_lazy("theme", "Light")),
    ("sombre", pgettext_lazy("theme", "Dark")),
)


class Plain(forms.Form):
    """Labels instead of placeholders, which vanish when one types, and no help that stands nowhere."""

    labels: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
            field.label = self.labels.get(name, field.label)


class OneOf(forms.ChoiceField):
    """A choice among things of which one is nothing: it is made in any case, so it is not called optional."""

    def validate(self, value: object) -> None:
        """Refuse what is not among the choices."""
        if not self.valid_value(value):
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value}
            )


class SignIn(Plain, LoginForm):  # type: ignore[misc] # allauth is published without types
    """An address and a password."""

    labels = {"login": _("E-mail address"), "password": _("Password")}


class AskForPassword(Plain, ResetPasswordForm):  # type: ignore[misc] # same
    """The address to which a link is sent."""

    labels = {"email": _("E-mail address")}


class NewPassword(Plain, ResetPasswordKeyForm):  # type: ignore[misc] # same
    """A new password, twice."""

    labels = {"password1": _("New password"), "password2": _("The same again")}


class ChangePassword(Plain, ChangePasswordForm):  # type: ignore[misc] # same
    """The present password, and a new one twice."""

    labels = {
        "oldpassword": _("Present password"),
        "password1": _("New password"),
        "password2": _("The same again"),
    }


class Confirm(Plain, ReauthenticateForm):  # type: ignore[misc] # same
    """The present password."""

    labels = {"password": _("Password")}


class Invited(forms.Form):
    """What someone who was invited chooses."""

    displayed_name = forms.CharField(
        label=_("Name shown to customers"),
        help_text=_("Your first name, or the name you prefer. You alone choose it, and may change it."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 10 characters. A short sentence is easy to remember."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class ChosenPassword(forms.Form):
    """The password chosen through a link."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters. A short sentence is easy to remember."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class OwnName(forms.Form):
    """The name that customers see."""

    name = forms.CharField(
        label=_("Name shown to customers"),
        help_text=_("You alone choose it: a first name, or any name you like to be called by."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )


class Preferences(forms.Form):
    """How one's own screens behave."""

    use_required_attribute = False  # the first theme is empty, and is a choice

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    theme = OneOf(label=_("Theme"), choices=THEMES, widget=forms.RadioSelect)
    has_shortcuts = forms.BooleanField(
        label=_("Single-key shortcuts"),
        help_text=_("R to answer, P to promise… The key ? shows them all."),
        required=False,
    )
    has_sound = forms.BooleanField(
        label=_("A sound when a message comes in"),
        help_text=_(
            "When this tab is hidden: one short sound, at most once a minute for all your tabs; none in a "
            "pause, a recovery or a training."
        ),
        required=False,
    )
    has_notifications = forms.BooleanField(
        label=_("A notification when this tab is hidden"),
        help_text=_(
            "It says that a customer is waiting, without their name nor a word of theirs. Your browser asks "
            "whether you agree as you tick the box."
        ),
        required=False,
    )
