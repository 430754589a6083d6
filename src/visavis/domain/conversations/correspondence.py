"""What others read of letters: headers, what came back, who takes part, who is known by what they wrote."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from visavis.domain.people.access import Rights
from visavis.domain.people.models import Customer, Identity, IdentityKind
from visavis.domain.prepared import Question, prepared

from .access import conversations_of
from .models import Bounce, Conversation, Letter, Message, Participant, Verdict


def letters_of(messages: Sequence[Message]) -> dict[int, Letter]:
    """Return the letters of these messages, by the number of the message; one query."""
    rows = Letter.objects.filter(message__in=[message.pk for message in messages])
    return {row.message_id: row for row in rows}


def letter_in(message: Message) -> Letter | None:
    """Return the letter of a message of a thread, which was read with it; no query."""
    return getattr(message, "letter", None)


def written_elsewhere(rights: Rights, letters: Sequence[Letter], *, brand_id: int) -> dict[str, Conversation]:
    """Return where the same letters stand in other brands that this account may see; one query.

    By Message-ID.
    """
    ids = [letter.header_id for letter in letters if letter.header_id]
    rows = Letter.objects.filter(header_id__in=ids, message__conversation__in=conversations_of(rights))
    rows = rows.exclude(message__conversation__brand_id=brand_id).filter(message__direction="in")
    found = rows.select_related("message__conversation__brand").only(
        "header_id", "message__conversation__subject", "message__conversation__brand__name"
    )
    return {row.header_id: row.message.conversation for row in found.order_by("pk")}


def bounces_of(messages: Sequence[Message]) -> dict[int, list[Bounce]]:
    """Return what came back undelivered, by the number of the message that left; one query."""
    found: dict[int, list[Bounce]] = {}
    for row in _bounces(numbers=[message.pk for message in messages]):
        found.setdefault(row.message_id, []).append(row)
    return found


def question_of_bounces(messages: Sequence[Message]) -> Question:
    """Of `bounces_of`, to be asked with others; no query."""
    return _bounces.question(numbers=[message.pk for message in messages])


@prepared
def _bounces(*, numbers: Iterable[int]) -> QuerySet[Bounce]:
    return Bounce.objects.filter(message_id__in=numbers).order_by("pk")


def participants_of(conversation: Conversation) -> list[Participant]:
    """Return who takes part or was in copy, but those who were declined; one query."""
    found = _participants(conversation_id=conversation.pk)
    for row in found:
        row.conversation = conversation
    return found


@prepared
def _participants(*, conversation_id: int) -> QuerySet[Participant]:
    rows = Participant.objects.filter(conversation_id=conversation_id, declined_at__isnull=True)
    return rows.order_by("pk")


def held_beside(conversation: Conversation) -> list[Conversation]:
    """Return what strangers answered in this conversation, for an adviser to decide; one query.

    `is_for_us_alone`: it answers what was sent on to others, and would be joined as a note.
    """
    return _held_beside(number=conversation.pk)


def questions_beside(conversation: Conversation) -> list[Question]:
    """Of `participants_of` and `held_beside`, to be asked with others; no query."""
    number = conversation.pk
    return [_participants.question(conversation_id=number), _held_beside.question(number=number)]


@prepared
def _held_beside(*, number: int) -> QuerySet[Conversation]:
    answers = Letter.objects.filter(
        message__conversation=OuterRef("pk"), extras__has_key="answers_forward", message__direction="in"
    )
    rows = Conversation.objects.live().filter(beside_id=number).select_related("customer")
    return rows.annotate(is_for_us_alone=Exists(answers)).order_by("pk")


def unreachable_addresses(customer_id: int) -> dict[str, Bounce]:
    """Return the addresses of a customer at which our letters came back for good, and nothing came since; one
    query. What they write from an address proves that it lives; what is sent on to others says nothing of it.
    """
    return {row.address: row for row in _came_back(customer_id=customer_id)}


def question_of_unreachable(customer_id: int) -> Question:
    """Of `unreachable_addresses`, to be asked with others; no query."""
    return _came_back.question(customer_id=customer_id)


@prepared
def _came_back(*, customer_id: int) -> QuerySet[Bounce]:
    lives = Letter.objects.filter(
        from_address=OuterRef("address"),
        message__direction="in",
        message__conversation__customer_id=customer_id,
        message__written_at__gt=OuterRef("bounced_at"),
    )
    rows = Bounce.objects.filter(
        message__conversation__customer_id=customer_id, message__direction="out", is_permanent=True
    )
    return rows.filter(~Exists(lives)).order_by("bounced_at")


def knows_sender(conversation: Conversation, address: str) -> bool:
    """Say whether who writes from this address is of the conversation; two queries.

    Its customer, whether the identity is verified or not, or someone whom an adviser agreed to.
    """
    if Identity.objects.filter(
        customer_id=conversation.customer_id, kind=IdentityKind.EMAIL, value=address
    ).exists():
        return True
    return conversation.participants.filter(address=address, agreed_at__isnull=False).exists()


def customer_of_letters(brand_id: int, address: str) -> Customer | None:
    """Return the customer whose letters from this address were proved by its domain; one query."""
    rows = Letter.objects.filter(
        from_address=address,
        dmarc=Verdict.PASS,
        message__direction="in",
        message__conversation__brand_id=brand_id,
        message__conversation__erased_at__isnull=True,
    )
    last = rows.select_related("message__conversation__customer").order_by("-pk").first()
    return last.message.conversation.customer if last else None


def exchanges_with(brand_id: int, address: str, *, since: datetime, limit: int = 10) -> list[Message]:
    """Return the last messages, in and out, of the conversations in which this address wrote; two queries."""
    rows = Letter.objects.filter(
        from_address=address, message__written_at__gte=since, message__conversation__brand_id=brand_id
    )
    numbers = set(rows.values_list("message__conversation_id", flat=True)[: limit * 2])
    if not numbers:
        return []
    said = Message.objects.filter(conversation__in=numbers, written_at__gte=since).exclude(direction="note")
    return list(said.order_by("-written_at", "-pk")[:limit])
