"""The page as a Django application, for its templates and static files."""

from django.apps import AppConfig


class StorefrontScreen(AppConfig):
    """The demo site of a brand."""

    name = "visavis.web.storefront"
    label = "storefront_screen"
