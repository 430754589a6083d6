"""The screen as a Django application, for its templates and static files."""

from django.apps import AppConfig


class SearchScreen(AppConfig):
    """La recherche."""

    name = "visavis.web.search"
    label = "search_screen"
