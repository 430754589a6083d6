"""The walks: from a customer's click to an adviser's screen, and back."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.domain.letters import sending_mailbox, written
from tests.domain.people_made import House
from tests.domain.posted import taken
from tests.smtp_server import Peer
from tests.walks.walking import Hop, facts_since, follow, keep, last_entry, page, visited
from tests.workers.test_forward import answer_to

from visavis.domain.conversations.models import Conversation
from visavis.domain.deliveries.models import Delivery
from visavis.domain.flows.offers import dispatch_waiting
from visavis.domain.people.models import Brand
from visavis.domain.presence.operations import set_presence
from visavis.workers import read_email, send_email

FORM = (
    Hop("channels/form/views:write", "the door: who writes, how often, how long"),
    Hop("channels/form/forms:_identity", "what was typed, cleaned; an identity stays unverified"),
    Hop(
        "domain/flows/inbound:receive",
        "one transaction: customer, conversation, message, promised answer, facts",
    ),
    Hop("web/request/views:page", "the writer sees their own request, by a cookie"),
    Hop("domain/flows/offers:dispatch_waiting", "the worker: who takes it, and why"),
    Hop("web/desk/views/pages:thread", "the adviser's screen reads the part that the live event named"),
)
CHAT = (
    Hop("channels/chat/views:messages", "the door of the chat: bearer token, idempotent by key"),
    Hop("domain/flows/inbound:receive", "one transaction"),
    Hop("domain/flows/offers:dispatch_waiting", "the worker: who takes it, and why"),
    Hop("web/desk/views/pages:thread", "the adviser reads"),
    Hop("web/desk/views/replies:reply", "the adviser answers: a chat line leaves at once"),
    Hop("domain/flows/reply:answer", "one transaction: reply, turn, rest, announced wait"),
)

FORWARD = (
    Hop("web/desk/views/forwards:send_forward", "the form: what is sent on, to whom, with which files"),
    Hop("domain/flows/forward:forward", "one transaction: a note, its letter, its delivery"),
    Hop("workers/send_email:tick", "the worker tells it to a mail server"),
    Hop("workers/read_email:read_one", "what comes back, from bytes"),
    Hop("domain/flows/inbound_email/forwards:noted_answer", "one transaction: a note, and our turn"),
    Hop("web/desk/views/pages:thread", "the adviser reads it; the customer never does"),
)


@pytest.fixture
def alice_there(house: House) -> House:
    """Alice is available, and Netnet is open day and night."""
    set_presence(house.alice, "available")
    Brand.objects.filter(pk=house.netnet.pk).update(hours=[[[0, 1440]]] * 7)
    return house


def signed_in(house: House) -> Client:
    """A browser in which Alice is signed in."""
    client = Client()
    client.force_login(house.alice, backend="visavis.web.account.backend.Accounts")
    return client


def test_a_request_walks_from_the_form_to_the_desk(alice_there: House) -> None:
    customer, desk, start = Client(), signed_in(alice_there), last_entry()
    given = {"text": "Ma facture est double", "email": "David@Example.fr", "key": str(uuid.uuid4())}

    def walk() -> None:
        sent = customer.post("/ecrire/netnet/", given)
        assert b"Ma facture est double" in customer.get(sent.headers["Location"]).content
        dispatch_waiting(timezone.now())
        number = Conversation.objects.get().pk
        assert b"Ma facture est double" in desk.get(f"/poste/{number}/fil/").content

    places = visited(walk)

    facts = facts_since(start)
    assert follow(FORM, places) == [hop.place for hop in FORM]
    assert len(FORM) <= 6
    verbs = [entry.verb for entry in facts]
    keep("form", page(title="A request, from the form to the desk", story=STORY_FORM, hops=FORM, facts=verbs))


def test_a_chat_line_walks_to_the_desk_and_back(alice_there: House) -> None:
    customer, desk, start = Client(), signed_in(alice_there), last_entry()
    session = customer.post("/clavardage/netnet/session", json.dumps({"language": "fr"}), "application/json")
    bearer = {"Authorization": f"Bearer {session.json()['token']}"}
    line = json.dumps({"key": str(uuid.uuid4()), "text": "Code T12", "files": []})

    def walk() -> None:
        customer.post("/clavardage/netnet/messages", line, "application/json", headers=bearer)
        dispatch_waiting(timezone.now())
        number = Conversation.objects.get().pk
        assert b"Code T12" in desk.get(f"/poste/{number}/fil/").content
        desk.post(f"/poste/{number}/repondre/", {"text": "Bonjour, je regarde.", "key": str(uuid.uuid4())})

    places = visited(walk)

    read = customer.get("/clavardage/netnet/messages", headers=bearer).json()["messages"]
    assert [message["text"] for message in read] == ["Code T12", "Bonjour, je regarde."]
    assert follow(CHAT, places) == [hop.place for hop in CHAT]
    verbs = [entry.verb for entry in facts_since(start)]
    keep("chat", page(title="A chat line, to the desk and back", story=STORY_CHAT, hops=CHAT, facts=verbs))


def test_what_is_sent_on_walks_to_somebody_outside_and_back(alice_there: House, smtp_peer: Peer) -> None:
    since = timezone.now() - timedelta(days=365)
    box = sending_mailbox(alice_there, port=smtp_peer.port, history_before=since)
    theirs, desk, start = written(alice_there), signed_in(alice_there), last_entry()
    number = theirs.conversation_id
    send_email._resting.clear()  # its server rests from no test before
    given = {"key": str(uuid.uuid4()), "to": "marie@expert.example", "subject": "Tr", "message": theirs.pk}

    def walk() -> None:
        desk.post(f"/poste/{number}/faire-suivre/envoyer/", {**given, "text": "Un avis ?"})
        Delivery.objects.update(due_at=timezone.now())
        while send_email.tick():
            pass
        taken(box, answer_to(smtp_peer.taken[0].parsed, "C’est le condensateur."))
        while read_email.tick():
            pass
        assert "C’est le condensateur." in desk.get(f"/poste/{number}/fil/").content.decode()

    places = visited(walk)

    assert follow(FORWARD, places) == [hop.place for hop in FORWARD]
    verbs = [entry.verb for entry in facts_since(start)]
    title = "A letter, to somebody outside and back"
    keep("forward", page(title=title, story=STORY_FORWARD, hops=FORWARD, facts=verbs))


def test_each_hop_of_a_page_exists_and_is_short_to_say() -> None:
    assert all(
        re.fullmatch(r"[\w/]+:\w+", hop.place) and len(hop.what) < 90 for hop in (*FORM, *CHAT, *FORWARD)
    )


STORY_FORM = (
    "A customer writes by the form of Netnet. The page that follows shows their own request; the worker puts it on "
    "the desk of someone who is there; the live event names the conversation, and the desk reads that part again."
)
STORY_CHAT = (
    "A customer writes on the chat of Netnet, an adviser has it on their desk, answers, and the customer reads it "
    "where they are."
)
STORY_FORWARD = (
    "An adviser sends a customer’s letter on to an expert. It leaves as any letter does, and who waits for an answer "
    "still waits; what the expert answers comes back into the conversation as a note, which the customer never reads."
)
