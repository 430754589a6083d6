"""The dispatcher: what waits is offered to who is there."""

from django.utils import timezone

from visavis.domain.flows.offers import dispatch_waiting
from visavis.live import bell

WAKES_ON: bell.Topic | None = "recorded"
# Someone rested enough, or back from a silence, is no fact: nobody rings.
EVERY_SECONDS = 1.0
REST_SECONDS = 0.03


def tick() -> bool:
    """Decide once; True when something found a desk, for the next may find one too."""
    return dispatch_waiting(timezone.now()) > 0
