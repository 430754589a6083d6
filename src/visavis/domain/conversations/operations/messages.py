"""Opening, receiving, replying, noting, correcting."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations.facts import (
    ConversationOpened,
    MessageCorrected,
    MessageReceived,
    NoteAdded,
    PersonAsked,
    ReplyLeft,
    ReplyWithdrawn,
    ReplyWritten,
)
from visavis.domain.conversations.models import (
    Attachment,
    Conversation,
    Direction,
    Mention,
    Message,
    MessageCorrection,
    State,
)
from visavis.domain.errors import Refused
from visavis.domain.journal.record import operation, record
from visavis.domain.people.hours import answer_due
from visavis.domain.people.models import Adviser, Brand, Customer
from visavis.domain.search.operations import forget_document, index_many

from .findable import keep_findable, message_as_found
from .lock import locked

if TYPE_CHECKING:
    from django.db.models import QuerySet

LAST_WORDS = 200


@operation
def open_conversation(
    *,
    brand: Brand,
    customer: Customer,
    channel: str,
    is_live: bool,
    effort: int,
    subject: str,
    language: str,
    skill_ids: Sequence[int] = (),
    sender: str = "",
    beside: Conversation | None = None,
    at: datetime,
) -> Conversation:
    """A new request exists, without any message yet; `beside`: a stranger answers in that one."""
    conversation = Conversation.objects.create(
        brand=brand,
        customer=customer,
        channel=channel,
        is_live=is_live,
        effort=effort,
        subject=subject[:200],
        language=language,
        sender=sender,
        beside=beside,
        opened_at=at,
        last_message_at=at,
    )
    if skill_ids:
        conversation.skills.set(skill_ids)
    keep_findable([conversation])
    record(
        ConversationOpened(
            conversation_id=conversation.pk,
            brand_id=brand.pk,
            customer_id=customer.pk,
            channel=channel,
            is_live=is_live,
            skill_ids=sorted(skill_ids),
            beside_id=beside.pk if beside else None,
        ),
        at=at,
    )
    return conversation


@operation
def receive_message(
    conversation: Conversation,
    *,
    key: uuid.UUID,
    channel: str,
    is_live: bool,
    effort: int,
    text: str,
    attachments: "QuerySet[Attachment] | None" = None,
    at: datetime,
) -> Message:
    """The customer's message is kept, it is our turn, and the customer waits since their first
    unanswered word.
    """
    conversation = locked(conversation)
    message = add_message(conversation, Direction.IN, key=key, channel=channel, text=text, at=at, left_at=at)
    files = attachments.update(message=message) if attachments is not None else 0
    conversation.state = State.REOPENED if conversation.state == State.RESOLVED else conversation.state
    conversation.state = State.OPEN if conversation.state == State.THEIR_TURN else conversation.state
    conversation.resolved_at = None
    conversation.snoozed_until = None
    conversation.channel, conversation.is_live, conversation.effort = channel, is_live, effort
    if conversation.waiting_since is None:
        conversation.waiting_since = at
        conversation.answer_due_at = answer_due(conversation.brand, is_live=is_live, at=at)
    conversation.customer_typing_at = None
    _touch(conversation, text, at)
    record(
        MessageReceived(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=conversation.adviser_id,
            message_id=message.pk,
            channel=channel,
            state=conversation.state,
            files=files,
        ),
        at=at,
    )
    return message


@operation
def ask_for_person(conversation: Conversation) -> None:
    """The customer asked for a person: the routing serves them first."""
    conversation = locked(conversation)
    conversation.wants_person = True
    conversation.save(update_fields=["wants_person"])
    record(PersonAsked(conversation_id=conversation.pk, brand_id=conversation.brand_id))


@operation
def write_reply(
    conversation: Conversation,
    *,
    by: Adviser,
    key: uuid.UUID,
    text: str,
    attachments: "QuerySet[Attachment] | None" = None,
    at: datetime | None = None,
) -> Message:
    """A reply is written; it has not left yet (see let_reply_leave).

    Refused when merged elsewhere, or when the history was erased.
    """
    at = at or timezone.now()
    conversation = still_written(locked(conversation))
    if conversation.merged_into_id:
        raise Refused(
            "merged",
            _("This conversation goes on in %(number)s: answer there.")
            % {"number": conversation.merged_into_id},
        )
    message = add_message(
        conversation, Direction.OUT, key=key, channel=conversation.channel, text=text, at=at, by=by
    )
    if attachments is not None:
        attachments.update(message=message)
    record(
        ReplyWritten(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            message_id=message.pk,
        ),
        at=at,
    )
    return message


@operation
def let_reply_leave(message: Message, *, at: datetime | None = None) -> Message:
    """The customer can read it; it is their turn. Refused when it left already or was withdrawn."""
    at = at or timezone.now()
    conversation = locked(message.conversation)
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if message.withdrawn_at:
        raise Refused("withdrawn", _("This reply was taken back. Send it again from the draft it became."))
    if message.left_at:
        raise Refused("already_left", _("It has left already: the customer may be reading it."))
    message.left_at = at
    message.save(update_fields=["left_at"])
    since = conversation.waiting_since
    waited = int((at - since).total_seconds()) if since else None
    wrote_since = conversation.messages.filter(
        direction=Direction.IN, written_at__gt=message.written_at
    ).exists()
    if not wrote_since:
        # What the customer wrote while the reply was leaving still waits for an answer.
        conversation.waiting_since = conversation.answer_due_at = None
        conversation.wants_person = False
        if conversation.state != State.RESOLVED:
            conversation.state = State.THEIR_TURN
        _touch(conversation, message.text, at)
    record(
        ReplyLeft(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=message.adviser_id,
            message_id=message.pk,
            channel=message.channel,
            state=conversation.state,
            waited_seconds=waited,
        ),
        at=at,
    )
    return message


@operation
def withdraw_reply(message: Message, *, by: Adviser) -> Message:
    """The reply will not leave. Refused when it left already."""
    conversation = locked(message.conversation)
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if message.left_at:
        raise Refused("already_left", _("It has left already: the customer may be reading it."))
    message.withdrawn_at = timezone.now()
    message.save(update_fields=["withdrawn_at"])
    forget_document("message", message.pk)
    record(
        ReplyWithdrawn(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            message_id=message.pk,
        )
    )
    return message


@operation
def correct_message(message: Message, *, by: Adviser, text: str) -> Message:
    """A line that left reads otherwise, and says so. Only by who wrote it."""
    conversation = locked(message.conversation)
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if message.adviser_id != by.pk:
        raise Refused(
            "not_yours", _("Only who wrote this line can correct it. Say what is right in a new one.")
        )
    if not message.left_at:
        raise Refused("not_left", _("This reply has not left yet. Take it back, then change it."))
    now = timezone.now()
    MessageCorrection.objects.create(message=message, former_text=message.text, corrected_at=now)
    message.text, message.corrected_at = text, now
    message.save(update_fields=["text", "corrected_at"])
    index_many([message_as_found(message)])
    record(
        MessageCorrected(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            message_id=message.pk,
        ),
        at=now,
    )
    return message


@operation
def add_note(
    conversation: Conversation,
    *,
    by: Adviser,
    key: uuid.UUID,
    text: str,
    mentioned: Sequence[Adviser] = (),
    at: datetime | None = None,
) -> Message:
    """A note between us is kept; those it mentions are called. Refused where the history was erased."""
    at = at or timezone.now()
    conversation = still_written(locked(conversation))
    message = add_message(
        conversation, Direction.NOTE, key=key, channel=conversation.channel, text=text, at=at, by=by
    )
    Mention.objects.bulk_create([Mention(message=message, adviser=adviser) for adviser in mentioned])
    record(
        NoteAdded(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            message_id=message.pk,
            mentioned_ids=sorted(adviser.pk for adviser in mentioned),
        ),
        at=at,
    )
    return message


def still_written(conversation: Conversation) -> Conversation:
    """Return the conversation; Refused when its person had it erased: nobody would read what is written."""
    if conversation.erased_at:
        raise Refused(
            "erased",
            _("This history was erased at the request of the person: nothing can be written here any more."),
        )
    return conversation


def add_message(
    conversation: Conversation,
    direction: Direction,
    *,
    key: uuid.UUID,
    channel: str,
    text: str,
    at: datetime,
    by: Adviser | None = None,
    left_at: datetime | None = None,
) -> Message:
    """A message stands in the conversation and is found by its words; no fact, no change of turn."""
    message = Message.objects.create(
        conversation=conversation,
        direction=direction,
        adviser=by,
        channel=channel,
        key=key,
        text=text,
        written_at=at,
        left_at=left_at,
    )
    index_many([message_as_found(message)])
    return message


def _touch(conversation: Conversation, text: str, at: datetime) -> None:
    conversation.last_message_at = at
    conversation.last_words = " ".join(text.split())[:LAST_WORDS]
    conversation.save()
