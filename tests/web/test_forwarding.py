"""Sending on to somebody outside from the desk: the form, what it sends and keeps, and how it stands in the thread."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.domain.letters import delivery_of, sending_mailbox, written
from tests.domain.posted import comes, mail
from tests.web.test_writing_letters import alice, ended, heard, page, post, refusal, toast, words

from visavis.domain.conversations import operations, threads
from visavis.domain.conversations.models import Attachment, Draft, Letter, Message
from visavis.domain.files.operations import store
from visavis.domain.intake.models import Mailbox
from visavis.domain.people.models import Adviser

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
    from tests.domain.people_made import House

    from visavis.domain.conversations.models import Conversation

__all__ = ["alice"]
pytestmark = pytest.mark.django_db
EXPERT = "marie@expert.example"


@pytest.fixture
def theirs(house: House) -> Message:
    """David wrote to Netnet, with a photograph."""
    sending_mailbox(house, history_before=timezone.now() - timedelta(days=9))
    message = written(house)
    photograph = operations.keep_part(store([b"photo"]), name="box.jpg")
    Attachment.objects.filter(pk=photograph.pk).update(message=message)
    return message


def form(client: Client, conversation: Conversation, query: str = "") -> str:
    """The form, as a part of the composer."""
    address = f"/poste/{conversation.pk}/faire-suivre/{query}"
    return words(client.get(address, headers={"HX-Request": "true"}))


def send(client: Client, message: Message, *, script: bool = True, **fields: object) -> Answer:
    """Send the form, with its letter."""
    given = {
        "key": uuid.uuid4(),
        "to": EXPERT,
        "subject": "Tr : Box",
        "message": message.pk,
        "text": "Un avis ?",
    }
    return post(client, "send_forward", message.conversation_id, script=script, **(given | fields))


def note() -> Message:
    """What was sent on last."""
    return Message.objects.filter(direction="note").latest("pk")


def test_the_form_proposes_the_letter_its_files_and_a_subject(alice: Client, theirs: Message) -> None:
    Attachment.objects.create(
        message=theirs, file=store([b"x"]), name="virus.exe", given_at=timezone.now(), scanned="infected"
    )

    told = form(alice, theirs.conversation, f"?message={theirs.pk}")

    assert "<html" not in told
    assert 'name="subject" maxlength="300" required value="Tr : Ma box clignote"' in told
    assert f'name="message" value="{theirs.pk}" data-proposed="" checked' in told
    photograph, virus = theirs.attachments.order_by("pk")
    assert f'name="join" value="{photograph.pk}" data-proposed="" checked>' in told
    assert f'name="join" value="{virus.pk}" data-proposed="" disabled>' in told
    assert "le client ne voit ni ces mots ni ce qui revient" in told
    assert "<html" in words(alice.get(f"/poste/{theirs.conversation_id}/faire-suivre/?tout=1"))

    Adviser.objects.filter(email="alice@example.fr").update(language="en")
    assert 'value="Fwd: Ma box clignote"' in form(alice, theirs.conversation)


def test_it_is_sent_shown_apart_and_taken_back(alice: Client, theirs: Message) -> None:
    conversation = theirs.conversation

    response = send(
        alice, theirs, join=theirs.attachments.get().pk, upload=SimpleUploadedFile("plan.pdf", b"%PDF")
    )

    sent, thread = note(), page(alice, conversation, "thread")
    assert toast(response) == "Départ dans 10 secondes."
    assert heard(response)["desk-sent"]["kind"] == "forward"
    assert sorted(sent.attachments.values_list("name", flat=True)) == ["box.jpg", "plan.pdf"]
    assert f"Fait suivre à {EXPERT}" in thread
    assert "Le client ne le voit pas." in thread
    assert "Part dans quelques secondes" in thread

    back = post(alice, "take_back", sent.pk)

    address = f"/poste/{conversation.pk}/faire-suivre/"
    assert heard(back)["desk-forward"]["url"] == address
    told = form(alice, conversation)
    assert (f'value="{EXPERT}"' in told, "Un avis ?</textarea>" in told, "plan.pdf" in told) == (True,) * 3
    assert "brouillon" in page(alice, conversation)
    assert (
        post(alice, "take_back", send_without_script(alice, theirs).pk, script=False).headers["Location"]
        == address
    )


def send_without_script(client: Client, message: Message) -> Message:
    """Send it from the page of its own."""
    assert send(client, message, script=False).headers["Location"] == f"/poste/{message.conversation_id}/"
    return note()


def test_a_refusal_keeps_all_that_was_typed(alice: Client, theirs: Message) -> None:
    photograph = theirs.attachments.get()

    code, sentence = refusal(send(alice, theirs, to="marie", join=photograph.pk))

    assert (code, "marie" in sentence) == ("to_unreadable", True)
    draft = Draft.objects.get()
    assert (draft.direction, draft.text) == ("fwd", "Un avis ?")
    assert (draft.extras["to"], draft.extras["join"]) == ("marie", [photograph.pk])
    post(alice, "draft", theirs.conversation_id, kind="forward", text="Encore", message=theirs.pk, to="luc")
    assert (Draft.objects.get().text, Draft.objects.get().extras["to"]) == ("Encore", "luc")


@pytest.mark.parametrize(
    ("how", "sentence"),
    [("failed", "Elle n’est pas partie."), ("uncertain", "peut-être partie"), ("again", "Prochain essai")],
)
def test_what_did_not_leave_says_so(alice: Client, theirs: Message, how: str, sentence: str) -> None:
    send(alice, theirs)

    ended(note(), how)
    assert post(alice, "correct", note().pk, text="Autre chose").status_code == 404

    assert sentence in page(alice, theirs.conversation, "thread")
    assert (how == "again") is (delivery_of(note()).state == "waiting")


def test_an_answer_stands_apart_and_is_answered_in_its_thread(
    house: House, alice: Client, theirs: Message
) -> None:
    send(alice, theirs)
    ended(note(), "done")
    box = Letter.objects.get(message=note()).from_address
    to = [("", threads.forward_address(box, note().pk))]
    settled = comes(
        Mailbox.objects.get(), mail("C’est le condensateur.", sender=("Marie Roux", EXPERT), to=to)
    )
    assert settled.message is not None
    number = settled.message.pk

    thread, told = (
        page(alice, theirs.conversation, "thread"),
        form(alice, theirs.conversation, f"?message={number}"),
    )

    assert "réponse à ce qui a été transmis" in thread
    assert f'id="answer-{number}"' in thread
    assert (f'value="{EXPERT}"' in told, 'value="Re: Panne"' in told) == (True, True)
    assert f'<input type="hidden" name="message" value="{number}">' in told
    assert "condensateur" not in page(alice, theirs.conversation, "gather")

    beside = comes(Mailbox.objects.get(), mail("Et la carte.", sender=("Luc", "luc@expert.example"), to=to))
    for conversation in (theirs.conversation, beside.conversation):
        assert conversation is not None
        shown = page(alice, conversation, "thread")
        assert "Entre nous : c’est une réponse à ce qui a été transmis" in shown
        assert 'name="participant"' not in shown
