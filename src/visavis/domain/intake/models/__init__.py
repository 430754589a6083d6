"""Tables of what comes in: doors, mailboxes, and the ledger of every mail."""

from .arrivals import Arrival, ArrivalState, Door, Reason
from .doors import BlockedSender, RateCount
from .mailboxes import AfterStoring, Mailbox, Security, Way

__all__ = [
    "AfterStoring",
    "Arrival",
    "ArrivalState",
    "BlockedSender",
    "Door",
    "Mailbox",
    "RateCount",
    "Reason",
    "Security",
    "Way",
]
