"""What can happen to what we keep of someone."""

from dataclasses import dataclass

from visavis.domain.journal.facts import Fact


@dataclass(frozen=True, kw_only=True)
class HistoryErased(Fact, verb="history.erased"):
    """The contents of a conversation were erased at the request of the person."""

    messages: int
    files: int


@dataclass(frozen=True, kw_only=True)
class PersonErased(Fact, verb="customer.erased"):
    """All that was known of a customer was erased at their request."""

    customer_id: int


@dataclass(frozen=True, kw_only=True)
class PromiseReleased(Fact, verb="promise.released"):
    """It is owed no more: who it was for asked to be forgotten. A late one (`is_late`) stays missed."""

    promise_id: int
    is_late: bool
