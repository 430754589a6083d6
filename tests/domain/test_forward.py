"""What is sent on to somebody outside: what leaves, what comes back, and what the customer never reads."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from tests.domain.folding import of_journal, of_tables
from tests.domain.letters import DAVID, delivery_of, replied, sending_mailbox, written
from tests.domain.posted import comes, end, mail
from tests.domain.written import chat, fresh

from visavis.channels.email.compose import as_html, as_text
from visavis.domain.conversations import operations, queries, threads
from visavis.domain.conversations.access import attachment_of_pass
from visavis.domain.conversations.correspondence import bounces_of, held_beside, unreachable_addresses
from visavis.domain.conversations.models import Attachment, Conversation, Draft, Letter, Message
from visavis.domain.deliveries.models import Delivery
from visavis.domain.deliveries.operations import claim_due
from visavis.domain.errors import NotFound, Refused
from visavis.domain.files.operations import store
from visavis.domain.flows.addressing import Chosen
from visavis.domain.flows.beside import join
from visavis.domain.flows.forward import Forwarding, forward, take_back_forward
from visavis.domain.flows.inbound_email import Part, Returned
from visavis.domain.flows.outbound_email import Outgoing, accepted, ready
from visavis.domain.flows.reply import take_back
from visavis.domain.journal.models import Entry
from visavis.domain.people.access import rights
from visavis.domain.privacy.operations import erase_conversation

if TYPE_CHECKING:
    from tests.domain.people_made import House

    from visavis.domain.flows.inbound_email import Settled
    from visavis.domain.intake.models import Mailbox

EXPERT = ("Marie Roux", "marie@expert.example")


@pytest.fixture
def box(house: House) -> Mailbox:
    """The mailbox of Netnet, which sends and is fetched."""
    return sending_mailbox(house, history_before=timezone.now() - timedelta(days=365))


@pytest.fixture
def theirs(house: House, box: Mailbox) -> Message:
    """David wrote, with a photograph; the conversation is on Alice’s desk."""
    message = written(house, html="<p>Ma box <b>clignote</b>.</p>")
    operations.assign_conversation(message.conversation, to=house.alice, by=house.alice)
    photograph = operations.keep_part(kept(), name="box.jpg")
    Attachment.objects.filter(pk=photograph.pk).update(message=message)
    message.conversation.refresh_from_db()
    return message


def kept(content: bytes = b"photo") -> Any:
    """A file that is stored."""
    return store([content])


def sent_on(house: House, conversation: Conversation, **more: Any) -> Message:
    """Alice sends it on to the expert, a minute ago: it is due."""
    people = Chosen(to=more.pop("to", [EXPERT[1]]), cc=more.pop("cc", []))
    given: dict[str, Any] = {"key": uuid.uuid4(), "text": "Qu’en pensez-vous ?", "subject": "Tr : Ma box"}
    asked = Forwarding(chosen=people, **(given | more))
    return forward(fresh(conversation), asked, by=house.alice, at=timezone.now() - timedelta(minutes=1))


def leaves(message: Message) -> Outgoing:
    """A worker takes it, and a server takes it for its addresses."""
    delivery = claim_due(timezone.now(), road="post")  # type: ignore[arg-type] # the value of the choice
    assert delivery is not None
    assert delivery.message_id == message.pk
    found = ready(delivery, now=timezone.now())
    assert found is not None
    accepted(delivery, reached=list(found[0].recipients), refusals=[], now=timezone.now())
    return found[0]


def answers(box: Mailbox, note: Message, text: str = "C’est le condensateur.", **more: Any) -> Settled:
    """The expert answers to the address that they were given."""
    to = [("Netnet", threads.forward_address(box.address, note.pk))]
    given: dict[str, Any] = {"sender": EXPERT, "to": to, "subject": "RE: Ma box"}
    return comes(box, mail(text, **(given | more)))


def read_by_customer(conversation: Conversation) -> list[str]:
    """All that David may read."""
    return [row.text for row in queries.customer_messages(conversation)]


def verbs(conversation: Conversation) -> list[str]:
    """What happened to what was sent on, and to the customer's replies."""
    rows = Entry.objects.filter(conversation_id=conversation.pk).order_by("pk")
    return [row.verb for row in rows if row.verb.startswith(("forward.", "reply.", "acknowledgement."))]


# --- It leaves ----------------------------------------------------------------------------------------------


