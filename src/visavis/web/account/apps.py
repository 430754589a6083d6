"""The screen as a Django application, for its templates and static files."""

from django.apps import AppConfig


class AccountScreen(AppConfig):
    """Signing in and one's own account."""

    name = "visavis.web.account"
    label = "account_screen"
