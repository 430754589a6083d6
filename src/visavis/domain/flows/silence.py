"""A desk falls silent: its owner gets nothing more, and what waits there for an answer goes back to
those who wait.
"""

from datetime import datetime

from visavis.domain.conversations.models import Conversation
from visavis.domain.journal.record import flow
from visavis.domain.presence.models import Presence
from visavis.domain.presence.operations import note_vanished
from visavis.domain.presence.queries import fallen_silent, vanished_since

from .departure import hand_over

# A live conversation cannot wait for a network to come back; a written one can, for half an hour.
LIVE_SECONDS = 60
WRITTEN_SECONDS = 1800


def watch_silence(now: datetime) -> int:
    """Note who fell silent and give back what waits on silent desks.

    Returns how many conversations went back.
    """
    for presence in fallen_silent(now):
        note_vanished(presence, at=now)
    live = _who_has_waiting(vanished_since(now, LIVE_SECONDS), is_live=True)
    written = _who_has_waiting(vanished_since(now, WRITTEN_SECONDS), is_live=False)
    return sum(_give_back(row, is_live=True, now=now) for row in live) + sum(
        _give_back(row, is_live=False, now=now) for row in written
    )


def _who_has_waiting(rows: list[Presence], *, is_live: bool) -> list[Presence]:
    """Return those on whose desk something waits; one query. The others, vanished for days, cost nothing."""
    waiting = Conversation.objects.ours().filter(
        adviser_id__in=[row.adviser_id for row in rows], is_live=is_live, waiting_since__isnull=False
    )
    concerned = set(waiting.values_list("adviser_id", flat=True))
    return [row for row in rows if row.adviser_id in concerned]


@flow
def _give_back(presence: Presence, *, is_live: bool, now: datetime) -> int:
    waiting = Conversation.objects.ours().filter(
        adviser_id=presence.adviser_id, is_live=is_live, waiting_since__isnull=False
    )
    rows = list(waiting.order_by("pk"))
    for conversation in rows:
        hand_over(conversation, to=None, by=None, at=now, reason="silence")
    return len(rows)
