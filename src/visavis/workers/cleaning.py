"""Cleaning: what has had its time and is kept for nothing; and what a dead worker had taken is given back."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.utils import timezone

from visavis.domain.conversations.operations.upkeep import forget_ended_passes, forget_looks
from visavis.domain.intake.operations import forget_old_turns
from visavis.live import bell

from . import deliveries, send_email

WAKES_ON: bell.Topic | None = None
EVERY_SECONDS = 60.0
TURNS_KEPT = timedelta(days=2)
LOOKS_KEPT = timedelta(minutes=2)
PASSES_KEPT = timedelta(days=1)


def tick() -> bool:
    """Clean once."""
    now = timezone.now()
    deliveries.give_back_lost()
    send_email.doubt_lost()
    forget_looks(before=now - LOOKS_KEPT)
    forget_ended_passes(before=now - PASSES_KEPT)
    forget_old_turns(before=now - TURNS_KEPT)
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return False
