"""The policy of routing: what each reason weighs, and how long people rest; a version of it never changes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Literal, NamedTuple

SHORTEST_REST_SECONDS = 10
WAITING_CEILING = 20  # delays: beyond twenty times the promised answer, waiting weighs no more
HIGHEST_LEVEL = 5
PAIRS_AT_ONCE = 300  # decided together with "who asked for a person goes first" still exact
HEAVIEST = 500_000_000  # four scores can be added in 32 bits

Flaw = Literal[
    "rest_too_short",
    "weight_out_of_range",
    "free_is_nothing",
    "person_not_first",
    "delay_too_short",
    "unreadable",
]


class UnfitPolicy(ValueError):
    """This policy may not rule; `code` says why."""

    def __init__(self, code: Flaw) -> None:
        super().__init__(code)
        self.code: Flaw = code


class Weights(NamedTuple):
    """What each reason is worth, in points; the fields are the codes of the reasons.

    free: somebody can take it now, which beats leaving it; never 0.
    wants_person: asked for a person; worth more than all the rest together, so that they go first.
    waiting: each time the promised delay has passed once, up to WAITING_CEILING times.
    asked_for: the customer asks for this adviser by name.   known: they spoke to this adviser before.
    skill: each level, from 1 to 5, averaged over the skills needed.
    room: an empty desk; in proportion for a desk in part full, by tenths of its effort points.
    turn: an hour since the last contact, in proportion by ten minutes, so that quiet hours are shared.
    """

    free: int = 1_000
    wants_person: int = 10_000_000
    waiting: int = 1_000
    asked_for: int = 1_000
    known: int = 500
    skill: int = 50
    room: int = 100
    turn: int = 30


ORDINARY = Weights()


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One version of the rules of routing.

    rest_seconds: between the end of a contact and the next one, at least 10.
    unpromised_seconds: the delay waiting is measured against when nothing was promised.
    """

    version: int
    weights: Weights = ORDINARY
    rest_seconds: int = 20
    unpromised_seconds: int = 600

    def __post_init__(self) -> None:
        flaw = _flaw(self)
        if flaw:
            raise UnfitPolicy(flaw)

    def as_dict(self) -> dict[str, object]:
        """The policy as plain values, ready for JSON."""
        return {**asdict(self), "weights": self.weights._asdict()}

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> "Policy":
        """The policy that `as_dict` wrote; what is absent keeps its default, what is unknown is refused."""
        weights = values.get("weights", {})
        if not isinstance(weights, Mapping):
            raise UnfitPolicy("unreadable")
        numbers = _numbers(values, known=[field.name for field in fields(cls)], leave="weights")
        if "version" not in numbers:
            raise UnfitPolicy("unreadable")
        return cls(weights=Weights(**_numbers(weights, known=Weights._fields)), **numbers)


def _flaw(policy: Policy) -> Flaw | None:
    weights = policy.weights
    if policy.rest_seconds < SHORTEST_REST_SECONDS:
        return "rest_too_short"
    if policy.unpromised_seconds < 1:
        return "delay_too_short"
    if not all(0 <= weight <= HEAVIEST for weight in weights):
        return "weight_out_of_range"
    if weights.free < 1:
        return "free_is_nothing"
    if weights.wants_person <= PAIRS_AT_ONCE * _most_otherwise(weights):
        return "person_not_first"
    return None


def _most_otherwise(weights: Weights) -> int:
    """The highest score without a request for a person."""
    others = sum(weights) - weights.wants_person - weights.waiting - weights.skill
    return others + WAITING_CEILING * weights.waiting + HIGHEST_LEVEL * weights.skill


def _numbers(
    values: Mapping[str, object], *, known: "tuple[str, ...] | list[str]", leave: str = ""
) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for name, value in values.items():
        if name == leave:
            continue
        if name not in known or type(value) is not int:
            raise UnfitPolicy("unreadable")
        numbers[name] = value
    return numbers
