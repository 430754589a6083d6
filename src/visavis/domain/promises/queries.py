"""What others read of promises."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Value

from visavis.domain.conversations.access import brands_read
from visavis.domain.conversations.models import Conversation
from visavis.domain.people.access import Rights
from visavis.domain.prepared import Question, prepared

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
    rows = _in_conversation(conversation_id=conversation.pk)
    return sorted(rows, key=lambda promise: (promise.settled_at is not None, promise.due_at, promise.pk))


def question_of_conversation(conversation: Conversation) -> Question:
    """Of `promises_in`, to be asked with others; no query."""
    return _in_conversation.question(conversation_id=conversation.pk)


@prepared
def _in_conversation(*, conversation_id: int) -> QuerySet[Promise]:
    rows = Promise.objects.filter(conversation_id=conversation_id).select_related("adviser", "moved_to")
    return rows.order_by("pk")


def promises_of_customer(conversation: Conversation) -> list[Promise]:
    """Promises owed to the customer in all their conversations, and the last five settled; one query.

    Of someone to whom a hundred promises were made, the oldest settled ones are not read.
    """
    found = _of_customer(customer_id=conversation.customer_id)
    owed = [row for row in found if row.settled_at is None]
    return owed + [row for row in found if row.settled_at][:5]


def question_of_customer(conversation: Conversation) -> Question:
    """Of `promises_of_customer`, to be asked with others; no query."""
    return _of_customer.question(customer_id=conversation.customer_id)


@prepared
def _of_customer(*, customer_id: int) -> QuerySet[Promise]:
    rows = Promise.objects.filter(customer_id=customer_id).exclude(state=PromiseState.MOVED)
    by_hour = rows.order_by(F("settled_at").desc(nulls_first=True), "due_at", "pk")
    return by_hour.select_related("adviser")[:MOST_OF_CUSTOMER]


def next_promises(numbers: Iterable[int]) -> dict[int, Promise]:
    """The first promise still owed in each of these conversations; one query."""
    found: dict[int, Promise] = {}
    for promise in _owed_in(numbers=numbers):
        found.setdefault(promise.conversation_id, promise)
    return found


@prepared
def _owed_in(*, numbers: Iterable[int]) -> QuerySet[Promise]:
    return Promise.objects.filter(UNSETTLED, conversation_id__in=numbers).order_by("due_at", "pk")


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
    return sum(_owed(adviser_id=rights.adviser_id, brand_ids=brands_read(rights)))


def question_of_bar(rights: Rights) -> Question:
    """Of `count_owed`, to be asked with others; no query."""
    return _owed.question(adviser_id=rights.adviser_id, brand_ids=brands_read(rights))


@prepared
def _owed(*, adviser_id: int, brand_ids: frozenset[int]) -> QuerySet[Promise, int]:
    rows = Promise.objects.filter(UNSETTLED, adviser_id=adviser_id, brand_id__in=brand_ids)
    counted = rows.values(all=Value(1)).annotate(count=Count("pk"))  # grouped by a constant: one line
    return counted.values_list("count", flat=True)


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
