"""What can happen to a promise."""

from dataclasses import dataclass

from visavis.domain.journal.facts import Fact


@dataclass(frozen=True, kw_only=True)
class PromiseMade(Fact, verb="promise.made"):
    """Something was promised, by `adviser_id`, before `due_at`."""

    promise_id: int
    due_at: str


@dataclass(frozen=True, kw_only=True)
class PromiseKept(Fact, verb="promise.kept"):
    """It was kept; `is_on_time` says whether before its hour."""

    promise_id: int
    is_on_time: bool


@dataclass(frozen=True, kw_only=True)
class PromiseMissed(Fact, verb="promise.missed"):
    """Its hour passed."""

    promise_id: int


@dataclass(frozen=True, kw_only=True)
class PromiseMoved(Fact, verb="promise.moved"):
    """Its date moved, with a reason told to the customer: it counts as not kept."""

    promise_id: int
    new_id: int
    due_at: str


@dataclass(frozen=True, kw_only=True)
class PromiseEntrusted(Fact, verb="promise.entrusted"):
    """Someone stands in: `adviser_id` keeps it now."""

    promise_id: int
    former_id: int | None
    by_id: int | None


@dataclass(frozen=True, kw_only=True)
class PromiseUndone(Fact, verb="promise.undone"):
    """It was made by mistake and taken back within seconds, before the customer could read it."""

    promise_id: int
