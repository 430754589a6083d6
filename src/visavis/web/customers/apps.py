"""The screen as a Django application, for its templates and static files."""

from django.apps import AppConfig


class CustomersScreen(AppConfig):
    """One customer's record."""

    name = "visavis.web.customers"
    label = "customers_screen"
