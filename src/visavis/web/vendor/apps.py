"""Makes Django serve the third-party browser files of this folder."""

from django.apps import AppConfig


class VendorConfig(AppConfig):
    """Static files only."""

    name = "visavis.web.vendor"
    label = "vendor"
