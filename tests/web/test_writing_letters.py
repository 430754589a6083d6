"""Letters are written on the desk: to whom, when, with what; what did not leave is told, and decided by people."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.domain.letters import DAVID, add_letter, delivery_of, replied, sending_mailbox, written
from tests.domain.written import chat, fresh
from tests.domain.written import letter as form

from visavis.domain.conversations.models import Attachment, Draft, Letter, Message
from visavis.domain.conversations.operations import agree_participant, note_bounce, propose_participants
from visavis.domain.deliveries.models import Delivery
from visavis.domain.deliveries.operations import claim_due
from visavis.domain.flows.outbound_email import accepted, in_doubt, never, not_now
from visavis.domain.journal.models import Entry
from visavis.domain.people.operations import add_identity
from visavis.domain.privacy.operations import erase_conversation

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
    from tests.domain.people_made import House

    from visavis.domain.conversations.models import Conversation
    from visavis.domain.people.models import Adviser

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}
SPACES = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2060": ""})
MARIE = "marie@example.org"


def signed_in(adviser: Adviser) -> Client:
    """A browser in which they are signed in."""
    client = Client()
    client.force_login(adviser, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def alice(house: House) -> Client:
    """Alice at her desk."""
    return signed_in(house.alice)


@pytest.fixture
def bob(house: House) -> Client:
    """Bob, her team-mate."""
    return signed_in(house.bob)


@pytest.fixture
def conversation(house: House) -> Conversation:
    """David wrote a letter to Netnet, which has a mailbox that sends."""
    sending_mailbox(house)
    return written(house).conversation


def post(client: Client, name: str, *args: object, script: bool = True, **fields: object) -> Answer:
    """Send a form of the desk, with or without a script."""
    return client.post(reverse(f"desk:{name}", args=args), fields, headers=SCRIPT if script else {})


def reply(client: Client, conversation: Conversation, *, script: bool = True, **fields: object) -> Answer:
    """Answer a letter as the composer does."""
    given = {"key": uuid.uuid4(), "text": "Voici la marche à suivre.", "road": "post", "to": DAVID}
    return post(client, "reply", conversation.pk, script=script, **(given | fields))


def words(response: Answer) -> str:
    """The page, its French spaces made plain."""
    return response.content.decode().translate(SPACES)


def page(client: Client, conversation: Conversation, name: str = "conversation") -> str:
    """A page of the desk, or a part of it."""
    return words(client.get(reverse(f"desk:{name}", args=[conversation.pk])))


def heard(response: Answer) -> dict[str, Any]:
    """What the answer lets the page hear."""
    told: dict[str, Any] = json.loads(response.headers.get("HX-Trigger", "{}"))
    return told


def toast(response: Answer) -> str:
    """The sentence that the page shows."""
    return str(heard(response)["toast"]["text"]).translate(SPACES)


def refusal(response: Answer) -> tuple[str, str]:
    """Code and sentence of a refusal."""
    assert response.status_code == 422
    found = heard(response)["refused"]
    return found["code"], str(found["sentence"]).translate(SPACES)


def sent() -> Message:
    """The reply that was written last."""
    return Message.objects.filter(direction="out").latest("pk")


def people(letter: Letter) -> tuple[list[str], list[str], list[str]]:
    """Addresses to whom a letter goes, openly, in copy and hidden."""
    to, cc, bcc = ([address for _name, address in field] for field in (letter.to, letter.cc, letter.bcc))
    return to, cc, bcc


def verbs(conversation: Conversation, *beginnings: str) -> list[str]:
    """What happened to the replies of a conversation."""
    rows = Entry.objects.filter(conversation_id=conversation.pk).order_by("pk")
    return [row.verb for row in rows if row.verb.startswith(beginnings or ("delivery.", "reply.left"))]


def ended(message: Message, how: str) -> Delivery:
    """A worker claimed it, and this became of it."""
    Delivery.objects.filter(message=message).update(due_at=timezone.now())
    delivery = claim_due(timezone.now(), road="post")  # type: ignore[arg-type] # the value of the choice
    assert delivery is not None
    now = timezone.now()
    if how == "uncertain":
        in_doubt(delivery)
    elif how == "failed":
        never(delivery, fault="letter", words="554 looks like spam", refusals=[], now=now)
    elif how == "again":
        not_now(delivery, fault="slow", words="", now=now)
    else:
        accepted(delivery, reached=[DAVID], refusals=[], now=now)
    return delivery_of(message)


# --- To whom ------------------------------------------------------------------------------------------------


def test_the_composer_says_how_a_letter_leaves(
    house: House, alice: Client, conversation: Conversation
) -> None:
    propose_participants(conversation, [("Marie", MARIE)], at=timezone.now())
    agree_participant(conversation.participants.get(), by=house.alice, at=timezone.now())

    told = page(alice, conversation)

    assert "E-mail de Alice – Netnet (bonjour@netnet.example)" in told
    assert f'<strong id="told-to">{DAVID}</strong>' in told
    assert f"Copie à : <strong>{MARIE}</strong>" in told
    assert 'name="cc" type="text" inputmode="email" maxlength="2000"' in told
    assert "part après 10 s, par e-mail" in told


def test_a_chat_and_a_form_say_that_they_are_answered_on_a_page(house: House, alice: Client) -> None:
    sending_mailbox(house)

    line, request = chat(house).conversation, form(house).conversation

    assert "part aussitôt, sur sa page" in page(alice, line)
    assert "part après 10 s, sur sa page" in page(alice, request)
    for told in (page(alice, line), page(alice, request)):
        assert 'name="road" value="page"' in told
        assert 'id="recipients"' not in told


def test_a_form_whose_customer_left_an_address_is_answered_by_letter(house: House, alice: Client) -> None:
    sending_mailbox(house)
    request = form(house).conversation
    add_identity(request.customer, "email", MARIE, verified=False)

    assert f'<strong id="told-to">{MARIE}</strong>' in page(alice, request)


def test_a_house_without_a_sending_mailbox_says_so_before_one_writes(house: House, alice: Client) -> None:
    told = page(alice, written(house).conversation)

    assert "Aucune boîte de Netnet n’envoie d’e-mails : cette réponse ne peut pas partir." in told


def test_a_letter_goes_to_whom_one_says_each_once(alice: Client, conversation: Conversation) -> None:
    response = reply(
        alice,
        conversation,
        to=f"{DAVID}; Paul <PAUL@Example.fr>",
        cc=f"{MARIE}, {DAVID}",
        bcc=f"{MARIE},archives@example.org",
    )

    letter = Letter.objects.get(message=sent())
    assert toast(response) == "Votre réponse part dans 10 secondes."
    assert people(letter) == ([DAVID, "paul@example.fr"], [MARIE], ["archives@example.org"])
    assert letter.to[0] == ["David Morel", DAVID]
    assert delivery_of(sent()).road == "post"


@pytest.mark.parametrize(
    ("fields", "code", "part"),
    [
        ({"to": "david@"}, "to_unreadable", "Ce n’est pas une adresse e-mail : david@."),
        ({"cc": f"{MARIE}, zut, flûte"}, "cc_unreadable", "Ce ne sont pas des adresses e-mail : zut, flûte."),
        ({"bcc": "a b@example.fr"}, "bcc_unreadable", "a b@example.fr"),
        ({"to": " ,; "}, "to_missing", "écrivez une adresse dans « À »"),
        ({"cc": "bonjour+x@netnet.example"}, "cc_ours", "bonjour+x@netnet.example est une de nos boîtes"),
        ({"cc": ",".join(f"p{n}@example.fr" for n in range(21))}, "too_many_copies", "20"),
        ({"to": ",".join(f"p{n}@example.fr" for n in range(21))}, "too_many_copies", "20"),
    ],
)
def test_a_wrong_recipient_is_refused_and_named(
    alice: Client, conversation: Conversation, *, fields: dict[str, Any], code: str, part: str
) -> None:
    told = refusal(reply(alice, conversation, **fields))

    assert told[0] == code
    assert part in told[1]
    assert not Message.objects.filter(direction="out").exists()
    assert Draft.objects.get().text == "Voici la marche à suivre."


def test_a_reply_never_leaves_by_another_road_than_its_page_said(
    house: House, alice: Client, conversation: Conversation
) -> None:
    as_a_page = refusal(reply(alice, conversation, road="page"))
    line = chat(house).conversation
    as_a_letter = refusal(reply(alice, line))
    planned = refusal(reply(alice, line, road="page", when="other", due_at="2099-01-01T10:00"))

    assert (as_a_page[0], as_a_letter[0]) == ("another_road", "another_road")
    assert planned[0] == "too_far"
    assert "le client a écrit par un autre moyen" in as_a_page[1]
    assert not Message.objects.filter(direction="out").exists()


def test_without_a_script_a_letter_goes_to_whom_one_says_with_its_file(
    alice: Client, conversation: Conversation
) -> None:
    upload = SimpleUploadedFile("notice.pdf", b"%PDF-1.4")

    response = reply(alice, conversation, script=False, cc=MARIE, upload=upload, when="")

    assert response.status_code == 302
    assert people(Letter.objects.get(message=sent())) == ([DAVID], [MARIE], [])
    assert [row.name for row in sent().attachments.all()] == ["notice.pdf"]


def test_without_a_script_what_is_refused_is_a_draft(alice: Client, conversation: Conversation) -> None:
    response = reply(alice, conversation, script=False, cc="zut")

    assert response.status_code == 409
    told = page(alice, conversation)
    assert "Voici la marche à suivre.</textarea>" in told
    assert 'value="zut"' in told


def test_nothing_is_kept_of_what_is_refused_in_an_erased_history(
    alice: Client, conversation: Conversation
) -> None:
    erase_conversation(conversation, at=timezone.now())

    assert refusal(reply(alice, conversation))[0] == "erased"
    assert not Draft.objects.exists()


# --- Drafts -------------------------------------------------------------------------------------------------


def given_file(house: House, name: str = "notice.pdf") -> Attachment:
    """A file that Alice gave for a reply to come."""
    from visavis.domain.conversations.operations import keep_attachment  # noqa: PLC0415 -- made here alone

    return keep_attachment([b"abc"], name=name, by=house.alice)


def test_a_draft_keeps_people_and_files(house: House, alice: Client, conversation: Conversation) -> None:
    file = given_file(house)

    post(alice, "draft", conversation.pk, text="En cours", cc=MARIE, file=file.pk)

    told = page(alice, conversation)
    assert "En cours</textarea>" in told
    assert f'value="{MARIE}" data-proposed=""' in told
    assert f'<input type="checkbox" name="file" value="{file.pk}" checked>' in told
    assert '<details id="recipients" open>' in told
    post(alice, "draft", conversation.pk, text="")
    assert not Draft.objects.exists()


def test_files_of_another_adviser_are_not_shown_in_a_draft(
    house: House, bob: Client, conversation: Conversation
) -> None:
    file = given_file(house)

    post(bob, "draft", conversation.pk, text="En cours", file=file.pk)

    assert "notice.pdf" not in page(bob, conversation)


def test_what_is_taken_back_keeps_people_files_and_what_was_begun_since(
    house: House, alice: Client, conversation: Conversation
) -> None:
    file = given_file(house)
    reply(alice, conversation, cc=MARIE, file=file.pk)
    post(alice, "draft", conversation.pk, text="Et aussi")

    response = post(alice, "take_back", sent().pk)

    told = page(alice, conversation)
    assert toast(response) == "Reprise. Vos mots sont gardés en brouillon."
    assert "Voici la marche à suivre.\n\nEt aussi</textarea>" in told
    assert f'value="{MARIE}" data-proposed=""' in told
    assert f'<input type="checkbox" name="file" value="{file.pk}" checked>' in told
    reply(alice, conversation, file=file.pk)
    assert list(sent().attachments.all()) == [file]


# --- Later --------------------------------------------------------------------------------------------------

MONDAY = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


@pytest.fixture
def monday() -> Any:  # a clock
    """It is Monday, 11 h in Paris, and goes on."""
    with time_machine.travel(MONDAY) as clock:
        yield clock


@pytest.fixture
def on_monday(monday: Any, house: House) -> Conversation:
    """David wrote on Monday."""
    sending_mailbox(house)
    return written(house).conversation


def test_hours_to_choose_are_in_the_working_time_of_the_brand(
    house: House, alice: Client, on_monday: Conversation
) -> None:
    house.netnet.hours = [[[540, 1080]]] * 5 + [[], []]
    house.netnet.save(update_fields=["hours"])

    told = page(alice, on_monday, "later")

    assert "Dans 2 h ouvrées" in told
    assert "Après 10 secondes" in told
    assert 'value="2026-11-17T10:00:00+01:00"' in told


@pytest.mark.parametrize(
    ("zone", "typed", "due_at"),
    [
        ("Europe/Paris", "2026-11-17T09:30", datetime(2026, 11, 17, 8, 30, tzinfo=UTC)),
        ("America/Martinique", "2026-11-17T09:30", datetime(2026, 11, 17, 13, 30, tzinfo=UTC)),
        ("Europe/Paris", "2027-07-01T09:30", datetime(2027, 7, 1, 7, 30, tzinfo=UTC)),
    ],
)
def test_an_hour_is_that_of_the_readers_clock(
    house: House, on_monday: Conversation, zone: str, typed: str, due_at: datetime
) -> None:
    house.tours.time_zone = zone
    house.tours.save(update_fields=["time_zone"])
    alice = signed_in(house.alice)

    response = reply(alice, on_monday, when="other", due_at=typed)

    assert toast(response).startswith("Programmée : ")
    assert delivery_of(sent()).due_at == due_at
    assert f'value="{typed}"' in page(alice, on_monday, "thread")
    assert verbs(on_monday) == ["delivery.planned"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"when": "other", "due_at": "2026-11-16T10:59"}, "in_the_past"),
        ({"when": "2026-11-16T10:59:59+01:00"}, "in_the_past"),
        ({"when": "other", "due_at": "2028-01-01T10:00"}, "too_far"),
        ({"when": "other", "due_at": ""}, "no_hour"),
        ({"when": "demain"}, "no_hour"),
    ],
)
def test_an_hour_that_passed_or_says_nothing_is_refused(
    alice: Client, on_monday: Conversation, fields: dict[str, Any], code: str
) -> None:
    assert refusal(reply(alice, on_monday, **fields))[0] == code
    assert not Message.objects.filter(direction="out").exists()
    assert Draft.objects.get().text == "Voici la marche à suivre."


def test_a_planned_letter_is_seen_and_its_hour_changes(
    alice: Client, bob: Client, on_monday: Conversation
) -> None:
    reply(alice, on_monday, when="other", due_at="2026-11-17T09:30")

    told = page(bob, on_monday, "thread")
    assert "Programmée : demain 9 h 30." in told
    assert "Une réponse était promise avant" not in told
    changed = post(bob, "plan_anew", sent().pk, when="other", due_at="2026-11-18T11:30")
    assert toast(changed) == "Programmée : mercredi 11 h 30."
    told = page(alice, on_monday, "thread")
    assert "Programmée : mercredi 11 h 30." in told
    assert "Une réponse était promise avant : mercredi 10 h 55." in told
    assert "Un message programmé change d’heure. Par : Bob." in page(alice, on_monday, "thread")
    assert (
        refusal(post(bob, "plan_anew", sent().pk, when="other", due_at="2026-11-15T10:00"))[0]
        == "in_the_past"
    )
    assert toast(post(alice, "plan_anew", sent().pk, when="now")) == "Elle part maintenant."
    assert delivery_of(sent()).due_at == pytest.approx(timezone.now(), abs=timedelta(seconds=2))


def test_a_planned_letter_that_left_keeps_its_hour(alice: Client, on_monday: Conversation) -> None:
    reply(alice, on_monday, when="other", due_at="2026-11-17T09:30")
    ended(sent(), "left")

    code, sentence = refusal(post(alice, "plan_anew", sent().pk, when="now"))

    assert code == "already_left"
    assert sentence == "Elle part, ou est partie : son heure ne peut plus changer."


def test_the_adviser_is_told_that_the_customer_wrote_meanwhile(
    house: House, alice: Client, bob: Client, on_monday: Conversation, monday: Any
) -> None:
    reply(alice, on_monday, when="other", due_at="2026-11-17T09:30")
    told = "Le client a écrit depuis. Lisez-le, et reprenez cette réponse si elle ne convient plus."
    assert told not in page(alice, on_monday, "thread")
    monday.shift(60)
    add_letter(on_monday, "C’est réparé !", at=timezone.now())

    assert told in page(alice, on_monday, "thread")
    taken = post(bob, "take_back", sent().pk)

    assert toast(taken)
    assert Draft.objects.get(adviser=house.bob).text == "Voici la marche à suivre."
    assert claim_due(timezone.now() + timedelta(days=2), road="post") is None  # type: ignore[arg-type] # its value


def test_in_its_ten_seconds_a_reply_is_in_the_hands_of_who_wrote_it(
    alice: Client, bob: Client, conversation: Conversation
) -> None:
    reply(alice, conversation)

    assert "take-back-" not in page(bob, conversation, "thread")
    assert "take-back-" in page(alice, conversation, "thread")
    assert post(bob, "take_back", sent().pk).status_code == 404


# --- What did not leave -------------------------------------------------------------------------------------


@pytest.fixture
def message(house: House, conversation: Conversation) -> Message:
    """Alice answered; it is due."""
    return replied(house, conversation)


def test_a_doubt_is_told_and_settled(alice: Client, conversation: Conversation, message: Message) -> None:
    ended(message, "uncertain")

    told = page(alice, conversation, "thread")
    assert "Elle est peut-être partie, ou pas. " in told
    assert f'id="has-left-{message.pk}"' in told
    settled = post(alice, "decide_doubt", message.pk, has_left="1")

    assert toast(settled) == "Noté : elle est partie."
    assert delivery_of(message).state == "done"
    assert fresh(conversation).state == "their_turn"
    assert "leaving-" not in page(alice, conversation, "thread")
    assert verbs(conversation) == ["delivery.uncertain", "delivery.settled", "reply.left"]


def test_what_had_not_left_leaves_in_ten_seconds_unless_it_is_stopped(
    alice: Client, conversation: Conversation, message: Message
) -> None:
    ended(message, "uncertain")

    again = post(alice, "decide_doubt", message.pk, has_left="0")
    assert toast(again) == "Elle repart dans 10 secondes."
    assert "Repart dans quelques secondes" in page(alice, conversation, "thread")
    assert claim_due(timezone.now(), road="post") is None  # type: ignore[arg-type] # the value of the choice
    undone = alice.post(heard(again)["toast"]["undo"], headers=SCRIPT)

    assert toast(undone) == "Elle n’est pas renvoyée."
    assert delivery_of(message).state == "uncertain"
    assert verbs(conversation) == ["delivery.uncertain", "delivery.settled", "delivery.stopped"]
    assert "Le message n’est pas renvoyé. Par : Vous." in page(alice, conversation, "thread")


@pytest.mark.parametrize(
    ("first", "sentence"),
    [
        ("1", "Alice a déjà dit qu’elle est partie."),
        ("0", "Alice a déjà dit qu’elle n’est pas partie : elle est renvoyée."),
    ],
)
def test_who_is_slower_is_told_who_decided(
    alice: Client, bob: Client, conversation: Conversation, message: Message, *, first: str, sentence: str
) -> None:
    ended(message, "uncertain")
    post(alice, "decide_doubt", message.pk, has_left=first)

    twice = post(alice, "decide_doubt", message.pk, has_left=first)
    slower = [refusal(post(bob, "decide_doubt", message.pk, has_left=value)) for value in ("0", "1")]

    assert twice.status_code == 204
    assert slower == [("no_doubt", sentence)] * 2
    assert verbs(conversation, "delivery.settled") == ["delivery.settled"]


def test_what_failed_is_told_with_its_reason_and_sent_again(
    alice: Client, bob: Client, conversation: Conversation, message: Message
) -> None:
    ended(message, "failed")

    told = page(bob, conversation, "thread")
    assert "Elle n’est pas partie. " in told
    assert '<q lang="en">554 looks like spam</q>' in told
    again = post(bob, "resend", message.pk)
    assert post(alice, "resend", message.pk).status_code == 204  # the same gesture: it is on its way
    stopped = bob.post(heard(again)["toast"]["undo"], headers=SCRIPT)

    assert toast(stopped) == "Elle n’est pas renvoyée."
    assert delivery_of(message).state == "failed"
    post(bob, "resend", message.pk)
    ended(message, "left")
    assert refusal(post(alice, "resend", message.pk)) == (
        "not_failed",
        "Elle est partie entre-temps : il n’y a plus rien à décider.",
    )
    assert refusal(post(alice, "stop_sending", message.pk))[0] == "already_left"
    assert verbs(conversation) == [
        *("delivery.failed", "delivery.sent_again", "delivery.stopped", "delivery.sent_again", "reply.left")
    ]


def test_what_failed_becomes_the_draft_of_who_takes_it_back(
    house: House, bob: Client, conversation: Conversation, message: Message
) -> None:
    ended(message, "failed")

    post(bob, "take_back", message.pk)

    assert Draft.objects.get(adviser=house.bob).extras["to"] == DAVID
    assert refusal(post(bob, "resend", message.pk)) == (
        "withdrawn",
        "Cette réponse a été reprise. Renvoyez-la depuis le brouillon qu’elle est redevenue.",
    )


def test_what_is_tried_again_says_when_and_why(
    alice: Client, bob: Client, conversation: Conversation, message: Message
) -> None:
    ended(message, "again")

    told = page(bob, conversation, "thread")

    assert "Pas encore partie. Prochain essai : aujourd’hui" in told
    assert f'id="take-back-{message.pk}"' in told
    assert verbs(conversation) == ["delivery.late"]
    assert toast(post(bob, "take_back", message.pk))


def test_the_desk_says_it_in_english(house: House, conversation: Conversation, message: Message) -> None:
    house.bob.language = "en"
    house.bob.save(update_fields=["language"])
    ended(message, "uncertain")

    told = page(signed_in(house.bob), conversation)

    assert "It has not left: send it" in told
    assert "E-mail from Bob – Netnet (bonjour@netnet.example)" in told


def test_facts_hold_no_address(alice: Client, conversation: Conversation) -> None:
    reply(
        alice,
        conversation,
        cc=MARIE,
        when="other",
        due_at=f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}",
    )

    assert "@" not in json.dumps([entry.facts for entry in Entry.objects.all()])


def test_an_erasure_leaves_nothing_to_decide_and_no_address(
    house: House, alice: Client, conversation: Conversation, message: Message
) -> None:
    ended(message, "failed")
    Delivery.objects.filter(message=message).update(reached=[DAVID])
    file = given_file(house)
    post(alice, "draft", conversation.pk, text="En cours", file=file.pk)

    erase_conversation(conversation, at=timezone.now())

    delivery = delivery_of(message)
    assert (delivery.state, delivery.answer, delivery.reached) == ("withdrawn", "", [])
    assert not Attachment.objects.exists()
    assert refusal(post(alice, "resend", message.pk))[0] == "withdrawn"


# --- Addresses at which letters came back -------------------------------------------------------------------


def test_an_address_at_which_letters_came_back_is_flagged_until_it_writes(
    alice: Client, conversation: Conversation, message: Message
) -> None:
    note_bounce(
        message, address=DAVID, is_permanent=True, status="5.1.1", diagnostic="550", at=timezone.now()
    )

    told, card = page(alice, conversation), page(alice, conversation, "person")
    assert f'<p class="notice notice-urg" data-unreachable="{DAVID}">' in told
    assert "injoignable" in card
    assert f"{DAVID} n’existe pas." in card

    add_letter(conversation, "Je suis là", at=timezone.now() + timedelta(seconds=1))

    assert "injoignable" not in page(alice, conversation, "person")
    assert "data-unreachable" not in page(alice, conversation)


def test_a_delay_flags_nothing(alice: Client, conversation: Conversation, message: Message) -> None:
    note_bounce(message, address=DAVID, is_permanent=False, status="4.4.1", diagnostic="", at=timezone.now())

    assert "injoignable" not in page(alice, conversation, "person")


# --- For whom -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["decide_doubt", "resend", "stop_sending", "plan_anew", "take_back"])
def test_eve_decides_nothing(house: House, conversation: Conversation, message: Message, name: str) -> None:
    ended(message, "uncertain")

    response = post(signed_in(house.eve), name, message.pk, has_left="1", when="now")

    assert response.status_code == 404
    assert delivery_of(message).state == "uncertain"


@pytest.mark.parametrize("name", ["addresses", "later"])
def test_eve_reads_nothing(house: House, alice: Client, conversation: Conversation, name: str) -> None:
    address = reverse(f"desk:{name}", args=[conversation.pk])

    assert signed_in(house.eve).get(address).status_code == 404
    assert alice.get(address).status_code == 200


def asked_of_database(client: Client, conversation: Conversation, name: str) -> int:
    """How many queries the page makes, once what it shows was seen."""
    address = reverse(f"desk:{name}", args=[conversation.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return len(made)


def test_letters_cost_nothing_to_a_chat_or_a_form(house: House, alice: Client) -> None:
    sending_mailbox(house)
    line, request = chat(house).conversation, form(house).conversation

    costs = [
        asked_of_database(alice, one, name) for one in (line, request) for name in ("conversation", "thread")
    ]

    page = 6 if connection.vendor == "postgresql" else 28  # to a server, journeys
    assert costs == [page, 6, page, 6]


def test_three_letters_that_wait_cost_what_one_does(
    house: House, alice: Client, conversation: Conversation
) -> None:
    ended(replied(house, conversation), "failed")
    one = asked_of_database(alice, conversation, "thread")

    for _ in range(2):
        ended(replied(house, conversation), "failed")

    assert asked_of_database(alice, conversation, "thread") == one
