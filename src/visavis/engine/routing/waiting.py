"""How long a wait will be, as a range that is honest about what is not known.

A plain estimate (those ahead, the places, how long a contact keeps one), and around it the shortest range one
would say that holds enough of what recent waits make plausible.  The method, and what it was measured at:
docs/algorithms/waiting.md.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, log, log1p, sqrt
from statistics import NormalDist

import numpy as np

from .policy import Policy
from .reasons import obstacles
from .table import NOBODY, Bools, Ints, Table, tabulate
from .values import Contact, Snapshot

MINUTE, HOUR, DAY = 60, 3_600, 86_400
TOLD_SECONDS: tuple[int, ...] = (
    *(minutes * MINUTE for minutes in (*range(10), *range(10, 20, 2), *range(20, 60, 5))),
    *(hours * HOUR for hours in range(1, 24)),
    *(days * DAY for days in range(1, 31)),
)  # what a range may begin or end with: nobody says "between 13 and 27 minutes"
TARGET = 0.83  # the share of true waits that are to fall inside their range: eight or nine in ten
INSISTENCE = 3  # for each point by which the last ranges missed it, the next one takes in three points more
LEAST, MOST = 0.3, 0.995  # and never less than this share of the surprises, nor more
MANY = 250  # outcomes looked at
ORDINARY_SECONDS = 600  # how long a contact keeps its place, before anything is known
PATIENCE_SECONDS = 1_200
GRAIN_SECONDS = 20  # under this, a surprise counts for less
FEW = 8  # behind fewer than so many, other things than chance surprise as much
ORDINARY_SURPRISES = tuple(1.45 * NormalDist().inv_cdf((n + 0.5) / 20) for n in range(20))
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
    mine = able[:, able[row]]
    effort = max(contact.effort, 1)
    places = table.capacity[able[row]] // effort
    return Standing(
        ahead=_ahead(mine[is_before], able[is_before].sum(axis=1), places),
        places=int(places.sum()),
        free=int((np.maximum(table.room[able[row]], 0) // effort).sum()),
    )


def expected_wait(
    where: Standing,
    *,
    occupations: Sequence[int],
    outcomes: Sequence[Outcome],
    rest_seconds: int = 20,
    patience_seconds: int = PATIENCE_SECONDS,
) -> Range | None:
    """The range to announce; None when nobody present could ever take the contact: nothing can be said.

    occupations: how long recent contacts of this queue kept their place, in seconds; a hundred are enough.
    outcomes: recent announcements of this queue whose wait is over, oldest first; MANY are enough.
    rest_seconds: between two contacts of an adviser, by the policy.
    patience_seconds: after how long people give up, on average (waiting time in all ÷ people who gave up).
    """
    if not where.places:
        return None
    if where.free > where.ahead:
        return Range(0, MINUTE, where.ahead, 0)
    lately = outcomes[-MANY:]
    estimate = rest_seconds + estimated_seconds(where, occupations, patience_seconds)
    low, high = _shortest(_plausible(estimate, where.ahead, lately), _share_wanted(lately))
    return Range(low, high, where.ahead, round(estimate))


def estimated_seconds(where: Standing, occupations: Sequence[int], patience_seconds: int) -> float:
    """The time until a place is there for this contact, if all were taken and freed evenly.

    Places free already go to those ahead.  People ahead who give up make it shorter: with n ahead leaving at
    a rate of n ÷ patience, the plain time t becomes patience × ln(1 + t ÷ patience).
    """
    kept = [ORDINARY_SECONDS] * 5 + list(occupations[-100:])
    plain = (where.ahead + 1 - where.free) * sum(kept) / len(kept) / where.places
    return patience_seconds * log1p(plain / patience_seconds)


def _ahead(before: Bools, desks: Ints, places: Ints) -> int:
    """How many go before it, over the desks that could take it.

    before: who of those before it could go to which of its desks, shape (contacts, its desks).
    desks: how many desks in all could take each of them, shape (contacts,); places: of its desks.
    One that could go elsewhere as well counts in part: by the share of these desks among all it could go to.
    The mean is harmonic, for the desk before which few stand takes it soonest.
    """
    if not places.sum():
        return len(before)
    shares = before.sum(axis=1) / np.maximum(desks, 1)
    at_desk = 1 + shares @ before
    return round(float(places.sum() / (places / at_desk).sum())) - 1


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


def _plausible(estimate: float, ahead: int, outcomes: Sequence[Outcome]) -> list[float]:
    """What this wait may come to, in seconds, the shortest first: its estimate, surprised as others were."""
    known = [outcome for outcome in outcomes if outcome.announced.estimate_seconds]
    correction = _correction(known)
    surprises = sorted([*ORDINARY_SURPRISES, *(_surprise(outcome, correction) for outcome in known)])
    level = estimate * correction + GRAIN_SECONDS
    return [max(level * exp(surprise / _steadiness(ahead)) - GRAIN_SECONDS, 0) for surprise in surprises]


def _correction(outcomes: Sequence[Outcome]) -> float:
    """What recent waits came to, against what had been estimated; twenty good guesses count with them."""
    guessed = 20 * ORDINARY_SECONDS
    waited = sum(outcome.waited_seconds for outcome in outcomes)
    estimated = sum(outcome.announced.estimate_seconds for outcome in outcomes)
    return (waited + guessed) / (estimated + guessed)


def _surprise(outcome: Outcome, correction: float) -> float:
    """How far a wait was from its estimate, as a logarithm, on a scale where all are alike."""
    expected = outcome.announced.estimate_seconds * correction + GRAIN_SECONDS
    return log((outcome.waited_seconds + GRAIN_SECONDS) / expected) * _steadiness(outcome.announced.ahead)


def _steadiness(ahead: int) -> float:
    """How much steadier a wait is behind many: by the law of large numbers, as the square root."""
    return sqrt(ahead + FEW)


def _share_wanted(outcomes: Sequence[Outcome]) -> float:
    """How much of what is plausible to take in: more when too few of the last waits fell inside.

    Less when too many did.  Twenty announcements of which TARGET held stand in for what is not known yet.
    """
    inside = sum(outcome.announced.holds(outcome.waited_seconds) for outcome in outcomes)
    lacking = TARGET - (inside + 20 * TARGET) / (len(outcomes) + 20)
    return min(max(TARGET + INSISTENCE * lacking, LEAST), MOST)


def _shortest(waits: Sequence[float], share: float) -> tuple[int, int]:
    """The shortest range one would say that holds this share of the waits; of equal ones, the fullest.

    waits: in seconds, in order.
    """
    wanted = ceil(share * len(waits))
    ranges: list[tuple[int, int, int]] = []
    for low in TOLD_SECONDS[:-1]:
        start = bisect_left(waits, low)
        if start + wanted > len(waits):
            break
        high = _told_above(max(waits[start + wanted - 1], low + 1))
        ranges.append((high - low, start - bisect_right(waits, high), low))
    width, _, low = min(ranges)
    return low, low + width


def _told_above(seconds: float) -> int:
    return TOLD_SECONDS[min(bisect_left(TOLD_SECONDS, seconds), len(TOLD_SECONDS) - 1)]
