"""What others read of presence: who is there, never for how long."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from visavis.domain.people.access import Rights
from visavis.domain.prepared import Question, prepared

from .models import Presence, PresenceState

BEAT_SECONDS = 15
SILENT_AFTER = timedelta(seconds=50)
# To others, a recovery reads as "not available": its reason is asked of nobody (charter, rule 9).
SHOWN_TO_OTHERS = {PresenceState.RECOVERY.value: "unavailable"}


def state_of(adviser_id: int) -> str:
    """The state that the person sees of themselves; away when they never said; one query."""
    return next(iter(_states(adviser_id=adviser_id)), PresenceState.AWAY.value)


def question_of_state(adviser_id: int) -> Question:
    """Of `state_of`, to be asked with others; no query."""
    return _states.question(adviser_id=adviser_id)


@prepared
def _states(*, adviser_id: int) -> QuerySet[Presence, str]:
    return Presence.objects.filter(adviser_id=adviser_id).values_list("state", flat=True)


def available(now: datetime) -> list[Presence]:
    """Who can be offered something now: available and heard lately; two queries."""
    return list(
        Presence.objects.filter(
            state=PresenceState.AVAILABLE,
            heard_at__gt=now - SILENT_AFTER,
            vanished_at__isnull=True,
            adviser__is_active=True,
        )
        .select_related("adviser", "adviser__team")
        .order_by("adviser_id")
    )


def fallen_silent(now: datetime) -> list[Presence]:
    """Who is said to be there and was not heard for a while; one query."""
    return list(
        Presence.objects.exclude(state=PresenceState.AWAY)
        .filter(Q(heard_at__lt=now - SILENT_AFTER) | Q(heard_at__isnull=True), vanished_at__isnull=True)
        .select_related("adviser")
    )


def vanished_since(now: datetime, seconds: int) -> list[Presence]:
    """Who vanished at least `seconds` ago; one query."""
    return list(
        Presence.objects.filter(vanished_at__lte=now - timedelta(seconds=seconds)).select_related("adviser")
    )


def shown_states(rights: Rights) -> dict[int, str]:
    """What each colleague of the same brands is doing, as others see it, by adviser id; one query.

    Vanished and silent ones read as away; a recovery as unavailable.
    """
    rows = (
        Presence.objects.filter(adviser__is_active=True, adviser__team__brands__in=rights.brand_ids)
        .values_list("adviser_id", "state", "vanished_at")
        .distinct()
    )
    return {
        adviser_id: "away" if vanished_at else SHOWN_TO_OTHERS.get(state, state)
        for adviser_id, state, vanished_at in rows
    }
