"""What may be sent on to somebody outside of a conversation, and what answers it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from .models import Attachment, Conversation, Direction, Letter, Message
from .threads import forwards_in, kept_id

# Beyond these nobody reads a forward; the last ones go.
MOST_MESSAGES = 50


def is_sent_on(letter: Letter | None) -> bool:
    """True for the letter of a note that goes to somebody outside."""
    return letter is not None and "forwards" in letter.extras


def forward_answered_by(letter: Letter | None) -> int | None:
    """Return the number of the note that it answers, when it answers one that was sent on."""
    number = letter.extras.get("answers_forward") if letter else None
    return number if isinstance(number, int) else None


def messages_to_forward(conversation: Conversation, numbers: Iterable[int] | None = None) -> list[Message]:
    """Return what may be sent on, oldest first: these, or all that the customer and we said; one query.

    With their letters and writers. What people outside answered is among them only when it is asked for;
    our notes and what nobody wrote never are.
    """
    said = Q(direction__in=[Direction.IN, Direction.OUT], left_at__isnull=False) & (
        Q(letter=None) | Q(letter__automatic_why="")
    )
    answered = Q(direction=Direction.NOTE, letter__extras__has_key="answers_forward")
    rows = conversation.messages.filter(withdrawn_at__isnull=True).select_related("letter", "adviser")
    if numbers is None:
        return list(rows.filter(said).order_by("-written_at", "-pk")[:MOST_MESSAGES])[::-1]
    asked = Q(direction=Direction.IN) | said | answered
    return list(rows.filter(asked, pk__in=list(numbers)[:MOST_MESSAGES]).order_by("written_at", "pk"))


def files_of_conversation(conversation: Conversation) -> QuerySet[Attachment]:
    """Files that came or left with what was said or answered; the copies of what was sent on are none."""
    rows = Attachment.objects.filter(message__conversation=conversation, message__withdrawn_at__isnull=True)
    copies = Q(message__direction=Direction.NOTE, message__adviser__isnull=False)
    return rows.exclude(copies).select_related("file", "message").order_by("pk")


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What a mail answers of what was sent on.

    is_named: it names it, by a token or a Message-ID.  is_addressee: its sender is someone it was sent to.
    """

    forward: Message
    is_named: bool
    is_addressee: bool


def forward_answered(
    conversation: Conversation,
    *,
    sender: str,
    addresses: Iterable[str],
    header_ids: Sequence[str],
    subject: str,
) -> Answered | None:
    """Return what this mail answers of what was sent on in this conversation; one query.

    What it names goes first, else the last one that was sent to its sender.
    """
    rows = Letter.objects.filter(message__conversation=conversation, message__direction=Direction.NOTE)
    letters = list(rows.select_related("message__adviser").defer("html", "pieces").order_by("-message_id"))
    sent = {letter.message_id: letter for letter in letters if is_sent_on(letter)}
    named = _named(letters, forwards_in(addresses, subject), [kept_id(value) for value in header_ids])
    mine = [number for number in sent if sender and sender in _whom(sent[number], letters)]
    for number in (*(one for one in named if one in mine), *named, *mine):
        if number in sent:
            message = sent[number].message
            return Answered(forward=message, is_named=number in named, is_addressee=number in mine)
    return None


def _named(letters: Sequence[Letter], tokens: Sequence[int], header_ids: Sequence[str]) -> list[int]:
    """The notes that a mail names: by tokens, by their Message-IDs, or by those of what answered them."""
    known = {letter.header_id: forward_answered_by(letter) or letter.message_id for letter in letters}
    return [*tokens, *(known[value] for value in header_ids if value and value in known)]


def _whom(forward: Letter, letters: Sequence[Letter]) -> set[str]:
    """To whom it was sent, and who else has answered it since: an adviser joined what they said."""
    answered = {one.from_address for one in letters if forward_answered_by(one) == forward.message_id}
    return answered | {address for _name, address in (*forward.to, *forward.cc)}
