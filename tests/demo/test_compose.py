"""The demo that is composed is large, varied, alive now, and the same for the same seed."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from visavis.demo.compose import CONVERSATIONS, SHARE, compose
from visavis.demo.plans import DemoPlan
from visavis.demo.voice import sentences

MORNING = datetime(2026, 11, 19, 9, 42, tzinfo=UTC)
NIGHT = datetime(2027, 3, 2, 2, 15, tzinfo=UTC)


@pytest.fixture(scope="module", params=[MORNING, NIGHT], ids=["morning", "night"])
def demo(request: pytest.FixtureRequest) -> DemoPlan:
    return compose(now=request.param)


def test_the_demo_has_four_hundred_customers_two_thousand_conversations_and_thirty_advisers(
    demo: DemoPlan,
) -> None:
    assert len(demo.customers) == 400
    assert len(demo.conversations) == CONVERSATIONS
    assert Counter(adviser.role for adviser in demo.advisers) == {
        "adviser": 30,
        "leader": 3,
        "operations": 1,
        "planner": 1,
        "administrator": 1,
    }


def test_no_sentence_stands_in_more_than_two_conversations_in_a_hundred(demo: DemoPlan) -> None:
    said: Counter[str] = Counter()
    for conversation in demo.conversations:
        said.update({part for turn in conversation.turns for part in sentences(turn.text)})

    most = max(said.values())

    assert most <= SHARE * len(demo.conversations)


def test_the_conversations_span_sixty_days_and_none_is_in_the_future(demo: DemoPlan) -> None:
    first = min(conversation.opened_at for conversation in demo.conversations)
    last = max(turn.at for conversation in demo.conversations for turn in conversation.turns)

    assert timedelta(days=55) < demo.now - first < timedelta(days=75)
    assert last <= demo.now


def test_the_turns_of_a_conversation_follow_each_other(demo: DemoPlan) -> None:
    disordered = [
        conversation.story
        for conversation in demo.conversations
        if any(earlier.at > later.at for earlier, later in pairwise(conversation.turns))
    ]

    assert disordered == []


def test_nothing_is_left_to_fill_in_what_is_said(demo: DemoPlan) -> None:
    texts = [turn.text for conversation in demo.conversations for turn in conversation.turns]
    texts += [conversation.subject for conversation in demo.conversations]
    texts += [
        told for conversation in demo.conversations for told in (*conversation.told, *conversation.said)
    ]

    assert [text for text in texts if any(sign in text for sign in "{}[]|'")] == []


def test_what_fits_in_the_tables_is_not_longer_than_them(demo: DemoPlan) -> None:
    assert max(len(conversation.subject) for conversation in demo.conversations) <= 200
    assert max(len(told) for conversation in demo.conversations for told in conversation.told) <= 200
    assert (
        max(len(promise.what) for conversation in demo.conversations for promise in conversation.promises)
        <= 200
    )


def test_the_day_is_alive(demo: DemoPlan) -> None:
    """Some wait for someone, some are being answered, promises fall due today, and few are late."""
    states = Counter(conversation.state for conversation in demo.conversations)
    nobodys = [conversation for conversation in demo.conversations if not conversation.adviser]
    owed = [p for conversation in demo.conversations for p in conversation.promises if p.state == "open"]
    late = [promise for promise in owed if promise.due_at < demo.now]

    assert states["open"] >= 40
    assert states["their_turn"] >= 50
    channels = Counter(conversation.channel for conversation in nobodys)
    assert (channels["chat"], channels["form"] + channels["email"]) == (3, 9)
    assert channels["email"] >= 1
    assert 1 <= len(late) <= 5
    assert len([p for p in owed if demo.now <= p.due_at < demo.now + timedelta(hours=4)]) >= 5


def test_most_promises_that_fell_due_were_kept_in_time(demo: DemoPlan) -> None:
    settled = [p for conversation in demo.conversations for p in conversation.promises if p.state != "open"]
    kept = [p for p in settled if p.state == "kept" and p.settled_at is not None and p.settled_at <= p.due_at]

    assert 0.9 < len(kept) / len(settled) < 0.99


def test_the_people_of_the_screens_are_on_kaders_desk(demo: DemoPlan) -> None:
    desk = {c.customer for c in demo.conversations if c.adviser == "kader" and c.state != "resolved"}

    assert {"odile.perrin", "thomas.weber", "lucie.marchand", "farid.haddad", "karim.ait-said"} <= desk


def test_the_same_seed_gives_the_same_demo() -> None:
    assert compose(now=MORNING, count=300) == compose(now=MORNING, count=300)


def test_another_seed_gives_another_demo() -> None:
    assert compose(seed=1, now=MORNING, count=300) != compose(seed=2, now=MORNING, count=300)
