"""Announced waits: each part by an example, then whole days, where the truth is known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.routing.day import WORLDS, Day
from tests.engine.routing.drawn import (
    ALICE,
    AT,
    BOB,
    CHLOE,
    CREDIT,
    LOCACAR,
    NETNET,
    POLICY,
    a_contact,
    a_desk,
    a_picture,
    drawn_picture,
)

from visavis.engine.routing.waiting import (
    TOLD_SECONDS,
    Outcome,
    Range,
    Standing,
    estimated_seconds,
    expected_wait,
    standing,
)

A_QUEUE = Standing(ahead=9, places=10, free=0)


# --- Where one stands --------------------------------------------------------------------------------------


def test_those_whose_answer_is_due_sooner_are_ahead() -> None:
    me = a_contact(1)
    sooner, later = a_contact(2, promised_by=AT + 119), a_contact(3, promised_by=AT + 121)

    assert standing(me, a_picture([me, sooner, later], [a_desk()]), POLICY) == Standing(
        ahead=1, places=3, free=3
    )


def test_between_equals_the_first_number_is_ahead() -> None:
    assert standing(a_contact(2), a_picture([a_contact(1), a_contact(3)], [a_desk()]), POLICY).ahead == 1


def test_a_contact_counts_once_whether_or_not_it_is_in_the_picture() -> None:
    me, desks = a_contact(5), [a_desk()]

    assert standing(me, a_picture([a_contact(1), me], desks), POLICY) == standing(
        me, a_picture([a_contact(1)], desks), POLICY
    )


def test_a_request_for_a_person_is_ahead_of_all() -> None:
    asks = a_contact(9, wants_person=True, waiting_since=AT, promised_by=AT + 10_000)

    assert standing(a_contact(1), a_picture([asks], [a_desk()]), POLICY).ahead == 1
    assert standing(asks, a_picture([a_contact(1)], [a_desk()]), POLICY).ahead == 0


def test_who_is_known_by_somebody_present_stands_half_a_delay_sooner() -> None:
    known = a_contact(2, promised_by=AT + 200, waiting_since=AT - 60, known_adviser_id=ALICE)
    stranger = replace(known, known_adviser_id=BOB)

    assert standing(a_contact(1), a_picture([known], [a_desk()]), POLICY).ahead == 1
    assert standing(a_contact(1), a_picture([stranger], [a_desk()]), POLICY).ahead == 0


def test_those_for_other_desks_are_not_ahead_and_those_for_both_count_in_part() -> None:
    """Of ten for Locacar, one desk of two can also take Netnet: five are expected there."""
    desks = [
        a_desk(ALICE, brand_ids=frozenset({NETNET, LOCACAR})),
        a_desk(BOB, brand_ids=frozenset({LOCACAR})),
    ]
    others = [a_contact(number, brand_id=LOCACAR, promised_by=AT) for number in range(10, 20)]
    elsewhere = [a_contact(number, brand_id=CREDIT, promised_by=AT) for number in range(20, 30)]

    assert standing(a_contact(1), a_picture(others + elsewhere, desks), POLICY) == Standing(
        ahead=5, places=3, free=3
    )


def test_the_desk_before_which_few_stand_counts_for_more() -> None:
    """Nobody stands before one desk, nine halves before the other: a mean of 2 ÷ (1 + 1 ÷ 5.5) is one ahead."""
    desks = [
        a_desk(ALICE, brand_ids=frozenset({NETNET})),
        a_desk(BOB, brand_ids=frozenset({NETNET, LOCACAR})),
        a_desk(CHLOE, brand_ids=frozenset({LOCACAR})),
    ]
    others = [a_contact(number, brand_id=LOCACAR, promised_by=AT) for number in range(10, 19)]

    assert standing(a_contact(1), a_picture(others, desks), POLICY) == Standing(ahead=1, places=6, free=6)


def test_places_are_those_of_desks_present_that_can_take_it_by_effort() -> None:
    desks = [
        a_desk(ALICE, room=1, load=5),
        a_desk(BOB, capacity=5, room=5),
        a_desk(CHLOE, is_present=False),
        a_desk(104, languages=frozenset({"en"})),
    ]

    assert standing(a_contact(), a_picture([], desks), POLICY) == Standing(ahead=0, places=5, free=2)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 8), st.integers(0, 8))
def test_the_people_ahead_are_among_those_who_wait(seed: int, contacts: int, desks: int) -> None:
    snapshot = drawn_picture(seed, contacts, desks)

    for contact in snapshot.contacts:
        where = standing(contact, snapshot, POLICY)
        assert 0 <= where.ahead < contacts
        assert 0 <= where.free <= where.places


# --- The estimate and the range ----------------------------------------------------------------------------


def test_the_plain_estimate_is_the_time_for_so_many_places_to_come_free() -> None:
    """Ten to be served, ten places, each kept 600 s on average: 600 s if nobody ever gave up."""
    assert round(estimated_seconds(A_QUEUE, [600] * 100, patience_seconds=10**9)) == 600
    assert round(estimated_seconds(A_QUEUE, [], patience_seconds=10**9)) == 600


def test_places_already_free_go_to_those_ahead() -> None:
    """Four of the ten are seen to at once: six places must come free."""
    some_free = replace(A_QUEUE, free=4)

    assert round(estimated_seconds(some_free, [600] * 100, patience_seconds=10**9)) == 360


def test_people_ahead_who_give_up_make_it_shorter() -> None:
    """600 s of work before people who stay 1,200 s on average: 1,200 × ln 1.5."""
    assert round(estimated_seconds(A_QUEUE, [600] * 100, patience_seconds=1200)) == 487


def test_nothing_is_announced_when_nobody_could_ever_come() -> None:
    assert expected_wait(Standing(3, 0, 0), occupations=[], outcomes=[]) is None


def test_who_finds_a_free_place_is_told_less_than_a_minute() -> None:
    told = expected_wait(Standing(ahead=1, places=6, free=2), occupations=[], outcomes=[])

    assert told == Range(low_seconds=0, high_seconds=60, ahead=1, estimate_seconds=0)


def test_on_the_first_day_the_range_is_wide_and_says_so() -> None:
    told = expected_wait(A_QUEUE, occupations=[], outcomes=[])

    assert told == Range(low_seconds=240, high_seconds=720, ahead=9, estimate_seconds=507)


def test_the_range_follows_what_waits_came_to() -> None:
    """Estimated 507 s, two hundred times it was 244: the next range is as short as one says."""
    outcomes = [Outcome(Range(210, 810, 9, 507), 244)] * 200

    told = expected_wait(A_QUEUE, occupations=[], outcomes=outcomes)

    assert told == Range(low_seconds=240, high_seconds=300, ahead=9, estimate_seconds=507)


@pytest.mark.parametrize("times", [0.25, 4.0])
def test_an_estimate_that_is_always_wrong_is_set_right(times: float) -> None:
    """Desks are four times as quick, or as slow, as is believed: after a hundred waits it no longer shows."""
    outcomes = [Outcome(Range(240, 720, 9, 500), round(500 * times) + n) for n in range(-30, 30)] * 2

    told = expected_wait(A_QUEUE, occupations=[], outcomes=outcomes)

    assert told
    assert told.holds(507 * times)


def test_when_waits_fall_outside_the_range_widens() -> None:
    waits = [120, 240, 360, 480, 600, 720] * 30
    inside = [Outcome(Range(0, 900, 9, 507), waited) for waited in waits]
    outside = [Outcome(Range(420, 430, 9, 507), waited) for waited in waits]

    calm = expected_wait(A_QUEUE, occupations=[], outcomes=inside)
    caught_out = expected_wait(A_QUEUE, occupations=[], outcomes=outside)

    assert calm
    assert caught_out
    assert caught_out.high_seconds - caught_out.low_seconds > calm.high_seconds - calm.low_seconds


outcomes = st.lists(
    st.builds(
        lambda low, width, ahead, estimate, waited: Outcome(Range(low, low + width, ahead, estimate), waited),
        st.integers(0, 3000),
        st.integers(30, 3000),
        st.integers(0, 60),
        st.integers(0, 3000),
        st.integers(0, 6000),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(
    st.builds(Standing, ahead=st.integers(0, 500), places=st.integers(1, 900), free=st.integers(0, 3)),
    st.lists(st.integers(1, 7200), max_size=20),
    outcomes,
)
def test_a_range_always_goes_from_one_length_that_people_say_to_a_longer_one(
    where: Standing, kept: list[int], known: list[Outcome]
) -> None:
    told = expected_wait(where, occupations=kept, outcomes=known)

    assert told
    assert told.low_seconds < told.high_seconds
    assert {told.low_seconds, told.high_seconds} <= set(TOLD_SECONDS)
    assert (told.estimate_seconds == 0) is (where.free > where.ahead)


# --- Whole days --------------------------------------------------------------------------------------------

MANY_WAITS = 200  # fewer in a day, and their share says more of chance than of the method
FAR_ENOUGH = 12  # people ahead: behind fewer, chance and whole minutes may be as wide as the wait


def test_over_a_simulated_day_the_truth_is_inside_eight_or_nine_times_in_ten() -> None:
    day = Day(seed=9, world=WORLDS["busy"]).play()

    assert len(day.announced) > 1_000
    assert 0.80 <= day.inside / len(day.announced) <= 0.90
    assert day.median_width < day.median_wait


def test_on_a_quiet_day_most_wait_less_than_a_minute_and_the_others_are_told_of_few() -> None:
    day = Day(seed=2, world=WORLDS["quiet"]).play()

    assert day.median_wait_of_all < 60
    assert 0.80 <= day.inside / len(day.announced) <= 0.90
    assert day.median_width <= 180


@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_over_twenty_days_of_each_world_every_day_holds(name: str) -> None:
    """The seeds are others than those the method was chosen on."""
    days = [Day(seed=seed, world=WORLDS[name]).play() for seed in range(20, 40)]
    full = [day for day in days if len(day.announced) >= MANY_WAITS]
    busy = [day for day in full if day.median_wait_of_all > 60 and day.median_ahead > FAR_ENOUGH]

    shares = {day.seed: day.inside / len(day.announced) for day in full}
    together = sum(day.inside for day in days) / sum(len(day.announced) for day in days)

    assert 0.80 <= together <= 0.90
    assert {seed: share for seed, share in shares.items() if not 0.80 <= share <= 0.90} == {}
    assert [day.seed for day in busy if day.median_width >= day.median_wait] == []
