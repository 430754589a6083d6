"""The screen as a Django application, for its templates and static files."""

from django.apps import AppConfig


class DeskScreen(AppConfig):
    """Mon poste."""

    name = "visavis.web.desk"
    label = "desk_screen"
