"""The design system as a Django application: its templates, tags and static files."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    """No table, no address but the page of components and the sheet of brands."""

    name = "visavis.web.design"
    label = "design"
