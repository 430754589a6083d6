"""The screen as a Django application, for its templates and static files."""

from django.apps import AppConfig


class RequestScreen(AppConfig):
    """Ma demande, and the form by which a request begins."""

    name = "visavis.web.request"
    label = "request_screen"
