"""What the customer's pages show."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from visavis.channels.form.waits import live_wait
from visavis.domain.conversations import queries
from visavis.domain.dispatch.queries import announced_wait
from visavis.domain.errors import NotFound
from visavis.domain.people.hours import opening
from visavis.domain.prepared import together
from visavis.domain.privacy.access import reach_of
from visavis.domain.privacy.queries import counted, erasure_of, known_to
from visavis.domain.promises.queries import chip_state, promises_in, question_of_conversation

from .door import number_of

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from visavis.domain.conversations.models import Conversation
    from visavis.domain.privacy.models import Erasure

    from .door import Visit


def page_context(visit: Visit) -> dict[str, object]:
    """Everything on the page that changes; a dozen queries, whatever the length."""
    conversation = visit.conversation
    now = timezone.now()
    wait, is_late = wait_of(conversation, now)
    with together(*queries.questions_of_customer(conversation), question_of_conversation(conversation)):
        messages = queries.customer_messages(conversation)
        told = {
            "messages_told": messages,
            "has_older": len(messages) == queries.MOST_OF_CUSTOMER,
            "steps": queries.steps_of(conversation),
            "promises": [(row, chip_state(row, now)) for row in promises_in(conversation)],
        }
    return (
        frame_context(visit, now)
        | told
        | {
            "adviser": conversation.adviser,
            "types": conversation.is_live and queries.someone_types(conversation),
            "wait": wait,
            "is_late": is_late,
            "was_received": bool(visit.request.GET.get("recu")),
            "most_bytes": settings.MAX_FILE_BYTES,
            "now": now,
        }
    )


def frame_context(visit: Visit, now: datetime) -> dict[str, object]:
    """What stands around every page of a request: the brand, and the ways to a person."""
    conversation = visit.conversation
    is_open, opens_at = opening(conversation.brand, now)
    return {
        "brand": conversation.brand,
        "conversation": conversation,
        "own_number": number_of(visit),
        "is_open": is_open,
        "opens_at": opens_at,
        "live_wait": live_wait(conversation.brand, now) if is_open else None,
        "person_asked": conversation.wants_person,
    }


def wait_of(conversation: Conversation, now: datetime) -> tuple[tuple[int, int] | None, bool]:
    """What remains of the range that was announced, and whether it has been passed; one query."""
    if conversation.adviser_id or conversation.waiting_since is None:
        return None, False
    told = announced_wait(conversation)
    if told is None or told.true_seconds is not None or told.announced_at < conversation.waiting_since:
        return None, False
    gone = int((now - told.announced_at).total_seconds())
    if gone > told.high_seconds:
        return None, True
    return (max(0, told.low_seconds - gone), told.high_seconds - gone), False


def known_here(visit: Visit) -> dict[str, object]:
    """What is known of who holds the page, in figures, and what they said of themselves."""
    reach = reach_of(visit.held)
    return {
        "counts": counted(reach),
        "statements": list(visit.conversation.customer.statements.order_by("pk")),
    }


def history_context(visit: Visit) -> dict[str, object]:
    """Everything within reach of the pass."""
    now = timezone.now()
    return frame_context(visit, now) | {"known": known_to(reach_of(visit.held)), "now": now}


def erasing_context(visit: Visit) -> dict[str, object]:
    """What an erasure would take away, in figures and nothing else."""
    reach = reach_of(visit.held)
    return frame_context(visit, timezone.now()) | {
        "counts": counted(reach),
        "with_person": bool(reach.people),
        "is_whole": reach.is_whole,
        "key": uuid.uuid4(),
    }


def certificate_context(key: uuid.UUID) -> dict[str, Any]:
    """What a certificate says. NotFound when nothing was erased under this key."""
    erasure: Erasure | None = erasure_of(key)
    if erasure is None:
        raise NotFound
    is_open, opens_at = opening(erasure.brand, timezone.now())
    return {
        "erasure": erasure,
        "brand": erasure.brand,
        "counts": erasure.counts,
        "with_person": erasure.with_person,
        "is_open": is_open,
        "opens_at": opens_at,
    }
