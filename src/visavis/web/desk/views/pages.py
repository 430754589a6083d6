"""The page of the desk and its parts, each served alone to htmx and to live updates."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from visavis.domain.conversations import operations, queries
from visavis.live.bell import nudge
from visavis.web.desk.reading import list_context, person_context, thread_context, why_context

from .door import Asked, asked, sent


@asked
def desk(asked: Asked, number: int | None = None) -> HttpResponse:
    """Show the desk, with a conversation open or none."""
    context = list_context(asked, number)
    if number is not None:
        conversation = asked.conversation(number)
        operations.mark_read(conversation, by=asked.adviser)
        operations.look_at(conversation, by=asked.adviser)
        context |= thread_context(asked, conversation) | person_context(asked, conversation)
    context["pane"] = asked.request.GET.get("volet") or ("main" if number else "list")
    return render(asked.request, "desk/desk.html", context)


@asked
def conversations(asked: Asked) -> HttpResponse:
    """Show the list alone."""
    open_number = asked.request.GET.get("ouverte", "")
    number = int(open_number) if open_number.isdecimal() and len(open_number) < 18 else None
    return render(asked.request, "desk/desk.html#list", list_context(asked, number))


@asked
def thread(asked: Asked, number: int) -> HttpResponse:
    """Show the messages alone: the same part serves the page, the swap and the push."""
    conversation = asked.conversation(number)
    if asked.request.GET.get("vu"):
        operations.mark_read(conversation, by=asked.adviser)
    return render(asked.request, "desk/desk.html#messages", thread_context(asked, conversation))


@asked
def person(asked: Asked, number: int) -> HttpResponse:
    """Show the person alone."""
    return render(asked.request, "desk/person.html", person_context(asked, asked.conversation(number)))


@asked
def why(asked: Asked, number: int) -> HttpResponse:
    """Tell why the conversation is on this desk."""
    return render(asked.request, "desk/why.html", why_context(asked, asked.conversation(number)))


@sent
def look(asked: Asked, number: int) -> HttpResponse:
    """Say that the conversation is on one's screen, and whether one types; tells who else is there."""
    conversation = asked.conversation(number)
    is_typing = asked.request.POST.get("ecrit") == "1"
    if asked.request.POST.get("part") == "1":
        operations.stop_looking(conversation, by=asked.adviser)
    else:
        operations.look_at(conversation, by=asked.adviser, is_typing=is_typing)
    if is_typing and conversation.is_live:
        nudge("conversation", conversation.number)
    others = queries.lookers(conversation, but=asked.rights.adviser_id)
    context = {"conversation": conversation, "lookers": others, "now": timezone.now()}
    return render(asked.request, "desk/desk.html#lookers", context)
