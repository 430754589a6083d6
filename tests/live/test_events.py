"""What an entry means for screens, and who may know it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from visavis.domain.people.access import Rights
from visavis.live.events import AdviserReader, CustomerReader, Event, Reader, events_of, once_each


@dataclass
class Told:
    """An entry as it is read."""

    verb: str
    position: int | None = 7
    adviser_id: int | None = None
    team_id: int | None = None
    brand_id: int | None = None
    conversation_id: int | None = None
    facts: dict[str, object] = field(default_factory=dict)


def reader(
    adviser_id: int, *, role: str = "adviser", brands: frozenset[int] = frozenset({1})
) -> AdviserReader:
    """Someone of the house."""
    leads = role in {"leader", "operations", "administrator"}
    rights = Rights(
        adviser_id=adviser_id, role=role, team_id=1, brand_ids=brands, leads=leads, is_active=True
    )
    return AdviserReader(rights)


ALICE, BOB = reader(1), reader(2)
CHLOE = reader(3, role="leader")
EVE = reader(4, brands=frozenset({2}))
PAUL = reader(5, role="planner", brands=frozenset())
DAVID = CustomerReader(42)
READERS: dict[str, Reader] = {
    "alice": ALICE,
    "bob": BOB,
    "chloe": CHLOE,
    "eve": EVE,
    "paul": PAUL,
    "david": DAVID,
}


def told_to(told: Told) -> dict[str, set[tuple[str, int]]]:
    """What each person hears of this entry; who hears nothing is left out."""
    heard = {
        name: {(event.type, event.number) for event in events_of(told) if who.may_know(event)}
        for name, who in READERS.items()
    }
    return {name: events for name, events in heard.items() if events}


@pytest.mark.parametrize("verb", ["message.received", "reply.left", "conversation.resolved"])
def test_what_the_customer_sees_is_told_to_the_brand_and_to_them(verb: str) -> None:
    heard = told_to(Told(verb, brand_id=1, conversation_id=42))

    assert heard["alice"] == heard["bob"] == heard["david"] == {("conversation", 42)}
    assert heard.keys() == {"alice", "bob", "chloe", "david"}


@pytest.mark.parametrize(
    "verb",
    ["note.added", "reply.written", "reply.withdrawn", "conversation.snoozed", "conversation.tags_changed"],
)
def test_what_is_ours_is_not_told_to_the_customer(verb: str) -> None:
    heard = told_to(Told(verb, brand_id=1, conversation_id=42))

    assert heard.keys() == {"alice", "bob", "chloe"}


def test_another_conversation_is_not_told_to_the_customer() -> None:
    assert "david" not in told_to(Told("message.received", brand_id=1, conversation_id=43))


def test_floor_moves_for_leaders_of_the_brand_only() -> None:
    heard = told_to(Told("conversation.opened", brand_id=1, conversation_id=42))

    assert {name for name, events in heard.items() if ("floor", 1) in events} == {"chloe"}


def test_offer_is_told_to_who_has_it() -> None:
    heard = told_to(Told("conversation.offered", adviser_id=2, brand_id=1, conversation_id=42))

    assert {name for name, events in heard.items() if ("offer", 42) in events} == {"bob"}


def test_given_and_taken_desks_are_told_to_both() -> None:
    given = Told(
        "conversation.assigned",
        adviser_id=1,
        brand_id=1,
        conversation_id=42,
        facts={"former_id": 2, "by_id": 3},
    )

    heard = told_to(given)

    assert {name for name, events in heard.items() if ("you", 42) in events} == {"alice", "bob"}


def test_note_calls_those_it_names() -> None:
    note = Told("note.added", adviser_id=1, brand_id=1, conversation_id=42, facts={"mentioned_ids": [2]})

    assert {name for name, events in told_to(note).items() if ("you", 42) in events} == {"bob"}


def test_presence_is_told_to_oneself_and_to_leaders() -> None:
    heard = told_to(Told("presence.changed", adviser_id=1, team_id=1))

    assert heard == {"alice": {("you", 0)}, "chloe": {("presence", 1), ("floor", 0)}}


def test_change_of_account_has_rights_read_again() -> None:
    changed = {
        verb: events_of(Told(verb, adviser_id=1))[0].changes_rights_of
        for verb in ("adviser.role_changed", "team.changed", "adviser.name_chosen")
    }

    assert changed == {
        "adviser.role_changed": "one",
        "team.changed": "everyone",
        "adviser.name_chosen": "nobody",
    }


def test_same_news_is_told_once_at_its_last_position() -> None:
    events = [
        Event(type="conversation", number=42, position=1, brand_id=1),
        Event(type="conversation", number=43, position=2, brand_id=1),
        Event(type="conversation", number=42, position=3, brand_id=1),
    ]

    assert [(event.number, event.position) for event in once_each(events)] == [(43, 2), (42, 3)]


def test_absorbed_conversation_sends_its_customer_to_the_other() -> None:
    merged = events_of(Told("conversation.merged", brand_id=1, conversation_id=50, facts={"absorbed_id": 42}))

    assert merged[0].ends_customer_of == 42


def test_mail_of_the_ledger_is_told_to_who_leads_its_brand() -> None:
    [event] = events_of(Told("mail.accepted", brand_id=1, conversation_id=9, facts={"arrival_id": 12}))

    assert (event.type, event.number) == ("mail", 12)
    assert [who.may_know(event) for who in (ALICE, CHLOE, EVE, PAUL)] == [False, True, False, False]


def test_file_that_was_searched_rings_at_its_conversation() -> None:
    events = events_of(Told("file.scanned", brand_id=1, conversation_id=9, facts={"attachment_id": 3}))

    assert [(event.type, event.number) for event in events] == [("conversation", 9), ("floor", 1)]
