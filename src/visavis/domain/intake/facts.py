"""What can happen at the public doors and in the mailboxes."""

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


@dataclass(frozen=True, kw_only=True)
class MailboxAdded(Fact, verb="mailbox.added"):
    """A brand is written to at one more address."""

    mailbox_id: int


@dataclass(frozen=True, kw_only=True)
class MailboxChanged(Fact, verb="mailbox.changed"):
    """These settings of a mailbox changed (names of fields only)."""

    mailbox_id: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class SigningKeyMade(Fact, verb="mailbox.key_made"):
    """A sending domain has a key for signing letters."""

    key_id: int


@dataclass(frozen=True, kw_only=True)
class SigningTurned(Fact, verb="mailbox.signing_turned"):
    """The letters of a sending domain are signed from now on, or not."""

    key_id: int
    is_on: bool


@dataclass(frozen=True, kw_only=True)
class SigningKeyForgotten(Fact, verb="mailbox.key_forgotten"):
    """A sending domain has no key any more."""

    key_id: int


@dataclass(frozen=True, kw_only=True)
class OutageSettled(Fact, verb="mailbox.outage_settled"):
    """A leader said what becomes of what came during an outage: read (`is_read`), or kept as history."""

    mailbox_id: int
    mails: int
    is_read: bool


@dataclass(frozen=True, kw_only=True)
class MailTaken(Fact, verb="mail.taken"):
    """A mail is stored as it came; it is not read yet."""

    mailbox_id: int
    arrival_id: int
    door: str
    size: int


@dataclass(frozen=True, kw_only=True)
class MailAccepted(Fact, verb="mail.accepted"):
    """A mail became a message of a conversation."""

    mailbox_id: int
    arrival_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class MailSetAside(Fact, verb="mail.set_aside"):
    """A mail opens nothing, for this reason."""

    mailbox_id: int
    arrival_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class MailQuarantined(Fact, verb="mail.quarantined"):
    """A mail could not be read, for this reason."""

    mailbox_id: int
    arrival_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class MailScanned(Fact, verb="mail.scanned"):
    """A mail that waited for it was searched for viruses: clean, infected, or too large to be searched."""

    mailbox_id: int
    arrival_id: int
    verdict: str


@dataclass(frozen=True, kw_only=True)
class MailsTriedAgain(Fact, verb="mail.tried_again"):
    """Mails kept out will be read again; `is_let_in`: whatever the rules of setting aside say."""

    arrival_ids: list[int]
    is_let_in: bool
