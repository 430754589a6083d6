"""What can happen to a delivery beyond the reply's own facts."""

from dataclasses import dataclass

from visavis.domain.journal.facts import Fact


@dataclass(frozen=True, kw_only=True)
class DeliveryUncertain(Fact, verb="delivery.uncertain"):
    """Its worker died, or its server fell silent: it may have left or not; a person decides."""

    message_id: int


@dataclass(frozen=True, kw_only=True)
class DeliveryLate(Fact, verb="delivery.late"):
    """It could not leave at its hour, for this reason, and is tried again; told once, at the first try."""

    message_id: int
    fault: str


@dataclass(frozen=True, kw_only=True)
class DeliveryFailed(Fact, verb="delivery.failed"):
    """It will not leave by itself, for this reason (a code that sentences tell)."""

    message_id: int
    fault: str


@dataclass(frozen=True, kw_only=True)
class DoubtSettled(Fact, verb="delivery.settled"):
    """It is known now whether an uncertain one left, and by what (person, report, sent_folder)."""

    message_id: int
    has_left: bool
    how: str


@dataclass(frozen=True, kw_only=True)
class SentAgain(Fact, verb="delivery.sent_again"):
    """Someone wants one that failed to be tried again."""

    message_id: int


@dataclass(frozen=True, kw_only=True)
class SendingStopped(Fact, verb="delivery.stopped"):
    """Someone took back that it is sent again: it waits for a decision as before, in this state."""

    message_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class ReplyPlanned(Fact, verb="delivery.planned"):
    """A reply leaves at a chosen hour; `is_changed`: another one was chosen before."""

    message_id: int
    due_at: str
    is_changed: bool


@dataclass(frozen=True, kw_only=True)
class AcknowledgementWritten(Fact, verb="acknowledgement.written"):
    """Who wrote will be told that their message came."""

    message_id: int


@dataclass(frozen=True, kw_only=True)
class AcknowledgementLeft(Fact, verb="acknowledgement.left"):
    """Who wrote was told that their message came; nobody has answered it yet."""

    message_id: int
