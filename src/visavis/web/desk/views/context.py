"""What travels with the conversation.

Subject, tags, what was explained, steps, links, merging and splitting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from visavis.domain.conversations import operations
from visavis.domain.conversations.access import message_for
from visavis.domain.errors import Refused
from visavis.domain.intake.operations import block_sender, lift_block
from visavis.domain.intake.queries import block_of_conversation
from visavis.domain.people.access import statement_for
from visavis.domain.people.operations import add_statement, erase_statement
from visavis.web.desk.reading import person_context

from .door import LARGEST_NUMBER, Asked, sent
from .turns import stay

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from visavis.domain.conversations.models import Conversation


@sent
def subject(asked: Asked, number: int) -> HttpResponse:
    """Word the subject again."""
    operations.change_subject(
        asked.conversation(number), by=asked.adviser, subject=asked.text("subject", longest=200)
    )
    return stay(asked, number)


@sent
def tags(asked: Asked, number: int) -> HttpResponse:
    """Set the tags, separated by commas."""
    names = asked.text("tags", longest=400).split(",")
    operations.change_tags(asked.conversation(number), by=asked.adviser, names=names)
    return stay(asked, number)


@sent
def explained(asked: Asked, number: int) -> HttpResponse:
    """Note what need not be asked again, or remove such a note."""
    conversation = asked.conversation(number)
    if asked.request.POST.get("remove"):
        operations.remove_explained(conversation, by=asked.adviser, explained_id=asked.number("remove"))
    else:
        operations.add_explained(conversation, by=asked.adviser, text=asked.text("text", longest=200))
    return stay(asked, number)


@sent
def statement(asked: Asked, number: int) -> HttpResponse:
    """Note what the customer said of themselves, or erase it."""
    conversation = asked.conversation(number)
    if asked.request.POST.get("remove"):
        erase_statement(
            statement_for(asked.rights, asked.number("remove")), by=asked.adviser, at=timezone.now()
        )
    else:
        text = asked.text("text", longest=200)
        add_statement(conversation.customer, text=text, by=asked.adviser, at=timezone.now())
    return stay(asked, number)


@sent
def headline(asked: Asked, number: int) -> HttpResponse:
    """Say what happens now, in the words that the customer reads first."""
    operations.write_headline(
        asked.conversation(number), by=asked.adviser, text=asked.text("text", longest=200)
    )
    return stay(asked, number)


@sent
def steps(asked: Asked, number: int) -> HttpResponse:
    """Add a step, say that one is done, or remove one."""
    conversation = asked.conversation(number)
    if asked.request.POST.get("done"):
        operations.finish_step(conversation, by=asked.adviser, step_id=asked.number("done"))
    elif asked.request.POST.get("remove"):
        operations.remove_step(conversation, by=asked.adviser, step_id=asked.number("remove"))
    else:
        title = asked.text("title", longest=120)
        if not title:
            raise Refused("empty", _("Name the step."))
        operations.add_step(
            conversation,
            by=asked.adviser,
            title=title,
            detail=asked.text("detail", longest=300),
            expected_on=_day(asked.text("expected_on", longest=10)),
        )
    return stay(asked, number)


def _day(typed: str) -> date | None:
    try:
        return parse_date(typed)
    except ValueError:
        return None


@sent
def link(asked: Asked, number: int) -> HttpResponse:
    """Make a link to the customer's page, shown once, or end one."""
    conversation = asked.conversation(number)
    if asked.request.POST.get("revoke"):
        operations.revoke_link(conversation, by=asked.adviser, pass_id=asked.number("revoke"))
        return stay(asked, number, _("The link opens nothing any more."))
    _row, token = operations.make_link(conversation, by=asked.adviser)
    context = person_context(asked, conversation)
    context["new_link"] = f"{settings.PUBLIC_URL}{reverse('request:open', args=[token])}"
    return render(asked.request, "desk/person.html", context)


@sent
def relate(asked: Asked, number: int) -> HttpResponse:
    """Link this conversation to another one, or unlink them."""
    conversation, other = asked.conversation(number), _other(asked)
    if asked.request.POST.get("remove"):
        operations.unlink_conversations(conversation, other, by=asked.adviser)
        return stay(asked, number, _("They are no longer linked."))
    operations.link_conversations(conversation, other, by=asked.adviser)
    return stay(asked, number, _("They are linked."))


@sent
def merge(asked: Asked, number: int) -> HttpResponse:
    """Let another conversation of the same customer go on here, or put it on its own again."""
    conversation, other = asked.conversation(number), _other(asked)
    if asked.request.POST.get("undo") or asked.request.GET.get("undo"):
        operations.undo_merge(other, by=asked.adviser)
        return stay(asked, number, _("They are apart again."))
    operations.merge_conversations(conversation, other, by=asked.adviser)
    undo = f"{reverse('desk:merge', args=[number])}?avec={other.pk}&undo=1"
    return stay(asked, number, _("They go on together."), undo=undo)


def _other(asked: Asked) -> Conversation:
    """Return the other conversation: chosen in the form, or named by the address of an undo."""
    named = asked.asked_number("avec")
    if named is None and not asked.request.POST.get("other"):
        raise Refused("none_chosen", _("Choose the other conversation."))
    return asked.conversation(named if named is not None else asked.number("other"))


@sent
def split(asked: Asked, number: int) -> HttpResponse:
    """Let some messages go on in a conversation of their own."""
    conversation = asked.conversation(number)
    given = asked.request.POST.getlist("message")
    chosen = [int(value) for value in given if value.isdecimal() and len(value) <= LARGEST_NUMBER][:200]
    messages = [message_for(asked.rights, message_id) for message_id in chosen]
    if not messages:
        raise Refused("none_chosen", _("Choose the messages that leave, and leave one here at least."))
    name = asked.text("subject", longest=200) or conversation.subject
    new = operations.split_conversation(conversation, by=asked.adviser, messages=messages, subject=name)
    undo = f"{reverse('desk:merge', args=[number])}?avec={new.pk}"
    return stay(asked, number, _("The chosen messages have their own conversation."), undo=undo)


@sent
def block(asked: Asked, number: int) -> HttpResponse:
    """Keep the sender of this conversation out of the brand, or let them in again."""
    conversation = asked.conversation(number)
    now = timezone.now()
    if asked.request.GET.get("undo") or asked.request.POST.get("undo"):
        if found := block_of_conversation(number):
            lift_block(found, by=asked.adviser, at=now)
        return stay(asked, number, _("This sender may write again."))
    if not conversation.sender:
        raise Refused("no_sender", _("We do not know where this came from: there is nothing to block."))
    block_sender(
        conversation.brand_id, source=conversation.sender, by=asked.adviser, at=now, conversation_id=number
    )
    undo = f"{reverse('desk:block', args=[number])}?undo=1"
    return stay(asked, number, _("This sender is blocked."), undo=undo)
