"""Search finds a conversation by what is shown of it now, and by nothing that was shown before."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.utils import timezone
from tests.domain.written import chat, letter

from visavis.domain.conversations import operations
from visavis.domain.conversations.finding import FoundConversation, find
from visavis.domain.flows.correct_customer import correct_customer
from visavis.domain.flows.merge_customers import merge_customers, undo_merge
from visavis.domain.people.access import rights

if TYPE_CHECKING:
    from tests.domain.people_made import House

    from visavis.domain.conversations.models import Conversation


def found(house: House, words: str) -> list[int]:
    """The numbers of the conversations that Alice finds by these words."""
    rows = find(rights(house.alice), words, kind="conversation").rows
    return sorted(row.conversation.pk for row in rows if isinstance(row, FoundConversation))


def of_david(house: House) -> Conversation:
    """A conversation of someone who said that they are David Morel."""
    return letter(house).conversation


def test_a_customer_put_right_is_found_by_the_name_they_bear(house: House) -> None:
    conversation = of_david(house)
    assert found(house, "Morel") == [conversation.pk]

    correct_customer(conversation.customer, by=house.alice, at=timezone.now(), name="Zacharie Perrin")

    assert (found(house, "Morel"), found(house, "Zacharie")) == ([], [conversation.pk])


def test_a_merge_of_customers_and_its_undoing_move_the_name(house: House) -> None:
    kept, absorbed = of_david(house), chat(house).conversation
    correct_customer(kept.customer, by=house.alice, at=timezone.now(), name="Zacharie Perrin")

    merge = merge_customers(kept.customer, absorbed.customer, by=house.alice, at=timezone.now())
    together = found(house, "Zacharie"), found(house, "Morel")
    undo_merge(merge, by=house.alice, at=timezone.now())

    assert together == (sorted([kept.pk, absorbed.pk]), [])
    assert (found(house, "Zacharie"), found(house, "Morel")) == ([kept.pk], [absorbed.pk])


def test_a_conversation_that_was_split_off_is_found(house: House) -> None:
    conversation = of_david(house)
    note = operations.add_note(conversation, by=house.alice, key=uuid.uuid4(), text="Deux sujets")

    new = operations.split_conversation(
        conversation, by=house.alice, messages=[note], subject="Ornithorynque"
    )

    assert found(house, "Ornithorynque") == [new.pk]
    assert found(house, str(new.pk)) == [new.pk]


def test_a_subject_that_changed_is_found_by_the_new_one(house: House) -> None:
    conversation = of_david(house)
    operations.change_subject(conversation, by=house.alice, subject="Ornithorynque")

    operations.change_subject(conversation, by=house.alice, subject="Dromadaire")

    assert (found(house, "Ornithorynque"), found(house, "Dromadaire")) == ([], [conversation.pk])
