"""How long a wait will be, as a range that is honest about what is not known.

A plain estimate (those ahead, the places, how long a contact keeps one), corrected by what recent waits came
to, and as wide as they surprised.  The method, and what it was measured at: docs/algorithms/waiting.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, log1p

import numpy as np

from .policy import Policy
from .reasons import obstacles
from .table import NOBODY, Bools, Ints, Table, tabulate
from .values import Contact, Snapshot

TARGET = 0.85  # the share of true waits that are to fall inside their range
TAILS = (0.04, 0.96)  # wider than the target: the hours to come are never quite like the last ones
ORDINARY_SECONDS = 600  # how long a contact keeps its place, before anything is known
ORDINARY_SURPRISES = np.linspace(
    -1.5, 1.0, 10
)  # before anything is known: from a quarter to nearly three times
PATIENCE_SECONDS = 1_200
GRAIN_SECONDS = 60  # under a minute a surprise counts for less
STEP_SECONDS = 30  # a range is told in half minutes
RECENT, MANY, LAST = (
    30,
    250,
    100,
)  # outcomes looked at: for the level, for the surprises, for the share inside
FIRST = -(2**40)  # due before anybody


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contact stands among those who wait.

    ahead: how many go before it; one that may well go elsewhere counts in part.
    places: how many such contacts the desks present hold together.  free: how many more they could take now.
    """

    ahead: int
    places: int
    free: int


@dataclass(frozen=True, slots=True)
class Range:
    """A wait as it is announced: from `low_seconds` to `high_seconds`.

    ahead, estimate_seconds: what it was made from, to be kept with it until the outcome is known.
    """

    low_seconds: int
    high_seconds: int
    ahead: int
    estimate_seconds: int

    def holds(self, waited_seconds: float) -> bool:
        """Whether the wait fell inside."""
        return self.low_seconds <= waited_seconds <= self.high_seconds


@dataclass(frozen=True, slots=True)
class Outcome:
    """A range that was announced, and how long the wait for somebody was."""

    announced: Range
    waited_seconds: int


