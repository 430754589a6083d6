"""The screen as a Django application, for its templates and static files."""

from django.apps import AppConfig


class SettingsScreen(AppConfig):
    """What administrators and leaders set up."""

    name = "visavis.web.settings"
    label = "settings_screen"
