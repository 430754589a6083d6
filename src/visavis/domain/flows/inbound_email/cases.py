"""One mail being settled: what it says as we keep it, and where it belongs."""

import hmac
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db.models import QuerySet

from visavis.domain.conversations import operations, threads
from visavis.domain.conversations.correspondence import knows_sender
from visavis.domain.conversations.models import Attachment, Conversation, Message, Verdict
from visavis.domain.conversations.operations import LetterFields
from visavis.domain.errors import Refused
from visavis.domain.files.operations import spooled, store_spooled
from visavis.domain.intake.models import Arrival, Mailbox, Reason
from visavis.domain.intake.operations import Headers
from visavis.domain.intake.sources import source_of_identity
from visavis.domain.people.identity_values import normal_email
from visavis.domain.people.models import Brand

from .values import InboundMail

CHANNEL = "email"
EFFORT = 1
KEYS = uuid.UUID("5b0f9bb5-6f0e-4f3e-9d9c-5d6f6f0a7a11")
LONGEST_TEXT = 100_000
LONGEST_HTML = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Case:
    """One mail being settled: what came, where it goes, at which instant."""

    arrival: Arrival
    mail: InboundMail
    now: datetime
    at: datetime
    address: str

    @property
    def mailbox(self) -> Mailbox:
        """Where it came."""
        return self.arrival.mailbox

    @property
    def brand(self) -> Brand:
        """To whom it was written."""
        return self.arrival.mailbox.brand

    @property
    def is_let_in(self) -> bool:
        """Someone wants it read, whatever the rules of setting aside say."""
        return self.arrival.accepted_at is not None

    @property
    def source(self) -> str:
        """By what its sender can be kept out."""
        return source_of_identity("email", self.address) if self.address else ""


def case_of(arrival: Arrival, mail: InboundMail, now: datetime) -> Case:
    """Return the case: it counts from when it came, or from when someone let it in."""
    at = arrival.accepted_at or arrival.received_at
    return Case(
        arrival=arrival, mail=mail, now=now, at=min(at, now), address=address_of(mail.letter.sender[1])
    )


def letter_of(fields: LetterFields) -> LetterFields:
    """Return the fields with their Message-IDs as they are compared, and nothing without an end."""
    return replace(
        fields,
        header_id=threads.kept_id(fields.header_id),
        in_reply_to=threads.kept_id(fields.in_reply_to),
        references=[threads.kept_id(value) for value in fields.references],
        html=fields.html if len(fields.html) <= LONGEST_HTML else "",
    )


def text_of(mail: InboundMail) -> str:
    """Return the words that the message shows."""
    return mail.text.replace("\x00", "").strip()[:LONGEST_TEXT]


def attachments_of(mail: InboundMail) -> QuerySet[Attachment] | None:
    """Keep the files of the letter, and return them as a message takes them; None without any."""
    if not mail.parts:
        return None
    kept = []
    for part in mail.parts:
        with spooled(part.chunks(), most=settings.MAX_MAIL_BYTES) as found:
            file = store_spooled(found)
        row = operations.keep_part(
            file,
            name=part.name,
            content_id=part.content_id,
            is_inline=part.is_inline,
            scanned=part.scanned,
        )
        kept.append(row.pk)
    return Attachment.objects.filter(pk__in=kept)


def addresses_of(mail: InboundMail) -> list[str]:
    """Return all the addresses that the letter was sent to."""
    letter = mail.letter
    return [*mail.delivered_to, *(address for _name, address in (*letter.to, *letter.cc, *letter.bcc))]


def address_of(written: str) -> str:
    """Return the address as identities are kept; empty when nobody could be answered there."""
    try:
        return normal_email(written)
    except Refused:
        return ""


def key_of(case: Case) -> uuid.UUID:
    """The same mail twice in a brand is one message; unless someone let the second one in."""
    arrival = case.arrival
    if not arrival.likeness or (case.is_let_in and twin_of(arrival)):
        return uuid.uuid5(KEYS, f"arrival:{arrival.pk}")
    return uuid.uuid5(KEYS, f"{case.brand.pk}:{arrival.likeness}")


def after_the_last(conversation: Conversation, at: datetime) -> datetime:
    """Return the instant at which a letter stands: never before one read earlier, whatever the clock says."""
    last = conversation.messages.filter(direction="in").order_by("-written_at").first()
    return max(at, last.written_at) if last else at


def headers_of(mail: InboundMail) -> Headers:
    """Return what the ledger shows; the likeness is keyed, so that nobody can guess at what was erased."""
    key = settings.SECRET_KEY.encode()
    likeness = hmac.new(key, f"mail:{mail.likeness}".encode(), sha256).hexdigest() if mail.likeness else ""
    name, address = mail.letter.sender
    return Headers(
        likeness=likeness,
        header_id=threads.kept_id(mail.letter.header_id),
        sender=f"{name} <{address}>" if name else address,
        subject=mail.letter.subject,
        sent_at=mail.letter.sent_at,
    )


def thread_of(case: Case) -> Conversation | None:
    """Return the conversation that it answers, where it goes on now."""
    return threads.thread_of(
        case.brand.pk,
        addresses=addresses_of(case.mail),
        header_ids=case.mail.answers,
        subject=case.mail.letter.subject,
    )


def is_of(case: Case, conversation: Conversation) -> bool:
    """True when the sender is of the conversation; not when their own domain disowns the letter."""
    if case.mail.letter.dmarc == Verdict.FAIL or not case.address:
        return False
    return knows_sender(conversation, case.address)


def already(case: Case) -> Message | None:
    """Return the message that this mail became before, if it did; no query for what was never shown."""
    if case.arrival.message_id is None and not case.is_let_in:
        return None
    rows = Message.objects.filter(key=key_of(case), conversation__brand_id=case.brand.pk)
    return rows.select_related("conversation__brand").first()


def twin_of(arrival: Arrival) -> Arrival | None:
    """Return the same mail, if it came to an end in the same brand; what is out of time has come to none."""
    if not arrival.likeness:
        return None
    rows = Arrival.objects.filter(likeness=arrival.likeness, mailbox__brand_id=arrival.mailbox.brand_id)
    rows = rows.filter(settled_at__isnull=False).exclude(pk=arrival.pk)
    rows = rows.exclude(reason__in=[Reason.DUPLICATE, Reason.HISTORY, Reason.OUTAGE])
    return rows.select_related("message__conversation").order_by("pk").first()
