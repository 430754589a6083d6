"""The public doors: turns counted, senders kept out and let back in."""

from datetime import datetime

from django.db import connection
from django.utils import timezone
from django.utils.translation import ngettext

from visavis.domain.errors import TooMany
from visavis.domain.intake.facts import BlockLifted, SenderBlocked
from visavis.domain.intake.models import BlockedSender, RateCount
from visavis.domain.journal.record import operation, record, upkeep
from visavis.domain.people.models import Adviser

_ADD_TURN = """
    INSERT INTO domain_ratecount (door, source, "window", count) VALUES (%s, %s, %s, %s)
    ON CONFLICT (door, source, "window") DO UPDATE SET count = domain_ratecount.count + excluded.count
    RETURNING count
"""


def take_turn(
    door: str, source: str, *, limit: int, window_seconds: int, at: datetime | None = None, cost: int = 1
) -> None:
    """Count one turn of the source at the door; TooMany, with the seconds to wait, beyond `limit`.

    `source` comes from sources.py, never an address. `cost` counts more than one: bytes, files.
    """
    now = int((at or timezone.now()).timestamp())
    window = now - now % window_seconds
    if _count(door, source, window=window, cost=cost) <= limit:
        return
    wait = window + window_seconds - now
    minutes = -(-wait // 60)
    sentence = ngettext(
        "That is a lot at once. Wait a minute, then send again: nothing is lost.",
        "That is a lot at once. Wait %(minutes)d minutes, then send again: nothing is lost.",
        minutes,
    ) % {"minutes": minutes}
    raise TooMany("too_many", sentence, retry_seconds=wait)


def _count(door: str, source: str, *, window: int, cost: int) -> int:
    """Add to the count and return it, in one statement: it is asked at each call of a public door.

    No transaction of its own, no fact: a count that a crash loses was counting for an hour at most.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADD_TURN, [door, source, window, cost])
        [count] = cursor.fetchone()
    return int(count)


@upkeep
def forget_old_turns(*, before: datetime) -> int:
    """Counts of windows that began before are deleted; how many."""
    return RateCount.objects.filter(window__lt=int(before.timestamp())).delete()[0]


@operation
def block_sender(
    brand_id: int,
    *,
    source: str,
    by: Adviser,
    at: datetime,
    conversation_id: int | None = None,
) -> BlockedSender:
    """The source is kept out of the brand until the block is lifted; blocked twice it is one block."""
    block, _is_new = BlockedSender.objects.get_or_create(
        brand_id=brand_id,
        source=source,
        lifted_at=None,
        defaults={"blocked_by": by, "blocked_at": at, "conversation_id": conversation_id},
    )
    record(
        SenderBlocked(
            adviser_id=by.pk, brand_id=brand_id, conversation_id=conversation_id, block_id=block.pk
        ),
        at=at,
    )
    return block


@operation
def lift_block(block: BlockedSender, *, by: Adviser, at: datetime) -> None:
    """The sender may come back; lifted twice it stays as it was."""
    if block.lifted_at is None:
        block.lifted_at = at
        block.save(update_fields=["lifted_at"])
    record(
        BlockLifted(
            adviser_id=by.pk,
            brand_id=block.brand_id,
            conversation_id=block.conversation_id,
            block_id=block.pk,
        ),
        at=at,
    )
