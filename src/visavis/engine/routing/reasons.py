"""Who can take what, and how much each reason weighs: arrays with names, in what NumPy and Numba share.

This is the only place where the rules are computed; production, explanations and simulation read it.
"""

from typing import NamedTuple

import numpy as np

from .policy import WAITING_CEILING, Weights
from .table import NOBODY, Bools, Ints, Scores, Table

RULES = 1  # the version of the rules written here; kept with each picture


class Obstacles(NamedTuple):
    """What forbids a contact on a desk; each of shape (n, m) or (1, m); the fields are the codes.

    They are told in this order when there are several.
    """

    away: Bools
    brand: Bools
    channel: Bools
    language: Bools
    skill: Bools
    declined: Bools
    room: Bools
    resting: Bools


class Points(NamedTuple):
    """What speaks for a contact on a desk, in points, ≥ 0; fields as in Weights.

    Of shape (n, 1), the first three say why this contact now.  The others say why this desk: `asked_for` and
    `known` (n, 1), which count on that one desk only (`table.asked`, `table.known`), `skill` (n, m), then
    `room` and `turn` (1, m).
    """

    free: Scores
    wants_person: Scores
    waiting: Scores
    asked_for: Scores
    known: Scores
    skill: Scores
    room: Scores
    turn: Scores


def obstacles(table: Table, rest_seconds: int, now: int) -> Obstacles:
    """Each hard rule, pair by pair."""
    return Obstacles(
        away=~table.present.reshape(1, -1),
        brand=(~table.brands)[table.brand_row],
        channel=(~table.channels)[table.channel_row],
        language=(~table.languages)[table.language_row],
        skill=(~table.masters)[table.skills_row],
        declined=table.declined,
        room=table.room.reshape(1, -1) < np.maximum(table.effort, 1).reshape(-1, 1),
        resting=(now - table.last_end < rest_seconds).reshape(1, -1),
    )


def points(table: Table, weights: Weights, unpromised_seconds: int, now: int) -> Points:
    """Each reason, pair by pair."""
    delay = np.where(table.promised > 0, table.promised - table.since, unpromised_seconds)
    waited = np.maximum(now - table.since, 0)
    waiting = np.minimum(weights.waiting * waited // np.maximum(delay, 1), weights.waiting * WAITING_CEILING)
    tenths = np.clip(10 * table.room // np.maximum(table.capacity, 1), 0, 10)
    sixths = np.clip((now - table.last_end) // 600, 0, 6)
    return Points(
        free=np.full((1, 1), weights.free, np.int32),
        wants_person=(weights.wants_person * table.wants_person).astype(np.int32).reshape(-1, 1),
        waiting=waiting.astype(np.int32).reshape(-1, 1),
        asked_for=(weights.asked_for * (table.asked != NOBODY)).astype(np.int32).reshape(-1, 1),
        known=(weights.known * (table.known != NOBODY)).astype(np.int32).reshape(-1, 1),
        skill=(weights.skill * table.levels // 100)[table.skills_row],
        room=(weights.room * tenths // 10).astype(np.int32).reshape(1, -1),
        turn=(weights.turn * sixths // 6).astype(np.int32).reshape(1, -1),
    )


def able_pairs(against: Obstacles) -> Bools:
    """Where nothing forbids; shape (n, m)."""
    forbidden = against.brand | against.channel
    forbidden |= against.language
    forbidden |= against.skill
    forbidden |= against.declined
    forbidden |= against.room
    forbidden |= against.away | against.resting
    return ~forbidden


def scores(table: Table, worth: Points, able: Bools) -> Scores:
    """The sum of the reasons where the desk can take the contact, 0 where it cannot; shape (n, m)."""
    total = (worth.free + worth.wants_person + worth.waiting) + (worth.room + worth.turn)
    total += worth.skill
    add_at(total, table.asked, worth.asked_for)
    add_at(total, table.known, worth.known)
    total *= able
    return total


def add_at(total: Scores, column: Ints, worth: Scores) -> None:
    """Add what each row is worth, shape (n, 1), at one of its columns; nowhere when that is NOBODY."""
    rows = np.flatnonzero(column != NOBODY)
    total.ravel()[rows * total.shape[1] + column[rows]] += worth[rows, 0]
