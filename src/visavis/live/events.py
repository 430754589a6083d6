"""What an entry of the journal means for a screen: what kind of thing changed, which number, for whom."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from visavis.domain.people.access import Rights

# First word of the verb → type of the event.
TYPES = {
    "conversation": "conversation",
    "wait": "conversation",
    "message": "conversation",
    "reply": "conversation",
    "note": "conversation",
    "forward": "conversation",
    "link": "conversation",
    "history": "conversation",
    "delivery": "conversation",
    "acknowledgement": "conversation",
    "file": "conversation",
    "offer": "conversation",
    "promise": "promise",
    "presence": "presence",
    "customer": "customer",
    "mail": "mail",
}
# Changes that the floor shows.
ON_THE_FLOOR = frozenset({"conversation", "presence"})
# Changes that only who leads may see.
FOR_LEADERS = frozenset({"mail"})
# Changes that someone must see about themselves, in each of their tabs.
ABOUT_ONESELF = frozenset({"presence", "people"})
ABOUT_WHOSE_DESK = frozenset(
    {
        "conversation.assigned",
        "conversation.returned",
        "message.received",
        "note.added",
        "forward.answered",
        "promise.entrusted",
    }
)
# What the customer's own page shows; notes, tags, withdrawn replies and sleep are ours.
SHOWN_TO_CUSTOMERS = frozenset(
    {
        "conversation.opened",
        "wait.announced",
        "conversation.returned",
        "conversation.offered",
        "conversation.person_asked",
        "conversation.resolved",
        "conversation.reopened",
        "conversation.assigned",
        "conversation.transferred",
        "conversation.merged",
        "conversation.unmerged",
        "conversation.split",
        "conversation.subject_changed",
        "conversation.steps_changed",
        "message.received",
        "message.corrected",
        "reply.left",
        "promise.made",
        "promise.kept",
        "promise.missed",
        "promise.moved",
        "link.revoked",
    }
)


# Facts after which someone may see more or less than before.
CHANGES_RIGHTS_OF_ALL = frozenset({"brand.made", "brand.changed", "team.made", "team.changed"})
CHANGES_RIGHTS_OF_ONE = frozenset(
    {"adviser.role_changed", "adviser.team_changed", "adviser.deactivated", "adviser.reactivated"}
)
Changed = Literal["nobody", "one", "everyone"]


class Told(Protocol):
    """What is read of an entry."""

    position: int | None
    verb: str
    adviser_id: int | None
    team_id: int | None
    brand_id: int | None
    conversation_id: int | None
    facts: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Event:
    """A type and a number, and to whom they may be told; the page then asks for what it may see."""

    type: str
    number: int
    position: int
    brand_id: int | None = None
    only_adviser_id: int | None = None
    for_leaders: bool = False
    conversation_id: int | None = None
    shown_to_customer: bool = False
    changes_rights_of: Changed = "nobody"
    ends_customer_of: int | None = None

    @property
    def text(self) -> bytes:
        """The event as it travels, without its `id:` line: that one closes a batch."""
        return block(self.type, self.number, self.position)


def block(kind: str, number: int = 0, position: int = 0) -> bytes:
    """Return one server-sent event; position 0 says that it is not of the journal, and never old news."""
    told = json.dumps({"type": kind, "number": number, "position": position}, separators=(",", ":"))
    return f"event: {kind}\ndata: {told}\n\n".encode()


def events_of(entry: Told) -> list[Event]:
    """Return what this entry means: one event, and those of the floor and of the people concerned."""
    area = entry.verb.partition(".")[0]
    kind = TYPES.get(area, "people")
    position = entry.position or 0
    events = [
        Event(
            type=kind,
            number=_number(entry, kind),
            position=position,
            brand_id=entry.brand_id,
            for_leaders=entry.brand_id is None or kind in FOR_LEADERS,
            conversation_id=entry.conversation_id,
            shown_to_customer=entry.verb in SHOWN_TO_CUSTOMERS,
            changes_rights_of=_whose_rights(entry.verb),
            ends_customer_of=_conversation_that_ends(entry),
        )
    ]
    if kind in ON_THE_FLOOR:
        floor = Event(
            type="floor",
            number=entry.brand_id or 0,
            position=position,
            brand_id=entry.brand_id,
            for_leaders=True,
        )
        events.append(floor)
    number = entry.conversation_id or 0
    if entry.verb == "conversation.offered":
        events.append(
            Event(type="offer", number=number, position=position, only_adviser_id=entry.adviser_id or 0)
        )
    events += [
        Event(type="you", number=number, position=position, only_adviser_id=adviser_id)
        for adviser_id in sorted(_concerned(entry, kind))
    ]
    return events


def _concerned(entry: Told, kind: str) -> set[int]:
    """Return the accounts about whom this is: their own presence, their desk, a note that names them."""
    if kind not in ABOUT_ONESELF and entry.verb not in ABOUT_WHOSE_DESK:
        return set()
    mentioned = entry.facts.get("mentioned_ids")
    ids = [*mentioned] if isinstance(mentioned, list) else [entry.adviser_id, entry.facts.get("former_id")]
    return {number for number in ids if isinstance(number, int)}


def _whose_rights(verb: str) -> Changed:
    if verb in CHANGES_RIGHTS_OF_ALL:
        return "everyone"
    return "one" if verb in CHANGES_RIGHTS_OF_ONE else "nobody"


def _conversation_that_ends(entry: Told) -> int | None:
    """Return the conversation whose customers must come back with a new ticket."""
    if entry.verb in {"link.revoked", "history.erased"}:
        return entry.conversation_id
    absorbed = entry.facts.get("absorbed_id") if entry.verb == "conversation.merged" else None
    return absorbed if isinstance(absorbed, int) else None


def _number(entry: Told, kind: str) -> int:
    if kind == "customer":
        number = entry.facts.get("customer_id")
        return number if isinstance(number, int) else 0
    if kind in {"presence", "people"}:
        return entry.adviser_id or 0
    if kind == "mail":
        number = entry.facts.get("arrival_id")
        return number if isinstance(number, int) else 0
    return entry.conversation_id or 0


def once_each(events: Iterable[Event]) -> list[Event]:
    """Return the events of a batch, the same news told once, at its last position."""
    latest: dict[tuple[object, ...], Event] = {}
    for event in events:
        key = (
            event.type,
            event.number,
            event.brand_id,
            event.only_adviser_id,
            event.shown_to_customer,
            event.changes_rights_of,
            event.ends_customer_of,
        )
        latest.pop(key, None)
        latest[key] = event
    return list(latest.values())


class Reader(Protocol):
    """Whoever holds a stream."""

    def may_know(self, event: Event) -> bool:
        """True when this event may be told to them."""


@dataclass(frozen=True)
class AdviserReader:
    """Someone of the house, with their rights as they were last read."""

    rights: Rights

    def may_know(self, event: Event) -> bool:
        """Theirs alone, or of a brand of theirs; what has no brand goes to leaders and to who it is about."""
        rights = self.rights
        if event.only_adviser_id is not None:
            return event.only_adviser_id == rights.adviser_id
        if event.for_leaders and not rights.leads:
            return False
        return event.brand_id is None or (event.brand_id in rights.brand_ids and rights.treats_contents)


@dataclass(frozen=True)
class CustomerReader:
    """A customer, who sees one conversation."""

    conversation_id: int

    def may_know(self, event: Event) -> bool:
        """What is shown on the page of their conversation."""
        return event.shown_to_customer and event.conversation_id == self.conversation_id