def standing(contact: Contact, snapshot: Snapshot, policy: Policy) -> Standing:
    """Where this contact, which may already be one of those who wait, stands before the desks present."""
    others = tuple(other for other in snapshot.contacts if other.id != contact.id)
    present = tuple(desk for desk in snapshot.desks if desk.is_present)
    picture = Snapshot((*others, contact), present)
    row = picture.contacts.index(contact)
    table = tabulate(picture)
    able = _able_once_free(table)
    due = _due(table, able, policy)
    is_before = (due < due[row]) | ((due == due[row]) & (np.arange(len(due)) < row))
    shares = (able & able[row]).sum(axis=1) / np.maximum(able.sum(axis=1), 1)
    effort = max(contact.effort, 1)
    return Standing(
        ahead=round(float(shares[is_before].sum())),
        places=int((table.capacity // effort)[able[row]].sum()),
        free=int((np.maximum(table.room, 0) // effort)[able[row]].sum()),
    )


def expected_wait(
    where: Standing,
    *,
    occupations: Sequence[int],
    outcomes: Sequence[Outcome],
    patience_seconds: int = PATIENCE_SECONDS,
) -> Range | None:
    """The range to announce; None when nobody present could ever take the contact: nothing can be said.

    occupations: how long recent contacts of this queue kept their place, in seconds; a hundred are enough.
    outcomes: recent announcements of this queue whose wait is over, oldest first; MANY are enough.
    patience_seconds: after how long people give up, on average (waiting time in all ÷ people who gave up).
    """
    if not where.places:
        return None
    if where.free > where.ahead:
        return Range(0, 2 * STEP_SECONDS, where.ahead, 0)
    estimate = estimated_seconds(where, occupations, patience_seconds)
    known = [outcome for outcome in outcomes[-MANY:] if outcome.announced.estimate_seconds]
    correction = _correction(known[-RECENT:])
    level = estimate * correction
    low, high = np.quantile(_surprises(known, correction), _tails(known[-LAST:]))
    steadiness = _steadiness(where.ahead)
    soonest = _told(_spread(level, low / steadiness))
    return Range(
        low_seconds=soonest,
        high_seconds=max(_told(_spread(level, high / steadiness)), soonest + STEP_SECONDS),
        ahead=where.ahead,
        estimate_seconds=max(round(estimate), 1),
    )


def estimated_seconds(where: Standing, occupations: Sequence[int], patience_seconds: int) -> float:
    """The time for those ahead, and this one, to get a place, if all places were taken and freed evenly.

    People ahead who give up make it shorter: with n ahead leaving at a rate of n ÷ patience, the plain time t
    becomes patience × ln(1 + t ÷ patience).
    """
    kept = [ORDINARY_SECONDS] * 5 + list(occupations[-100:])
    plain = (where.ahead + 1) * sum(kept) / len(kept) / where.places
    return patience_seconds * log1p(plain / patience_seconds)


def _able_once_free(table: Table) -> Bools:
    """Who could take whom with room and rest; shape (contacts, desks)."""
    against = obstacles(table, 0, 0)
    return ~(against.brand | against.channel | against.language | against.skill | against.declined)


def _due(table: Table, able: Bools, policy: Policy) -> Ints:
    """When each contact's turn is due, in seconds since 1970: the earliest goes first.

    That is the promised answer, as waiting weighs most in routing; sooner for one who is known or asks for
    somebody present, by what these reasons are worth in delays; first of all for a request for a person.
    """
    delay = np.where(table.promised > 0, table.promised - table.since, policy.unpromised_seconds)
    lead = policy.weights.known * _is_there(table.known, able)
    lead += policy.weights.asked_for * _is_there(table.asked, able)
    due: Ints = table.since + delay - delay * lead // max(policy.weights.waiting, 1)
    return np.where(table.wants_person, due + FIRST, due)


def _is_there(column: Ints, able: Bools) -> Bools:
    """Whether the desk at this column of each row is one that could take it."""
    is_there = np.zeros(len(column), np.bool_)
    rows = np.flatnonzero(column != NOBODY)
    is_there[rows] = able[rows, column[rows]]
    return is_there


def _correction(outcomes: Sequence[Outcome]) -> float:
    """What recent waits came to, against what had been estimated; ten minutes of guesses count with them."""
    waited = sum(outcome.waited_seconds for outcome in outcomes)
    estimated = sum(outcome.announced.estimate_seconds for outcome in outcomes)
    return (waited + ORDINARY_SECONDS) / (estimated + ORDINARY_SECONDS)


def _surprises(outcomes: Sequence[Outcome], correction: float) -> list[float]:
    """How far each wait was from its estimate, as a logarithm, on a scale where all are alike."""
    surprises = [
        log(
            (outcome.waited_seconds + GRAIN_SECONDS)
            / (outcome.announced.estimate_seconds * correction + GRAIN_SECONDS)
        )
        * _steadiness(outcome.announced.ahead)
        for outcome in outcomes
    ]
    return [*ORDINARY_SURPRISES, *surprises]


def _steadiness(ahead: int) -> float:
    """How much steadier a wait is behind many; chance alone would say the square root, the days say less."""
    return float((ahead + 1) ** 0.25)


def _spread(level: float, surprise: float) -> float:
    return (level + GRAIN_SECONDS) * exp(surprise) - GRAIN_SECONDS


def _tails(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """Which surprises to leave out: fewer when too few of the last waits fell inside, and the reverse."""
    inside = sum(outcome.announced.holds(outcome.waited_seconds) for outcome in outcomes)
    lacking = TARGET - (inside + 20 * TARGET) / (len(outcomes) + 20)
    low, high = TAILS
    return max(low - lacking, 0.005), min(high + lacking, 0.995)


def _told(seconds: float) -> int:
    return max(round(seconds / STEP_SECONDS), 0) * STEP_SECONDS
