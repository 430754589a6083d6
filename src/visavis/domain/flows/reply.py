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
from visavis.domain.conversations.models import Conversation, Direction, Letter, Message
from visavis.domain.crash_points import here
from visavis.domain.deliveries.models import Delivery, Road
from visavis.domain.deliveries.operations import (
    finish_delivery,
    plan_delivery,
    plan_for_later,
    withdraw_delivery,
)
from visavis.domain.deliveries.queries import delivery_of
from visavis.domain.dispatch.operations import note_answered, take_if_nobody_has_it
from visavis.domain.errors import NotFound, Refused
from visavis.domain.journal.record import flow
from visavis.domain.people.access import rights
from visavis.domain.people.models import Adviser

from .addressing import AS_PROPOSED, Chosen
from .held_replies import UNDO_SECONDS, check_hour, is_for_anyone
from .outbound_email import address_reply, follow_by_post

__all__ = ["UNDO_SECONDS", "Answer", "answer", "let_leave", "take_back"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an adviser sends. `key` is made by the page: the same click twice is one reply.

    chosen: to whom a letter goes, else as it is proposed. due_at: when a written reply leaves, else in ten
    seconds. road: how its page said that it leaves; refused when it would leave otherwise.
    """

    key: uuid.UUID
    text: str
    attachment_ids: Sequence[int] = ()
    chosen: Chosen = AS_PROPOSED
    due_at: datetime | None = None
    road: str | None = None


def answer(conversation: Conversation, answer: Answer, *, by: Adviser, at: datetime | None = None) -> Message:
    """Write the reply; returns it, already gone (`left_at`) or leaving in ten seconds. Refused when empty."""
    known = Message.objects.filter(key=answer.key, adviser=by).first()
    if known:
        return known
    if not answer.text.strip() and not answer.attachment_ids:
        raise Refused("empty", _("There is nothing to send yet. Write your reply first."))
    if answer.due_at:
        check_hour(answer.due_at, now=at or timezone.now())
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
        _as_said(answer, Road.PAGE, is_live=True)
        message = operations.let_reply_leave(message, at=at)
        note_answered(message.conversation, at=at)
        follow_by_post(message, at=at)
    else:
        road = address_reply(message, answer.chosen, by=by, at=at)
        _as_said(answer, road, is_live=False)
        soonest = at + timedelta(seconds=UNDO_SECONDS)
        if answer.due_at and answer.due_at > soonest:
            plan_for_later(message, due_at=answer.due_at, road=road, by=by, at=at)
        else:
            plan_delivery(message, due_at=soonest, road=road)
    transaction.on_commit(lambda: here("reply.committed"))
    return message


def _as_said(answer: Answer, road: Road, *, is_live: bool) -> None:
    """Refuse to send by another road than the page said: a letter is not a line of chat, nor the reverse."""
    if (answer.road and answer.road != road) or (is_live and answer.due_at):
        raise Refused(
            "another_road",
            _(
                "Since this page was opened, the customer wrote in another way: your reply would leave "
                "otherwise than it says. Look at what is said above your words now, then send again."
            ),
        )


@flow
def take_back(message: Message, *, by: Adviser) -> Message:
    """The reply does not leave; its words, people and files are a draft again. Refused when it left.

    By who wrote it; one that failed, waits or is planned, by any colleague: it becomes their draft.
    """
    if message.direction != Direction.OUT or (
        message.adviser_id != by.pk and not is_for_anyone(delivery_of(message.pk))
    ):
        raise NotFound
    if not withdraw_delivery(message):
        raise Refused("already_left", _("It has left already: the customer may be reading it."))
    message = operations.withdraw_reply(message, by=by)
    files = operations.free_attachments(message, by=by)
    operations.return_to_draft(message, by=by, extras={**_people_of(message), "files": files})
    return message


def _people_of(message: Message) -> dict[str, object]:
    """Return to whom its letter was to go, as an adviser types it."""
    letter = Letter.objects.filter(message=message).first()
    if letter is None:
        return {}
    fields = {"to": letter.to, "cc": letter.cc, "bcc": letter.bcc}
    return {field: ", ".join(address for _name, address in people) for field, people in fields.items()}


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
