"""Contacts, desks and pictures for the tests of routing: by hand with defaults, or drawn from a seed."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

from visavis.engine.routing import Contact, Desk, Policy, Snapshot

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
POLICY = Policy(version=1)
NETNET, LOCACAR, CREDIT = 1, 2, 3
T12 = 7
ALICE, BOB, CHLOE = 101, 102, 103


def a_contact(number: int = 1, **known: Any) -> Contact:
    """Somebody who writes to Netnet in French; three minutes were promised, one has passed."""
    ordinary: dict[str, Any] = {
        "brand_id": NETNET,
        "channel": "chat",
        "language": "fr",
        "waiting_since": AT - 60,
        "promised_by": AT + 120,
        "effort": 2,
    }
    return Contact(id=number, **{**ordinary, **known})


def a_desk(adviser_id: int = ALICE, **known: Any) -> Desk:
    """An adviser who can take it: three chats at once, none open."""
    ordinary: dict[str, Any] = {
        "brand_ids": frozenset({NETNET}),
        "channels": frozenset({"chat", "form"}),
        "languages": frozenset({"fr"}),
        "skills": {},
        "room": 6,
        "load": 0,
        "capacity": 6,
    }
    return Desk(id=adviser_id, **{**ordinary, **known})


def a_picture(contacts: list[Contact], desks: list[Desk]) -> Snapshot:
    return Snapshot(tuple(contacts), tuple(desks))


def drawn_picture(seed: int, contacts: int, desks: int) -> Snapshot:
    """A plausible picture of three brands, two languages and eight skills; the same for the same seed."""
    random = Random(seed)
    return a_picture(
        [_drawn_contact(random, number + 1, desks) for number in range(contacts)],
        [_drawn_desk(random, ALICE + number) for number in range(desks)],
    )


def _drawn_contact(random: Random, number: int, desks: int) -> Contact:
    waited = random.randint(0, 1200)
    advisers = range(ALICE, ALICE + max(desks, 1))
    return a_contact(
        number,
        brand_id=random.choice([NETNET, NETNET, LOCACAR, CREDIT]),
        channel=random.choice(["chat", "chat", "form"]),
        language=random.choice(["fr", "fr", "fr", "en"]),
        skill_ids=frozenset(random.sample(range(8), random.choice([0, 0, 1, 1, 2]))),
        waiting_since=AT - waited,
        promised_by=random.choice([None, AT - waited + 180, AT - waited + 900]),
        effort=random.choice([1, 2, 2, 6]),
        known_adviser_id=random.choice([None, None, random.choice(advisers)]),
        asked_for_id=random.choice([None] * 9 + [random.choice(advisers)]),
        wants_person=random.random() < 0.15,
        excluded_adviser_ids=frozenset(
            random.sample(advisers, random.choice([0, 0, 0, min(2, len(advisers))]))
        ),
    )


def _drawn_desk(random: Random, adviser_id: int) -> Desk:
    load = random.choice([0, 0, 2, 4, 6])
    return a_desk(
        adviser_id,
        brand_ids=frozenset(random.sample([NETNET, LOCACAR, CREDIT], random.randint(1, 3))),
        channels=frozenset(random.choice([["chat"], ["form"], ["chat", "form"], ["chat", "form"]])),
        languages=frozenset(random.choice([["fr"], ["fr", "en"]])),
        skills={skill: random.randint(1, 5) for skill in random.sample(range(8), random.randint(3, 8))},
        room=random.choice([6 - load, 6 - load, max(4 - load, 0)]),
        load=load,
        last_contact_ended_at=random.choice(
            [None, AT - random.randint(0, 60), AT - random.randint(60, 5000)]
        ),
        is_present=random.random() < 0.9,
    )