def test_a_letter_is_sent_on_and_the_customer_waits_as_before(house: House, theirs: Message) -> None:
    before = fresh(theirs.conversation)
    photograph = theirs.attachments.get()

    note = sent_on(house, before, message_ids=[theirs.pk], file_ids=[photograph.pk])
    letter = leaves(note)

    after = fresh(before)
    assert (letter.to, letter.recipients, letter.link) == ([("", EXPERT[1])], [EXPERT[1]], "")
    assert letter.in_reply_to == ""
    assert [file.name for file in letter.files] == ["box.jpg"]
    assert threads.forwards_in([letter.reply_to], "") == threads.forwards_in([], letter.subject) == [note.pk]
    assert threads.numbers_in_addresses([letter.reply_to]) == []
    assert (after.state, after.waiting_since, after.answer_due_at) == (
        before.state,
        before.waiting_since,
        before.answer_due_at,
    )
    assert verbs(after) == ["forward.written", "forward.left"]
    assert read_by_customer(after) == ["Bonjour, ma box clignote."]
    assert theirs.attachments.get() == photograph
    assert of_journal(Entry.objects.order_by("pk")).conversations == of_tables().conversations


def test_its_letter_shows_who_wrote_what_in_text_and_in_html(house: House, theirs: Message) -> None:
    letter = leaves(sent_on(house, theirs.conversation, message_ids=[theirs.pk], language="en"))

    with translation.override(letter.language):
        text, html = as_text(letter), as_html(letter)

    assert text.startswith("Qu’en pensez-vous ?\n\nAlice\nNetnet\n\n----------")
    assert "From: David Morel <david.morel@example.fr>" in text
    assert "Subject: Ma box clignote\nTo: bonjour@netnet.example\n\nBonjour, ma box clignote." in text
    assert "<p>Ma box <b>clignote</b>.</p>" in html


def test_all_that_was_said_is_sent_on_but_our_notes_and_what_nobody_wrote(
    house: House, theirs: Message
) -> None:
    conversation = theirs.conversation
    leaves_reply = replied(house, conversation, "Débranchez-la.")
    Message.objects.filter(pk=leaves_reply.pk).update(left_at=timezone.now())
    Delivery.objects.all().delete()
    operations.add_note(conversation, by=house.bob, key=uuid.uuid4(), text="Client difficile.")

    letter = leaves(sent_on(house, conversation))

    assert [one.text for one in letter.forwarded] == ["Bonjour, ma box clignote.", "Débranchez-la."]


def test_no_way_to_the_customers_page_is_sent_on(house: House, theirs: Message) -> None:
    _row, token = operations.make_link(theirs.conversation, by=house.alice)
    link = settings.PUBLIC_URL + reverse("request:open", args=[token])
    wrapped = f"https://filtre.example/?url={link.replace(':', '%3A').replace('/', '%2F')}&x=1"
    ours = threads.reply_address("bonjour@netnet.example", theirs.conversation_id)
    broken = link.replace(token, f"\n> {token}")
    text = f"Suivez {link}, {wrapped}, {broken} ou {ours} {threads.subject_token(theirs.conversation_id)}."
    html = f'<p>Suivez <a href="{link}" rel="x">ici</a> ou <a href="{wrapped}">{wrapped}</a></p>'
    Letter.objects.filter(message=theirs).update(
        pieces=[["said", "Voici"], ["quoted", text]], html=html, to=[["Netnet", ours]]
    )

    letter = leaves(sent_on(house, theirs.conversation, message_ids=[theirs.pk]))

    for told in (as_text(letter), as_html(letter)):
        assert token not in told
        assert str(threads.numbers_in_addresses([told])) == "[]"
        assert threads.numbers_in_subject(told) == []
    assert "Suivez" in as_text(letter)


def test_it_holds_back_no_reply(house: House, theirs: Message) -> None:
    note = sent_on(house, theirs.conversation)
    Delivery.objects.filter(message=note).update(attempts=1, due_at=timezone.now() + timedelta(hours=1))

    reply = replied(house, theirs.conversation)

    claimed = claim_due(timezone.now(), road="post")  # type: ignore[arg-type] # the value of the choice
    assert claimed is not None
    assert claimed.message_id == reply.pk


def test_what_was_said_on_a_chat_is_sent_on_too(house: House, box: Mailbox) -> None:
    conversation = chat(house, "La box clignote").conversation
    note = sent_on(house, conversation)

    letter = leaves(note)

    assert ([one.text for one in letter.forwarded], letter.text) == (
        ["La box clignote"],
        "Qu’en pensez-vous ?",
    )
    assert letter.forwarded[0].sender == ("David Morel", "")


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ({"to": []}, "to_missing"),
        ({"to": ["marie"]}, "to_unreadable"),
        ({"to": ["bonjour@netnet.example"]}, "to_ours"),
        ({"cc": [DAVID]}, "cc_customer"),
    ],
)
def test_a_wrong_address_is_refused(house: House, theirs: Message, people: Any, code: str) -> None:
    with pytest.raises(Refused, match=code):
        sent_on(house, theirs.conversation, **people)

    assert Message.objects.count() == 1


