"""What can happen to someone's presence."""

from dataclasses import dataclass

from visavis.domain.journal.facts import Fact


@dataclass(frozen=True, kw_only=True)
class PresenceChanged(Fact, verb="presence.changed"):
    """Someone says what they are doing now."""

    state: str


@dataclass(frozen=True, kw_only=True)
class AdviserVanished(Fact, verb="presence.vanished"):
    """Their desk is not heard any more: nothing is offered to them."""


@dataclass(frozen=True, kw_only=True)
class AdviserHeardAgain(Fact, verb="presence.heard_again"):
    """Their desk is heard again, in the state in which it went silent."""
