"""Who takes whom: each rule by an example, then what must hold on any picture."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.routing.drawn import (
    ALICE,
    AT,
    BOB,
    CHLOE,
    CREDIT,
    NETNET,
    NOW,
    POLICY,
    T12,
    a_contact,
    a_desk,
    a_picture,
    drawn_picture,
)

from visavis.engine.routing import Contact, Decision, Desk, Policy, Snapshot, Weights, decide, why_not

pictures = st.builds(drawn_picture, st.integers(0, 10**6), st.integers(0, 7), st.integers(0, 7))


def taken(snapshot: Snapshot, policy: Policy = POLICY) -> dict[int, int]:
    """Contact → adviser."""
    return {decision.contact_id: decision.adviser_id for decision in decide(snapshot, policy, NOW)}


# --- Who may -----------------------------------------------------------------------------------------------


def test_a_free_adviser_takes_who_waits() -> None:
    assert decide(a_picture([a_contact()], [a_desk()]), POLICY, NOW) == [
        Decision(contact_id=1, adviser_id=ALICE, score=1_000 + 333 + 100 + 30, runner_up_id=None)
    ]


@pytest.mark.parametrize(
    ("contact", "desk", "obstacle"),
    [
        ({}, {"is_present": False}, "away"),
        ({"brand_id": CREDIT}, {}, "brand"),
        ({"channel": "phone"}, {}, "channel"),
        ({"language": "en"}, {}, "language"),
        ({"skill_ids": frozenset({T12})}, {}, "skill"),
        ({"skill_ids": frozenset({T12, 8})}, {"skills": {T12: 5}}, "skill"),
        ({"excluded_adviser_ids": frozenset({ALICE})}, {}, "declined"),
        ({"effort": 3}, {"room": 2}, "room"),
        ({"effort": 0}, {"room": 0}, "room"),
        ({}, {"last_contact_ended_at": AT - 19}, "resting"),
    ],
)
def test_what_forbids_is_never_done_and_has_a_code(
    contact: dict[str, Any], desk: dict[str, Any], obstacle: str
) -> None:
    one, other = a_contact(**contact), a_desk(**desk)

    assert taken(a_picture([one], [other])) == {}
    assert why_not(one, other, POLICY, NOW) == obstacle


def test_rest_is_over_after_the_seconds_of_the_policy() -> None:
    desk = a_desk(last_contact_ended_at=AT - 20)

    assert taken(a_picture([a_contact()], [desk])) == {1: ALICE}
    assert taken(a_picture([a_contact()], [desk]), Policy(version=2, rest_seconds=21)) == {}
    assert why_not(a_contact(), desk, POLICY, NOW) is None


def test_a_desk_with_room_for_three_is_given_one_at_a_time() -> None:
    assert taken(a_picture([a_contact(1), a_contact(2), a_contact(3)], [a_desk()])) == {1: ALICE}


def test_nobody_waiting_or_nobody_there_is_no_decision() -> None:
    assert decide(a_picture([], [a_desk()]), POLICY, NOW) == []
    assert decide(a_picture([a_contact()], []), POLICY, NOW) == []
    assert decide(a_picture([], []), POLICY, NOW) == []


# --- Who is preferred --------------------------------------------------------------------------------------


def test_whoever_knows_the_customer_is_preferred() -> None:
    picture = a_picture([a_contact(known_adviser_id=BOB)], [a_desk(ALICE), a_desk(BOB, room=2, load=4)])

    assert taken(picture) == {1: BOB}


def test_the_adviser_asked_for_comes_before_the_one_who_knows() -> None:
    picture = a_picture(
        [a_contact(known_adviser_id=BOB, asked_for_id=CHLOE)], [a_desk(who) for who in (ALICE, BOB, CHLOE)]
    )

    assert taken(picture) == {1: CHLOE}


def test_a_better_level_is_preferred() -> None:
    contact = a_contact(skill_ids=frozenset({T12}))

    assert taken(a_picture([contact], [a_desk(ALICE, skills={T12: 2}), a_desk(BOB, skills={T12: 5})])) == {
        1: BOB
    }


def test_the_emptier_desk_by_effort_is_preferred() -> None:
    assert taken(a_picture([a_contact()], [a_desk(ALICE, room=2, load=4), a_desk(BOB, room=4, load=2)])) == {
        1: BOB
    }


def test_between_like_desks_it_is_the_turn_of_who_has_rested_longest() -> None:
    desks = [a_desk(ALICE, last_contact_ended_at=AT - 60), a_desk(BOB, last_contact_ended_at=AT - 1800)]

    assert taken(a_picture([a_contact()], desks)) == {1: BOB}


def test_whoever_waited_longer_against_the_promise_goes_first() -> None:
    patient = a_contact(1, waiting_since=AT - 600, promised_by=AT + 3000)
    pressed = a_contact(2, waiting_since=AT - 100, promised_by=AT + 20)

    assert taken(a_picture([patient, pressed], [a_desk()])) == {2: ALICE}


def test_without_a_promise_waiting_is_measured_against_the_ordinary_delay() -> None:
    picture = a_picture([a_contact(waiting_since=AT - 300, promised_by=None)], [a_desk()])

    assert decide(picture, POLICY, NOW)[0].score == 1_000 + 500 + 100 + 30


def test_waiting_weighs_no_more_after_twenty_delays_nor_before_it_began() -> None:
    forgotten = a_contact(1, waiting_since=AT - 10**6, promised_by=AT - 10**6 + 60)
    early = a_contact(1, waiting_since=AT + 60, promised_by=AT + 120)

    assert decide(a_picture([forgotten], [a_desk()]), POLICY, NOW)[0].score == 1_000 + 20_000 + 100 + 30
    assert decide(a_picture([early], [a_desk()]), POLICY, NOW)[0].score == 1_000 + 100 + 30


def test_a_request_for_a_person_goes_before_any_wait() -> None:
    forgotten = a_contact(
        1, waiting_since=AT - 10**6, promised_by=AT - 10**6 + 60, known_adviser_id=ALICE, asked_for_id=ALICE
    )
    asks = a_contact(2, waiting_since=AT, promised_by=AT + 120, wants_person=True)

    assert taken(a_picture([forgotten, asks], [a_desk()])) == {2: ALICE}


def test_two_are_answered_rather_than_one_well_matched() -> None:
    """Alice knows the first, and is the only one who could take the second."""
    first = a_contact(1, known_adviser_id=ALICE)
    second = a_contact(2, brand_id=CREDIT, waiting_since=AT)
    desks = [a_desk(ALICE, brand_ids=frozenset({NETNET, CREDIT})), a_desk(BOB)]

    assert taken(a_picture([first], desks)) == {1: ALICE}
    assert taken(a_picture([first, second], desks)) == {1: BOB, 2: ALICE}


def test_being_known_is_worth_half_a_promised_delay_in_the_queue() -> None:
    known = a_contact(1, waiting_since=AT - 60, promised_by=AT + 120, known_adviser_id=ALICE)
    a_little_longer = a_contact(2, waiting_since=AT - 149, promised_by=AT + 31)
    much_longer = a_contact(2, waiting_since=AT - 151, promised_by=AT + 29)

    assert taken(a_picture([known, a_little_longer], [a_desk()])) == {1: ALICE}
    assert taken(a_picture([known, much_longer], [a_desk()])) == {2: ALICE}


def test_equals_go_by_id() -> None:
    assert taken(a_picture([a_contact(2), a_contact(1)], [a_desk(ALICE)])) == {1: ALICE}
    assert taken(a_picture([a_contact()], [a_desk(BOB), a_desk(ALICE)])) == {1: ALICE}


def test_the_runner_up_is_the_best_of_those_left_without_a_new_contact() -> None:
    picture = a_picture(
        [a_contact(1, known_adviser_id=ALICE), a_contact(2, known_adviser_id=BOB)],
        [a_desk(ALICE), a_desk(BOB), a_desk(CHLOE, room=2, load=4)],
    )

    assert {decision.runner_up_id for decision in decide(picture, POLICY, NOW)} == {CHLOE}


# --- Any picture -------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(pictures)
def test_no_decision_breaks_a_hard_rule_or_fills_a_desk_twice(snapshot: Snapshot) -> None:
    decisions = decide(snapshot, POLICY, NOW)

    for decision in decisions:
        desk, contact = snapshot.desk(decision.adviser_id), snapshot.contact(decision.contact_id)
        assert why_not(contact, desk, POLICY, NOW) is None
        assert desk.room >= contact.effort
    assert len({decision.adviser_id for decision in decisions}) == len(decisions)
    assert len({decision.contact_id for decision in decisions}) == len(decisions)


@settings(max_examples=100, deadline=None)
@given(pictures, st.randoms(use_true_random=False))
def test_the_order_in_which_the_picture_is_told_does_not_matter(snapshot: Snapshot, random: Any) -> None:
    contacts, desks = list(snapshot.contacts), list(snapshot.desks)
    random.shuffle(contacts)
    random.shuffle(desks)

    assert decide(a_picture(contacts, desks), POLICY, NOW) == decide(snapshot, POLICY, NOW)


@settings(max_examples=150, deadline=None)
@given(pictures)
def test_nobody_waits_while_a_desk_left_without_a_contact_could_take_them(snapshot: Snapshot) -> None:
    decisions = decide(snapshot, POLICY, NOW)
    given_contacts = {decision.contact_id for decision in decisions}
    given_desks = {decision.adviser_id for decision in decisions}

    idle = [desk for desk in snapshot.desks if desk.id not in given_desks]
    for contact in snapshot.contacts:
        if contact.id not in given_contacts:
            assert all(why_not(contact, desk, POLICY, NOW) for desk in idle)


@settings(max_examples=100, deadline=None)
@given(pictures)
def test_one_who_asks_for_a_person_never_makes_room_for_one_who_does_not(snapshot: Snapshot) -> None:
    """As many of those who ask are served as if they were alone in the picture."""
    asking = tuple(contact for contact in snapshot.contacts if contact.wants_person)
    alone = decide(Snapshot(asking, snapshot.desks), POLICY, NOW)
    ids = {contact.id for contact in asking}

    served = [decision for decision in decide(snapshot, POLICY, NOW) if decision.contact_id in ids]

    assert len(served) == len(alone)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_for_a_contact_alone_the_runner_up_is_who_is_chosen_without_the_chosen(seed: int) -> None:
    snapshot = drawn_picture(seed, 1, 8)
    for decision in decide(snapshot, POLICY, NOW):
        others = tuple(desk for desk in snapshot.desks if desk.id != decision.adviser_id)
        otherwise = decide(Snapshot(snapshot.contacts, others), POLICY, NOW)
        assert [one.adviser_id for one in otherwise] == (
            [decision.runner_up_id] if decision.runner_up_id else []
        )


@settings(max_examples=60, deadline=None)
@given(pictures, st.integers(0, 600))
def test_waiting_longer_never_gives_fewer_people_an_answer(snapshot: Snapshot, seconds: int) -> None:
    rested = tuple(replace(desk, last_contact_ended_at=None) for desk in snapshot.desks)
    picture = Snapshot(snapshot.contacts, rested)
    later = decide(picture, POLICY, NOW + timedelta(seconds=seconds))

    assert bool(later) == bool(decide(picture, POLICY, NOW))


# --- Values ------------------------------------------------------------------------------------------------


def test_a_picture_holds_each_contact_and_each_desk_once() -> None:
    with pytest.raises(ValueError, match="contact"):
        a_picture([a_contact(), a_contact()], [])
    with pytest.raises(ValueError, match="desk"):
        a_picture([], [a_desk(), a_desk()])


def test_a_picture_finds_by_number() -> None:
    picture = a_picture([a_contact(1)], [a_desk(BOB)])

    assert (picture.contact(1).id, picture.desk(BOB).id) == (1, BOB)
    with pytest.raises(KeyError):
        picture.desk(ALICE)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        decide(a_picture([], []), POLICY, datetime(2026, 11, 20))  # noqa: DTZ001 -- what is refused


def test_no_rule_can_read_what_does_not_count() -> None:
    """Handling times, ratings, seniority… are not in the picture: this is all there is."""
    assert set(Desk.__slots__) == {
        "id", "brand_ids", "channels", "languages", "skills", "room", "load", "capacity",
        "last_contact_ended_at", "is_present",
    }  # fmt: skip
    assert set(Contact.__slots__) == {
        "id", "brand_id", "channel", "language", "skill_ids", "waiting_since", "promised_by", "effort",
        "known_adviser_id", "asked_for_id", "wants_person", "excluded_adviser_ids",
    }  # fmt: skip


def test_weights_change_who_is_chosen() -> None:
    contact = a_contact(skill_ids=frozenset({T12}))
    desks = [a_desk(ALICE, skills={T12: 5}, room=2, load=4), a_desk(BOB, skills={T12: 1})]
    balance = Policy(version=2, weights=Weights(skill=0))

    assert taken(a_picture([contact], desks)) == {1: ALICE}
    assert taken(a_picture([contact], desks), balance) == {1: BOB}
