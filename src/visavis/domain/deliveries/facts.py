"""What can happen to a delivery beyond the reply's own facts."""

from dataclasses import dataclass

from visavis.domain.journal.facts import Fact


@dataclass(frozen=True, kw_only=True)
class DeliveryUncertain(Fact, verb="delivery.uncertain"):
    """Its worker died after taking it: it may have left or not; a person decides."""

    message_id: int
