"""A customer writes: kept once, opened or continued, never joined to someone else's history."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.domain.people_made import House
from tests.domain.written import chat, fresh, letter, message

from visavis.domain.conversations.models import Conversation, Message
from visavis.domain.conversations.operations import make_pass, resolve_conversation
from visavis.domain.flows.inbound import receive
from visavis.domain.flows.reply import Answer, answer
from visavis.domain.journal.models import Entry
from visavis.domain.people.operations import validate_skills


def test_receive_opens_a_conversation_where_the_customer_waits(house: House) -> None:
    validate_skills(house.bob, levels={house.skill.pk: 3}, by=house.chloe, at=timezone.now())

    received = chat(house, "Ma box affiche T12")

    conversation = fresh(received.conversation)
    assert (conversation.state, conversation.subject, conversation.is_live, conversation.effort) == (
        "open",
        "Ma box affiche T12",
        True,
        2,
    )
    assert conversation.waiting_since is not None
    assert [skill.name for skill in conversation.skills.all()] == ["Panne"]


def test_receive_takes_the_same_key_once(house: House) -> None:
    inbound = message(house.netnet, "Bonjour", is_live=True)

    first, second = receive(inbound), receive(inbound)

    assert (first.message.pk, first.is_repeat) == (second.message.pk, False)
    assert second.is_repeat
    assert (Message.objects.count(), Conversation.objects.count()) == (1, 1)


def test_a_key_of_another_brand_tells_nothing_of_its_conversation(house: House) -> None:
    inbound = message(house.netnet, "Bonjour", is_live=True)
    receive(inbound)

    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        receive(replace(inbound, brand=house.locacar))

    assert Conversation.objects.filter(brand=house.locacar).count() == 0


def test_receive_continues_the_conversation_of_the_pass(house: House) -> None:
    held, _token = make_pass("chat", brand=house.netnet)
    first = chat(house, "Bonjour", held=held)
    held.refresh_from_db()

    second = chat(house, "Vous êtes là ?", held=held)

    assert second.conversation.pk == first.conversation.pk
    assert held.conversation_id == first.conversation.pk


def test_typed_identity_is_unverified_and_opens_nobody_elses_history(house: House) -> None:
    first = receive(replace(message(house.netnet, "Un", is_live=False), email="david@example.fr"))
    second = receive(replace(message(house.netnet, "Deux", is_live=False), email="david@example.fr"))

    assert first.conversation.customer_id != second.conversation.customer_id
    assert second.conversation.customer.identities.get().verified_at is None


def test_a_skill_that_nobody_holds_keeps_nobody_waiting(house: House) -> None:
    received = chat(house, "Ma box affiche T12")

    assert list(received.conversation.skills.all()) == []


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Je veux parler à une personne", True),
        ("un conseiller svp", True),
        ("Passez-moi un vrai humain !", True),
        ("Can I talk to a real person?", True),
        ("pas un robot merci", True),
        ("La personne qui m'a répondu était très bien", False),
        ("Ma facture est fausse", False),
    ],
)
def test_asking_for_a_person_is_read_in_the_words(house: House, text: str, *, asks: bool) -> None:
    assert fresh(chat(house, text).conversation).wants_person is asks


def test_the_wait_counts_from_the_first_unanswered_word(house: House) -> None:
    held, _token = make_pass("chat", brand=house.netnet)
    start = timezone.now() - timedelta(minutes=5)
    chat(house, "Un", held=held, at=start)
    held.refresh_from_db()

    conversation = fresh(chat(house, "Deux", held=held).conversation)

    assert conversation.waiting_since == start


def test_writing_again_reopens_what_was_resolved(house: House) -> None:
    held, _token = make_pass("chat", brand=house.netnet)
    conversation = chat(house, held=held).conversation
    held.refresh_from_db()
    resolve_conversation(conversation, by=house.alice)

    again = fresh(chat(house, "Ça recommence", held=held).conversation)

    assert (again.state, again.resolved_at) == ("reopened", None)


def test_a_crash_in_the_middle_keeps_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    class Cut(BaseException):
        """The power goes."""

    def cut(label: str) -> None:
        if label == "inbound.received":
            raise Cut

    monkeypatch.setattr("visavis.domain.flows.inbound.here", cut)

    with pytest.raises(Cut):
        chat(house)

    assert (Conversation.objects.count(), Message.objects.count()) == (0, 0)
    assert Entry.objects.filter(verb__startswith="conversation.").count() == 0


def test_one_message_sets_off_facts_of_one_cause(house: House) -> None:
    before = Entry.objects.count()

    chat(house, "Je veux parler à un conseiller")

    entries = list(Entry.objects.order_by("pk"))[before:]
    assert [entry.verb for entry in entries] == [
        "customer.known",
        "conversation.opened",
        "message.received",
        "conversation.person_asked",
    ]
    assert len({entry.cause for entry in entries}) == 1


def test_answering_then_writing_again_starts_a_new_wait(house: House) -> None:
    held, _token = make_pass("chat", brand=house.netnet)
    conversation = chat(house, held=held).conversation
    held.refresh_from_db()
    answer(conversation, Answer(key=uuid.uuid4(), text="Bonjour David"), by=house.alice)
    answered = fresh(conversation)

    again = fresh(chat(house, "Merci, et ?", held=held).conversation)

    assert (answered.state, answered.waiting_since) == ("their_turn", None)
    assert again.state == "open"
    assert again.waiting_since is not None


def test_a_letter_is_promised_in_working_time(house: House) -> None:
    conversation = fresh(letter(house).conversation)

    assert conversation.answer_due_at is not None
    assert conversation.answer_due_at > timezone.now()
