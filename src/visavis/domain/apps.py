"""One Django app for the whole domain: one migration history, many areas."""

from django.apps import AppConfig


class DomainConfig(AppConfig):
    """All the areas under the label `domain`."""

    name = "visavis.domain"
    label = "domain"
    default_auto_field = "django.db.models.BigAutoField"
