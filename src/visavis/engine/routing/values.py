"""What routing sees and what it answers: a waiting contact, a desk, the whole picture, a decision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody who waits for an answer.

    effort: points of room the contact takes on a desk, ≥ 0 (a call takes a whole desk, a chat a share).
    waiting_since, promised_by: seconds since 1970; `promised_by` is the answer announced to the customer.
    known_adviser_id: the adviser they spoke to before.  asked_for_id: the one they ask for by name.
    wants_person: they asked for a person; they go first.
    excluded_adviser_ids: the advisers who said "not for me".
    """

    id: int
    brand_id: int
    channel: str
    language: str
    skill_ids: frozenset[int] = frozenset()
    waiting_since: int
    promised_by: int | None = None
    effort: int = 1
    known_adviser_id: int | None = None
    asked_for_id: int | None = None
    wants_person: bool = False
    excluded_adviser_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An adviser at work: what they can take, and how much room is left.

    id: of the adviser.  skills: level from 1 to 5 by skill.
    room, load, capacity: effort points left, in use, and in all.  Room may be less than capacity − load
    (an adviser who asked for less today), and it is room that decides.
    last_contact_ended_at: seconds since 1970, None before the first contact of the day.
    """

    id: int
    brand_ids: frozenset[int]
    channels: frozenset[str]
    languages: frozenset[str]
    skills: Mapping[int, int]
    room: int
    load: int
    capacity: int
    last_contact_ended_at: int | None = None
    is_present: bool = True


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everyone who waits and every desk, at one instant; kept in id order, so that ties go by id."""

    contacts: tuple[Contact, ...]
    desks: tuple[Desk, ...]

    def __post_init__(self) -> None:
        # The order given must never matter: the same picture is decided the same way, years later too.
        object.__setattr__(self, "contacts", _in_order(self.contacts, "contact"))
        object.__setattr__(self, "desks", _in_order(self.desks, "desk"))

    def contact(self, contact_id: int) -> Contact:
        """The contact of this number; KeyError if it does not wait."""
        return _find(self.contacts, contact_id)

    def desk(self, adviser_id: int) -> Desk:
        """The desk of this adviser; KeyError if there is none."""
        return _find(self.desks, adviser_id)


@dataclass(frozen=True, slots=True)
class Decision:
    """This contact goes to this adviser.

    score: the sum of the weights of its reasons (see `explain`).
    runner_up_id: who it would have been otherwise: the best of the able desks left without a new
    contact.  None when nobody else could: without this adviser, the customer would still be waiting.
    """

    contact_id: int
    adviser_id: int
    score: int
    runner_up_id: int | None


Numbered = TypeVar("Numbered", Contact, Desk)


def _in_order(numbered: Iterable[Numbered], what: str) -> tuple[Numbered, ...]:
    ordered = tuple(sorted(numbered, key=lambda one: one.id))
    if len({one.id for one in ordered}) != len(ordered):
        raise ValueError(f"each {what} stands once in a picture")
    return ordered


def _find(among: tuple[Numbered, ...], number: int) -> Numbered:
    for one in among:
        if one.id == number:
            return one
    raise KeyError(number)
