"""The three ends of a mail: accepted, set aside, in quarantine; and what stays of one that was erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from visavis.domain.conversations.models import Message
from visavis.domain.files.scanning import Scanned
from visavis.domain.intake.facts import MailAccepted, MailQuarantined, MailScanned, MailSetAside
from visavis.domain.intake.models import Arrival, ArrivalState
from visavis.domain.journal.record import operation, record, upkeep

NOTED = ("likeness", "header_id", "sender", "subject", "sent_at", "scanned", "virus")


@dataclass(frozen=True, kw_only=True)
class Headers:
    """What the ledger shows of a mail, and by what it is known again."""

    likeness: str = ""
    header_id: str = ""
    sender: str = ""
    subject: str = ""
    sent_at: datetime | None = None


def note_headers(arrival: Arrival, headers: Headers) -> None:
    """Say on the row who wrote it and what it is about; the end to which the mail comes writes it."""
    arrival.likeness = headers.likeness
    arrival.header_id = headers.header_id[:250]
    arrival.sender = headers.sender[:320]
    arrival.subject = headers.subject[:300]
    arrival.sent_at = headers.sent_at


def note_scan(arrival: Arrival, found: Scanned) -> None:
    """Say on the row what the search for viruses found; the end to which the mail comes writes it."""
    arrival.scanned, arrival.virus = found.verdict, found.virus


@operation
def note_scan_of_mail(arrival: Arrival, found: Scanned, *, at: datetime) -> None:
    """A mail that waited for it was searched for viruses, as it came."""
    note_scan(arrival, found)
    arrival.save(update_fields=["scanned", "virus"])
    record(
        MailScanned(
            brand_id=arrival.mailbox.brand_id,
            mailbox_id=arrival.mailbox_id,
            arrival_id=arrival.pk,
            verdict=found.verdict,
        ),
        at=at,
    )


@operation
def accept(arrival: Arrival, message: Message, *, at: datetime) -> None:
    """The mail is this message; nothing is left to do with it."""
    _end(arrival, ArrivalState.ACCEPTED, at=at, message=message)
    record(
        MailAccepted(
            brand_id=arrival.mailbox.brand_id,
            conversation_id=message.conversation_id,
            mailbox_id=arrival.mailbox_id,
            arrival_id=arrival.pk,
            message_id=message.pk,
        ),
        at=at,
    )


@operation
def set_aside(
    arrival: Arrival,
    reason: str,
    *,
    at: datetime,
    message: Message | None = None,
    twin: Arrival | None = None,
    proof: Sequence[Sequence[object]] = (),
) -> None:
    """The mail opens nothing, for this reason; `message` is the one it is shown as, or speaks of."""
    _end(arrival, ArrivalState.SET_ASIDE, at=at, reason=reason, message=message, twin=twin, proof=proof)
    record(
        MailSetAside(
            brand_id=arrival.mailbox.brand_id,
            conversation_id=message.conversation_id if message else None,
            mailbox_id=arrival.mailbox_id,
            arrival_id=arrival.pk,
            reason=reason,
        ),
        at=at,
    )


@operation
def quarantine(arrival: Arrival, reason: str, *, at: datetime) -> None:
    """The mail could not be read; its raw bytes wait for another try, and those behind it go on."""
    _end(arrival, ArrivalState.QUARANTINED, at=at, reason=reason)
    record(
        MailQuarantined(
            brand_id=arrival.mailbox.brand_id,
            mailbox_id=arrival.mailbox_id,
            arrival_id=arrival.pk,
            reason=reason,
        ),
        at=at,
    )


def _end(
    arrival: Arrival,
    state: str,
    *,
    at: datetime,
    reason: str = "",
    message: Message | None = None,
    twin: Arrival | None = None,
    proof: Sequence[Sequence[object]] = (),
) -> None:
    arrival.state, arrival.reason, arrival.settled_at = state, reason[:40], at
    arrival.message, arrival.twin, arrival.proof = message, twin, [list(line) for line in proof]
    arrival.save(update_fields=[*NOTED, "state", "reason", "settled_at", "message", "twin", "proof"])


@upkeep
def forget_arrivals(rows: QuerySet[Arrival]) -> set[int]:
    """Only that these mails came, when and their size is left; returns the numbers of their raw files.

    The likeness stays: a keyed digest, by which the same mail found again on its server is not kept again.
    """
    rows = Arrival.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
    files = {number for number in rows.values_list("raw_id", flat=True) if number}
    rows.update(
        raw=None,
        message=None,
        proof=[],
        header_id="",
        sender="",
        subject="",
        sent_at=None,
        envelope_from="",
        envelope_to="",
    )
    return files
