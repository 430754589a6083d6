"""What e-mail adds: letters kept, robots shown, messages that came back, people in copy."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from visavis.domain.conversations.facts import (
    AutomaticReceived,
    MessageBounced,
    MessageHeeded,
    ParticipantDecided,
    StoodAlone,
)
from visavis.domain.conversations.models import (
    Attachment,
    Bounce,
    Conversation,
    Direction,
    Letter,
    Message,
    Participant,
    State,
    Verdict,
)
from visavis.domain.errors import Refused
from visavis.domain.journal.record import operation, record, upkeep
from visavis.domain.people.hours import answer_due
from visavis.domain.people.models import Adviser

from .lock import locked
from .messages import add_message
from .undone import as_it_is

if TYPE_CHECKING:
    from django.db.models import QuerySet

People = Sequence[tuple[str, str]]
# Beyond these nobody reads a list of people in copy; the raw mail has them all.
MOST_PEOPLE = 100
MOST_PROPOSED = 20
# Subject and detail of a status (RFC 3463 §3), the most precise first.
WHY_BOUNCED = (
    ("1.8.", "our_address"),
    ("1.7.", "our_address"),
    ("1.", "no_such_address"),
    ("2.1.", "closed"),
    ("2.2.", "full"),
    ("2.3.", "too_large"),
    ("2.", "mailbox"),
    ("3.4.", "too_large"),
    ("3.", "their_server"),
    ("4.", "unreachable"),
    ("5.", "their_server"),
    ("6.", "content"),
    ("7.", "refused"),
)


@dataclass(frozen=True, kw_only=True)
class LetterFields:
    """The headers and the parts of one letter, as plain values; people are (name, address)."""

    header_id: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    sender: tuple[str, str] = ("", "")
    reply_to: People = ()
    to: People = ()
    cc: People = ()
    bcc: People = ()
    subject: str = ""
    sent_at: datetime | None = None
    html: str = ""
    pieces: Sequence[tuple[str, str]] = ()
    spf: str = Verdict.UNVERIFIED
    dkim: str = Verdict.UNVERIFIED
    dmarc: str = Verdict.UNVERIFIED
    automatic_why: str = ""
    oddities: Sequence[str] = ()
    extras: Mapping[str, object] = field(default_factory=dict)


@upkeep
def write_letter(message: Message, fields: LetterFields) -> Letter:
    """The message came, or leaves, as this letter; written again, it is replaced."""
    name, address = fields.sender
    written: dict[str, Any] = {  # columns of all types
        "header_id": fields.header_id,
        "in_reply_to": fields.in_reply_to,
        "references": list(fields.references)[-MOST_PEOPLE:],
        "from_name": name[:200],
        "from_address": address.lower()[:254],
        "reply_to": _people(fields.reply_to),
        "to": _people(fields.to),
        "cc": _people(fields.cc),
        "bcc": _people(fields.bcc),
        "subject": fields.subject[:500],
        "sent_at": fields.sent_at,
        "html": fields.html,
        "pieces": [list(piece) for piece in fields.pieces],
        "spf": fields.spf,
        "dkim": fields.dkim,
        "dmarc": fields.dmarc,
        "automatic_why": fields.automatic_why[:40],
        "oddities": list(fields.oddities)[:MOST_PEOPLE],
        "extras": dict(fields.extras),
    }
    letter = Letter(message=message, **written)
    Letter.objects.bulk_create(
        [letter], update_conflicts=True, unique_fields=["message"], update_fields=list(written)
    )
    return letter


@operation
def receive_automatic(
    conversation: Conversation,
    *,
    key: uuid.UUID,
    channel: str,
    text: str,
    attachments: "QuerySet[Attachment] | None" = None,
    at: datetime,
) -> Message:
    """What a robot answered is shown in the conversation; nobody waits for more than before."""
    conversation = locked(conversation)
    message = add_message(conversation, Direction.IN, key=key, channel=channel, text=text, at=at, left_at=at)
    files = attachments.update(message=message) if attachments is not None else 0
    record(
        AutomaticReceived(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            message_id=message.pk,
            channel=channel,
            files=files,
        ),
        at=at,
    )
    return message


@operation
def heed_message(message: Message, *, by: Adviser | None, at: datetime) -> None:
    """What passed for a robot's words is a person's: it is our turn, and they wait from now on.

    What was so before is kept with the letter, so that it can be undone.
    """
    conversation = locked(message.conversation)
    for letter in Letter.objects.filter(message=message):
        letter.extras["unheeded"] = {"why": letter.automatic_why, **as_it_is(conversation)}
        letter.automatic_why = ""
        letter.save(update_fields=["automatic_why", "extras"])
    conversation.state = State.REOPENED if conversation.state == State.RESOLVED else State.OPEN
    conversation.resolved_at = conversation.snoozed_until = None
    if conversation.waiting_since is None:
        conversation.waiting_since = at
        conversation.answer_due_at = answer_due(conversation.brand, is_live=conversation.is_live, at=at)
    conversation.save()
    record(
        MessageHeeded(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk if by else None,
            message_id=message.pk,
            state=conversation.state,
        ),
        at=at,
    )


@operation
def note_bounce(
    message: Message,
    *,
    address: str,
    is_permanent: bool,
    status: str,
    diagnostic: str,
    at: datetime,
) -> Bounce:
    """The message did not reach this address. For good: it is our turn again, for nobody read our answer."""
    conversation = locked(message.conversation)
    bounce, is_new = Bounce.objects.get_or_create(
        message=message,
        address=address.lower()[:254],
        status=status[:12],
        defaults={
            "is_permanent": is_permanent,
            "why": why_bounced(status),
            "diagnostic": diagnostic[:500],
            "bounced_at": at,
        },
    )
    if is_permanent and not is_new and not bounce.is_permanent:
        # First told as a delay; its server has given up.
        bounce.is_permanent, bounce.diagnostic, bounce.bounced_at = True, diagnostic[:500], at
        bounce.save(update_fields=["is_permanent", "diagnostic", "bounced_at"])
    if is_permanent and conversation.state == State.THEIR_TURN:
        conversation.state = State.OPEN
        conversation.save(update_fields=["state"])
    record(
        MessageBounced(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=message.adviser_id,
            message_id=message.pk,
            is_permanent=is_permanent,
            status=status[:12],
            state=conversation.state,
        ),
        at=at,
    )
    return bounce


def why_bounced(status: str) -> str:
    """Return the code of why a letter came back, from its status of RFC 3463; sentences.py tells it."""
    _kind, _dot, subject = status.partition(".")
    for beginning, why in WHY_BOUNCED:
        if f"{subject}.".startswith(beginning):
            return why
    return "other"


@upkeep
def propose_participants(
    conversation: Conversation, people: Iterable[tuple[str, str]], *, at: datetime
) -> None:
    """These people were in copy: an adviser may make them participants. Who was declined stays so."""
    rows = [
        Participant(conversation=conversation, address=address.lower()[:254], name=name[:200], proposed_at=at)
        for name, address in list(people)[:MOST_PROPOSED]
        if address
    ]
    Participant.objects.bulk_create(rows, ignore_conflicts=True)


@operation
def agree_participant(participant: Participant, *, by: Adviser, at: datetime) -> None:
    """They take part: what they write comes into the conversation."""
    _decide(participant, by=by, at=at, is_agreed=True)


@operation
def decline_participant(participant: Participant, *, by: Adviser, at: datetime) -> None:
    """They do not take part: what they write is held beside."""
    _decide(participant, by=by, at=at, is_agreed=False)


@operation
def stand_alone(conversation: Conversation, *, by: Adviser, at: datetime) -> None:
    """What was held beside another conversation is a request of its own. Refused when it is already."""
    conversation = locked(conversation)
    if conversation.beside_id is None:
        raise Refused("not_beside", _("This is a request of its own already."))
    beside_id, conversation.beside = conversation.beside_id, None
    conversation.save(update_fields=["beside"])
    record(
        StoodAlone(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            beside_id=beside_id,
        ),
        at=at,
    )


def _decide(participant: Participant, *, by: Adviser, at: datetime, is_agreed: bool) -> None:
    participant.agreed_at, participant.declined_at = (at, None) if is_agreed else (None, at)
    participant.decided_by = by
    participant.save(update_fields=["agreed_at", "declined_at", "decided_by"])
    conversation = participant.conversation
    record(
        ParticipantDecided(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            participant_id=participant.pk,
            is_agreed=is_agreed,
        ),
        at=at,
    )


def _people(people: People) -> list[list[str]]:
    return [[name[:200], address[:254]] for name, address in list(people)[:MOST_PEOPLE]]
