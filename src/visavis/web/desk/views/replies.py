"""Answering, noting, correcting; what is typed is never lost."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations import operations
from visavis.domain.conversations.access import message_for
from visavis.domain.conversations.operations import keep_attachment
from visavis.domain.errors import NotFound, Refused
from visavis.domain.flows import reply as replying
from visavis.domain.flows.forward import take_back_forward
from visavis.domain.people.queries import people_who_can
from visavis.web.design.toasts import say
from visavis.web.desk.addressing import chosen_people, extras_typed
from visavis.web.desk.forwarding import forward_typed
from visavis.web.desk.leaving import hour_told
from visavis.web.desk.reading import thread_context
from visavis.web.promises.when import chosen

from .door import LARGEST_NUMBER, Asked, back_to, sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import QueryDict

    from visavis.domain.conversations.models import Conversation
    from visavis.domain.people.models import Adviser

LONGEST = 20_000
MOST_FILES = 10
# Of each form: what its draft is of, and what it keeps beside the words.
DRAFTS: dict[str, tuple[str, Callable[[QueryDict], dict[str, object]]]] = {
    "reply": ("out", extras_typed),
    "note": ("note", lambda _given: {}),
    "forward": ("fwd", forward_typed),
}


@sent
def reply(asked: Asked, number: int) -> HttpResponse:
    """Send what was written; a written reply can be taken back for ten seconds."""
    conversation = asked.conversation(number)
    text = whole(asked)
    try:
        answer = _answer(asked, text)
        message = replying.answer(conversation, answer, by=asked.adviser)
    except NotFound:
        raise
    except Refused:
        if text and not conversation.erased_at:  # without a script the page that comes next holds it
            extras = extras_typed(asked.request.POST)
            operations.save_draft(conversation, by=asked.adviser, text=text, extras=extras)
        raise
    response = conversation_done(asked, number, done="reply") if asked.by_script else back_to(number)
    if message.left_at is None:
        undo = reverse("desk:take_back", args=[message.pk])
        told = _("Your reply leaves in %(seconds)s seconds.") % {"seconds": replying.UNDO_SECONDS}
        if answer.due_at:
            told = _("Planned: %(when)s.") % {"when": hour_told(answer.due_at, now=timezone.now())}
        say(asked.request, response, text=told, undo=undo, seconds=replying.UNDO_SECONDS)
    return response


def _answer(asked: Asked, text: str) -> replying.Answer:
    given = asked.request.POST
    road = given.get("road", "")
    return replying.Answer(
        key=key_of(asked),
        text=text,
        attachment_ids=files_of(asked),
        chosen=chosen_people(given),
        due_at=chosen(given) if given.get("when") else None,
        road=road if road in {"page", "post"} else None,
    )


@sent
def take_back(asked: Asked, message_id: int) -> HttpResponse:
    """Take a reply back before it leaves; its words are a draft again."""
    message = message_for(asked.rights, message_id)
    is_sent_on = message.direction == "note"
    taking_back = take_back_forward if is_sent_on else replying.take_back
    number = taking_back(message, by=asked.adviser).conversation_id
    if not asked.by_script:
        return redirect("desk:forward", number) if is_sent_on else back_to(number)
    response = conversation_done(asked, number)
    heard = {"target": "body", "url": reverse("desk:forward", args=[number])}
    event = {"desk-forward": heard} if is_sent_on else {"desk-back": {"target": "body"}}
    response.headers["HX-Trigger"] = json.dumps(event)
    say(asked.request, response, text=_("Taken back. Your words are kept as a draft."))
    return response


@sent
def correct(asked: Asked, message_id: int) -> HttpResponse:
    """Correct a line that left; the trace says so."""
    message = message_for(asked.rights, message_id)
    if message.direction == "note":
        raise NotFound  # what was sent on stands as it left
    text = whole(asked)
    if not text:
        raise Refused("empty", _("There is nothing left to say in this line. Write the correction."))
    operations.correct_message(message, by=asked.adviser, text=text)
    if not asked.by_script:
        return back_to(message.conversation_id)
    return conversation_done(asked, message.conversation_id)


@sent
def note(asked: Asked, number: int) -> HttpResponse:
    """Leave a note between us; « @Prénom Nom » calls a colleague."""
    conversation = asked.conversation(number)
    text = whole(asked)
    if not text:
        raise Refused("empty", _("There is nothing to note yet."))
    operations.add_note(
        conversation, by=asked.adviser, key=key_of(asked), text=text, mentioned=_mentioned(conversation, text)
    )
    operations.discard_draft(conversation, by=asked.adviser, direction="note")
    return conversation_done(asked, number, done="note") if asked.by_script else back_to(number)


@sent
def draft(asked: Asked, number: int) -> HttpResponse:
    """Keep what is being written, whatever its length allows."""
    given = asked.request.POST
    direction, extras = DRAFTS.get(given.get("kind", ""), DRAFTS["reply"])
    operations.save_draft(
        asked.conversation(number),
        by=asked.adviser,
        text=whole(asked),
        direction=direction,
        extras=extras(given),
    )
    return HttpResponse(status=204)


def conversation_done(asked: Asked, number: int, *, done: str = "") -> HttpResponse:
    """Return the thread and the composer; `done` is the form to empty: reply, note or forward."""
    context = thread_context(asked, asked.conversation(number)) | {"composing": done or "reply"}
    response = render(asked.request, "desk/desk.html#conversation", context)
    if done:
        response.headers["HX-Trigger"] = json.dumps({"desk-sent": {"target": "body", "kind": done}})
    return response


def _mentioned(conversation: Conversation, text: str) -> list[Adviser]:
    """Return the colleagues whom the note calls by their name."""
    people = people_who_can(brand_id=conversation.brand_id)
    return [person for person in people if re.search(rf"@{re.escape(person.displayed_name)}(?!\w)", text)]


def whole(asked: Asked) -> str:
    """Return the text. Refused rather than cut: a reply that loses its end is worse than none."""
    text = asked.request.POST.get("text", "").replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Refused(
            "too_long", _("This is over 20,000 characters. Send it in several messages, or as a file.")
        )
    return text


def key_of(asked: Asked) -> uuid.UUID:
    try:
        return uuid.UUID(asked.request.POST.get("key", ""))
    except ValueError:
        raise NotFound from None


def files_of(asked: Asked) -> list[int]:
    """Return the files of the reply: those given before, and those that came with it, without a script."""
    given = asked.request.POST.getlist("file")
    numbers = [int(value) for value in given if value.isdecimal() and len(value) <= LARGEST_NUMBER]
    uploads = asked.request.FILES.getlist("upload")[:MOST_FILES]
    kept = [keep_attachment(one.chunks(), name=one.name or "", by=asked.adviser) for one in uploads]
    return [*numbers, *(row.pk for row in kept)][:MOST_FILES]
