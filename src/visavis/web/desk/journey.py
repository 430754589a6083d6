"""What each part of the desk asks, said first: one journey to the database for all of it.

Kept beside `reading.py`, which asks it. What is forgotten here is only asked alone; what depends on other
rows (the files of the messages, the promises of the list) is asked after them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.domain.conversations import queries
from visavis.domain.conversations.correspondence import question_of_unreachable
from visavis.domain.dispatch.load import question_of_load
from visavis.domain.flows.addressing import question_of_mailbox
from visavis.domain.intake.queries import question_of_block
from visavis.domain.people.queries import (
    contract_of,
    known_by,
    names_of_people,
    names_of_teams,
    statements_of,
)
from visavis.domain.presence.queries import question_of_state
from visavis.domain.promises.queries import question_of_bar, question_of_customer

from .reading import MESSAGES, ROWS, pages_asked

if TYPE_CHECKING:
    from visavis.domain.conversations.models import Conversation
    from visavis.domain.prepared import Question

    from .views.door import Asked


def of_page(asked: Asked, conversation: Conversation | None) -> list[Question]:
    """Of the whole page, with a conversation open or none."""
    found = [*of_list(asked), question_of_bar(asked.rights)]
    if conversation is None:
        return found
    sight = queries.questions_of_sight(conversation, reader_id=asked.rights.adviser_id, now=asked.now)
    return [*found, *_of_thread(asked, conversation), *of_person(asked, conversation), *sight]


def of_list(asked: Asked) -> list[Question]:
    """Of `list_context`."""
    tab, after = asked.request.GET.get("onglet", "mine"), asked.request.GET.get("apres", "")
    return [
        question_of_load(asked.adviser.pk),
        question_of_state(asked.adviser.pk),
        *queries.questions_of_list(asked.rights, tab, after=after, limit=ROWS * pages_asked(asked)),
    ]


def _of_thread(asked: Asked, conversation: Conversation) -> list[Question]:
    before, limit = asked.asked_number("avant"), MESSAGES * pages_asked(asked)
    brand_id = conversation.brand_id
    return [
        *queries.questions_of_thread(conversation, before=before, limit=limit),
        *of_head(asked, conversation),
        *([] if conversation.is_live else [question_of_mailbox(brand_id)]),
        names_of_people.question(brand_id=brand_id),
        names_of_teams.question(brand_id=brand_id),
    ]


def of_head(asked: Asked, conversation: Conversation) -> list[Question]:
    """Of `head_context`."""
    reader_id = asked.rights.adviser_id
    return [
        question_of_block(conversation.pk),
        *queries.questions_of_head(conversation, reader_id=reader_id, now=asked.now),
    ]


def of_person(asked: Asked, conversation: Conversation) -> list[Question]:
    """Of `person_context`."""
    customer_id = conversation.customer_id
    return [
        *queries.questions_around(conversation, now=asked.now),
        known_by.question(customer_id=customer_id),
        statements_of.question(customer_id=customer_id),
        contract_of.question(customer_id=customer_id),
        question_of_customer(conversation),
        question_of_unreachable(customer_id),
    ]
