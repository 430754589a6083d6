"""The bar as a Django application, for its templates and static files."""

from django.apps import AppConfig


class PresenceScreen(AppConfig):
    """Presence, in the bar of every page."""

    name = "visavis.web.presence"
    label = "presence_screen"
