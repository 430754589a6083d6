"""Snoozes: a conversation wakes at its hour."""

from django.utils import timezone

from visavis.domain.conversations.operations import wake_conversation
from visavis.domain.conversations.queries import asleep_until
from visavis.domain.errors import Refused
from visavis.live import bell

WAKES_ON: bell.Topic | None = None
EVERY_SECONDS = 5.0


def tick() -> bool:
    """Wake what should be awake; True when something woke."""
    asleep = asleep_until(timezone.now())
    for conversation in asleep:
        try:
            wake_conversation(conversation)
        except Refused:
            continue  # someone woke it in the meantime
    return bool(asleep)
