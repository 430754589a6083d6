"""A letter comes in: from the ledger to its conversation, or to where it is kept out."""

from .reading import give_up, read
from .values import InboundMail, Part, Returned, Settled

__all__ = ["InboundMail", "Part", "Returned", "Settled", "give_up", "read"]
