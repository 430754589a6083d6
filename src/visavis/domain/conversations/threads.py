"""To which conversation a letter answers: tokens that only we can make, and Message-IDs that we know."""

import hmac
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256

from django.conf import settings

from .models import Conversation, Direction, Letter, Message

LONGEST_ID = 250
MAC_DIGITS = 12
MOST_IDS = 100
# What a token names.
CONVERSATION, FORWARD = "conversation", "forward"
# Of a conversation, or (with an f) of what was sent on to somebody outside of it.
IN_ADDRESS = re.compile(r"\+(c|f)-(\d{1,18})-([0-9a-f]{12})@", re.IGNORECASE)
IN_SUBJECT = re.compile(r"\[#(f?)(\d{1,18})-([0-9a-f]{12})\]", re.IGNORECASE)


def kept_id(header: str) -> str:
    """Return a Message-ID as it is kept and compared: without its brackets; a digest when it is too long."""
    bare = "".join(header.split()).strip("<>")
    return bare if len(bare) <= LONGEST_ID else f"sha256:{sha256(bare.encode(errors='replace')).hexdigest()}"


def reply_address(address: str, number: int) -> str:
    """Return the address at which an answer is known to belong to conversation `number`."""
    local, _at, domain = address.rpartition("@")
    return f"{local}+c-{number}-{_mac(number)}@{domain}"


def subject_token(number: int) -> str:
    """Return what a subject bears, for the clients that keep nothing else."""
    return f"[#{number}-{_mac(number)}]"


def forward_address(address: str, message_id: int) -> str:
    """Return the address at which an answer is known to be one to what was sent on by this note."""
    local, _at, domain = address.rpartition("@")
    return f"{local}+f-{message_id}-{_mac(message_id, FORWARD)}@{domain}"


def forward_token(message_id: int) -> str:
    """Return what the subject of a note that is sent on bears."""
    return f"[#f{message_id}-{_mac(message_id, FORWARD)}]"


def without_token(subject: str) -> str:
    """Return a subject as people read it."""
    return " ".join(IN_SUBJECT.sub(" ", subject).split())


def mark() -> str:
    """Return what all letters of this installation bear: one that comes back with it goes in a circle."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"letter:mark", sha256).hexdigest()[:32]


def numbers_in_addresses(addresses: Iterable[str]) -> list[int]:
    """Return the conversations named by true tokens in these addresses."""
    return [number for address in addresses for number in _true(IN_ADDRESS, address)]


def numbers_in_subject(subject: str) -> list[int]:
    """Return the conversations named by true tokens in a subject."""
    return _true(IN_SUBJECT, subject)


def forwards_in(addresses: Iterable[str], subject: str) -> list[int]:
    """Return the notes sent on that true tokens name, in these addresses first, then in a subject."""
    named = [number for address in addresses for number in _true(IN_ADDRESS, address, FORWARD)]
    return [*named, *_true(IN_SUBJECT, subject, FORWARD)]


def thread_of(
    brand_id: int, *, addresses: Iterable[str], header_ids: Sequence[str], subject: str
) -> Conversation | None:
    """Return the conversation that a letter answers, where it goes on now; at most five queries.

    First the token of the address, then the Message-IDs that it answers (`header_ids`, the nearest first),
    then the token of the subject. A message that was split off since leads to where it stands.
    """
    addresses = list(addresses)
    named = _named(brand_id, numbers_in_addresses(addresses))
    answered = _answered(brand_id, [kept_id(value) for value in header_ids][:MOST_IDS])
    if named and answered and _is_kin(named, answered):
        named = answered
    found = named or answered or _named(brand_id, numbers_in_subject(subject))
    found = found or _sent_on(brand_id, forwards_in(addresses, subject))
    return going_on(found) if found else None


def going_on(conversation: Conversation) -> Conversation | None:
    """Return the conversation in which this one goes on; None when its history was erased."""
    while conversation.merged_into is not None:
        conversation = conversation.merged_into
    return conversation if conversation.erased_at is None else None


def _named(brand_id: int, numbers: Sequence[int]) -> Conversation | None:
    if not numbers:
        return None
    rows = Conversation.objects.filter(pk__in=numbers, brand_id=brand_id).select_related("merged_into")
    return min(rows, key=lambda row: numbers.index(row.pk), default=None)


def _sent_on(brand_id: int, message_ids: Sequence[int]) -> Conversation | None:
    """Return the conversation in which a note that was sent on stands now."""
    if not message_ids:
        return None
    rows = Message.objects.filter(
        pk__in=message_ids, direction=Direction.NOTE, conversation__brand_id=brand_id
    ).select_related("conversation__merged_into")
    first = min(rows, key=lambda row: message_ids.index(row.pk), default=None)
    return first.conversation if first else None


def _answered(brand_id: int, header_ids: Sequence[str]) -> Conversation | None:
    """Return the conversation of the nearest message that we know among these."""
    wanted = [value for value in header_ids if value]
    if not wanted:
        return None
    rows = Letter.objects.filter(header_id__in=wanted, message__conversation__brand_id=brand_id)
    known = list(rows.select_related("message__conversation__merged_into").order_by("-pk"))
    nearest = min(known, key=lambda row: wanted.index(row.header_id), default=None)
    return nearest.message.conversation if nearest else None


def _is_kin(one: Conversation, other: Conversation) -> bool:
    """True when one was split off the other."""
    return other.split_from_id == one.pk or one.split_from_id == other.pk


def _true(pattern: re.Pattern[str], text: str, kind: str = CONVERSATION) -> list[int]:
    """Return the numbers that tokens of this kind name; one that somebody made up names nothing."""
    return [
        int(number)
        for sort, number, mac in pattern.findall(text)
        if (sort.lower() == "f") is (kind == FORWARD)
        and hmac.compare_digest(mac.lower(), _mac(int(number), kind))
    ]


def _mac(number: int, kind: str = CONVERSATION) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"{kind}:{number}".encode(), sha256).hexdigest()[:MAC_DIGITS]
