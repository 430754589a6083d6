"""Tables of what comes in: doors, mailboxes, and the ledger of every mail."""

from .arrivals import Arrival, ArrivalState, Door, Reason
from .doors import BlockedSender, RateCount
from .mailboxes import AfterStoring, Mailbox, Security, Way
from .signing import SigningKey

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
    "SigningKey",
    "Way",
]