def test_a_file_that_nobody_may_open_is_refused_and_one_of_elsewhere_is_not_there(
    house: House, theirs: Message
) -> None:
    elsewhere = operations.keep_part(kept(), name="autre.pdf")
    Attachment.objects.filter(pk=elsewhere.pk).update(message=written(house))
    photograph = theirs.attachments.get()
    Attachment.objects.filter(pk=photograph.pk).update(scanned="infected")

    with pytest.raises(Refused, match="file_infected"):
        sent_on(house, theirs.conversation, file_ids=[photograph.pk])
    with pytest.raises(NotFound):
        sent_on(house, theirs.conversation, file_ids=[elsewhere.pk])
    with pytest.raises(Refused, match="nothing_to_forward"):
        sent_on(house, theirs.conversation, message_ids=[written(house).pk])


def test_it_is_taken_back_as_a_draft_with_all_that_it_had(house: House, theirs: Message) -> None:
    note = sent_on(
        house, theirs.conversation, message_ids=[theirs.pk], file_ids=[theirs.attachments.get().pk]
    )

    with pytest.raises(NotFound):
        take_back(note, by=house.alice)
    take_back_forward(note, by=house.alice)

    draft = Draft.objects.get()
    assert (draft.direction, draft.text) == ("fwd", "Qu’en pensez-vous ?")
    assert (draft.extras["to"], draft.extras["subject"]) == (EXPERT[1], "Tr : Ma box")
    assert draft.extras["messages"] == [theirs.pk]
    assert [Attachment.objects.get(pk=number).name for number in draft.extras["files"]] == ["box.jpg"]
    assert (delivery_of(note).state, theirs.attachments.count()) == ("withdrawn", 1)
    assert verbs(theirs.conversation) == ["forward.written", "forward.withdrawn"]


def test_an_erased_history_leaves_nothing_of_it(house: House, theirs: Message, box: Mailbox) -> None:
    note = sent_on(house, theirs.conversation, file_ids=[theirs.attachments.get().pk])
    answers(box, note)

    erase_conversation(theirs.conversation, at=timezone.now())

    assert (Letter.objects.count(), Attachment.objects.count()) == (0, 0)
    assert set(Message.objects.values_list("text", flat=True)) == {""}
    assert delivery_of(note).state == "withdrawn"


# --- The answer comes back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["open", "their_turn", "resolved"])
def test_the_answer_comes_back_for_us_alone_and_wakes_who_sent_it_on(
    house: House, theirs: Message, box: Mailbox, state: str
) -> None:
    conversation = theirs.conversation
    note = sent_on(house, conversation, message_ids=[theirs.pk])
    leaves(note)
    Conversation.objects.filter(pk=conversation.pk).update(
        state=state, resolved_at=timezone.now() if state == "resolved" else None, waiting_since=None
    )
    operations.open_on_screen(conversation, by=house.alice)
    plan = Part(name="schema.pdf", chunks=lambda: [b"%PDF"])

    settled = answers(box, note, cc=[("Luc", "luc@expert.example")], parts=[plan])

    after, message = fresh(conversation), settled.message
    assert message is not None
    assert (end(settled), settled.wants_acknowledgement) == (("accepted", ""), False)
    assert (message.conversation_id, message.direction, message.left_at) == (after.pk, "note", None)
    [plan_given] = message.attachments.all()
    assert plan_given.name == "schema.pdf"
    page, _token = operations.make_pass("link", brand=house.netnet, conversation=after)
    with pytest.raises(NotFound):
        attachment_of_pass(page, plan_given.pk)
    assert after.state == ("reopened" if state == "resolved" else "open")
    assert after.waiting_since is None
    assert read_by_customer(after) == ["Bonjour, ma box clignote."]
    assert not after.participants.exists()
    assert queries.news(rights(house.alice)) == [(after.pk, message.pk)]
    told = Entry.objects.get(verb="forward.answered").facts
    assert (told["forward_id"], told["mentioned_ids"]) == (note.pk, [house.alice.pk])
    if state == "their_turn":
        assert of_journal(Entry.objects.order_by("pk")).received == of_tables().received


def test_what_they_write_next_comes_back_too_however_it_names_it(
    house: House, theirs: Message, box: Mailbox
) -> None:
    note = sent_on(house, theirs.conversation, message_ids=[theirs.pk])
    letter = leaves(note)
    ours = [(box.name, box.address)]

    first = answers(box, note, "Un", to=ours, answers=[letter.header_id], header_id="<un@expert.example>")
    second = answers(box, note, "Deux", to=ours, answers=["<un@expert.example>"])
    third = answers(box, note, "Trois", to=ours, subject=f"RE: {letter.subject}")

    assert [one.message.direction for one in (first, second, third) if one.message] == ["note"] * 3
    assert {one.conversation for one in (first, second, third)} == {theirs.conversation}


