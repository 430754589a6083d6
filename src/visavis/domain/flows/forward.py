"""What was said is sent on to somebody outside (an expert, a repairer), whose answer no customer reads."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations import operations, threads
from visavis.domain.conversations.access import attachments_to_forward, own_attachments
from visavis.domain.conversations.forwards import messages_to_forward
from visavis.domain.conversations.models import Conversation, Drafted, Letter, Message
from visavis.domain.conversations.operations import LetterFields
from visavis.domain.crash_points import here
from visavis.domain.deliveries.models import Road
from visavis.domain.deliveries.operations import plan_delivery, plan_for_later, withdraw_delivery
from visavis.domain.deliveries.queries import delivery_of
from visavis.domain.errors import NotFound, Refused
from visavis.domain.intake.models import Mailbox
from visavis.domain.journal.record import flow
from visavis.domain.people.access import rights
from visavis.domain.people.models import Adviser

from .addressing import Chosen, mailbox_of, outsiders, sender_of
from .forwarded import answer_among
from .held_replies import UNDO_SECONDS, check_hour, is_for_anyone


@dataclass(frozen=True, kw_only=True)
class Forwarding:
    """What an adviser sends on, with words of their own.

    key is made by the page: the same click twice is one letter.  message_ids: what is sent on, None for all
    that was said.  file_ids: those of the conversation that go with it.  attachment_ids: files of one's own.
    language: of the lines that stand around what is sent on.  due_at: when it leaves, else in ten seconds.
    """

    key: uuid.UUID
    text: str
    chosen: Chosen
    subject: str
    message_ids: Sequence[int] | None = None
    file_ids: Sequence[int] = ()
    attachment_ids: Sequence[int] = ()
    language: str = "fr"
    due_at: datetime | None = None


def forward(
    conversation: Conversation, asked: Forwarding, *, by: Adviser, at: datetime | None = None
) -> Message:
    """Write what leaves in ten seconds, or at its hour; returns the note it stands as. The customer's turn is
    what it was. Refused without a mailbox that sends, for a wrong address or the customer's own, for a file
    that nobody may open.
    """
    known = Message.objects.filter(key=asked.key, adviser=by).first()
    if known:
        return known
    if asked.due_at:
        check_hour(asked.due_at, now=at or timezone.now())
    return _forward(conversation, asked, by=by, at=at or timezone.now())


@flow
def _forward(conversation: Conversation, asked: Forwarding, *, by: Adviser, at: datetime) -> Message:
    messages = messages_to_forward(conversation, asked.message_ids)
    if not messages or len(messages) < len(set(asked.message_ids or ())):
        raise Refused("nothing_to_forward", _("There is nothing to forward here any more. Reload the page."))
    mailbox = _mailbox(conversation)
    to, cc = outsiders(asked.chosen, conversation=conversation)
    note = operations.write_forward(
        conversation,
        by=by,
        key=asked.key,
        text=asked.text,
        messages=len(messages),
        files=attachments_to_forward(conversation, asked.file_ids),
        given=own_attachments(rights(by), list(asked.attachment_ids)),
        at=at,
    )
    here("forward.written")
    headers = _headers(note, asked, mailbox, answered=answer_among(messages), by=by)
    extras = {"forwards": [row.pk for row in messages], "language": asked.language}
    operations.write_letter(note, replace(headers, to=to, cc=cc, extras=extras))
    operations.discard_draft(conversation, by=by, direction=Drafted.FORWARD)
    soonest = at + timedelta(seconds=UNDO_SECONDS)
    if asked.due_at and asked.due_at > soonest:
        plan_for_later(note, due_at=asked.due_at, road=Road.POST, by=by, at=at)
    else:
        plan_delivery(note, due_at=soonest, road=Road.POST)
    transaction.on_commit(lambda: here("forward.committed"))
    return note


def _mailbox(conversation: Conversation) -> Mailbox:
    found = mailbox_of(conversation)
    if found is None:
        raise Refused(
            "no_mailbox",
            _(
                "No mailbox of %(brand)s sends letters yet. Your words are kept as a draft: "
                "ask an administrator to fill in the outgoing server."
            )
            % {"brand": conversation.brand.name},
        )
    return found


def _headers(
    note: Message, asked: Forwarding, mailbox: Mailbox, *, answered: Letter | None, by: Adviser
) -> LetterFields:
    """Return its headers but the people: it belongs to no thread of the customer's, and what answers it comes
    back by its own token.
    """
    house = mailbox.name or mailbox.brand.name
    subject = threads.without_token(asked.subject) or note.conversation.subject
    return LetterFields(
        header_id=threads.kept_id(f"{note.key.hex}@{mailbox.address.rpartition('@')[2]}"),
        in_reply_to=answered.header_id if answered else "",
        references=_chain(answered) if answered else [],
        sender=(sender_of(mailbox, by.displayed_name), mailbox.address),
        reply_to=[(house, threads.forward_address(mailbox.address, note.pk))],
        subject=f"{subject} {threads.forward_token(note.pk)}",
        sent_at=note.written_at,
    )


def _chain(letter: Letter) -> list[str]:
    known = [*letter.references, letter.in_reply_to, letter.header_id]
    return list(dict.fromkeys(value for value in known if value and not value.startswith("sha256:")))


@flow
def take_back_forward(message: Message, *, by: Adviser) -> Message:
    """It does not leave; words, people, files and what was sent on are a draft again. Refused when it left.

    By who wrote it; one that failed, waits or is planned, by any colleague: it becomes their draft.
    """
    if message.adviser_id != by.pk and not is_for_anyone(delivery_of(message.pk)):
        raise NotFound
    if not withdraw_delivery(message):
        raise Refused("already_left", _("It has left already: somebody may be reading it."))
    message = operations.withdraw_forward(message, by=by)
    letter = Letter.objects.get(message=message)
    extras = {
        "to": _typed(letter.to),
        "cc": _typed(letter.cc),
        "subject": threads.without_token(letter.subject),
        "messages": letter.extras.get("forwards", []),
        "join": [],  # their copies are files of one's own now
        "files": operations.free_attachments(message, by=by),
    }
    operations.return_to_draft(message, by=by, extras=extras, direction=Drafted.FORWARD)
    return message


def _typed(people: Sequence[Sequence[str]]) -> str:
    return ", ".join(address for _name, address in people)
