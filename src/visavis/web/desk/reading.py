"""What the parts of the desk show, gathered from the areas in a fixed number of queries."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.utils import timezone

from visavis.channels.registry import BY_NAME, Channel
from visavis.domain.conversations import queries
from visavis.domain.dispatch.queries import open_offer
from visavis.domain.intake.queries import block_of_conversation
from visavis.domain.people.queries import contract_of, names_of_teams, statements_of
from visavis.domain.prepared import together
from visavis.domain.promises import queries as promises
from visavis.domain.sentences import Told, facts_told, question_of_facts

from .addressing import addressed, files_of_draft, hours_to_choose
from .leaving import leavings_of, questions_of_leavings
from .letters import decisions_of, posts_of, questions_of_letters
from .reasons import Why, why_told
from .room import room_told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from visavis.domain.conversations.models import Conversation, Message
    from visavis.domain.people.models import Identity
    from visavis.domain.promises.models import Promise

    from .leaving import Leaving
    from .letters import Post
    from .views.door import Asked

TABS = ("mine", "their_turn", "team")
MORE_TABS = ("snoozed", "resolved", "mentions")
ROWS = 50
MESSAGES = 40
MOST_PAGES = 10  # then one turns pages, rather than read an endless one again at each news
Context = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the list."""

    conversation: Conversation
    channel: Channel
    promise: Promise | None
    due_at: datetime | None
    is_unread: bool


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing of the thread: a message or a fact; `opens_day` on the first of each day.

    leaving: where a reply that is still on its way out stands. post: what e-mail adds to a message.
    """

    at: datetime
    message: Message | None = None
    told: Told | None = None
    channel: Channel | None = None
    leaving: Leaving | None = None
    post: Post | None = None
    opens_day: date | None = None


def list_context(asked: Asked, number: int | None) -> Context:
    """The list: the first pages of a tab, its promises, the counts, news, the room left; seven queries."""
    tab = asked.request.GET.get("onglet", "mine")
    room = room_told(asked.adviser)
    after, pages = asked.request.GET.get("apres", ""), pages_asked(asked)
    page = queries.inbox(asked.rights, tab, after=after, limit=ROWS * pages)
    owed = promises.next_promises(row.pk for row in page.rows)
    rows = [_row(conversation, owed.get(conversation.pk)) for conversation in page.rows]
    if tab in {"mine", "team"}:
        rows.sort(key=lambda row: (row.due_at is None, row.due_at or timezone.now(), row.conversation.pk))
    return {
        "tab": tab if tab in queries.TABS else "mine",
        "tabs": TABS,
        "more_tabs": MORE_TABS,
        "rows": rows,
        "pages": pages,
        "more_pages": pages + 1 if page.after and pages < MOST_PAGES else None,
        "after": after,
        "next_page": page.after,
        "counts": queries.counts(asked.rights),
        "news": " ".join(f"{number}:{message}" for number, message in queries.news(asked.rights)),
        "room": room,
        "own_presence": room.state,  # the bar need not ask again
        "open_number": number,
        "now": timezone.now(),
    }


def pages_asked(asked: Asked) -> int:
    """Return how many pages one has unfolded, one at least."""
    return max(1, min(MOST_PAGES, asked.asked_number("pages") or 1))


def _row(conversation: Conversation, promise: Promise | None) -> Row:
    due = [at for at in (conversation.answer_due_at, promise.due_at if promise else None) if at]
    return Row(
        conversation=conversation,
        channel=BY_NAME[conversation.channel],
        promise=promise,
        due_at=min(due, default=None),
        is_unread=vars(conversation)["is_unread"],
    )


def thread_context(asked: Asked, conversation: Conversation) -> Context:
    """The thread and its composer: messages, facts, drafts, who looks; as many queries for any length."""
    drafts = queries.drafts_in(conversation, reader_id=asked.rights.adviser_id)
    said = messages_context(asked, conversation)
    return {
        **said,
        **head_context(asked, conversation),
        "channel": BY_NAME[conversation.channel],
        "composing": "reply",
        "addressed": addressed(asked, conversation, drafts.extras, latest=_latest(said)),
        "given": files_of_draft(asked, drafts.extras),
        **hours_to_choose(conversation),
        "reply_draft": drafts.reply,
        "note_draft": drafts.note,
        "others_drafts": drafts.others,
        "is_sending_on": drafts.is_sending_on,
        "key": uuid.uuid4(),
        "note_key": uuid.uuid4(),
        "colleagues": asked.colleagues(conversation),
        "teams": names_of_teams(brand_id=conversation.brand_id),
    }


def _latest(said: Context) -> list[Message] | None:
    """The last messages of a thread, or None when what was read is further back."""
    items = cast("list[Item]", said["items"])  # as messages_context gives it
    return None if said["before"] else [item.message for item in items if item.message]


def addresses_context(asked: Asked, conversation: Conversation) -> Context:
    """How the reply that one writes will leave, read again alone."""
    extras = queries.drafts_in(conversation, reader_id=asked.rights.adviser_id).extras
    return {
        "conversation": conversation,
        "addressed": addressed(asked, conversation, extras, latest=None),
    }


def head_context(asked: Asked, conversation: Conversation) -> Context:
    """The head of the thread: whose it is, its tags, who else looks, whether its sender is kept out."""
    kept_out = block_of_conversation(conversation.pk)
    return {
        "conversation": conversation,
        "is_mine": conversation.adviser_id == asked.rights.adviser_id,
        "tags": queries.tags_of(conversation),
        "lookers": queries.lookers(conversation, but=asked.rights.adviser_id, now=asked.now),
        "kept_out": kept_out,
        "may_be_spam": BY_NAME[conversation.channel].needs_mailbox and conversation.state != "resolved",
        "blocking": "undo" if kept_out else "none" if conversation.sender else "",
        "is_resolved": conversation.state == "resolved",
        "is_asleep": conversation.snoozed_until is not None,
        "reader": asked.adviser,
        "now": timezone.now(),
    }


def messages_context(asked: Asked, conversation: Conversation) -> Context:
    """What was said and what happened, the last pages of it, in order of time."""
    pages, before = pages_asked(asked), asked.asked_number("avant")
    messages = queries.thread_messages(conversation, before=before, limit=MESSAGES * pages)
    is_cut = len(messages) == MESSAGES * pages
    since = messages[0].written_at if is_cut else None
    until = messages[-1].written_at if before and messages else None
    with together(
        question_of_facts(conversation, since=since, until=until),
        *questions_of_leavings(messages),
        *questions_of_letters(conversation, messages),
    ):
        told = facts_told(conversation, reader_id=asked.rights.adviser_id, since=since, until=until)
        leaving = leavings_of(messages, reader_id=asked.rights.adviser_id)
        posts = posts_of(asked.rights, conversation, messages)
        decisions = decisions_of(conversation, messages)
    return {
        "conversation": conversation,
        "items": timeline(messages, told, leaving, posts),
        "decisions": decisions,
        "thread_pages": pages,
        "more_messages": pages + 1 if is_cut and pages < MOST_PAGES else None,
        "earlier": messages[0].pk if is_cut else None,
        "before": before,
        "customer_types": queries.customer_types(conversation),
        "reader": asked.adviser,
        "now": timezone.now(),
    }


def last_message_id(context: Context) -> int:
    """The number of the last message that the thread shows, 0 when it shows none."""
    items = cast("list[Item]", context["items"])  # as messages_context gives it
    return max((item.message.pk for item in items if item.message), default=0)


def gather_context(asked: Asked, conversation: Conversation) -> Context:
    """What can be put with this conversation, or taken out of it; five queries."""
    others, _count = queries.past_of(conversation, limit=50)
    linked = queries.linked_to(conversation)
    messages = queries.thread_messages(conversation)
    return {
        "conversation": conversation,
        "others": [(row, BY_NAME[row.channel]) for row in others],
        "linked": linked,
        "absorbed": list(conversation.absorbed.order_by("pk")),
        "messages_said": [row for row in messages if row.direction != "note"],
    }


def timeline(
    messages: list[Message], told: list[Told], leaving: Mapping[int, Leaving], posts: Mapping[int, Post]
) -> list[Item]:
    """Messages and facts in order of time, the first of each day marked."""
    items = [
        Item(
            at=row.written_at,
            message=row,
            channel=BY_NAME.get(row.channel),
            leaving=leaving.get(row.pk),
            post=posts.get(row.pk),
        )
        for row in messages
    ]
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
    explained = queries.explained_of(conversation, now=asked.now)
    customer = conversation.customer
    return {
        "conversation": conversation,
        "customer": customer,
        "identities": _identities(asked, customer.pk),
        "statements": statements_of(customer_id=customer.pk),
        "contract_facts": contract_of(customer_id=customer.pk),
        "explained": [(row, row.conversation_id == conversation.pk) for row in explained],
        "promises": promises.promises_of_customer(conversation),
        "steps": queries.steps_of(conversation),
        "past": [(row, BY_NAME[row.channel]) for row in past],
        "past_count": past_count,
        "linked": queries.linked_to(conversation),
        "links": queries.links_given(conversation, now=asked.now),
        "reader": asked.adviser,
        "now": timezone.now(),
    }


def _identities(asked: Asked, customer_id: int) -> list[tuple[Identity, str]]:
    """What the customer is known by; with an address at which our letters came back, why they did."""
    known = asked.known_by(customer_id)
    came_back = asked.unreachable(customer_id) if any(row.kind == "email" for row in known) else {}
    return [(row, came_back.get(row.value, "")) for row in known]


def why_context(asked: Asked, conversation: Conversation) -> Context:
    """Why this desk: the reasons of the open offer, or that a person decided; three queries."""
    offer = open_offer(conversation)
    told: Why | None = why_told(offer, conversation, reader_id=asked.rights.adviser_id) if offer else None
    skills = list(conversation.brand.skills.filter(is_active=True).order_by("name"))
    is_mine = conversation.adviser_id == asked.rights.adviser_id
    return {"conversation": conversation, "why": told, "skills": skills, "is_mine": is_mine}
