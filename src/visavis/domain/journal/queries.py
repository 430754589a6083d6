"""Reading the journal forward, by position."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max, QuerySet

from visavis.domain.prepared import Question, prepared

from .models import Cursor, Entry


def entries_after(position: int, *, limit: int = 500) -> list[Entry]:
    """Entries numbered after `position`, in order, at most `limit`; one query."""
    return list(Entry.objects.filter(position__gt=position).order_by("position")[:limit])


def last_position() -> int:
    """Position of the last numbered entry, 0 when there is none; one query."""
    return Entry.objects.aggregate(last=Max("position"))["last"] or 0


def cursor_position(name: str) -> int:
    """How far the follower `name` has read; 0 when it never did."""
    return Cursor.objects.filter(name=name).values_list("position", flat=True).first() or 0


def conversation_entries(
    number: int, verbs: Sequence[str], *, since: datetime | None = None, until: datetime | None = None
) -> list[Entry]:
    """Entries of one conversation with one of `verbs`, oldest first; one query."""
    between = {name: at for name, at in (("since", since), ("until", until)) if at}
    return _of_conversation(tuple(verbs), number=number, **between)


def question_of_entries(
    number: int, verbs: Sequence[str], *, since: datetime | None = None, until: datetime | None = None
) -> Question:
    """Of `conversation_entries`, to be asked with others; no query."""
    between = {name: at for name, at in (("since", since), ("until", until)) if at}
    return _of_conversation.question(tuple(verbs), number=number, **between)


@prepared
def _of_conversation(
    verbs: tuple[str, ...], *, number: int, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Entry]:
    rows = Entry.objects.filter(conversation_id=number, verb__in=verbs)
    if since:
        rows = rows.filter(at__gte=since)
    if until:
        rows = rows.filter(at__lte=until)
    return rows.order_by("id")
