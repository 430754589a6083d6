"""Reasons that add up, who otherwise, why not the others, and what is missing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.routing.drawn import (
    ALICE,
    AT,
    BOB,
    CHLOE,
    CREDIT,
    NOW,
    POLICY,
    T12,
    a_contact,
    a_desk,
    a_picture,
    drawn_picture,
)

from visavis.engine.routing import (
    NOT_COUNTED,
    Missing,
    Policy,
    Reason,
    Snapshot,
    Weights,
    candidate,
    decide,
    explain,
    missing,
    why_not,
)
from visavis.engine.routing.reasons import Points

pictures = st.builds(drawn_picture, st.integers(0, 10**6), st.integers(0, 7), st.integers(0, 9))


def test_why_me_gives_the_reasons_heaviest_first_with_their_facts() -> None:
    contact = a_contact(skill_ids=frozenset({T12}), known_adviser_id=ALICE)
    picture = a_picture(
        [contact],
        [a_desk(ALICE, skills={T12: 4}, room=4, load=2), a_desk(BOB, skills={T12: 3}), a_desk(CHLOE)],
    )
    (decision,) = decide(picture, POLICY, NOW)

    why = explain(picture, POLICY, NOW, decision)

    assert why.chosen.adviser_id == ALICE
    assert why.chosen.reasons == (
        Reason("free", 1_000, {}),
        Reason("known", 500, {"adviser_id": ALICE}),
        Reason("waiting", 333, {"waited_seconds": 60, "promised_seconds": 180}),
        Reason("skill", 200, {"skill_ids": (T12,), "levels": (4,)}),
        Reason("room", 60, {"room": 4, "load": 2, "capacity": 6}),
        Reason("turn", 30, {}),
    )
    assert why.runner_up == candidate(contact, picture.desk(BOB), POLICY, NOW)
    assert why.unable == ((CHLOE, "skill"),)
    assert why.not_counted == NOT_COUNTED
    assert (why.contact_id, why.policy_version) == (1, 1)


def test_a_reason_says_whether_it_is_about_the_contact_or_the_desk() -> None:
    reasons = candidate(a_contact(wants_person=True, asked_for_id=ALICE), a_desk(), POLICY, NOW).reasons

    assert {reason.code: reason.side for reason in reasons} == {
        "wants_person": "contact",
        "asked_for": "desk",
        "free": "contact",
        "waiting": "contact",
        "room": "desk",
        "turn": "desk",
    }


def test_without_a_promise_the_ordinary_delay_is_told() -> None:
    reasons = candidate(a_contact(promised_by=None), a_desk(), POLICY, NOW).reasons

    assert next(reason.facts for reason in reasons if reason.code == "waiting") == {
        "waited_seconds": 60,
        "promised_seconds": 600,
    }


def test_how_long_an_adviser_had_no_contact_is_in_no_fact() -> None:
    reasons = candidate(a_contact(), a_desk(last_contact_ended_at=AT - 4321), POLICY, NOW).reasons

    assert not any(4321 in reason.facts.values() for reason in reasons)
    assert next(reason.facts for reason in reasons if reason.code == "turn") == {}


def test_each_weight_of_a_policy_is_a_reason() -> None:
    assert Weights._fields == Points._fields


@settings(max_examples=100, deadline=None)
@given(pictures)
def test_reasons_add_up_to_the_score_of_the_chosen_and_of_the_runner_up(snapshot: Snapshot) -> None:
    for decision in decide(snapshot, POLICY, NOW):
        why = explain(snapshot, POLICY, NOW, decision)
        assert sum(reason.weight for reason in why.chosen.reasons) == why.chosen.score == decision.score
        assert all(reason.weight > 0 for reason in why.chosen.reasons)
        assert (why.runner_up and why.runner_up.adviser_id) == decision.runner_up_id
        if why.runner_up:
            assert sum(reason.weight for reason in why.runner_up.reasons) == why.runner_up.score


@settings(max_examples=100, deadline=None)
@given(pictures)
def test_each_unable_desk_has_the_code_of_why_not(snapshot: Snapshot) -> None:
    for decision in decide(snapshot, POLICY, NOW):
        contact = snapshot.contact(decision.contact_id)
        codes = {desk.id: why_not(contact, desk, POLICY, NOW) for desk in snapshot.desks}
        assert dict(explain(snapshot, POLICY, NOW, decision).unable) == {
            number: code for number, code in codes.items() if code
        }


# --- What is missing ---------------------------------------------------------------------------------------


def test_nothing_is_missing_when_somebody_can_even_after_a_rest() -> None:
    assert missing(a_contact(), a_picture([], [a_desk(last_contact_ended_at=AT)])) is None


def test_the_nearest_desks_say_what_is_missing() -> None:
    contact = a_contact(skill_ids=frozenset({T12, 8}))
    desks = [
        a_desk(ALICE, skills={8: 3}),
        a_desk(BOB, skills={8: 5}),
        a_desk(CHLOE, skills={T12: 1, 8: 1}, room=0, is_present=False),
    ]

    assert missing(contact, a_picture([], desks)) == Missing(("skill",), (T12,), (ALICE, BOB))


def test_the_kind_of_gap_that_most_desks_have_is_told() -> None:
    desks = [a_desk(ALICE, is_present=False), a_desk(BOB, room=1), a_desk(CHLOE, room=0)]

    assert missing(a_contact(), a_picture([], desks)) == Missing(("room",), (), (BOB, CHLOE))


def test_several_things_may_be_missing_at_once() -> None:
    contact = a_contact(brand_id=CREDIT, language="en")

    assert missing(contact, a_picture([], [a_desk()])) == Missing(("brand", "language"), (), (ALICE,))


def test_where_there_is_no_desk_at_all_everything_is_missing() -> None:
    assert missing(a_contact(skill_ids=frozenset({T12})), a_picture([], [])) == Missing((), (T12,), ())


@pytest.mark.parametrize("rest_seconds", [10, 3600])
def test_rest_is_not_something_missing(rest_seconds: int) -> None:
    desk, policy = a_desk(last_contact_ended_at=AT - 5), Policy(version=1, rest_seconds=rest_seconds)

    assert why_not(a_contact(), desk, policy, NOW) == "resting"
    assert missing(a_contact(), a_picture([], [desk])) is None
