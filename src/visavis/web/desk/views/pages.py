"""The page of the desk and its parts, each served alone to htmx and to live updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone

from visavis.domain.conversations import operations, queries
from visavis.domain.prepared import together
from visavis.live.bell import nudge
from visavis.web.desk import journey
from visavis.web.desk.reading import (
    gather_context,
    head_context,
    last_message_id,
    list_context,
    messages_context,
    person_context,
    thread_context,
    why_context,
)

from .door import Asked, asked, sent

if TYPE_CHECKING:
    from django.http import HttpResponse

    from visavis.domain.conversations.models import Conversation
    from visavis.web.desk.reading import Context


@asked
def desk(asked: Asked, number: int | None = None) -> HttpResponse:
    """Show the desk, with a conversation open or none."""
    conversation = None if number is None else asked.conversation(number)
    with together(*journey.of_page(asked, conversation)):
        context = list_context(asked, number) | {"pane": _pane(asked, number)}
        if conversation:
            context |= thread_context(asked, conversation) | person_context(asked, conversation)
        is_new = conversation is not None and not _was_just_seen(asked, conversation, context)
        page = render(asked.request, "desk/desk.html", context)
    if conversation and is_new:
        operations.open_on_screen(conversation, by=asked.adviser)
    if conversation and context["lookers"]:
        nudge("conversation", conversation.number)
    return page


def _was_just_seen(asked: Asked, conversation: Conversation, context: Context) -> bool:
    """True when what the page shows was on their screen just now: there is nothing to keep."""
    reader_id, last = asked.rights.adviser_id, last_message_id(context)
    return queries.was_just_seen(conversation, reader_id, up_to=last, now=asked.now)


def _pane(asked: Asked, number: int | None) -> str:
    """Return the pane that a narrow screen shows."""
    chosen = asked.request.GET.get("volet", "")
    if number is None:
        return "list"
    return chosen if chosen in {"list", "main", "side"} else "main"


@asked
def conversations(asked: Asked) -> HttpResponse:
    """Show the list alone."""
    with together(*journey.of_list(asked)):
        context = list_context(asked, asked.asked_number("ouverte"))
    return render(asked.request, "desk/desk.html#list", context)


@asked
def head(asked: Asked, number: int) -> HttpResponse:
    """Show the head of the thread alone."""
    conversation = asked.conversation(number)
    with together(*journey.of_head(asked, conversation)):
        context = head_context(asked, conversation)
    return render(asked.request, "desk/head.html", context)


@asked
def thread(asked: Asked, number: int) -> HttpResponse:
    """Show the messages alone: the same part serves the page, the swap and the push."""
    conversation = asked.conversation(number)
    return render(asked.request, "desk/desk.html#messages", messages_context(asked, conversation))


@asked
def person(asked: Asked, number: int) -> HttpResponse:
    """Show the person alone."""
    conversation = asked.conversation(number)
    with together(*journey.of_person(asked, conversation)):
        context = person_context(asked, conversation)
    return render(asked.request, "desk/person.html", context)


@asked
def why(asked: Asked, number: int) -> HttpResponse:
    """Tell why the conversation is on this desk."""
    template = "desk/why.html" if asked.by_script else "desk/why_page.html"
    return render(asked.request, template, why_context(asked, asked.conversation(number)))


@asked
def gather(asked: Asked, number: int) -> HttpResponse:
    """Show what can be linked, merged or split: a dialog's contents, or a page."""
    part = "desk/gather.html#choices" if asked.by_script else "desk/gather.html"
    return render(asked.request, part, gather_context(asked, asked.conversation(number)))


@sent
def look(asked: Asked, number: int) -> HttpResponse:
    """Say that the conversation is on one's screen, and whether one types; tells who else is there."""
    conversation = asked.conversation(number)
    is_typing = asked.request.POST.get("ecrit") == "1"
    if is_leaving := asked.request.POST.get("part") == "1":
        operations.stop_looking(conversation, by=asked.adviser)
    else:
        operations.look_at(conversation, by=asked.adviser, is_typing=is_typing)
    if asked.request.POST.get("vu") == "1":
        operations.mark_read(conversation, by=asked.adviser)
    others = queries.lookers(conversation, but=asked.rights.adviser_id)
    if (is_typing and conversation.is_live) or (others and (is_typing or is_leaving)):
        nudge("conversation", conversation.number)
    context = {"conversation": conversation, "lookers": others, "now": timezone.now()}
    return render(asked.request, "desk/desk.html#lookers", context)
