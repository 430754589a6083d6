"""From the picture to the decisions."""

from datetime import datetime

import numpy as np

from .assignment import NONE, assign
from .instants import seconds
from .policy import Policy
from .reasons import able_pairs, obstacles, points, scores
from .table import Ints, Scores, tabulate
from .values import Decision, Desk, Snapshot


def decide(snapshot: Snapshot, policy: Policy, now: datetime) -> list[Decision]:
    """Who takes whom at this instant, highest score first.

    A desk is given one contact at most, because rest comes between two; a contact goes to one desk at most.
    The sum of the scores is the highest there is.  The same picture always gives the same decisions.
    """
    at_hand = Snapshot(snapshot.contacts, tuple(filter(_is_at_hand, snapshot.desks)))
    return _decisions(at_hand, score_table(at_hand, policy, seconds(now)))


def score_table(snapshot: Snapshot, policy: Policy, now: int) -> Scores:
    """The score of each contact on each desk, 0 where it may not go; shape (contacts, desks)."""
    table = tabulate(snapshot)
    able = able_pairs(obstacles(table, policy.rest_seconds, now))
    return scores(table, points(table, policy.weights, policy.unpromised_seconds, now), able)


def _is_at_hand(desk: Desk) -> bool:
    """Whether it is worth a look: when people wait most desks are full, and reading them is half the work."""
    return desk.is_present and desk.room > 0


def _decisions(snapshot: Snapshot, table: Scores) -> list[Decision]:
    desks = np.flatnonzero(table.any(axis=0))
    table = np.take(table, desks, axis=1)  # table[:, desks] would leave the rows scattered in memory
    held = assign(table)
    contacts = np.flatnonzero(held != NONE)
    points = table[contacts, held[contacts]]
    others = _runners_up(table, held)[contacts]
    advisers = [snapshot.desks[desk].id for desk in desks.tolist()]
    decisions = [
        Decision(
            snapshot.contacts[contact].id, advisers[desk], score, None if other == NONE else advisers[other]
        )
        for contact, desk, score, other in zip(
            contacts.tolist(), held[contacts].tolist(), points.tolist(), others.tolist(), strict=True
        )
    ]
    return sorted(decisions, key=lambda decision: (-decision.score, decision.contact_id))


def _runners_up(table: Scores, held: Ints) -> Ints:
    """For each contact, the best of the desks left without a new one, NONE if none can; uses the table up."""
    if not table.size:
        return held
    table[:, held[held != NONE]] = 0
    best = table.argmax(axis=1)
    return np.where(table[np.arange(len(held)), best] > 0, best, NONE)