def test_they_are_answered_in_their_own_thread(house: House, theirs: Message, box: Mailbox) -> None:
    note = sent_on(house, theirs.conversation, message_ids=[theirs.pk])
    leaves(note)
    said = answers(box, note, header_id="<un@expert.example>").message
    assert said is not None

    letter = leaves(sent_on(house, theirs.conversation, text="Merci !", message_ids=[said.pk]))

    assert (letter.in_reply_to, letter.forwarded) == ("un@expert.example", [])
    assert letter.quoted is not None
    assert (letter.quoted.name, letter.quoted.text) == ("Marie Roux", "C’est le condensateur.")


def test_a_colleague_who_did_not_send_it_on_has_it_and_who_did_is_called(
    house: House, theirs: Message, box: Mailbox
) -> None:
    note = sent_on(house, theirs.conversation)
    operations.assign_conversation(theirs.conversation, to=house.bob, by=house.bob)

    answers(box, note)

    assert [row.pk for row in queries.inbox(rights(house.alice), "mentions").rows] == [theirs.conversation_id]
    assert [number for number, _last in queries.news(rights(house.bob))] == [theirs.conversation_id]


@pytest.mark.parametrize(
    "letter", [{"sender": ("Luc", "luc@expert.example")}, {"dmarc": "fail"}], ids=["a stranger", "a forger"]
)
def test_who_was_not_written_to_is_held_beside_and_joined_for_us_alone(
    house: House, theirs: Message, box: Mailbox, letter: dict[str, Any]
) -> None:
    note = sent_on(house, theirs.conversation)
    leaves(note)

    settled = answers(box, note, **letter)

    assert settled.conversation is not None
    assert held_beside(theirs.conversation) == [settled.conversation]
    assert (settled.wants_acknowledgement, settled.is_new) == (False, True)

    joined = join(settled.conversation, by=house.alice, at=timezone.now())
    assert not joined.participants.exists()
    if "dmarc" not in letter:
        again = answers(box, note, "Autre chose.", **letter)
        assert (again.conversation, again.message and again.message.direction) == (joined, "note")
    assert read_by_customer(theirs.conversation) == ["Bonjour, ma box clignote."]
    assert of_journal(Entry.objects.order_by("pk")).received == of_tables().received

    operations.undo_merge(fresh(settled.conversation), by=house.alice)
    assert read_by_customer(settled.conversation) == ["C’est le condensateur."]
    assert of_journal(Entry.objects.order_by("pk")).received == of_tables().received


def test_the_customer_who_answers_it_speaks_as_the_customer(
    house: House, theirs: Message, box: Mailbox
) -> None:
    note = sent_on(house, theirs.conversation)
    leaves(note)

    settled = answers(box, note, "On m’a mis en copie.", sender=("David Morel", DAVID))

    assert settled.message is not None
    assert (settled.message.direction, settled.conversation) == ("in", theirs.conversation)


def test_their_robot_is_shown_and_wakes_nobody(house: House, theirs: Message, box: Mailbox) -> None:
    note = sent_on(house, theirs.conversation)
    leaves(note)
    Conversation.objects.filter(pk=theirs.conversation_id).update(state="their_turn")

    settled = answers(box, note, "Je suis en congés.", kind="auto_reply")

    assert settled.message is not None
    assert (end(settled), settled.message.direction) == (("set_aside", "auto_reply"), "note")
    assert fresh(theirs.conversation).state == "their_turn"


def test_what_comes_back_is_noted_at_it_and_not_at_the_customer(
    house: House, theirs: Message, box: Mailbox
) -> None:
    note = sent_on(house, theirs.conversation)
    leaves(note)
    line = Returned(address=EXPERT[1], is_permanent=True, status="5.1.1")
    report = mail("", sender=("", ""), kind="bounce", returned=[line])
    by_id = Letter.objects.get(message=note).header_id

    settled = comes(box, replace_report(report, by_id))

    assert (end(settled), settled.message) == (("set_aside", "bounce"), note)
    assert [row.address for row in bounces_of([note])[note.pk]] == [EXPERT[1]]
    assert unreachable_addresses(house.david.pk) == {}


def replace_report(report: Any, header_id: str) -> Any:
    """The report, which names the letter that came back."""
    return type(report)(**{**vars(report), "returned_id": f"<{header_id}>"})
