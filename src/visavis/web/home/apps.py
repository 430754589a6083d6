"""The screen as a Django application, for its templates and static files."""

from django.apps import AppConfig


class HomeScreen(AppConfig):
    """The way home, and the first run."""

    name = "visavis.web.home"
    label = "home_screen"
