"""What the demo is made of, before any database: frozen values."""

from dataclasses import dataclass
from datetime import datetime

from .people import AdviserPlan, CustomerPlan, TeamPlan
from .script import Who


@dataclass(frozen=True, kw_only=True)
class TurnPlan:
    """One message, note or fact. `adviser` writes it, unless the customer does."""

    who: Who
    at: datetime
    text: str
    adviser: str = ""


@dataclass(frozen=True, kw_only=True)
class PromisePlan:
    """One promise; a moved one has its successor's date in `moved_to`."""

    what: str
    made_at: datetime
    due_at: datetime
    state: str = "open"
    settled_at: datetime | None = None
    reason: str = ""
    moved_to: datetime | None = None
    moved_kept_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class StepPlan:
    """One step as the customer sees it."""

    title: str
    detail: str
    done_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ConversationPlan:
    """One conversation, from its first word to where it stands now. `adviser` is empty while nobody has it.

    `thread` and `slots`: which wordings were told, so that what follows agrees with them.
    """

    story: str
    brand: str
    customer: str
    channel: str
    language: str
    subject: str
    skill: str
    state: str
    turns: tuple[TurnPlan, ...]
    adviser: str = ""
    promises: tuple[PromisePlan, ...] = ()
    told: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    steps: tuple[StepPlan, ...] = ()
    tags: tuple[str, ...] = ()
    resolved_at: datetime | None = None
    headline: str = ""
    thread: int = 0
    slots: tuple[tuple[str, str], ...] = ()

    @property
    def opened_at(self) -> datetime:
        """When the first word was written."""
        return self.turns[0].at


@dataclass(frozen=True, kw_only=True)
class DemoPlan:
    """All of the demo, as it stands at `now`."""

    seed: int
    now: datetime
    advisers: tuple[AdviserPlan, ...]
    teams: tuple[TeamPlan, ...]
    customers: tuple[CustomerPlan, ...]
    conversations: tuple[ConversationPlan, ...]
