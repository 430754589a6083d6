"""What one sends on to somebody outside, as its form shows it: to whom, which messages, which files."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from visavis.domain.conversations import queries
from visavis.domain.conversations.access import may_leave
from visavis.domain.conversations.correspondence import letter_in
from visavis.domain.conversations.files_given import scan_told
from visavis.domain.conversations.forwards import files_of_conversation, messages_to_forward
from visavis.domain.errors import NotFound
from visavis.domain.flows.addressing import Chosen, mailbox_of, sender_of, typed_apart
from visavis.domain.flows.forward import Forwarding
from visavis.domain.flows.forwarded import answer_among
from visavis.web.design.templatetags.design import near_moment
from visavis.web.promises.when import chosen

from .addressing import LARGEST_NUMBER, LONGEST, MOST_FILES, Field, files_of_draft, hours_to_choose
from .letter_told import bare_subject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import QueryDict

    from visavis.domain.conversations.models import Attachment, Conversation, Message

    from .views.door import Asked

EXCERPT = 160
LONGEST_SUBJECT = 300
MOST_JOINED = 50


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One message that may be sent on, or one file: what it is, in words, and whether it goes."""

    number: int
    name: str
    about: str
    is_chosen: bool
    is_shut: bool = False


@dataclass(frozen=True, kw_only=True)
class Form:
    """What is being sent on. is_answer: what is written answers somebody outside, in their own thread."""

    sender: str
    address: str
    people: tuple[Field, ...]
    subject: str
    text: str
    messages: tuple[Choice, ...]
    files: tuple[Choice, ...]
    given: list[tuple[int, str]]
    is_answer: bool


def forward_context(asked: Asked, conversation: Conversation) -> dict[str, object]:
    """Return the form of what is sent on; about ten queries, whatever the length of the thread.

    What is asked for by the address goes on: one message, all, or else what the draft holds, or the last
    word of the customer.
    """
    draft = queries.forward_draft(conversation, adviser_id=asked.rights.adviser_id)
    extras: Mapping[str, object] = draft.extras if draft else {}
    said, wanted = _wanted(asked, conversation, extras)
    mailbox = mailbox_of(conversation)
    answered = answer_among([row for row in said if row.pk in wanted])
    proposed = answered.from_address if answered else ""
    return {
        **hours_to_choose(conversation),
        "number": conversation.pk,
        "brand": conversation.brand.name,
        "key": uuid.uuid4(),
        "form": Form(
            sender=sender_of(mailbox, asked.adviser.displayed_name) if mailbox else "",
            address=mailbox.address if mailbox else "",
            people=tuple(_field(name, extras, proposed if name == "to" else "") for name in ("to", "cc")),
            subject=_kept(extras, "subject", wanted) or _subject(conversation, said, wanted),
            text=draft.text if draft else "",
            messages=tuple(_told(row, conversation, is_chosen=row.pk in wanted) for row in said),
            files=_files(conversation, extras, wanted),
            given=files_of_draft(asked, extras),
            is_answer=answered is not None,
        ),
    }


def _wanted(
    asked: Asked, conversation: Conversation, extras: Mapping[str, object]
) -> tuple[list[Message], set[int]]:
    """Return what may be sent on, and the numbers of what is; NotFound for a message of elsewhere."""
    said = messages_to_forward(conversation)
    if asked.request.GET.get("tout") == "1":
        return said, {row.pk for row in said}
    number = asked.asked_number("message")
    kept = [number] if number else _numbers(extras.get("messages"))
    if kept and not set(kept) <= {row.pk for row in said}:
        # What somebody outside answered, or a robot wrote, is sent on alone.
        said = messages_to_forward(conversation, kept)
        if number and not said:
            raise NotFound
    if kept:
        return said, set(kept)
    theirs = [row.pk for row in said if row.direction == "in"]
    return said, {theirs[-1] if theirs else said[-1].pk} if said else set()


def _numbers(kept: object) -> list[int]:
    return [number for number in kept if isinstance(number, int)] if isinstance(kept, list) else []


