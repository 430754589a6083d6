"""The screen as a Django application, for its templates and static files."""

from django.apps import AppConfig


class FloorScreen(AppConfig):
    """Le plateau."""

    name = "visavis.web.floor"
    label = "floor_screen"
