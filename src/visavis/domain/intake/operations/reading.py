"""Who reads which mail: in the order in which they were taken, and none blocks those behind it."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef

from visavis.domain.intake.models import Arrival, ArrivalState, Mailbox
from visavis.domain.journal.record import upkeep

CLAIMED_FOR = timedelta(minutes=2)
AT_ONCE = 20
# A mail at which the reader died so many times is put in quarantine unread: it must not end the next one too.
MOST_TRIES = 5


@upkeep
def claim_to_read(now: datetime, *, most: int = AT_ONCE, after: int = 0) -> list[Arrival]:
    """Take the next mails to read, of one mailbox, in order; empty when there is none.

    after: the mailbox that was read last. They take turns: ten thousand mails of one keep no other waiting.
    Another reader takes no mail of this mailbox meanwhile, so that the order is kept. What was tried before
    is taken alone: it may be what ended its reader. Each try is counted before it begins.
    """
    waiting = Arrival.objects.filter(settled_at__isnull=True)
    busy = list(waiting.filter(tried_at__gt=now - CLAIMED_FOR, tried_at__lte=now).values_list("mailbox_id"))
    mailbox_id = _mailbox_in_turn({number for (number,) in busy}, after)
    if mailbox_id is None:
        return []
    first = waiting.filter(mailbox_id=mailbox_id, state=ArrivalState.TAKEN).order_by("pk").first()
    if first is None:
        return []
    numbers = [first.pk] if first.tries else _untried(first, most)
    claimed = waiting.filter(pk__in=numbers, tries=first.tries, tried_at=first.tried_at)
    if claimed.update(tried_at=now, tries=F("tries") + 1) != len(numbers):
        # Another reader was quicker with some of them: settling is what decides, so this is only lost time.
        numbers = list(Arrival.objects.filter(pk__in=numbers, tried_at=now).values_list("pk", flat=True))
    rows = Arrival.objects.filter(pk__in=numbers, state=ArrivalState.TAKEN)
    return list(rows.select_related("mailbox__brand", "raw").order_by("pk"))


def _mailbox_in_turn(busy: set[int], after: int) -> int | None:
    """Return the next mailbox with mails to read that nobody reads; one query, an index probe for each."""
    unread = Arrival.objects.filter(mailbox=OuterRef("pk"), state=ArrivalState.TAKEN)
    rows = Mailbox.objects.filter(Exists(unread)).order_by("pk").values_list("pk", flat=True)
    numbers = [number for number in rows if number not in busy]
    return next((number for number in numbers if number > after), numbers[0] if numbers else None)


def _untried(first: Arrival, most: int) -> list[int]:
    """Return `first` and those behind it in its mailbox, up to one that was tried before."""
    behind = Arrival.objects.filter(settled_at__isnull=True, mailbox_id=first.mailbox_id, pk__gte=first.pk)
    numbers = []
    for number, tries, tried_at in behind.order_by("pk").values_list("pk", "tries", "tried_at")[:most]:
        if tries or tried_at != first.tried_at:
            break
        numbers.append(number)
    return numbers


@upkeep
def let_go(arrivals: list[Arrival]) -> None:
    """They may be read again at once, and the try is not counted: it failed for a reason of ours."""
    Arrival.objects.filter(pk__in=[row.pk for row in arrivals], settled_at__isnull=True, tries__gt=0).update(
        tried_at=None, tries=F("tries") - 1
    )


@upkeep
def give_back_reading() -> int:
    """What dead readers had taken may be read again at once; how many.

    Should two read the same mail after all, one of them settles it.
    """
    return Arrival.objects.filter(settled_at__isnull=True, tried_at__isnull=False).update(tried_at=None)


def still_to_settle(arrival: Arrival) -> Arrival | None:
    """Return the mail locked until the end of the transaction, or None when it came to its end meanwhile."""
    rows = Arrival.objects.select_for_update(no_key=True, of=("self",)).select_related("mailbox__brand")
    return rows.filter(pk=arrival.pk, settled_at__isnull=True).first()
