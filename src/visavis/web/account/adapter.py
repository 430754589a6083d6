"""How allauth behaves here: an account is made by invitation only, and its sentences are ours."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc] # allauth is published without types
    """Nobody signs up by themselves."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This address and this password do not go together. Check both."),
        "invalid_login": _("This address and this password do not go together. Check both."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, or choose a new password."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: an administrator or a leader invites."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """Return the subject as it is: allauth would put the host of the request before it."""
        return subject
