"""We answer: at once in a live channel, after ten seconds in writing, so that it can be taken back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations import operations
from visavis.domain.conversations.access import own_attachments
from visavis.domain.conversations.models import Conversation, Message
from visavis.domain.crash_points import here
from visavis.domain.deliveries.models import Delivery
from visavis.domain.deliveries.operations import finish_delivery, plan_delivery, withdraw_delivery
from visavis.domain.deliveries.queries import delivery_of
from visavis.domain.dispatch.operations import note_answered, take_if_nobody_has_it
from visavis.domain.errors import NotFound, Refused
from visavis.domain.journal.record import flow
from visavis.domain.people.access import rights
from visavis.domain.people.models import Adviser

from .held_replies import UNDO_SECONDS, is_for_anyone
from .outbound_email import address_reply, follow_by_post

__all__ = ["UNDO_SECONDS", "Answer", "answer", "let_leave", "take_back"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an adviser sends. `key` is made by the page: the same click twice is one reply.

    cc: addresses in copy of a letter, None for those who take part. due_at: when a written reply leaves,
    at once (in ten seconds) when it is past or not said.
    """

    key: uuid.UUID
    text: str
    attachment_ids: Sequence[int] = ()
    cc: Sequence[str] | None = None
    bcc: Sequence[str] = ()
    due_at: datetime | None = None


def answer(conversation: Conversation, answer: Answer, *, by: Adviser, at: datetime | None = None) -> Message:
    """Write the reply; returns it, already gone (`left_at`) or leaving in ten seconds. Refused when empty."""
    known = Message.objects.filter(key=answer.key, adviser=by).first()
    if known:
        return known
    if not answer.text.strip() and not answer.attachment_ids:
        raise Refused("empty", _("There is nothing to send yet. Write your reply first."))
    return _answer(conversation, answer, by=by, at=at or timezone.now())


@flow
def _answer(conversation: Conversation, answer: Answer, *, by: Adviser, at: datetime) -> Message:
    take_if_nobody_has_it(conversation, by=by, at=at)
    files = own_attachments(rights(by), list(answer.attachment_ids))
    message = operations.write_reply(
        conversation, by=by, key=answer.key, text=answer.text, attachments=files, at=at
    )
    here("reply.written")
    operations.discard_draft(conversation, by=by)
    if conversation.is_live:
        message = operations.let_reply_leave(message, at=at)
        note_answered(message.conversation, at=at)
        follow_by_post(message, at=at)
    else:
        road = address_reply(message, by=by, cc=answer.cc, bcc=answer.bcc, at=at)
        soonest = at + timedelta(seconds=UNDO_SECONDS)
        plan_delivery(message, due_at=max(answer.due_at or soonest, soonest), road=road)
    transaction.on_commit(lambda: here("reply.committed"))
    return message


@flow
def take_back(message: Message, *, by: Adviser) -> Message:
    """The reply does not leave and its words are a draft again. Refused when it left.

    By who wrote it; one that failed, waits or is planned, by any colleague: it becomes their draft.
    """
    if message.adviser_id != by.pk and not is_for_anyone(delivery_of(message.pk)):
        raise NotFound
    if not withdraw_delivery(message):
        raise Refused("already_left", _("It has left already: the customer may be reading it."))
    message = operations.withdraw_reply(message, by=by)
    operations.save_draft(message.conversation, by=by, text=message.text)
    return message


@flow
def let_leave(delivery: Delivery, *, now: datetime) -> Message:
    """The reply that a worker claimed leaves.

    Message, conversation and delivery change together or not at all.
    """
    message = operations.let_reply_leave(delivery.message, at=now)
    here("delivery.left")
    note_answered(message.conversation, at=now)
    finish_delivery(delivery, at=now)
    return message
