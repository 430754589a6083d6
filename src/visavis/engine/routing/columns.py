"""Contacts and desks as columns of small numbers, and back.

Each value is spelled as a few whole numbers: ids as steps from one to the next, instants as seconds before
now, words as their place in a list.  A column whose values come back often writes each once, then its place.
Small numbers in runs are what compression likes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, TypeVar

from .values import Contact, Desk

Row = TypeVar("Row", Contact, Desk)
Spelled = tuple[int, ...]


class Unreadable(ValueError):
    """The numbers stop too early or lead nowhere."""


class Numbers(list[int]):
    """Whole numbers in a row, taken from the front; as bytes, seven bits of a number in each."""

    taken = 0

    def take(self) -> int:
        """The first number not taken yet."""
        if self.taken == len(self):
            raise Unreadable("the numbers stop too early")
        self.taken += 1
        return self[self.taken - 1]

    def as_bytes(self) -> bytes:
        """Signs are folded in (0, −1, 1, −2…), then low bits come first."""
        written = bytearray()
        for number in self:
            left = number << 1 if number >= 0 else ~number << 1 | 1
            while left > 0x7F:
                written.append(left & 0x7F | 0x80)
                left >>= 7
            written.append(left)
        return bytes(written)

    @classmethod
    def of(cls, written: bytes) -> "Numbers":
        """What `as_bytes` wrote."""
        numbers, value, shift = cls(), 0, 0
        for byte in written:
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte <= 0x7F:
                numbers.append(~(value >> 1) if value & 1 else value >> 1)
                value = shift = 0
        return numbers


class Context(NamedTuple):
    """What spellings lean on: now, in seconds since 1970, and the words in use."""

    at: int
    words: Sequence[str]


class Spelling(NamedTuple):
    """A value as whole numbers, and the value they spell; only the dataclass knows the type of its fields."""

    spell: Callable[[Any, Context], Spelled]
    read: Callable[[Spelled, Context], Any]


NUMBER = Spelling(lambda value, _: (value,), lambda spelled, _: spelled[0])
FLAG = Spelling(lambda value, _: (int(value),), lambda spelled, _: bool(spelled[0]))
MAYBE = Spelling(
    lambda value, _: () if value is None else (value,), lambda spelled, _: spelled[0] if spelled else None
)
AGO = Spelling(
    lambda value, context: () if value is None else (context.at - value,),
    lambda spelled, context: context.at - spelled[0] if spelled else None,
)
IDS = Spelling(lambda value, _: tuple(sorted(value)), lambda spelled, _: frozenset(spelled))
WORD = Spelling(
    lambda value, context: (context.words.index(value),), lambda spelled, context: context.words[spelled[0]]
)
WORDS = Spelling(
    lambda value, context: tuple(sorted(context.words.index(word) for word in value)),
    lambda spelled, context: frozenset(context.words[place] for place in spelled),
)
LEVELS = Spelling(
    lambda value, _: tuple(number for item in sorted(value.items()) for number in item),
    lambda spelled, _: dict(zip(spelled[::2], spelled[1::2], strict=True)),
)

SPELLINGS = {
    "id": NUMBER,
    "brand_id": NUMBER,
    "channel": WORD,
    "language": WORD,
    "skill_ids": IDS,
    "waiting_since": AGO,
    "promised_by": AGO,
    "effort": NUMBER,
    "known_adviser_id": MAYBE,
    "asked_for_id": MAYBE,
    "wants_person": FLAG,
    "excluded_adviser_ids": IDS,
    "brand_ids": IDS,
    "channels": WORDS,
    "languages": WORDS,
    "skills": LEVELS,
    "room": NUMBER,
    "load": NUMBER,
    "capacity": NUMBER,
    "last_contact_ended_at": AGO,
    "is_present": FLAG,
}


def write_words(numbers: Numbers, words: Iterable[str]) -> None:
    """A list of words, to be read by `read_words`."""
    _write_column(numbers, [tuple(word.encode()) for word in words])


def read_words(numbers: Numbers) -> list[str]:
    """What `write_words` wrote."""
    return [bytes(spelled).decode() for spelled in _read_column(numbers)]


def write_rows(numbers: Numbers, rows: Sequence[Contact] | Sequence[Desk], context: Context) -> None:
    """Contacts or desks in id order, field by field; to be read by `read_rows`."""
    _write_column(numbers, [(after - before,) for before, after in pairwise((0, *(row.id for row in rows)))])
    for name in _names(type(rows[0])) if rows else ():
        spell = SPELLINGS[name].spell
        _write_column(numbers, [spell(getattr(row, name), context) for row in rows])


def read_rows(numbers: Numbers, kind: type[Row], context: Context) -> tuple[Row, ...]:
    """What `write_rows` wrote."""
    ids = list(accumulate(step for (step,) in _read_column(numbers)))
    columns = {name: _read_column(numbers) for name in (_names(kind) if ids else ())}
    return tuple(
        kind(
            id=number,
            **{name: SPELLINGS[name].read(column[place], context) for name, column in columns.items()},
        )
        for place, number in enumerate(ids)
    )


def _names(kind: type[Contact] | type[Desk]) -> list[str]:
    return [field.name for field in fields(kind) if field.name != "id"]


def _write_column(numbers: Numbers, column: list[Spelled]) -> None:
    """The values as they come when most differ; otherwise each different one, then their places."""
    different = {spelled: place for place, spelled in enumerate(dict.fromkeys(column))}
    is_repeated = 2 * len(different) <= len(column)
    listed = list(different) if is_repeated else column
    numbers.append(len(listed))
    for spelled in listed:
        numbers.extend((len(spelled), *spelled))
    numbers.append(len(column) if is_repeated else -1)
    if is_repeated:
        numbers.extend(different[spelled] for spelled in column)


def _read_column(numbers: Numbers) -> list[Spelled]:
    listed = [tuple(numbers.take() for _ in range(numbers.take())) for _ in range(numbers.take())]
    repeated = numbers.take()
    return listed if repeated < 0 else [listed[numbers.take()] for _ in range(repeated)]
