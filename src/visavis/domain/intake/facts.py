"""What can happen at the public doors."""

from dataclasses import dataclass

from visavis.domain.journal.facts import Fact


@dataclass(frozen=True, kw_only=True)
class SenderBlocked(Fact, verb="sender.blocked"):
    """A sender is kept out of a brand."""

    block_id: int


@dataclass(frozen=True, kw_only=True)
class BlockLifted(Fact, verb="sender.block_lifted"):
    """A sender may come back."""

    block_id: int
