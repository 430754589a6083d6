"""Why this adviser, who otherwise, what did not count, and what is missing when nobody can.

Everything here is read from the arrays that decided (`reasons`), on a picture of one contact: there is no
second version of the rules to keep in step.  Codes and numbers only; the sentences are written elsewhere.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from .instants import seconds
from .policy import Policy
from .reasons import Obstacles, obstacles, points
from .table import tabulate
from .values import Contact, Decision, Desk, Snapshot

ReasonCode = Literal["free", "wants_person", "waiting", "asked_for", "known", "skill", "room", "turn"]
ObstacleCode = Literal["away", "brand", "channel", "language", "skill", "declined", "room", "resting"]
Side = Literal["contact", "desk"]

NOT_COUNTED = (
    "handling_time",
    "customer_ratings",
    "seniority",
    "contacts_answered",
    "other_refusals",
    "breaks_taken",
)
"""What never counts.  A desk does not carry it, so no rule could read it; a test holds this to be so."""

LONG_AFTER = 2**40  # seconds since 1970: everybody has rested
OF_THE_CONTACT: frozenset[str] = frozenset({"free", "wants_person", "waiting"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason and what it weighs, in points.

    facts: what it rests on, as numbers and ids: `waited_seconds`, `promised_seconds`; `adviser_id`;
    `skill_ids` and their `levels`; `room`, `load`, `capacity`.
    """

    code: ReasonCode
    weight: int
    facts: Mapping[str, int | tuple[int, ...]]

    @property
    def side(self) -> Side:
        """Whether it says why this contact now, or why this desk."""
        return "contact" if self.code in OF_THE_CONTACT else "desk"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A desk that could take the contact: its reasons, heaviest first, add up to its score."""

    adviser_id: int
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to "Pourquoi moi ?".

    unable: why not each of the others who could not, in id order.
    """

    contact_id: int
    policy_version: int
    chosen: Candidate
    runner_up: Candidate | None
    unable: tuple[tuple[int, ObstacleCode], ...]
    not_counted: tuple[str, ...] = NOT_COUNTED


@dataclass(frozen=True, slots=True)
class Missing:
    """What stands between a contact and the desks that are nearest to taking it.

    obstacles: all that stands in their way, in the order of `Obstacles`; empty when there is no desk at all.
    skill_ids: the skills they lack.   adviser_ids: the nearest desks, for whom nothing else is missing.
    """

    obstacles: tuple[ObstacleCode, ...]
    skill_ids: tuple[int, ...]
    adviser_ids: tuple[int, ...]


def explain(snapshot: Snapshot, policy: Policy, now: datetime, decision: Decision) -> Explanation:
    """The reasons of a decision taken on this picture; KeyError if it was not."""
    contact = snapshot.contact(decision.contact_id)
    others = tuple(desk for desk in snapshot.desks if desk.id != decision.adviser_id)
    against = _against(contact, others, policy.rest_seconds, seconds(now))
    runner_up = decision.runner_up_id
    return Explanation(
        contact_id=contact.id,
        policy_version=policy.version,
        chosen=candidate(contact, snapshot.desk(decision.adviser_id), policy, now),
        runner_up=None if runner_up is None else candidate(contact, snapshot.desk(runner_up), policy, now),
        unable=tuple((desk.id, codes[0]) for desk, codes in zip(others, against, strict=True) if codes),
    )


def candidate(contact: Contact, desk: Desk, policy: Policy, now: datetime) -> Candidate:
    """What speaks for this desk, whether or not it is able; reasons that weigh nothing are left out."""
    table = tabulate(Snapshot((contact,), (desk,)))
    worth = points(table, policy.weights, policy.unpromised_seconds, seconds(now))
    weights = {cast("ReasonCode", code): int(weight[0, 0]) for code, weight in worth._asdict().items()}
    reasons = [
        Reason(code, weight, _facts(code, contact, desk, policy, seconds(now)))
        for code, weight in weights.items()
        if weight
    ]
    reasons.sort(key=lambda reason: -reason.weight)
    return Candidate(desk.id, sum(weights.values()), tuple(reasons))


def why_not(contact: Contact, desk: Desk, policy: Policy, now: datetime) -> ObstacleCode | None:
    """The first thing that forbids this contact on this desk; None when nothing does."""
    codes = _against(contact, (desk,), policy.rest_seconds, seconds(now))[0]
    return codes[0] if codes else None


def missing(contact: Contact, snapshot: Snapshot) -> Missing | None:
    """What is missing for somebody to take this contact; None when somebody could, were it only after a rest.

    The nearest desks are those with the fewest obstacles; of several kinds, the most numerous.
    """
    if not snapshot.desks:
        return Missing((), tuple(sorted(contact.skill_ids)), ())
    against = _against(contact, snapshot.desks, 0, LONG_AFTER)
    fewest = min(map(len, against))
    if not fewest:
        return None
    gaps = [
        (codes, tuple(sorted(contact.skill_ids - desk.skills.keys())))
        for codes, desk in zip(against, snapshot.desks, strict=True)
    ]
    nearest, _count = Counter(gap for gap in gaps if len(gap[0]) == fewest).most_common(1)[0]
    desks = (desk.id for gap, desk in zip(gaps, snapshot.desks, strict=True) if gap == nearest)
    return Missing(*nearest, tuple(desks))


def _against(
    contact: Contact, desks: tuple[Desk, ...], rest_seconds: int, now: int
) -> list[tuple[ObstacleCode, ...]]:
    """For each desk, all that forbids the contact there."""
    table = tabulate(Snapshot((contact,), desks))
    rows = [row.reshape(-1) for row in obstacles(table, rest_seconds, now)]
    codes = cast("tuple[ObstacleCode, ...]", Obstacles._fields)
    return [
        tuple(code for code, row in zip(codes, rows, strict=True) if row[column])
        for column in range(len(desks))
    ]


def _facts(
    code: ReasonCode, contact: Contact, desk: Desk, policy: Policy, now: int
) -> dict[str, int | tuple[int, ...]]:
    """The numbers a reason rests on.  How long an adviser has been without a contact is told to nobody."""
    skill_ids = tuple(sorted(contact.skill_ids))
    promised = policy.unpromised_seconds
    if contact.promised_by is not None:
        promised = contact.promised_by - contact.waiting_since
    facts: dict[str, dict[str, int | tuple[int, ...]]] = {
        "waiting": {"waited_seconds": now - contact.waiting_since, "promised_seconds": promised},
        "asked_for": {"adviser_id": desk.id},
        "known": {"adviser_id": desk.id},
        "skill": {"skill_ids": skill_ids, "levels": tuple(desk.skills.get(skill, 0) for skill in skill_ids)},
        "room": {"room": desk.room, "load": desk.load, "capacity": desk.capacity},
    }
    return facts.get(code, {})
