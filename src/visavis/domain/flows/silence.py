"""A desk falls silent, or its owner leaves it.

Nothing more comes to it, and who waits there is given to others.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from visavis.domain.conversations.models import Conversation
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser
from visavis.domain.presence.models import Presence, PresenceState
from visavis.domain.presence.operations import note_vanished, set_presence
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
    live = _waiting_on(_owners(vanished_since(now, LIVE_SECONDS)), is_live=True)
    written = _waiting_on(_owners(vanished_since(now, WRITTEN_SECONDS)), is_live=False)
    for conversation in [*live, *written]:
        hand_over(conversation, to=None, by=None, at=now, reason="silence")
    return len(live) + len(written)


@flow
def change_presence(adviser: Adviser, state: str) -> Presence:
    """They do this from now on; who leaves their desk leaves nobody waiting in front of it."""
    presence = set_presence(adviser, state)
    if state == PresenceState.AWAY:
        for conversation in _waiting_on([adviser.pk], is_live=True):
            hand_over(conversation, to=None, by=None, at=timezone.now(), reason="away")
    return presence


def _owners(presences: Iterable[Presence]) -> list[int]:
    return [presence.adviser_id for presence in presences]


def _waiting_on(adviser_ids: list[int], *, is_live: bool) -> list[Conversation]:
    waiting = Conversation.objects.ours().filter(
        adviser_id__in=adviser_ids, is_live=is_live, waiting_since__isnull=False
    )
    return list(waiting.order_by("pk"))
