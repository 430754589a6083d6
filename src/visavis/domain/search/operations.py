"""Upkeep of what can be found, called in the transaction that writes the person, conversation or message."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from visavis.domain.journal.record import upkeep

from .analysis import body_terms, title_terms
from .models import Kind, SearchDocument

BATCH = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FARTHEST = 2**42 - 1
_RANKS = {Kind.PERSON: 0, Kind.CONVERSATION: 1, Kind.MESSAGE: 2}
_gathered: ContextVar[dict[tuple[str, int], "Findable"] | None] = ContextVar("gathered", default=None)
_WRITTEN = ["brand_id", "conversation_number", "at", "position", "title_terms", "body_terms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findable:
    """What can be found, as its own area knows it; texts of any size and content are accepted."""

    kind: str
    object_id: int
    brand_id: int
    conversation_number: int | None
    at: datetime
    title: str = ""
    body: str = ""


@contextmanager
def gathered() -> Iterator[None]:
    """What becomes findable inside is written at the end: two queries for all of it.

    Inside the transaction that writes them; nothing may be looked for before the end.
    """
    rows: dict[tuple[str, int], Findable] = {}
    token = _gathered.set(rows)
    try:
        yield
    finally:
        _gathered.reset(token)
    index_many(rows.values())


@upkeep
def index(
    kind: str,
    object_id: int,
    *,
    brand_id: int,
    conversation_number: int | None,
    at: datetime,
    title: str = "",
    body: str = "",
) -> None:
    """The object is found by these texts, and by nothing it said before. Two queries; no text is refused."""
    index_many(
        [
            Findable(
                kind=kind,
                object_id=object_id,
                brand_id=brand_id,
                conversation_number=conversation_number,
                at=at,
                title=title,
                body=body,
            )
        ]
    )


@upkeep
def index_many(rows: Iterable[Findable]) -> None:
    """All of them are found; the last word counts for an object given twice. Two queries per 500."""
    held = _gathered.get()
    if held is not None:
        held.update({(row.kind, row.object_id): row for row in rows})
        return
    latest = list({(row.kind, row.object_id): row for row in rows}.values())
    for start in range(0, len(latest), BATCH):
        _write(latest[start : start + BATCH])


@upkeep
def forget_document(kind: str, object_id: int) -> None:
    """The object is no longer found."""
    held = _gathered.get()
    if held is not None:
        held.pop((kind, object_id), None)
    SearchDocument.objects.filter(kind=kind, object_id=object_id).delete()


def _write(rows: list[Findable]) -> None:
    positions = _free_positions(rows)
    SearchDocument.objects.bulk_create(
        [
            SearchDocument(
                kind=row.kind,
                object_id=row.object_id,
                brand_id=row.brand_id,
                conversation_number=row.conversation_number,
                at=row.at,
                position=position,
                title_terms=title_terms(row.title),
                body_terms=body_terms(row.body),
            )
            for row, position in zip(rows, positions, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=_WRITTEN,
    )


def position_of(row: Findable) -> int:
    """Where the row stands in time: milliseconds, then its kind and the end of its number, to tell apart."""
    milliseconds = max(-_FARTHEST, min(_FARTHEST, (row.at - _EPOCH) // _MILLISECOND))
    return milliseconds << 21 | _RANKS[Kind(row.kind)] << 19 | row.object_id & 0x7FFFF


def _free_positions(rows: list[Findable]) -> list[int]:
    """The position of each row, moved a hair where another stands (same instant, numbers 524,288 apart)."""
    wanted = [position_of(row) for row in rows]
    owners = _owners(wanted)
    for index, row in enumerate(rows):
        own = (row.kind, row.object_id)
        while owners.setdefault(wanted[index], own) != own:
            wanted[index] += 1
            if wanted[index] not in owners:
                owners |= _owners([wanted[index]])
    return wanted


def _owners(positions: list[int]) -> dict[int, tuple[str, int]]:
    standing = SearchDocument.objects.filter(position__in=positions)
    return {
        position: (kind, number)
        for position, kind, number in standing.values_list("position", "kind", "object_id")
    }
