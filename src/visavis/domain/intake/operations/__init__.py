"""Everything that writes what comes in: turns at the doors, mailboxes, the ledger of mail."""

from .again import accept_arrival, settle_outage, try_again, try_all_again
from .doors import block_sender, forget_old_turns, lift_block, take_turn
from .mailboxes import (
    MailboxSettings,
    add_mailbox,
    change_mailbox,
    keep_secret,
    mailbox_as_typed,
    mailbox_failed,
    mailbox_worked,
    settings_of,
)
from .reading import claim_to_read, give_back_reading, let_go, still_to_settle
from .settling import (
    Headers,
    accept,
    forget_arrivals,
    note_headers,
    note_scan,
    note_scan_of_mail,
    quarantine,
    set_aside,
)
from .signing import forget_signing_key, make_signing_key, turn_signing
from .taking import take_mail

__all__ = [
    "Headers",
    "MailboxSettings",
    "accept",
    "accept_arrival",
    "add_mailbox",
    "block_sender",
    "change_mailbox",
    "claim_to_read",
    "forget_arrivals",
    "forget_old_turns",
    "forget_signing_key",
    "give_back_reading",
    "keep_secret",
    "let_go",
    "lift_block",
    "mailbox_as_typed",
    "mailbox_failed",
    "mailbox_worked",
    "make_signing_key",
    "note_headers",
    "note_scan",
    "note_scan_of_mail",
    "quarantine",
    "set_aside",
    "settings_of",
    "settle_outage",
    "still_to_settle",
    "take_mail",
    "take_turn",
    "try_again",
    "try_all_again",
    "turn_signing",
]
