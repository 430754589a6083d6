"""What is sent on to somebody outside, and what they answer: notes between us, which no customer reads."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations.facts import (
    ForwardAnswered,
    ForwardAutoAnswered,
    ForwardLeft,
    ForwardWithdrawn,
    ForwardWritten,
)
from visavis.domain.conversations.models import (
    Attachment,
    Conversation,
    Direction,
    Mention,
    Message,
    State,
)
from visavis.domain.errors import Refused
from visavis.domain.journal.record import operation, record
from visavis.domain.people.models import Adviser
from visavis.domain.search.operations import forget_document

from .lock import locked
from .messages import add_message, still_written

if TYPE_CHECKING:
    from django.db.models import QuerySet


@operation
def write_forward(
    conversation: Conversation,
    *,
    by: Adviser,
    key: uuid.UUID,
    text: str,
    messages: int,
    files: Iterable[Attachment] = (),
    given: "QuerySet[Attachment] | None" = None,
    at: datetime,
) -> Message:
    """A note with what was said is written; it has not left yet (see let_forward_leave).

    messages: how many it carries.  files: some that came with them, of which it keeps a copy.  given: its
    writer's own.  Refused when merged elsewhere, or when the history was erased.
    """
    conversation = still_written(locked(conversation))
    if conversation.merged_into_id:
        raise Refused(
            "merged",
            _("This conversation goes on in %(number)s: answer there.")
            % {"number": conversation.merged_into_id},
        )
    message = add_message(
        conversation, Direction.NOTE, key=key, channel=conversation.channel, text=text, at=at, by=by
    )
    # The bytes are not copied; a name is, so that what comes of the first file changes nothing here.
    copies = [
        Attachment(
            message=message, file=row.file, name=row.name, given_at=at, given_by=by, scanned=row.scanned
        )
        for row in files
    ]
    Attachment.objects.bulk_create(copies)
    joined = given.update(message=message) if given is not None else 0
    record(
        ForwardWritten(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            message_id=message.pk,
            messages=messages,
            files=len(copies) + joined,
        ),
        at=at,
    )
    return message


@operation
def let_forward_leave(message: Message, *, at: datetime) -> Message:
    """It left; who waits for our answer still waits. Refused when it left already or was withdrawn."""
    conversation, message = _not_left(message)
    if message.withdrawn_at:
        raise Refused("withdrawn", _("This was taken back. Send it again from the draft it became."))
    message.left_at = at
    message.save(update_fields=["left_at"])
    record(
        ForwardLeft(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=message.adviser_id,
            message_id=message.pk,
        ),
        at=at,
    )
    return message


@operation
def withdraw_forward(message: Message, *, by: Adviser) -> Message:
    """It will not leave. Refused when it left already."""
    conversation, message = _not_left(message)
    message.withdrawn_at = timezone.now()
    message.save(update_fields=["withdrawn_at"])
    forget_document("message", message.pk)
    record(
        ForwardWithdrawn(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            message_id=message.pk,
        )
    )
    return message


@operation
def receive_forward_answer(
    conversation: Conversation,
    *,
    forward: Message,
    key: uuid.UUID,
    channel: str,
    text: str,
    attachments: "QuerySet[Attachment] | None" = None,
    at: datetime,
) -> Message:
    """Who was written to outside answers: a note, and our turn. The customer waits for no more than before.

    Its own `left_at` stays empty: it went to nobody. Who had sent it on is called when it is on no desk of
    theirs any more.
    """
    conversation = locked(conversation)
    message = add_message(conversation, Direction.NOTE, key=key, channel=channel, text=text, at=at)
    files = attachments.update(message=message) if attachments is not None else 0
    _wake(conversation)
    sender = forward.adviser
    if sender and sender.pk != conversation.adviser_id:
        Mention.objects.create(message=message, adviser=sender)
    record(
        ForwardAnswered(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=conversation.adviser_id,
            message_id=message.pk,
            forward_id=forward.pk,
            state=conversation.state,
            files=files,
            mentioned_ids=sorted(
                number for number in {conversation.adviser_id, forward.adviser_id} if number is not None
            ),
        ),
        at=at,
    )
    return message


@operation
def receive_forward_automatic(
    conversation: Conversation,
    *,
    forward: Message,
    key: uuid.UUID,
    channel: str,
    text: str,
    attachments: "QuerySet[Attachment] | None" = None,
    at: datetime,
) -> Message:
    """A robot of whom was written to outside answered: it is shown, and wakes nobody."""
    conversation = locked(conversation)
    message = add_message(conversation, Direction.NOTE, key=key, channel=channel, text=text, at=at)
    files = attachments.update(message=message) if attachments is not None else 0
    record(
        ForwardAutoAnswered(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            message_id=message.pk,
            forward_id=forward.pk,
            files=files,
        ),
        at=at,
    )
    return message


def _not_left(message: Message) -> tuple[Conversation, Message]:
    """Its conversation and itself, locked in this order as everywhere. Refused when it left already."""
    conversation = locked(message.conversation)
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if message.left_at:
        raise Refused("already_left", _("It has left already: somebody may be reading it."))
    return conversation, message


def _wake(conversation: Conversation) -> None:
    if conversation.state == State.RESOLVED:
        conversation.state = State.REOPENED
    elif conversation.state == State.THEIR_TURN:
        conversation.state = State.OPEN
    conversation.resolved_at = conversation.snoozed_until = None
    conversation.save(update_fields=["state", "resolved_at", "snoozed_until"])
