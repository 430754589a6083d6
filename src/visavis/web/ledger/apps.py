"""The screen as a Django application, for its templates and static files."""

from django.apps import AppConfig


class LedgerScreen(AppConfig):
    """Every mail that came, and what became of it."""

    name = "visavis.web.ledger"
    label = "ledger_screen"
