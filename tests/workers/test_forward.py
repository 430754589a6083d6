"""What is sent on goes all the way round: to a mail server, and back from whom it was written to, as bytes."""

from __future__ import annotations

import uuid
from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

from django.utils import timezone
from tests.domain.letters import delivery_of, sending_mailbox, written
from tests.domain.posted import taken
from tests.domain.written import fresh

from visavis.domain.conversations import operations, queries
from visavis.domain.conversations.models import Attachment, Letter, Message
from visavis.domain.files.operations import store
from visavis.domain.flows.addressing import Chosen
from visavis.domain.flows.forward import Forwarding, forward
from visavis.domain.intake.models import Arrival
from visavis.workers import read_email, send_email

if TYPE_CHECKING:
    from tests.domain.people_made import House
    from tests.smtp_server import Peer

EXPERT = "marie@expert.example"


def answer_to(letter: EmailMessage, text: str) -> bytes:
    """What a mail program sends when one answers a letter, with a plan."""
    answer = EmailMessage()
    answer["From"] = f"Marie Roux <{EXPERT}>"
    answer["To"] = letter["Reply-To"]
    answer["Subject"] = f"RE: {letter['Subject']}"
    answer["Message-ID"] = "<un@expert.example>"
    answer["In-Reply-To"] = answer["References"] = letter["Message-ID"]
    answer["Authentication-Results"] = "mx.netnet.example; dmarc=pass header.from=expert.example"
    answer.set_content(f"{text}\n\nLe 22 nov. 2026, Netnet a écrit :\n> Un avis ?\n")
    answer.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="schéma.pdf")
    return answer.as_bytes()


def test_it_leaves_by_a_server_and_its_answer_comes_back(house: House, smtp_peer: Peer) -> None:
    send_email._resting.clear()
    box = sending_mailbox(house, port=smtp_peer.port, history_before=timezone.now() - timedelta(days=365))
    theirs = written(house, "Ma box clignote : photo jointe.")
    photograph = operations.keep_part(store([b"photo"]), name="box.jpg")
    Attachment.objects.filter(pk=photograph.pk).update(message=theirs)
    asked = Forwarding(
        key=uuid.uuid4(),
        text="Un avis ?",
        chosen=Chosen(to=[EXPERT], cc=[]),
        subject="Tr : Ma box clignote",
        message_ids=[theirs.pk],
        file_ids=[photograph.pk],
    )
    note = forward(theirs.conversation, asked, by=house.alice, at=timezone.now() - timedelta(minutes=1))

    while send_email.tick():
        pass
    [left] = smtp_peer.taken
    taken(box, answer_to(left.parsed, "C’est le condensateur."))
    while read_email.tick():
        pass

    body = left.parsed.get_body(("plain",))
    assert (left.recipients, left.header_id) == ((EXPERT,), Letter.objects.get(message=note).header_id)
    assert body is not None
    assert "Message transféré" in body.get_content()
    assert [part.get_filename() for part in left.parsed.iter_attachments()] == ["box.jpg"]
    assert delivery_of(note).state == "done"

    answer = Message.objects.latest("pk")
    conversation = fresh(theirs.conversation)
    assert list(Arrival.objects.values_list("state", "reason")) == [("accepted", "")]
    assert (answer.conversation, answer.direction, answer.text) == (
        conversation,
        "note",
        "C’est le condensateur.",
    )
    assert [file.name for file in answer.attachments.all()] == ["schéma.pdf"]
    assert [row.pk for row in queries.customer_messages(conversation)] == [theirs.pk]
    assert len(smtp_peer.taken) == 1
