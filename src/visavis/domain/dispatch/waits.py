"""How long a wait may be, from what this queue has lately been.

Told as a range, and compared afterwards with the truth.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from visavis.domain.conversations.models import Conversation
from visavis.domain.people.models import Brand
from visavis.engine.routing import Contact, Policy, Snapshot
from visavis.engine.routing.instants import seconds
from visavis.engine.routing.waiting import MANY, PATIENCE_SECONDS, Outcome, Range, expected_wait, standing

from .models import AnnouncedWait, Offer
from .queries import ruling_policy
from .snapshot import picture_of_now

RECENT = 100
NEXT_ONE = 2**62  # the number of somebody who has not come yet: behind all who wait
WRITTEN_PATIENCE_SECONDS = 30 * 86_400  # who wrote does not stand in front of it: next to nobody gives up


class Lately(NamedTuple):
    """What a queue has lately been, as `expected_wait` wants it."""

    occupations: list[int]
    outcomes: list[Outcome]
    patience_seconds: int


def waits_of(snapshot: Snapshot, policy: Policy, conversations: Iterable[Conversation]) -> dict[int, Range]:
    """The range to tell to each of these conversations of the picture; two queries for each queue."""
    learnt: dict[tuple[int, bool], Lately] = {}
    told = {}
    for conversation in conversations:
        queue = (conversation.brand_id, conversation.is_live)
        if queue not in learnt:
            learnt[queue] = _lately(*queue)
        found = _range(snapshot.contact(conversation.pk), snapshot, policy, learnt[queue])
        if found:
            told[conversation.pk] = found
    return told


def expected_waits(
    brands: Iterable[Brand], channels: Iterable[tuple[str, bool, int]], *, now: datetime
) -> dict[tuple[int, str], Range]:
    """The range that somebody who came now would be told, by brand and channel (name, is_live, effort)."""
    version = ruling_policy()
    policy = Policy.from_dict(version.values) if version else Policy(version=1)
    channels = list(channels)
    snapshot = picture_of_now(now, channels=[name for name, _, _ in channels])
    told = {}
    for brand in brands:
        for name, is_live, effort in channels:
            newcomer = _newcomer(brand, name, effort, now)
            found = _range(newcomer, snapshot, policy, _lately(brand.pk, is_live))
            if found:
                told[brand.pk, name] = found
    return told


def occupations(brand_id: int, is_live: bool) -> list[int]:  # noqa: FBT001 — the two halves of a queue's name
    """Seconds between an offer and its answer, for the last ones of a queue, oldest first; one query."""
    rows = (
        Offer.objects.filter(
            conversation__brand_id=brand_id, conversation__is_live=is_live, answered_at__isnull=False
        )
        .order_by("-pk")
        .values_list("offered_at", "answered_at")[:RECENT]
    )
    return [max(1, round((end - start).total_seconds())) for start, end in rows if end][::-1]


def outcomes(brand_id: int, is_live: bool) -> list[Outcome]:  # noqa: FBT001 — idem
    """What was announced and what was, for the last waits of a queue that ended, oldest first; one query."""
    rows = AnnouncedWait.objects.filter(brand_id=brand_id, is_live=is_live, true_seconds__isnull=False)
    return [_outcome(row) for row in rows.order_by("-pk")[:MANY]][::-1]


def _outcome(row: AnnouncedWait) -> Outcome:
    announced = Range(
        low_seconds=row.low_seconds,
        high_seconds=row.high_seconds,
        ahead=row.ahead,
        estimate_seconds=row.estimate_seconds,
    )
    return Outcome(announced, row.true_seconds or 0)


def _lately(brand_id: int, is_live: bool) -> Lately:  # noqa: FBT001 — idem
    return Lately(
        occupations(brand_id, is_live),
        outcomes(brand_id, is_live),
        PATIENCE_SECONDS if is_live else WRITTEN_PATIENCE_SECONDS,
    )


def _range(contact: Contact, snapshot: Snapshot, policy: Policy, lately: Lately) -> Range | None:
    where = standing(contact, snapshot, policy)
    return expected_wait(where, **lately._asdict(), rest_seconds=policy.rest_seconds)


def _newcomer(brand: Brand, channel: str, effort: int, now: datetime) -> Contact:
    return Contact(
        id=NEXT_ONE,
        brand_id=brand.pk,
        channel=channel,
        language="fr",
        waiting_since=seconds(now),
        promised_by=None,
        effort=effort,
    )
