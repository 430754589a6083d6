"""Whose turn it is, on whose desk, and what travels along."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.domain.people_made import House
from tests.domain.written import chat, fresh, letter

from visavis.domain.conversations import operations, queries
from visavis.domain.conversations.access import conversation_for, message_for, pass_for, pass_for_ticket
from visavis.domain.conversations.models import Conversation, Pass
from visavis.domain.conversations.operations.passes import digest
from visavis.domain.errors import NotFound, Refused
from visavis.domain.flows.reply import Answer, answer
from visavis.domain.flows.transfer import Handing, transfer
from visavis.domain.journal.models import Entry
from visavis.domain.people.access import rights
from visavis.domain.sentences import TELLERS, facts_told


def test_eve_gets_no_conversation_of_another_brand(house: House) -> None:
    received = chat(house)

    with pytest.raises(NotFound):
        conversation_for(rights(house.eve), received.conversation.pk)
    with pytest.raises(NotFound):
        message_for(rights(house.eve), received.message.pk)


def test_a_planner_reads_no_conversation(house: House) -> None:
    with pytest.raises(NotFound):
        conversation_for(rights(house.paul), chat(house).conversation.pk)


def test_resolve_then_reopen(house: House) -> None:
    conversation = chat(house).conversation

    resolved = operations.resolve_conversation(conversation, by=house.alice)
    reopened = operations.reopen_conversation(conversation, by=house.alice)

    assert (resolved.state, resolved.waiting_since) == ("resolved", None)
    assert (reopened.state, reopened.resolved_at) == ("reopened", None)
    with pytest.raises(Refused):
        operations.reopen_conversation(conversation, by=house.alice)


def test_what_sleeps_leaves_the_list_and_wakes_at_its_hour(house: House) -> None:
    conversation = chat(house).conversation
    operations.assign_conversation(conversation, to=house.alice, by=house.alice)
    until = timezone.now() + timedelta(hours=1)

    operations.snooze_conversation(conversation, by=house.alice, until=until)
    asleep = queries.counts(rights(house.alice))
    due = [row.pk for row in queries.asleep_until(until)]
    operations.wake_conversation(conversation)

    assert (asleep["mine"], due, queries.counts(rights(house.alice))["mine"]) == (0, [conversation.pk], 1)


def test_sleep_until_the_past_is_refused(house: House) -> None:
    with pytest.raises(Refused, match="in_the_past"):
        operations.snooze_conversation(
            chat(house).conversation, by=house.alice, until=timezone.now() - timedelta(minutes=1)
        )


def test_transfer_carries_its_context(house: House) -> None:
    conversation = chat(house).conversation
    operations.assign_conversation(conversation, to=house.alice, by=house.alice)

    transfer(conversation, Handing(context="Box changée, reste la facture.", to=house.bob), by=house.alice)

    passed = fresh(conversation)
    note = passed.messages.get(direction="note")
    assert (passed.adviser_id, passed.summary) == (house.bob.pk, "Box changée, reste la facture.")
    assert [mention.adviser_id for mention in note.mentions.all()] == [house.bob.pk]
    assert [row.pk for row in queries.inbox(rights(house.bob), "mentions").rows] == [conversation.pk]


@pytest.mark.parametrize("context", ["", "   "])
def test_no_transfer_without_context(house: House, context: str) -> None:
    with pytest.raises(Refused, match="no_context"):
        transfer(chat(house).conversation, Handing(context=context, to=house.bob), by=house.alice)


def test_no_transfer_to_who_does_not_serve_the_brand(house: House) -> None:
    with pytest.raises(Refused, match="does_not_serve"):
        transfer(chat(house).conversation, Handing(context="Voilà", to=house.eve), by=house.alice)


def test_merge_keeps_every_message_and_can_be_undone(house: House) -> None:
    first, second = chat(house, "Un").conversation, chat(house, "Deux").conversation
    Conversation.objects.filter(pk=second.pk).update(customer=first.customer)
    second.refresh_from_db()

    operations.merge_conversations(first, second, by=house.alice)
    together = [message.text for message in queries.thread_messages(first)]
    operations.undo_merge(fresh(second), by=house.alice)

    assert together == ["Un", "Deux"]
    assert [message.text for message in queries.thread_messages(first)] == ["Un"]
    assert [message.text for message in queries.thread_messages(second)] == ["Deux"]


def test_merge_of_two_customers_is_refused(house: House) -> None:
    with pytest.raises(Refused, match="cannot_merge"):
        operations.merge_conversations(chat(house).conversation, chat(house).conversation, by=house.alice)


def test_a_conversation_is_neither_merged_with_itself_nor_linked_to_itself(house: House) -> None:
    conversation = chat(house).conversation

    with pytest.raises(Refused, match="same_conversation"):
        operations.merge_conversations(conversation, conversation, by=house.alice)
    with pytest.raises(Refused, match="same_conversation"):
        operations.link_conversations(conversation, conversation, by=house.alice)


def test_a_line_is_corrected_by_its_writer_and_once_it_has_left(house: House) -> None:
    left = answer(chat(house).conversation, Answer(key=uuid.uuid4(), text="Oui"), by=house.alice)
    leaving = answer(letter(house).conversation, Answer(key=uuid.uuid4(), text="Oui"), by=house.alice)

    with pytest.raises(Refused, match="not_yours"):
        operations.correct_message(left, by=house.bob, text="Non")
    with pytest.raises(Refused, match="not_left"):
        operations.correct_message(leaving, by=house.alice, text="Non")


def test_a_reply_that_was_taken_back_does_not_leave(house: House) -> None:
    message = answer(letter(house).conversation, Answer(key=uuid.uuid4(), text="Oui"), by=house.alice)
    operations.withdraw_reply(message, by=house.alice)

    with pytest.raises(Refused, match="withdrawn"):
        operations.let_reply_leave(message)


def test_split_gives_messages_a_conversation_of_their_own(house: House) -> None:
    received = chat(house, "Ma box et ma facture")
    note = operations.add_note(received.conversation, by=house.alice, key=uuid.uuid4(), text="Deux sujets")

    new = operations.split_conversation(
        received.conversation, by=house.alice, messages=[note], subject="Facture"
    )

    assert (new.subject, new.customer_id) == ("Facture", received.conversation.customer_id)
    assert [message.pk for message in queries.thread_messages(new)] == [note.pk]
    with pytest.raises(Refused, match="nothing_to_split"):
        operations.split_conversation(new, by=house.alice, messages=[note], subject="Rien")


def test_link_and_unlink(house: House) -> None:
    first, second = chat(house).conversation, letter(house).conversation

    operations.link_conversations(second, first, by=house.alice)
    linked = [row.pk for row in queries.linked_to(first)]
    operations.unlink_conversations(first, second, by=house.alice)

    assert (linked, queries.linked_to(first)) == ([second.pk], [])


def test_inbox_pages_by_key_and_counts_unread(house: House, django_assert_num_queries: object) -> None:
    for number in range(3):
        conversation = chat(house, f"Message {number}").conversation
        operations.assign_conversation(conversation, to=house.alice, by=house.alice)

    first = queries.inbox(rights(house.alice), "mine", limit=2)
    second = queries.inbox(rights(house.alice), "mine", after=first.after or "", limit=2)

    assert [len(first.rows), len(second.rows), second.after] == [2, 1, None]
    assert all(row.is_unread for row in [*first.rows, *second.rows])  # type: ignore[attr-defined] # annotated
    operations.mark_read(first.rows[0], by=house.alice)
    again = queries.inbox(rights(house.alice), "mine", limit=2)
    assert again.rows[0].is_unread is False  # type: ignore[attr-defined] # annotated


def test_a_forged_page_key_is_nothing(house: House) -> None:
    with pytest.raises(NotFound):
        queries.inbox(rights(house.alice), "mine", after="1 OR 1=1")


def test_draft_is_kept_and_forgotten_when_sent(house: House) -> None:
    conversation = chat(house).conversation

    operations.save_draft(conversation, by=house.alice, text="Bonjour Da")
    kept = queries.drafts_in(conversation, reader_id=house.alice.pk).reply
    seen_by_bob = [draft.text for draft in queries.drafts_in(conversation, reader_id=house.bob.pk).others]
    answer(conversation, Answer(key=uuid.uuid4(), text="Bonjour David"), by=house.alice)

    assert (kept, seen_by_bob) == ("Bonjour Da", ["Bonjour Da"])
    assert queries.drafts_in(conversation, reader_id=house.alice.pk).reply == ""


def test_who_else_looks_and_types(house: House) -> None:
    conversation = chat(house).conversation

    operations.look_at(conversation, by=house.bob, is_typing=True)

    assert [(person.pk, types) for person, types in queries.lookers(conversation, but=house.alice.pk)] == [
        (house.bob.pk, True)
    ]
    operations.stop_looking(conversation, by=house.bob)
    assert queries.lookers(conversation, but=house.alice.pk) == []


def test_only_the_digest_of_a_token_is_stored(house: House) -> None:
    conversation = chat(house).conversation

    row, token = operations.make_link(conversation, by=house.alice)

    assert row.token_sha256 == digest(token) != token
    assert pass_for("link", token).pk == row.pk
    with pytest.raises(NotFound):
        pass_for("cookie", token)


def test_revoking_a_link_ends_what_came_from_it(house: House) -> None:
    conversation = chat(house).conversation
    link, _token = operations.make_link(conversation, by=house.alice)
    cookie, cookie_token = operations.exchange_pass(link, "cookie")
    _ticket, ticket_token = operations.exchange_pass(cookie, "ticket")

    operations.revoke_link(conversation, by=house.alice, pass_id=link.pk)

    for kind, token in (("cookie", cookie_token), ("ticket", ticket_token)):
        with pytest.raises(NotFound):
            pass_for(kind, token)


def test_an_expired_pass_opens_nothing(house: House) -> None:
    link, token = operations.make_link(chat(house).conversation, by=house.alice)
    Pass.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(NotFound):
        pass_for("link", token)


def test_a_ticket_opens_one_stream(house: House) -> None:
    link, _token = operations.make_link(chat(house).conversation, by=house.alice)
    _ticket, token = operations.exchange_pass(link, "ticket")

    pass_for_ticket(token)

    with pytest.raises(NotFound):
        pass_for_ticket(token)


def test_every_told_fact_reads_as_a_whole_sentence(house: House) -> None:
    conversation = chat(house, "Je veux parler à un conseiller").conversation
    operations.assign_conversation(conversation, to=house.alice, by=house.alice)
    transfer(conversation, Handing(context="Voilà", to=house.bob), by=house.alice)
    operations.resolve_conversation(conversation, by=house.bob)

    told = facts_told(conversation, reader_id=house.alice.pk)

    assert [line.sentence for line in told] == [
        "La demande est ouverte.",
        "La personne demande à parler à quelqu’un.",
        "Vous prenez la conversation.",
        "Transmise avec son contexte\u00a0: Vous → Bob.",
        "Résolue. Par\u00a0: Bob.",
    ]
    assert set(TELLERS) >= set(
        Entry.objects.filter(conversation_id=conversation.pk)
        .exclude(verb__in=["message.received", "note.added", "conversation.context_noted"])
        .values_list("verb", flat=True)
    )
