"""What can happen between a conversation that waits and an adviser's desk."""

from dataclasses import dataclass

from visavis.domain.journal.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ConversationOffered(Fact, verb="conversation.offered"):
    """The routing put it on the desk of `adviser_id`, under this policy, with this score."""

    offer_id: int
    policy_id: int | None
    score: int
    runner_up_id: int | None


@dataclass(frozen=True, kw_only=True)
class OfferRefused(Fact, verb="offer.refused"):
    """ "Ce n'est pas pour moi": no justification is asked, nobody counts it."""

    offer_id: int
    skill_id: int | None


@dataclass(frozen=True, kw_only=True)
class ConversationReturned(Fact, verb="conversation.returned"):
    """It left a desk whose owner is not there any more, and waits again."""

    former_id: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class PolicyPublished(Fact, verb="policy.published"):
    """A version of the routing policy rules from now on."""

    policy_id: int


@dataclass(frozen=True, kw_only=True)
class WaitAnnounced(Fact, verb="wait.announced"):
    """Who could not be placed at once was told how long it may take."""

    low_seconds: int
    high_seconds: int
