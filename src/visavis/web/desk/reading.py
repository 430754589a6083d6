"""What the parts of the desk show, gathered from the areas in a fixed number of queries."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from visavis.channels.registry import BY_NAME, Channel
from visavis.domain.conversations import queries
from visavis.domain.dispatch.queries import open_offer
from visavis.domain.people.queries import people_who_can
from visavis.domain.promises import queries as promises
from visavis.domain.sentences import Told, facts_told

from .reasons import Why, why_told

if TYPE_CHECKING:
    from datetime import date, datetime

    from visavis.domain.conversations.models import Conversation, Message

    from .views.door import Asked

TABS = ("mine", "their_turn", "team")
MORE_TABS = ("snoozed", "resolved", "mentions")
Context = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the list."""

    conversation: Conversation
    channel: Channel
    promise: object | None
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing of the thread: a message or a fact; `opens_day` on the first of each day."""

    at: datetime
    message: Message | None = None
    told: Told | None = None
    channel: Channel | None = None
    opens_day: date | None = None
    is_late_undo: bool = False


def list_context(asked: Asked, number: int | None) -> Context:
    """The list: one page of a tab, its promises, the counts; four queries."""
    tab = asked.request.GET.get("onglet", "mine")
    page = queries.inbox(asked.rights, tab, after=asked.request.GET.get("apres", ""))
    owed = promises.next_promises(row.pk for row in page.rows)
    rows = [_row(conversation, owed.get(conversation.pk)) for conversation in page.rows]
    if tab in {"mine", "team"}:
        rows.sort(key=lambda row: (row.due_at is None, row.due_at or timezone.now(), row.conversation.pk))
    return {
        "tab": tab if tab in queries.TABS else "mine",
        "tabs": TABS,
        "more_tabs": MORE_TABS,
        "rows": rows,
        "next_page": page.after,
        "counts": queries.counts(asked.rights),
        "open_number": number,
    }


def _row(conversation: Conversation, promise: object | None) -> Row:
    due = [at for at in (conversation.answer_due_at, getattr(promise, "due_at", None)) if at]
    return Row(
        conversation=conversation,
        channel=BY_NAME[conversation.channel],
        promise=promise,
        due_at=min(due, default=None),
    )


def thread_context(asked: Asked, conversation: Conversation) -> Context:
    """The thread: messages, facts, drafts, who looks; ten queries whatever the length."""
    drafts = queries.drafts_of(conversation, asked.rights.adviser_id)
    before = asked.request.GET.get("avant", "")
    messages = queries.thread_messages(conversation, before=int(before) if before.isdecimal() else None)
    return {
        "conversation": conversation,
        "channel": BY_NAME[conversation.channel],
        "items": timeline(messages, facts_told(conversation, reader_id=asked.rights.adviser_id)),
        "earlier": messages[0].pk if len(messages) == 200 else None,
        "reply_draft": drafts["out"].text if "out" in drafts else "",
        "note_draft": drafts["note"].text if "note" in drafts else "",
        "others_drafts": queries.others_drafts(conversation, asked.rights.adviser_id),
        "lookers": queries.lookers(conversation, but=asked.rights.adviser_id),
        "customer_types": queries.customer_types(conversation),
        "tags": queries.tags_of(conversation),
        "key": uuid.uuid4(),
        "note_key": uuid.uuid4(),
        "is_mine": conversation.adviser_id == asked.rights.adviser_id,
        "colleagues": _colleagues(asked, conversation),
        "teams": list(conversation.brand.teams.filter(is_active=True).order_by("name")),
        "reader": asked.adviser,
        "now": timezone.now(),
    }


def timeline(messages: list[Message], told: list[Told]) -> list[Item]:
    """Messages and facts in order of time; facts older than the first message shown are left out."""
    items = [Item(at=row.written_at, message=row, channel=BY_NAME.get(row.channel)) for row in messages]
    items += [Item(at=line.at, told=line) for line in told]
    items.sort(key=lambda item: (item.at, item.told is None))
    return _with_days(items)


def _with_days(items: list[Item]) -> list[Item]:
    shown: date | None = None
    dated = []
    for item in items:
        day = timezone.localtime(item.at).date()
        dated.append(item if day == shown else Item(**{**vars(item), "opens_day": day}))
        shown = day
    return dated


def person_context(asked: Asked, conversation: Conversation) -> Context:
    """The person: what they said, what was explained, promises, contract, past; ten queries."""
    past, past_count = queries.past_of(conversation)
    customer = conversation.customer
    return {
        "conversation": conversation,
        "customer": customer,
        "identities": list(customer.identities.order_by("kind", "pk")),
        "statements": list(customer.statements.order_by("pk")),
        "contract_facts": list(customer.contract_facts.order_by("rank", "pk")),
        "explained": queries.explained_of(conversation),
        "promises": promises.promises_of_customer(conversation),
        "steps": queries.steps_of(conversation),
        "past": [(row, BY_NAME[row.channel]) for row in past],
        "past_count": past_count,
        "linked": queries.linked_to(conversation),
        "links": queries.links_given(conversation),
        "colleagues": _colleagues(asked, conversation),
        "now": timezone.now(),
    }


def _colleagues(asked: Asked, conversation: Conversation) -> list[object]:
    people = people_who_can(brand_id=conversation.brand_id)
    return [person for person in people if person.pk != asked.rights.adviser_id]


def why_context(asked: Asked, conversation: Conversation) -> Context:
    """Why this desk: the reasons of the open offer, or that a person decided; three queries."""
    offer = open_offer(conversation)
    told: Why | None = why_told(offer, conversation, reader_id=asked.rights.adviser_id) if offer else None
    skills = list(conversation.brand.skills.filter(is_active=True).order_by("name"))
    is_mine = conversation.adviser_id == asked.rights.adviser_id
    return {"conversation": conversation, "why": told, "skills": skills, "is_mine": is_mine}
