"""The screen as a Django application, for its templates and static files."""

from django.apps import AppConfig


class PromisesScreen(AppConfig):
    """Mes promesses."""

    name = "visavis.web.promises"
    label = "promises_screen"
