"""What others read of promises."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q

from visavis.domain.conversations.models import Conversation
from visavis.domain.people.access import Rights

from .access import promises_of
from .models import Promise, PromiseState

SOON = timedelta(hours=2)
MOST_OF_CUSTOMER = 100
UNSETTLED = Q(state=PromiseState.OPEN) | Q(state=PromiseState.MISSED, settled_at__isnull=True)


def chip_state(promise: Promise, now: datetime) -> str:
    """Return how the chip reads: open, soon (under two hours), late, kept, late_kept or moved; no query."""
    if promise.state == PromiseState.MOVED:
        return "moved"
    if promise.settled_at:
        return "kept" if promise.state == PromiseState.KEPT else "late_kept"
    if promise.due_at <= now:
        return "late"
    return "soon" if promise.due_at - now < SOON else "open"


def promises_in(conversation: Conversation) -> list[Promise]:
    """All promises of a conversation, those still owed first, by hour; one query."""
    rows = Promise.objects.filter(conversation=conversation).select_related("adviser", "moved_to")
    return sorted(rows, key=lambda promise: (promise.settled_at is not None, promise.due_at, promise.pk))


def promises_of_customer(conversation: Conversation) -> list[Promise]:
    """Promises owed to the customer in all their conversations, and the last five settled; one query.

    Of someone to whom a hundred promises were made, the oldest settled ones are not read.
    """
    rows = (
        Promise.objects.filter(customer_id=conversation.customer_id)
        .exclude(state=PromiseState.MOVED)
        .select_related("adviser")
        .order_by(F("settled_at").desc(nulls_first=True), "due_at", "pk")
    )
    found = list(rows[:MOST_OF_CUSTOMER])
    owed = [row for row in found if row.settled_at is None]
    return owed + [row for row in found if row.settled_at][:5]


def next_promises(numbers: Iterable[int]) -> dict[int, Promise]:
    """The first promise still owed in each of these conversations; one query."""
    found: dict[int, Promise] = {}
    for promise in Promise.objects.filter(UNSETTLED, conversation_id__in=list(numbers)).order_by(
        "due_at", "pk"
    ):
        found.setdefault(promise.conversation_id, promise)
    return found


def my_promises(rights: Rights) -> list[Promise]:
    """What this account still owes, the nearest first; one query."""
    return list(
        promises_of(rights)
        .filter(UNSETTLED, adviser_id=rights.adviser_id)
        .select_related("conversation", "customer", "brand")
        .order_by("due_at", "pk")[:500]
    )


def settled_promises(rights: Rights, *, limit: int = 50) -> list[Promise]:
    """What this account kept or moved lately; one query."""
    return list(
        promises_of(rights)
        .exclude(UNSETTLED)
        .filter(adviser_id=rights.adviser_id)
        .select_related("conversation", "customer", "brand", "moved_to")
        .order_by("-settled_at")[:limit]
    )


def count_owed(rights: Rights) -> int:
    """How many promises this account owes; one query."""
    return promises_of(rights).filter(UNSETTLED, adviser_id=rights.adviser_id).count()


def due_before(rights: Rights, until: datetime, *, limit: int = 20) -> list[Promise]:
    """Promises still owed before `until` in the brands of this account, for the floor; one query."""
    return list(
        promises_of(rights)
        .filter(UNSETTLED, due_at__lte=until)
        .select_related("conversation", "customer", "adviser", "brand")
        .order_by("due_at", "pk")[:limit]
    )


def just_passed(now: datetime) -> list[Promise]:
    """Open promises whose hour passed; one query."""
    return list(Promise.objects.filter(state=PromiseState.OPEN, due_at__lt=now).order_by("pk")[:200])


def owed_by(adviser_id: int) -> list[Promise]:
    """Everything that one adviser still owes, for who stands in; one query."""
    return list(Promise.objects.filter(UNSETTLED, adviser_id=adviser_id).order_by("pk"))
