"""The assignment is the best there is: against every possibility when few, against greed when many."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.engine.routing.assignment import NONE, Market, assign, enter

if TYPE_CHECKING:
    from visavis.engine.routing.table import Ints, Scores


def total(scores: Scores, held: Ints) -> int:
    return sum(int(scores[contact, desk]) for contact, desk in enumerate(held) if desk != NONE)


def best_of_all(scores: Scores) -> int:
    """Try everything."""

    @cache
    def best(contact: int, taken: int) -> int:
        if contact == scores.shape[0]:
            return 0
        choices = [best(contact + 1, taken)]
        choices += [
            int(scores[contact, desk]) + best(contact + 1, taken | 1 << desk)
            for desk in range(scores.shape[1])
            if scores[contact, desk] > 0 and not taken >> desk & 1
        ]
        return max(choices)

    return best(0, 0)


def greedy(scores: Scores) -> int:
    """The highest score, then the highest of what is left."""
    left, gained = scores.copy(), 0
    while left.size and left.max() > 0:
        contact, desk = np.unravel_index(left.argmax(), left.shape)
        gained += int(left[contact, desk])
        left[contact, :] = left[:, desk] = 0
    return gained


def drawn_scores(random: np.random.Generator, contacts: int, desks: int) -> Scores:
    highest = random.choice([2, 4, 30, 5_000, 10_000_000])
    able = random.random((contacts, desks)) < random.choice([0.2, 0.6, 1.0])
    drawn: Scores = (random.integers(1, highest, (contacts, desks)) * able).astype(np.int32)
    return drawn


def is_an_assignment(scores: Scores, held: Ints) -> bool:
    desks = [desk for desk in held if desk != NONE]
    return len(set(desks)) == len(desks) and all(
        scores[contact, desk] > 0 for contact, desk in enumerate(held) if desk != NONE
    )


def test_a_contact_gives_its_best_desk_up_when_together_they_gain_more() -> None:
    scores = np.array([[10, 9], [10, 1]], np.int32)

    assert assign(scores).tolist() == [1, 0]


def test_a_contact_that_nobody_can_take_waits() -> None:
    assert assign(np.array([[0, 0], [3, 0]], np.int32)).tolist() == [NONE, 0]


def test_the_first_of_equals_comes_first() -> None:
    assert assign(np.full((1, 3), 5, np.int32)).tolist() == [0]
    assert assign(np.full((3, 1), 5, np.int32)).tolist() == [0, NONE, NONE]


@pytest.mark.parametrize(("contacts", "desks"), [(0, 0), (0, 3), (3, 0)])
def test_nobody_or_no_desk_gives_nothing(contacts: int, desks: int) -> None:
    assert assign(np.zeros((contacts, desks), np.int32)).tolist() == [NONE] * contacts


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_up_to_six_by_six_the_sum_is_the_best_of_all(contacts: int, desks: int, seed: int) -> None:
    scores = drawn_scores(np.random.default_rng(seed), contacts, desks)

    held = assign(scores)

    assert is_an_assignment(scores, held)
    assert total(scores, held) == best_of_all(scores)


def test_on_ten_thousand_tables_the_sum_is_never_below_greeds() -> None:
    random = np.random.default_rng(18)
    better = 0
    for _ in range(10_000):
        scores = drawn_scores(random, int(random.integers(1, 9)), int(random.integers(1, 9)))
        gained = total(scores, assign(scores))
        assert gained >= greedy(scores)
        better += gained > greedy(scores)

    assert better > 1_000, "otherwise greed would do"


@pytest.mark.parametrize("shape", [(60, 200), (80, 80), (150, 40)])
@pytest.mark.parametrize("seed", range(3))
def test_large_tables_carry_the_proof_that_nothing_better_exists(shape: tuple[int, int], seed: int) -> None:
    """The prices are the proof: no contact would gain elsewhere, and desks left free cost nothing."""
    scores = drawn_scores(np.random.default_rng(seed), *shape)
    contacts, desks = shape
    market = Market(
        np.full(contacts, NONE), np.full(desks, NONE), np.zeros(contacts, np.int32), np.zeros(desks, np.int32)
    )

    for contact in range(contacts):
        enter(market, scores, contact)

    offers = np.where(scores > 0, scores - market.price, 0)
    assert (market.gain.reshape(-1, 1) >= offers).all()
    assert (market.price[market.holder == NONE] == 0).all()
    assert (market.gain[market.held == NONE] == 0).all()
    assert total(scores, market.held) == market.gain.sum() + market.price.sum()
    assert total(scores, assign(scores)) == total(scores, market.held)
