"""Loads what came and left by e-mail in the demo: the letters, and what the ledger holds of those that came."""

from __future__ import annotations

import quopri
from dataclasses import dataclass, field
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from visavis.domain.conversations.models import Direction, Letter, Verdict
from visavis.domain.conversations.threads import reply_address, subject_token
from visavis.domain.files.models import FileChunk, StoredFile
from visavis.domain.intake.facts import MailAccepted, MailTaken
from visavis.domain.intake.models import Arrival, ArrivalState, Door, Mailbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from visavis.domain.conversations.models import Conversation, Message

    from .ledger import Ledger
    from .load_house import House

CHANNEL = "email"
BATCH = 500
# Under what telephones and people put; the others sign with nothing.
SIGNATURES = ("", "\n\n-- \n{name}\n", "", "\n\nEnvoyé de mon téléphone\n")
Told = tuple["Conversation", "Sequence[Message]"]


@dataclass
class Course:
    """The letters of one conversation so far, as the next one names them."""

    conversation: Conversation
    mailbox: Mailbox
    person: tuple[str, str]
    known: list[str] = field(default_factory=list)
    last_words: str = ""

    def subject(self) -> str:
        """The subject, with its token from the second letter on."""
        bare = self.conversation.subject
        return f"Re: {bare} {subject_token(self.conversation.pk)}" if self.known else bare


@dataclass(frozen=True)
class Came:
    """A letter that came, and its bytes."""

    letter: Letter
    raw: bytes
    mailbox: Mailbox

    @property
    def at(self) -> datetime:
        """When it came."""
        return self.letter.message.written_at


def load(told: Iterable[Told], house: House) -> list[Came]:
    """Each message of these conversations is a letter; returns those that came, in the order of time."""
    rows: list[Letter] = []
    came: list[Came] = []
    mailboxes = {row.brand_id: row for row in Mailbox.objects.order_by("-pk")}
    addresses = {row.pk: house.identities[key][0] for key, row in house.customers.items()}
    for conversation, messages in told:
        person = (conversation.customer.name, addresses[conversation.customer_id])
        course = Course(conversation, mailboxes[conversation.brand_id], person)
        for message in messages:
            if message.direction == Direction.IN:
                came.append(_came(course, message))
                rows.append(came[-1].letter)
            elif message.direction == Direction.OUT:
                rows.append(_left(course, message))
    Letter.objects.bulk_create(rows, batch_size=BATCH)
    return sorted(came, key=lambda one: one.at)


def _came(course: Course, message: Message) -> Came:
    quoted = _quoted(course) if course.last_words else ""
    signature = SIGNATURES[message.pk % len(SIGNATURES)].format(name=course.person[0])
    letter = _letter(course, message, course.person, course.mailbox)
    pieces = [("said", message.text), ("signature", signature), ("quoted", quoted)]
    letter.pieces = [[kind, text] for kind, text in pieces if text]
    letter.spf = letter.dkim = letter.dmarc = Verdict.PASS
    return Came(letter, _raw(letter, "".join(text for _kind, text in pieces)), course.mailbox)


def _left(course: Course, message: Message) -> Letter:
    house = course.conversation.brand.name
    name = f"{message.adviser.displayed_name} – {house}" if message.adviser else house
    letter = _letter(course, message, (name, course.mailbox.address), None)
    letter.reply_to = [[house, reply_address(course.mailbox.address, course.conversation.pk)]]
    letter.to = [list(course.person)]
    course.last_words = message.text
    return letter


def _letter(course: Course, message: Message, sender: tuple[str, str], to: Mailbox | None) -> Letter:
    """One letter after the others of its conversation."""
    made = Letter(
        message=message,
        header_id=f"{message.key.hex}@{sender[1].rpartition('@')[2]}",
        in_reply_to=course.known[-1] if course.known else "",
        references=list(course.known),
        from_name=sender[0],
        from_address=sender[1],
        to=[["", to.address]] if to else [],
        subject=course.subject(),
        sent_at=message.written_at,
    )
    course.known.append(made.header_id)
    return made


def _quoted(course: Course) -> str:
    """What is answered, as programs quote it; no date, since the past of the demo slides."""
    lines = "\n".join(f"> {line}".rstrip() for line in course.last_words.splitlines())
    return f"\n\n{course.conversation.brand.name} <{course.mailbox.address}> a écrit\u00a0:\n{lines}\n"


def _raw(letter: Letter, text: str) -> bytes:
    """The bytes as a mail program writes them."""
    headers = {
        "Date": format_datetime(letter.sent_at) if letter.sent_at else "",
        "From": f"{Header(letter.from_name, 'utf-8').encode()} <{letter.from_address}>",
        "To": letter.to[0][1],
        "Subject": Header(letter.subject, "utf-8", header_name="Subject").encode(),
        "Message-ID": f"<{letter.header_id}>",
        "In-Reply-To": f"<{letter.in_reply_to}>" if letter.in_reply_to else "",
        "References": "\n ".join(f"<{known}>" for known in letter.references),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "quoted-printable",
    }
    head = "".join(f"{name}: {value}\n" for name, value in headers.items() if value)
    body = quopri.encodestring(text.encode()).decode("ascii")
    return f"{head}\n{body}\n".replace("\n", "\r\n").encode("ascii")


# --- The ledger ---------------------------------------------------------------------------------------------


def arrive(came: Sequence[Came], ledger: Ledger) -> None:
    """These letters stand in the mail ledger, with their bytes; their facts in the journal."""
    files = _stored(came)
    rows = Arrival.objects.bulk_create(list(_arrivals(came, files)), batch_size=BATCH)
    for row in rows:
        place = {"brand_id": row.mailbox.brand_id, "mailbox_id": row.mailbox_id, "arrival_id": row.pk}
        ledger.note(MailTaken(**place, door=row.door, size=row.size), row.taken_at)
        accepted = MailAccepted(
            **place,
            conversation_id=row.message.conversation_id if row.message else None,
            message_id=row.message_id or 0,
        )
        ledger.note(accepted, row.taken_at)


def _stored(came: Sequence[Came]) -> list[StoredFile]:
    files = StoredFile.objects.bulk_create([_file(one.raw, one.at) for one in came], batch_size=BATCH)
    chunks = [FileChunk(file=file, number=0, content=one.raw) for file, one in zip(files, came, strict=True)]
    FileChunk.objects.bulk_create(chunks, batch_size=BATCH)
    return files


def _file(raw: bytes, at: datetime) -> StoredFile:
    return StoredFile(
        sha256=sha256(raw).hexdigest(), size=len(raw), media_type="message/rfc822", stored_at=at
    )


def _arrivals(came: Sequence[Came], files: Sequence[StoredFile]) -> Iterator[Arrival]:
    for one, file in zip(came, files, strict=True):
        letter, at = one.letter, one.at
        yield Arrival(
            mailbox=one.mailbox,
            door=Door.LMTP,
            envelope_from=letter.from_address,
            envelope_to=one.mailbox.address,
            received_at=at,
            taken_at=at,
            raw=file,
            size=file.size,
            state=ArrivalState.ACCEPTED,
            settled_at=at,
            tries=1,
            tried_at=at,
            header_id=letter.header_id,
            sender=f"{letter.from_name} <{letter.from_address}>",
            subject=letter.subject[:300],
            sent_at=at,
            message=letter.message,
        )
