"""What is sent on, as its letter shows it: who wrote what to whom; no way to the customer's page."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings

from visavis.domain.conversations.access import keys_of
from visavis.domain.conversations.correspondence import letter_in
from visavis.domain.conversations.models import Conversation, Direction, Letter, Message
from visavis.domain.conversations.operations.passes import digest
from visavis.domain.conversations.threads import IN_ADDRESS, without_token

from .addressing import People, bare

# What stands for a link of ours, whatever was around it.
TAKEN_OUT = "[…]"
RUN = re.compile(r"[^\s\"'<>]+")
LINK = re.compile(r"(<a\b[^>]*?) href=\"([^\"]*)\"", re.IGNORECASE)
# What opens a page, wherever it stands: 32 bytes in base64.
KEY_LENGTH = 43
KEY = re.compile(rf"[A-Za-z0-9_-]{{{KEY_LENGTH},}}")
# A link may be inside the link of a filter, and that one inside another.
WRAPPED = 3


@dataclass(frozen=True, kw_only=True)
class Forwarded:
    """One message that is sent on; `at` on the clock of the brand; html: cleaned, or empty."""

    sender: tuple[str, str]
    to: People
    at: datetime
    subject: str
    text: str
    html: str = ""


def forwarded_of(conversation: Conversation, messages: Sequence[Message], zone: ZoneInfo) -> list[Forwarded]:
    """Return these messages as the letter shows them; one query when their letters were read with them.

    One alone goes whole, with its history and its layout; of several only what each one says, since each may
    quote all the others.
    """
    found = [_forwarded(conversation, row, zone, is_alone=len(messages) == 1) for row in messages]
    keys = keys_of(conversation.customer_id)
    return [
        replace(one, text=without_keys(one.text, keys), html=without_keys(one.html, keys)) for one in found
    ]


def answer_among(messages: Sequence[Message]) -> Letter | None:
    """Return the letter with which somebody outside answered, when it alone is sent on: it is answered."""
    letter = letter_in(messages[0]) if len(messages) == 1 else None
    return letter if letter and letter.message.direction == Direction.NOTE else None


def _forwarded(conversation: Conversation, message: Message, zone: ZoneInfo, *, is_alone: bool) -> Forwarded:
    letter = letter_in(message)
    is_whole = is_alone and letter is not None and not message.corrected_at
    text = "".join(piece for _kind, piece in letter.pieces) if is_whole and letter else ""
    return Forwarded(
        sender=_sender(conversation, message, letter),
        to=_to(conversation, message, letter),
        at=message.written_at.astimezone(zone),
        subject=without_token(letter.subject if letter else "") or conversation.subject,
        text=without_our_ways(text.strip() or message.text),
        html=without_our_ways_in_html(letter.html) if is_whole and letter else "",
    )


def _sender(conversation: Conversation, message: Message, letter: Letter | None) -> tuple[str, str]:
    if letter:
        return letter.from_name, letter.from_address
    if message.direction == Direction.IN:
        return conversation.customer.name, ""
    return (message.adviser.displayed_name if message.adviser else conversation.brand.name), ""


def _to(conversation: Conversation, message: Message, letter: Letter | None) -> People:
    """To whom it went, openly; never who was in hidden copy, nor the address that names a conversation."""
    if letter:
        return [(name, bare(address)) for name, address in _each(letter.to)]
    ours = message.direction == Direction.OUT
    return [(conversation.customer.name if ours else conversation.brand.name, "")]


def _each(people: Iterable[Sequence[str]]) -> People:
    return [(name, address) for name, address in people]


def without_our_ways(text: str) -> str:
    """Return the words without what opens a page of ours or names a conversation: it may have been quoted."""
    return RUN.sub(lambda run: TAKEN_OUT if _is_ours(run[0]) else run[0], IN_ADDRESS.sub("@", without(text)))


def without(text: str) -> str:
    """Return the text without our tokens of subjects; its lines stay as they are."""
    return "\n".join(without_token(line) if "[#" in line else line for line in text.split("\n"))


def without_our_ways_in_html(html: str) -> str:
    """Return the same of cleaned HTML: a link of ours leads nowhere."""
    kept = LINK.sub(lambda tag: tag[1] if _is_ours(tag[2]) else tag[0], html)
    return without_our_ways(kept)


def without_keys(text: str, keys: frozenset[str]) -> str:
    """Return the text without what opens a page of this customer, whatever became of the link around it."""
    return KEY.sub(lambda run: TAKEN_OUT if _holds_key(run[0], keys) else run[0], text) if keys else text


def _holds_key(run: str, keys: frozenset[str]) -> bool:
    return any(digest(run[at : at + KEY_LENGTH]) in keys for at in range(len(run) - KEY_LENGTH + 1))


def _is_ours(run: str) -> bool:
    """True for what leads to this house, also when a filter wrote the link again inside one of its own."""
    host = urlsplit(settings.PUBLIC_URL).netloc.lower()
    for _ in range(WRAPPED):
        if f"{host}/" in run.lower():
            return True
        run = unquote(run)
    return False
