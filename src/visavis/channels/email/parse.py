"""Bytes in, a mail out: pure, bounded, and whatever the bytes are."""

from __future__ import annotations

import hashlib
import io
import re
from typing import TYPE_CHECKING, BinaryIO

from visavis.channels.email import headers, robots
from visavis.channels.email.authentication import authentication
from visavis.channels.email.bodies import Bodies
from visavis.channels.email.bounces import bounce, delivered_id
from visavis.channels.email.language import language_of
from visavis.channels.email.mail import Address, Mail, Unreadable
from visavis.channels.email.opened import seals
from visavis.channels.email.quotes import fold, unwrapped
from visavis.channels.email.spam import Believed, is_marked
from visavis.channels.email.split import Entity, Limits, split

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

USUAL = Limits()


def parse(
    raw: bytes | BinaryIO,
    *,
    authserv_ids: Collection[str] = (),
    house: str = "",
    spam: Believed | None = None,
    limits: Limits = USUAL,
) -> Mail:
    """Read a mail, from bytes or from a stream that is read once to its end.

    authserv_ids: the names under which the brand's servers write Authentication-Results; all others are not
    believed.
    spam: whose marks of spam count; nobody's by default.
    house: the name that our own mails carry, to know them when they come back.
    Raises Unreadable(code) for a bomb or what is no mail, and nothing else about the mail; an OSError (of
    the stream or of a full disk) says nothing about it, and goes through.
    """
    stream = io.BytesIO(raw) if isinstance(raw, (bytes, bytearray)) else raw
    try:
        return _parse(stream, authserv_ids=authserv_ids, house=house, spam=spam, limits=limits)
    except (Unreadable, OSError, MemoryError):
        raise
    except Exception as fault:
        # A fault of ours must not block a mailbox: this mail waits in quarantine, with its cause in the log.
        raise Unreadable("unexpected") from fault


def _parse(
    stream: BinaryIO, *, authserv_ids: Collection[str], house: str, spam: Believed | None, limits: Limits
) -> Mail:
    """Split, choose what is read and what is attached, then tell what sort of mail it is."""
    root, oddities = split(stream, limits=limits)
    if not root.fields:
        raise Unreadable("not_a_mail" if root.content.size else "empty")
    bodies = Bodies(oddities)
    bodies.visit(root, is_root=True)
    marked, cleaned = bodies.texts()
    text = unwrapped(marked)
    subject = headers.text(root.get("subject"))
    kind, why = robots.kind_of(root, subject=subject, house=house)
    report = None if kind == "loop" or why == "subject" else bounce(root, subject=subject, body=text)
    delivered = "" if report or kind == "loop" else delivered_id(root, body=text)
    if report:
        kind, why = "bounce", "delivery_report"
    elif delivered:
        kind, why = "receipt", "delivered"
    people = {name: _people(root, name) for name in ("from", "sender", "reply-to", "to", "cc", "bcc")}
    delivered_to = _delivered_to(root)
    message_id = next(iter(headers.identifiers(root.get("message-id"))), "")
    date = _date(root)
    shown = fold(marked)
    said = " ".join(piece.text for piece in shown if piece.kind == "said")
    return Mail(
        message_id=message_id,
        in_reply_to=headers.identifiers(root.get("in-reply-to")),
        references=headers.identifiers(b" ".join(root.all("references"))),
        date=date,
        from_=people["from"],
        sender=next(iter(people["sender"]), None),
        reply_to=people["reply-to"],
        to=people["to"],
        cc=people["cc"],
        bcc=people["bcc"],
        delivered_to=delivered_to,
        return_path=_return_path(root),
        subject=subject,
        language=language_of(said or text),
        text=text,
        html=cleaned,
        remote_images=bodies.remote_images,
        links=bodies.links,
        shown=shown,
        attachments=tuple(bodies.attachments),
        invitations=tuple(bodies.invitations),
        sealed=seals(root, text),
        kind=kind,
        why=why,
        authentication=authentication(root.fields, authserv_ids),
        is_marked_spam=is_marked(root.fields, spam),
        bounce=report,
        reported_id=report.original_message_id if report else delivered,
        marks=robots.marks(root),
        tags=_tags([*delivered_to, *(person.address for person in people["to"] + people["cc"])]),
        subject_tags=tuple(dict.fromkeys(re.findall(r"\[#([\w-]{1,60})\]", subject))),
        fingerprint=_fingerprint(message_id, date, people["from"], subject, text),
        oddities=tuple(dict.fromkeys([*bodies.oddities, *_odd_fields(root, date)])),
        size=_size(root),
    )


# --- Fields -------------------------------------------------------------------------------------------------


def _people(root: Entity, name: str) -> tuple[Address, ...]:
    """Return the people of one field: of its first occurrence for a sender, of all for those it was sent
    to.
    """
    values = root.all(name)
    if name in {"from", "sender"}:
        values = values[:1]
    return tuple(dict.fromkeys(person for value in values[:20] for person in headers.addresses(value)))


def _delivered_to(root: Entity) -> tuple[str, ...]:
    """Return the addresses that servers say they delivered this to."""
    names = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
    found = [
        person.address
        for name in names
        for value in root.all(name)[:20]
        for person in headers.addresses(value)
    ]
    return tuple(dict.fromkeys(found))


def _return_path(root: Entity) -> str | None:
    """Return the sender of the envelope: "" for nobody (<>), None when no server wrote it."""
    values = root.all("return-path")
    if not values:
        return None
    return next((person.address for person in headers.addresses(values[0])), "")


def _date(root: Entity) -> datetime | None:
    """Return when it was written, else when the last server received it."""
    if found := headers.date(root.get("date")):
        return found
    return headers.date(root.get("received").rpartition(b";")[2])


def _odd_fields(root: Entity, date: datetime | None) -> list[str]:
    """Name what is missing or double."""
    counted = {name: len(root.all(name)) for name in ("from", "date", "message-id", "subject")}
    odd = [f"{name}_missing" for name in ("from", "message-id") if not counted[name]]
    odd += [f"{name}_twice" for name, count in counted.items() if count > 1]
    if not headers.date(root.get("date")):
        odd.append("date_missing" if date is None or not counted["date"] else "date_broken")
    return [code.replace("-", "_") for code in odd]


def _tags(addresses: list[str]) -> tuple[str, ...]:
    """Return what stands after the + of these addresses."""
    found = [address.rpartition("@")[0].partition("+")[2] for address in addresses]
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _fingerprint(
    message_id: str, date: datetime | None, from_: tuple[Address, ...], subject: str, text: str
) -> str:
    """Return a digest that is equal for the same mail taken twice: of what its writer wrote, not of its
    way.
    """
    said = [message_id, str(date), *(person.address for person in from_), subject, text]
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def _size(root: Entity) -> int:
    """Return the bytes of all parts, decoded."""
    return sum(part.content.size for part in root.walk())
