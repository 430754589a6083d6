"""Mail that comes in, for the tests of what becomes of it: taken as bytes, read from plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from visavis.domain.conversations.operations import LetterFields
from visavis.domain.flows.inbound_email import InboundMail, Settled, read
from visavis.domain.intake.models import Arrival, Mailbox
from visavis.domain.intake.operations import MailboxSettings, add_mailbox, take_mail

if TYPE_CHECKING:
    from datetime import datetime

    from visavis.domain.people.models import Adviser, Brand

DAVID = ("David Morel", "david@example.fr")


def mailbox_of(
    brand: Brand, by: Adviser, address: str = "bonjour@netnet.example", **settings: object
) -> Mailbox:
    """A mailbox that is fetched since a year ago."""
    given = {"imap_host": "imap.netnet.example", "history_before": timezone.now() - timedelta(days=365)}
    wanted = MailboxSettings(address=address, **{**given, **settings})  # type: ignore[arg-type] # tests name fields
    return add_mailbox(brand, by=by, at=timezone.now(), settings=wanted)


def taken(mailbox: Mailbox, raw: bytes = b"Subject: x\r\n\r\nBonjour", **found: object) -> Arrival:
    """One mail that is stored and not read."""
    return take_mail(mailbox, [raw], **{"door": "imap", **found})  # type: ignore[arg-type] # tests name fields


def mail(
    text: str = "Ma box affiche T12",
    *,
    sender: tuple[str, str] = DAVID,
    like: str = "",
    subject: str = "Panne",
    header_id: str = "",
    dmarc: str = "pass",
    **given: object,
) -> InboundMail:
    """What the parser would say; letters in the same words are the same mail, unless `like` says otherwise."""
    likeness = like or f"{sender[1]} {subject} {text} {header_id}"
    fields = {name: given.pop(name) for name in ("to", "cc", "html", "references") if name in given}
    letter = LetterFields(
        header_id=header_id or f"<{abs(hash(likeness))}@example.fr>",
        sender=sender,
        subject=subject,
        dmarc=dmarc,
        **fields,  # type: ignore[arg-type] # tests name fields
    )
    return replace(
        InboundMail(likeness=likeness, letter=letter, text=text, language="fr"),
        **given,  # type: ignore[arg-type] # tests name fields
    )


def comes(mailbox: Mailbox, letter: InboundMail, *, at: datetime | None = None, **found: object) -> Settled:
    """The mail is taken, then read."""
    arrival = taken(mailbox, f"{letter.likeness} {timezone.now()}".encode(), received_at=at, **found)
    settled = read(arrival, letter, now=timezone.now())
    assert settled is not None
    return settled


def end(settled: Settled) -> tuple[str, str]:
    """State and reason in the ledger, as it stands there."""
    row = Arrival.objects.get(pk=settled.arrival.pk)
    return row.state, row.reason
