"""What the customer's page shows, in a fixed number of queries."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.utils import timezone

from visavis.domain.conversations import queries
from visavis.domain.dispatch.queries import announced_wait
from visavis.domain.people.hours import opening
from visavis.domain.promises.queries import chip_state, promises_in

if TYPE_CHECKING:
    from visavis.domain.conversations.models import Conversation

    from .door import Visit


def page_context(visit: Visit) -> dict[str, object]:
    """Everything on the page; a dozen queries, whatever the length."""
    conversation = visit.conversation
    now = timezone.now()
    is_open, opens_at = opening(conversation.brand, now)
    return {
        "brand": conversation.brand,
        "conversation": conversation,
        "own_number": visit.held.conversation_id,
        "messages_told": queries.customer_messages(conversation),
        "steps": queries.steps_of(conversation),
        "promises": [(row, chip_state(row, now)) for row in promises_in(conversation)],
        "adviser": conversation.adviser,
        "types": conversation.is_live and queries.someone_types(conversation),
        "wait": wait_of(conversation),
        "is_open": is_open,
        "opens_at": opens_at,
        "statements": list(conversation.customer.statements.order_by("pk")),
        "key": uuid.uuid4(),
        "was_received": bool(visit.request.GET.get("recu")),
        "person_asked": bool(visit.request.GET.get("personne")) or conversation.wants_person,
        "now": now,
    }


def wait_of(conversation: Conversation) -> tuple[int, int] | None:
    """The range that was announced, while nobody has taken the request; one query."""
    if conversation.adviser_id or conversation.waiting_since is None:
        return None
    told = announced_wait(conversation)
    return (told.low_seconds, told.high_seconds) if told else None
