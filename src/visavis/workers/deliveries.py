"""Deliveries: replies leave at their hour."""

from django.utils import timezone

from visavis.domain.crash_points import here
from visavis.domain.deliveries.models import Road
from visavis.domain.deliveries.operations import claim_due, give_back, next_due
from visavis.domain.flows.reply import let_leave
from visavis.live import bell

WAKES_ON: bell.Topic | None = None
EVERY_SECONDS = 1.0


def tick() -> bool:
    """Let the first due reply leave; True when there may be another."""
    now = timezone.now()
    due_at = next_due(road=Road.PAGE)
    if due_at is None or due_at > now:
        return False
    delivery = claim_due(now)
    if delivery is None:
        return False
    here("deliveries.claimed")
    let_leave(delivery, now=now)
    here("deliveries.left")
    return True


def give_back_lost() -> None:
    """Make due again what a worker had taken when it died."""
    give_back(timezone.now())
