"""The lines of the list and the messages of the thread, told in words first, then drawn."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html_join

from visavis.web.design.parts import drawn
from visavis.web.design.templatetags.design import brand, clock, near_moment, promise_chip, wait_chip
from visavis.web.desk.letter_told import files_told

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import datetime

    from django.utils.safestring import SafeString

    from visavis.domain.conversations.models import Conversation, Message
    from visavis.web.desk.reading import Item, Row

register = template.Library()
LONGEST_KEPT = 20_000  # characters of a letter that is drawn once


@register.simple_tag(takes_context=True)
def line(context: template.Context, row: Row) -> SafeString:
    """One line of the list. Read from the page: tab, open_number, now."""
    tab, number, now = context["tab"], context["open_number"], context["now"]
    return drawn("desk/row.html", _row(row, tab=tab, is_open=row.conversation.pk == number, now=now))


def _row(row: Row, *, tab: str, is_open: bool, now: datetime) -> dict[str, Hashable]:
    conversation = row.conversation
    kind, at = _chip(conversation, now)
    return {
        "number": conversation.pk,
        "tab": tab,
        "is_open": is_open,
        "is_new": row.is_unread and not is_open,
        "is_theirs": conversation.state == "their_turn",
        "icon_name": row.channel.icon,
        "channel": str(row.channel.label),
        "name": conversation.customer.name,
        "words": conversation.last_words or conversation.subject,
        "wait": wait_chip(since=conversation.waiting_since, now=now),
        "brand_mark": brand(conversation.brand),
        "promised": _promised(row),
        "chip": kind,
        "at": near_moment(at),
        "whom": conversation.adviser.displayed_name if conversation.adviser else "",
    }


def _promised(row: Row) -> str:
    if row.promise is None:
        return ""
    return promise_chip(due_at=row.promise.due_at, state=row.promise.state, settled_at=row.promise.settled_at)


def _chip(conversation: Conversation, now: datetime) -> tuple[str, datetime | None]:
    """What the chip says when nothing is promised: its kind, and its instant."""
    if conversation.snoozed_until:
        return "asleep", conversation.snoozed_until
    if conversation.answer_due_at:
        return ("late" if conversation.answer_due_at < now else "due"), conversation.answer_due_at
    return ("resolved" if conversation.state == "resolved" else ""), None


@register.simple_tag(takes_context=True)
def said(context: template.Context, item: Item) -> SafeString:
    """One message of the thread. Read from the page: conversation, reader, csrf_token."""
    told = _message(item, context["conversation"], reader_id=context["reader"].pk)
    token = str(context["csrf_token"])
    if item.post and item.post.size > LONGEST_KEPT:  # a few of them would fill the room of all that is kept
        return render_to_string("desk/message.html", {**told, "csrf_token": token})
    return drawn("desk/message.html", told, csrf_token=token)


def _message(item: Item, conversation: Conversation, *, reader_id: int) -> dict[str, Hashable]:
    message = item.message
    assert message is not None  # noqa: S101 -- the thread gives facts to another tag
    return {
        "conversation": message.conversation_id,
        "number": message.pk,
        "direction": message.direction,
        "icon_name": item.channel.icon if item.channel else "",
        "channel": str(item.channel.label) if item.channel else "",
        "customer": conversation.customer.name,
        "adviser": message.adviser.displayed_name if message.adviser else "",
        "is_own": message.adviser_id == reader_id,
        "at": clock(message.written_at),
        "text": message.text,
        "files": files_told(message),
        "sent": _sent(message, conversation),
        "leaving": item.leaving,
        "letter": item.post and item.post.letter,
        "bounces": item.post.bounces if item.post else (),
        "notices": item.post.notices if item.post else (),
        "corrected_at": clock(message.corrected_at),
        "formerly": tuple(former.former_text for former in message.corrections.all())
        if message.corrected_at
        else (),
    }


def _sent(message: Message, conversation: Conversation) -> str:
    if message.left_at is None:
        return "leaving"
    read_at = conversation.customer_read_at
    return "read" if read_at and read_at >= message.left_at else "sent"


@register.simple_tag
def choices(kind: str, named: list[tuple[int, str]]) -> SafeString:
    """The options of a list of people or teams: there may be hundreds. named: number and name of each."""
    return _choices(kind, tuple(named))


@lru_cache(maxsize=64)
def _choices(kind: str, named: tuple[tuple[int, str], ...]) -> SafeString:
    return format_html_join("", '<option value="{}:{}">{}</option>', ((kind, *each) for each in named))