def _kept(extras: Mapping[str, object], name: str, wanted: set[int]) -> str:
    """What the draft holds, when it is of the same messages."""
    kept = extras.get(name)
    return kept if isinstance(kept, str) and set(_numbers(extras.get("messages"))) == wanted else ""


def _field(name: str, extras: Mapping[str, object], proposed: str) -> Field:
    kept = extras.get(name)
    return Field(name=name, typed=kept if isinstance(kept, str) and kept else proposed, proposed="")


def _subject(conversation: Conversation, said: Sequence[Message], wanted: set[int]) -> str:
    chosen_ones = [row for row in said if row.pk in wanted]
    letter = letter_in(chosen_ones[0]) if len(chosen_ones) == 1 else None
    bare = bare_subject(letter.subject if letter else "") or conversation.subject
    prefix = "Re:" if answer_among(chosen_ones) else _("Fwd:")
    return f"{prefix} {bare}"


def _told(message: Message, conversation: Conversation, *, is_chosen: bool) -> Choice:
    letter = letter_in(message)
    name = (letter.from_name or letter.from_address) if letter and message.direction != "out" else ""
    if message.direction == "out":
        name = message.adviser.displayed_name if message.adviser else _("Someone")
    return Choice(
        number=message.pk,
        name=f"{name or conversation.customer.name or _('Visitor')}, {near_moment(message.written_at)}",
        about=" ".join(message.text.split())[:EXCERPT],
        is_chosen=is_chosen,
    )


def _files(conversation: Conversation, extras: Mapping[str, object], wanted: set[int]) -> tuple[Choice, ...]:
    """The files of the conversation; those of what is sent on go with it, unless somebody chose otherwise."""
    is_same = "join" in extras and set(_numbers(extras.get("messages"))) == wanted
    joined = set(_numbers(extras.get("join"))) if is_same else None
    rows = files_of_conversation(conversation)[:MOST_JOINED]
    return tuple(_file(row, is_chosen=_goes(row, joined, wanted)) for row in rows)


def _goes(row: Attachment, joined: set[int] | None, wanted: set[int]) -> bool:
    if not may_leave(row):
        return False
    return row.pk in joined if joined is not None else row.message_id in wanted and not row.is_inline


def _file(row: Attachment, *, is_chosen: bool) -> Choice:
    return Choice(
        number=row.pk,
        name=row.name,
        about=scan_told(row),
        is_chosen=is_chosen,
        is_shut=not may_leave(row),
    )


# --- What is typed, kept and sent ---------------------------------------------------------------------------


def forward_typed(given: QueryDict) -> dict[str, object]:
    """Return what a draft keeps beside its words: people, subject, messages, and files."""
    return {
        "to": given.get("to", "")[:LONGEST],
        "cc": given.get("cc", "")[:LONGEST],
        "subject": given.get("subject", "")[:LONGEST_SUBJECT],
        "messages": numbers_given(given, "message"),
        "join": numbers_given(given, "join"),
        "files": numbers_given(given, "file")[:MOST_FILES],
    }


def numbers_given(given: QueryDict, name: str) -> list[int]:
    """Return the numbers of this field; what is none is left out."""
    values = (value for value in given.getlist(name) if value.isdecimal() and len(value) <= LARGEST_NUMBER)
    return [int(value) for value in values][:MOST_JOINED]


def forwarding_typed(
    given: QueryDict, *, key: uuid.UUID, text: str, attachment_ids: Sequence[int]
) -> Forwarding:
    """Return what the form says: what is sent on, to whom, with which files, and when."""
    return Forwarding(
        key=key,
        text=text,
        chosen=Chosen(
            to=typed_apart(given.get("to", "")[:LONGEST]), cc=typed_apart(given.get("cc", "")[:LONGEST])
        ),
        subject=" ".join(given.get("subject", "").split())[:LONGEST_SUBJECT],
        message_ids=numbers_given(given, "message"),
        file_ids=numbers_given(given, "join"),
        attachment_ids=attachment_ids,
        language=get_language() or "fr",
        due_at=chosen(given) if given.get("when") else None,
    )
