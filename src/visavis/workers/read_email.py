"""Reading mail: what was taken becomes a message, or is kept out with its reason; none blocks the next."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, InterfaceError, OperationalError
from django.utils import timezone

from visavis.channels.email.mail import Address, Content, Mail, Unreadable
from visavis.channels.email.parse import parse
from visavis.channels.email.spam import Believed
from visavis.channels.email.viruses import Searched, search, search_raw
from visavis.domain.conversations.operations import LetterFields
from visavis.domain.conversations.threads import mark
from visavis.domain.crash_points import here
from visavis.domain.files.queries import opened
from visavis.domain.files.scanning import UNASKED, WAITING, Scanned, is_configured
from visavis.domain.flows.inbound_email import InboundMail, Part, Returned, give_up, read
from visavis.domain.intake.models import Arrival
from visavis.domain.intake.operations import claim_to_read, give_back_reading, let_go
from visavis.domain.intake.operations.reading import MOST_TRIES
from visavis.domain.journal.record import cause
from visavis.live import bell
from visavis.project.access_log import told

WAKES_ON: bell.Topic | None = "recorded"
EVERY_SECONDS = 5.0
ENDED_READER = "ended_reader"
UNFORESEEN = "unforeseen"
logger = logging.getLogger(__name__)
_begun: list[bool] = []
_last_mailbox: list[int] = [0]


def tick() -> bool:
    """Read the next mails of one mailbox, in order; True when there may be more."""
    if not _begun:
        give_back_reading()  # whoever read before this process may have died at it
        _begun.append(True)
    claimed = claim_to_read(timezone.now(), after=_last_mailbox[0])
    _last_mailbox[0] = claimed[0].mailbox_id if claimed else 0
    while claimed:
        try:
            with cause():
                read_one(claimed[0])
        except (OperationalError, InterfaceError, OSError):
            # The database or the disk fails, not the mail: all of them are read again, and no try is counted.
            # When that cannot be written down either, the next turn gives them back.
            _begun.clear()
            let_go(claimed)
            _begun.append(True)
            raise
        claimed = claimed[1:]
    return bool(claimed) or _is_more()


def _is_more() -> bool:
    return Arrival.objects.filter(settled_at__isnull=True, tried_at__isnull=True).exists()


def read_one(arrival: Arrival) -> None:
    """The mail comes to one of its ends, whatever is in it."""
    now = timezone.now()
    if arrival.tries > MOST_TRIES:
        give_up(arrival, ENDED_READER, now=now, search=Scanned(WAITING if is_configured() else UNASKED))
        return
    if arrival.raw is None:
        return
    with opened(arrival.raw) as raw:
        try:
            mail = parse(raw, authserv_ids=_believed(arrival), house=mark(), spam=_spam_marks(arrival))
        except Unreadable as unreadable:
            give_up(arrival, unreadable.code, now=now, search=search_raw(raw))
            return
        here("email.read")
        _settle(arrival, inbound(mail, arrival, search(raw, mail)), now)


def _settle(arrival: Arrival, mail: InboundMail, now: datetime) -> None:
    """Settle the mail; what nobody foresaw puts it in quarantine, so that it blocks nothing."""
    try:
        _twice(lambda: read(arrival, mail, now=now))
    except (OperationalError, InterfaceError, OSError):
        raise
    except Exception as error:  # a fault of ours: the mail is kept, its cause is in the log
        failed = "The mail %s could not be settled: %s"
        logger.error(failed, arrival.pk, told(error))  # noqa: TRY400 -- a traceback holds values
        give_up(arrival, UNFORESEEN, now=now, search=mail.search)


def _twice(settle: Callable[[], object]) -> None:
    """Settle again when another reader settled the same mail of the brand at the same instant."""
    try:
        settle()
    except IntegrityError:
        settle()


def _believed(arrival: Arrival) -> list[str]:
    return [name] if (name := arrival.mailbox.authserv_id) else []


def _spam_marks(arrival: Arrival) -> Believed | None:
    mailbox = arrival.mailbox
    is_exchange = mailbox.way == "microsoft" and arrival.door == "imap"
    return Believed(mailbox.spam_header, is_exchange) if mailbox.believes_spam_marks else None


# --- What the parser says, as plain values ------------------------------------------------------------------


def inbound(mail: Mail, arrival: Arrival, found: Searched) -> InboundMail:
    """Return what the flow takes."""
    said = "".join(piece.text for piece in mail.shown if piece.kind == "said").strip()
    return InboundMail(
        likeness=_likeness(mail, arrival),
        letter=_letter(mail),
        text=said or mail.text,
        kind=mail.kind,
        language=mail.language[:5],
        parts=[
            Part(
                name=part.name,
                chunks=part.content.chunks,
                content_id=part.content_id,
                is_inline=part.is_inline,
                scanned=verdict,
            )
            for part, verdict in zip(mail.attachments, found.files, strict=True)
        ],
        search=found.whole,
        answers=[*mail.in_reply_to, *reversed(mail.references)],
        delivered_to=[*mail.delivered_to, arrival.envelope_to],
        returned=_returned(mail),
        returned_id=mail.reported_id,
        is_marked_spam=mail.is_marked_spam,
        bears_our_mark=mail.why == "own_mark",
    )


def _letter(mail: Mail) -> LetterFields:
    sender = mail.from_[0] if mail.from_ else mail.sender or Address("", mail.return_path or "")
    return LetterFields(
        header_id=mail.message_id,
        in_reply_to=mail.in_reply_to[0] if mail.in_reply_to else "",
        references=mail.references,
        sender=(sender.name, sender.address),
        reply_to=_people(mail.reply_to),
        to=_people(mail.to),
        cc=_people(mail.cc),
        bcc=_people(mail.bcc),
        subject=mail.subject,
        sent_at=mail.date,
        html=mail.html,
        pieces=[(piece.kind, piece.text) for piece in mail.shown],
        spf=mail.authentication.spf,
        dkim=mail.authentication.dkim,
        dmarc=mail.authentication.dmarc,
        automatic_why=mail.why if mail.kind in {"auto_reply", "automatic"} else "",
        oddities=mail.oddities,
        extras=_extras(mail),
    )


def _extras(mail: Mail) -> dict[str, object]:
    """Return what the screen shows beside the text; only what there is."""
    found: dict[str, object] = {
        "kind": mail.kind if mail.kind != "ordinary" else "",
        "remote_images": mail.remote_images,
        "sealed": list(mail.sealed),
        "links": [[link.shown[:200], link.address[:2000], link.is_deceptive] for link in mail.links[:200]],
        "invitations": [
            {
                "method": event.method,
                "summary": event.summary[:300],
                "starts": event.starts.isoformat() if event.starts else "",
                "ends": event.ends.isoformat() if event.ends else "",
                "place": event.place[:300],
                "organiser": event.organiser[:254],
                "description": event.description[:2000],
                "repeats": event.repeats[:200],
            }
            for event in mail.invitations[:20]
        ],
    }
    return {name: value for name, value in found.items() if value}


def _returned(mail: Mail) -> list[Returned]:
    if mail.bounce is None:
        return []
    return [
        Returned(
            address=line.address,
            is_permanent=line.is_permanent,
            status=line.status,
            diagnostic=line.diagnostic,
        )
        for line in mail.bounce.failed[:50]
    ]


def _likeness(mail: Mail, arrival: Arrival) -> str:
    """Return by what the mail is known again.

    Without a Message-ID the words alone may be those of another mail (a scanner says the same each time): its
    files count too; and without a date, only the very same bytes are the same mail.
    """
    if mail.message_id:
        return mail.fingerprint
    if mail.date is None:
        return arrival.raw.sha256 if arrival.raw else ""
    return _digest([mail.fingerprint.encode()], *(part.content for part in mail.attachments))


def _digest(words: Iterable[bytes], *contents: Content) -> str:
    digest = sha256()
    for chunk in words:
        digest.update(chunk)
    for content in contents:
        for chunk in content.chunks():
            digest.update(chunk)
    return digest.hexdigest()


def _people(people: Iterable[Address]) -> list[tuple[str, str]]:
    return [(person.name, person.address) for person in people]
