"""Mon poste, Mes promesses, Le plateau and the presence bar, view by view: what each does, and refuses in which words."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.domain.written import chat, fresh, letter, message

from visavis.domain.conversations import operations, queries
from visavis.domain.conversations.access import own_attachments
from visavis.domain.flows.inbound import receive
from visavis.domain.intake.queries import block_of_conversation
from visavis.domain.people.access import rights
from visavis.domain.people.operations import make_site, make_team
from visavis.domain.presence.queries import state_of
from visavis.domain.privacy.operations import erase_conversation
from visavis.domain.promises.operations import make_promise
from visavis.domain.promises.queries import promises_in
from visavis.web.design import parts
from visavis.web.desk import reading

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
    from pytest_django import DjangoAssertNumQueries
    from tests.domain.people_made import House

    from visavis.domain.conversations.models import Conversation
    from visavis.domain.people.models import Adviser
    from visavis.domain.promises.models import Promise

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}
LATER = "2099-01-01T10:00"
SPACES = str.maketrans({"\u202f": " ", "\u00a0": " "})


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
def conversation(house: House) -> Conversation:
    """David wrote by the form; Alice has it."""
    return taken(house, letter(house, "Ma box affiche T12.").conversation)


def taken(house: House, conversation: Conversation) -> Conversation:
    """Put it on Alice's desk."""
    operations.assign_conversation(conversation, to=house.alice, by=house.alice)
    return fresh(conversation)


def post(client: Client, name: str, *args: object, script: bool = True, **fields: object) -> Answer:
    """Send a form of the desk, with or without a script."""
    return client.post(reverse(f"desk:{name}", args=args), fields, headers=SCRIPT if script else {})


def told(response: Answer) -> dict[str, Any]:
    """What the answer lets the page hear."""
    heard: dict[str, Any] = json.loads(response.headers.get("HX-Trigger", "{}"))
    return heard


def toast(response: Answer) -> str:
    """The sentence that the page shows."""
    return str(told(response)["toast"]["text"]).translate(SPACES)


def words(response: Answer) -> str:
    """The page, its French spaces made plain."""
    return response.content.decode().translate(SPACES)


def promised(house: House, conversation: Conversation, *, hours: int = 3, what: str = "Rappeler") -> Promise:
    """Alice promised."""
    due_at = timezone.now() + timedelta(hours=hours)
    return make_promise(conversation, by=house.alice, what=what, due_at=due_at)


# --- Reading ------------------------------------------------------------------------------------------------


def test_the_page_shows_list_thread_and_person(alice: Client, conversation: Conversation) -> None:
    page = words(alice.get(reverse("desk:conversation", args=[conversation.pk])))

    for part in ('id="desk-list"', 'id="messages"', 'id="person"', "Ma box affiche T12.", "David Morel"):
        assert part in page


@pytest.mark.parametrize(
    ("name", "part", "absent"),
    [
        ("head", 'id="head"', 'id="messages"'),
        ("thread", 'id="messages"', 'id="composer"'),
        ("person", 'id="person"', 'id="messages"'),
        ("why", "Une personne en a décidé", "<html"),
        ("gather", "Autres conversations avec cette personne", "<html"),
    ],
)
def test_each_part_is_served_alone(
    alice: Client, conversation: Conversation, *, name: str, part: str, absent: str
) -> None:
    page = words(alice.get(reverse(f"desk:{name}", args=[conversation.pk]), headers=SCRIPT))

    assert part in page
    assert absent not in page


@pytest.mark.parametrize("name", ["why", "gather"])
def test_what_a_dialog_shows_is_a_page_without_a_script(
    alice: Client, conversation: Conversation, name: str
) -> None:
    page = words(alice.get(reverse(f"desk:{name}", args=[conversation.pk])))

    assert "<h1" in page
    assert reverse("desk:conversation", args=[conversation.pk]) in page


@pytest.mark.parametrize(
    ("tab", "sentence"),
    [
        ("mine", "Personne ne vous attend"),
        ("their_turn", "Personne ne vous doit de réponse"),
        ("team", "Personne n’attend"),
        ("snoozed", "Rien n’est en sommeil"),
        ("resolved", "Rien de résolu pour l’instant"),
        ("mentions", "Aucune note ne vous appelle"),
    ],
)
def test_an_empty_list_says_what_will_come(alice: Client, tab: str, sentence: str) -> None:
    assert sentence in words(alice.get(reverse("desk:list"), {"onglet": tab}, headers=SCRIPT))


def test_the_desk_speaks_english(house: House, conversation: Conversation) -> None:
    house.alice.language = "en"
    house.alice.save(update_fields=["language"])
    alice = signed_in(house.alice)

    page = words(alice.get(reverse("desk:conversation", args=[conversation.pk])))
    refusal = post(alice, "note", conversation.pk, key=uuid.uuid4(), text=" ")

    assert "My conversations" in page
    assert told(refusal)["refused"]["sentence"] == "There is nothing to note yet."


def test_eve_sees_nothing(house: House, conversation: Conversation) -> None:
    page = signed_in(house.eve).get(reverse("desk:conversation", args=[conversation.pk]))

    assert page.status_code == 404
    assert "T12" not in page.content.decode()


@pytest.mark.parametrize(
    "asked", ["?pages=x", "?pages=999999999999999999999", "?avant=x", "?onglet=?", "?volet=<"]
)
def test_an_address_typed_at_random_breaks_nothing(
    alice: Client, conversation: Conversation, asked: str
) -> None:
    assert alice.get(reverse("desk:conversation", args=[conversation.pk]) + asked).status_code == 200


def test_the_list_unfolds(
    house: House, alice: Client, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(house, letter(house, "Une autre demande.").conversation)
    monkeypatch.setattr(reading, "ROWS", 1)

    first = words(alice.get(reverse("desk:list"), headers=SCRIPT))
    both = words(alice.get(reverse("desk:list"), {"pages": 2}, headers=SCRIPT))

    assert [page.count('<a class="row') for page in (first, both)] == [1, 2]
    assert "Voir la suite" in first
    assert "Voir la suite" not in both


def test_the_thread_unfolds(house: House, alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = letter(house, "Le premier message.").conversation
    operations.add_note(conversation, by=house.alice, key=uuid.uuid4(), text="Une note.", mentioned=[])
    monkeypatch.setattr(reading, "MESSAGES", 1)
    thread = reverse("desk:thread", args=[conversation.pk])

    last = words(alice.get(thread, headers=SCRIPT))
    both = words(alice.get(thread, {"pages": 3}, headers=SCRIPT))

    assert "Le premier message." not in last
    assert 'id="earlier"' in last
    assert "Le premier message." in both


def test_a_conversation_left_as_new_is_new_until_it_is_seen(
    alice: Client, conversation: Conversation
) -> None:
    def is_new() -> bool:
        return "nouveau message" in words(alice.get(reverse("desk:list"), headers=SCRIPT))

    alice.get(reverse("desk:conversation", args=[conversation.pk]))
    assert not is_new()
    response = post(alice, "unread", conversation.pk)
    assert response.headers["HX-Redirect"] == reverse("desk:desk")
    assert is_new()
    post(alice, "look", conversation.pk, vu="1")
    assert not is_new()


def test_the_list_says_that_an_answer_is_late(house: House, alice: Client) -> None:
    taken(house, chat(house, "Vous êtes là ?", at=timezone.now() - timedelta(hours=2)).conversation)

    assert "Due depuis" in words(alice.get(reverse("desk:list"), headers=SCRIPT))


# --- What is refused, in which words ------------------------------------------------------------------------

REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("reply", {"text": "  "}, "Il n’y a encore rien à envoyer. Écrivez d’abord votre réponse."),
    (
        "reply",
        {"text": "a" * 20_001},
        "Il y a plus de 20 000 signes. Envoyez-les en plusieurs messages, ou dans un fichier.",
    ),
    ("note", {"text": "\x00 "}, "Il n’y a encore rien à noter."),
    ("promise", {"what": "", "due_at": LATER}, "Dites ce que vous promettez."),
    ("promise", {"what": "Rappeler", "due_at": ""}, "Dites pour quand : un jour et une heure."),
    (
        "promise",
        {"what": "Rappeler", "due_at": "2020-01-01T10:00"},
        "Cette heure est passée. Choisissez-en une plus tard.",
    ),
    ("promise", {"what": "a" * 201, "due_at": LATER}, "Ce texte dépasse 200 signes : raccourcissez-le."),
    ("transfer", {"to": "", "context": "Vu."}, "Choisissez qui la prend."),
    ("snooze", {"until": "2020-01-01T10:00"}, "Cette heure est passée. Choisissez-en une plus tard."),
    ("subject", {"subject": "a" * 201}, "Ce texte dépasse 200 signes : raccourcissez-le."),
    ("subject", {"subject": " "}, "Écrivez d’abord le sujet : quelques mots suffisent."),
    ("explained", {"text": " "}, "Écrivez d’abord ce qu’il ne faut plus redemander."),
    ("wake", {}, "Cette conversation est déjà réveillée : elle est dans votre liste."),
    ("reopen", {}, "Cette demande est déjà ouverte : répondez-y comme d’habitude."),
    ("steps", {"title": " "}, "Nommez l’étape."),
    ("relate", {}, "Choisissez l’autre conversation."),
    ("split", {}, "Choisissez les messages qui partent, et laissez-en un ici au moins."),
]


@pytest.mark.parametrize(("name", "fields", "sentence"), REFUSALS)
def test_a_refusal_is_told_beside_the_form(
    alice: Client, conversation: Conversation, *, name: str, fields: dict[str, Any], sentence: str
) -> None:
    response = post(alice, name, conversation.pk, key=uuid.uuid4(), **fields)

    assert response.status_code == 422
    assert response.headers["HX-Reswap"] == "none"
    assert told(response)["refused"]["sentence"].translate(SPACES) == sentence


@pytest.mark.parametrize(("name", "fields", "sentence"), REFUSALS)
def test_a_refusal_is_a_page_without_a_script(
    alice: Client, conversation: Conversation, *, name: str, fields: dict[str, Any], sentence: str
) -> None:
    response = post(alice, name, conversation.pk, script=False, key=uuid.uuid4(), **fields)

    assert response.status_code == 409
    assert sentence in words(response)


def test_a_transfer_without_context_is_refused(
    house: House, alice: Client, conversation: Conversation
) -> None:
    response = post(alice, "transfer", conversation.pk, to=f"adviser:{house.bob.pk}", context=" ")

    sentence = told(response)["refused"]["sentence"].translate(SPACES)
    assert sentence == "Dites en une phrase ce qui a été fait et ce qui reste : cela part avec."
    assert fresh(conversation).adviser_id == house.alice.pk


@pytest.mark.parametrize("name", ["reply", "note"])
def test_a_reply_without_its_key_is_not_there(alice: Client, conversation: Conversation, name: str) -> None:
    assert post(alice, name, conversation.pk, text="Bonjour", key="x").status_code == 404


# --- What is done -------------------------------------------------------------------------------------------

DONE: list[tuple[str, dict[str, Any], str]] = [
    ("take", {}, ""),
    ("resolve", {}, "Résolue."),
    ("snooze", {"until": "tomorrow"}, "En sommeil jusque-là."),
    ("subject", {"subject": "Box en panne"}, ""),
    ("tags", {"tags": "panne, t12"}, ""),
    ("explained", {"text": "A redémarré la box"}, ""),
    ("statement", {"text": "Préfère le matin"}, ""),
    ("headline", {"text": "Un technicien passe demain"}, ""),
    ("steps", {"title": "Visite", "expected_on": "2099-01-01"}, ""),
    ("promise", {"what": "Rappeler", "due_at": LATER}, "Promesse enregistrée : 1er janvier 2099."),
]


@pytest.mark.parametrize(("name", "fields", "sentence"), DONE)
def test_what_is_done_lets_the_open_parts_read_themselves_again(
    alice: Client, conversation: Conversation, *, name: str, fields: dict[str, Any], sentence: str
) -> None:
    response = post(alice, name, conversation.pk, **fields)

    assert response.status_code == 204
    assert "desk-refresh" in told(response)
    assert not sentence or toast(response) == sentence


@pytest.mark.parametrize(("name", "fields", "sentence"), DONE)
def test_what_is_done_comes_back_to_the_conversation_without_a_script(
    alice: Client, conversation: Conversation, *, name: str, fields: dict[str, Any], sentence: str
) -> None:
    response = post(alice, name, conversation.pk, script=False, **fields)

    assert response.status_code == 302
    assert response.headers["Location"] == reverse("desk:conversation", args=[conversation.pk])
    assert not sentence or sentence in words(alice.get(response.headers["Location"]))


def test_what_is_noted_shows_on_the_page(alice: Client, conversation: Conversation) -> None:
    for name, fields, _sentence in DONE:
        post(alice, name, conversation.pk, **fields)

    page = words(alice.get(reverse("desk:conversation", args=[conversation.pk])))

    for noted in (
        "Box en panne",
        "t12",
        "A redémarré la box",
        "Préfère le matin",
        "Un technicien passe demain",
        "Visite",
    ):
        assert noted in page


def test_resolved_is_opened_again_and_asleep_is_woken(alice: Client, conversation: Conversation) -> None:
    resolved = post(alice, "resolve", conversation.pk)
    alice.post(told(resolved)["toast"]["undo"], headers=SCRIPT)
    assert fresh(conversation).state == "reopened"

    asleep = post(alice, "snooze", conversation.pk, until="1h")
    assert fresh(conversation).snoozed_until
    alice.post(told(asleep)["toast"]["undo"], headers=SCRIPT)
    assert fresh(conversation).snoozed_until is None


@pytest.mark.parametrize("script", [True, False])
def test_a_conversation_is_passed_on_with_its_context(
    house: House, alice: Client, conversation: Conversation, script: bool
) -> None:
    response = post(
        alice,
        "transfer",
        conversation.pk,
        script=script,
        to=f"adviser:{house.bob.pk}",
        context="Câble changé.",
    )

    assert response.headers["HX-Redirect" if script else "Location"] == reverse("desk:desk")
    assert fresh(conversation).adviser_id == house.bob.pk
    assert "Transmise, avec son contexte." in words(alice.get(reverse("desk:desk")))


def test_this_is_not_for_me_needs_no_reason(house: House, alice: Client, conversation: Conversation) -> None:
    response = post(alice, "not_for_me", conversation.pk, skill="")

    assert response.headers["HX-Redirect"] == reverse("desk:desk")
    assert fresh(conversation).adviser_id is None


def test_what_was_explained_and_said_is_removed(
    house: House, alice: Client, conversation: Conversation
) -> None:
    post(alice, "explained", conversation.pk, text="A changé le câble")
    post(alice, "statement", conversation.pk, text="Entend mal")
    explained = queries.explained_of(conversation)[0]
    said = conversation.customer.statements.get()

    post(alice, "explained", conversation.pk, remove=explained.pk)
    post(alice, "statement", conversation.pk, remove=said.pk)

    page = words(alice.get(reverse("desk:person", args=[conversation.pk])))
    assert "A changé le câble" not in page
    assert "Entend mal" not in page


def test_a_step_is_done_or_removed(alice: Client, conversation: Conversation) -> None:
    for title in ("Visite", "Bilan"):
        post(alice, "steps", conversation.pk, title=title)
    visit, review = queries.steps_of(conversation)

    post(alice, "steps", conversation.pk, done=visit.pk)
    post(alice, "steps", conversation.pk, remove=review.pk)

    assert [step.done_at is not None for step in queries.steps_of(conversation)] == [True]


def test_a_link_is_shown_once_and_ended(alice: Client, conversation: Conversation) -> None:
    made = words(post(alice, "link", conversation.pk))
    assert "desk-link" in made
    given = queries.links_given(conversation)
    assert "desk-link" not in words(alice.get(reverse("desk:person", args=[conversation.pk])))

    ended = post(alice, "link", conversation.pk, revoke=given[0].pk)

    assert toast(ended) == "Le lien n’ouvre plus rien."
    assert queries.links_given(conversation) == []


# --- Writing ------------------------------------------------------------------------------------------------


def test_a_written_reply_leaves_in_ten_seconds_and_can_be_taken_back(
    alice: Client, conversation: Conversation
) -> None:
    sent = post(alice, "reply", conversation.pk, key=uuid.uuid4(), text="Bonjour\x00 David")

    assert told(sent)["desk-sent"]["kind"] == "reply"
    assert toast(sent) == "Votre réponse part dans 10 secondes."
    assert "Bonjour David" in words(sent)
    assert 'id="conversation"' in words(sent)

    back = alice.post(told(sent)["toast"]["undo"], headers=SCRIPT)
    assert toast(back) == "Reprise. Vos mots sont gardés en brouillon."
    assert ">Bonjour David</textarea>" in words(back)


def test_a_reply_sent_twice_is_written_once(alice: Client, conversation: Conversation) -> None:
    key = uuid.uuid4()
    for _again in range(2):
        post(alice, "reply", conversation.pk, script=False, key=key, text="Bonjour David")

    assert len(queries.thread_messages(conversation)) == 2


def test_a_reply_too_long_is_refused_and_not_cut(alice: Client, conversation: Conversation) -> None:
    post(alice, "reply", conversation.pk, key=uuid.uuid4(), text="a" * 20_001)

    assert len(queries.thread_messages(conversation)) == 1


def test_a_chat_line_leaves_at_once_and_is_corrected(house: House, alice: Client) -> None:
    conversation = taken(house, chat(house).conversation)
    sent = post(alice, "reply", conversation.pk, key=uuid.uuid4(), text="Je regarde vôtre box")
    assert "toast" not in told(sent)
    line = queries.thread_messages(conversation)[-1]

    empty = post(alice, "correct", line.pk, text=" ")
    corrected = post(alice, "correct", line.pk, text="Je regarde votre box")

    assert told(empty)["refused"]["sentence"].startswith("Cette ligne ne dirait plus rien")
    assert "Je regarde votre box" in words(corrected)
    assert "corrigé" in words(corrected)


def test_a_note_calls_who_is_named(house: House, alice: Client, conversation: Conversation) -> None:
    noted = post(alice, "note", conversation.pk, key=uuid.uuid4(), text="@Bob, qu’en dis-tu ? @Chloefoo non")

    assert told(noted)["desk-sent"]["kind"] == "note"
    assert [len(queries.inbox(rights(who), "mentions").rows) for who in (house.bob, house.chloe)] == [1, 0]
    assert 'id="reply-form" data-kind="reply" hidden' in words(noted)


def test_a_draft_is_kept_by_the_server(alice: Client, conversation: Conversation) -> None:
    assert post(alice, "draft", conversation.pk, text="Je regarde", kind="reply").status_code == 204
    assert post(alice, "draft", conversation.pk, text="Entre nous", kind="note").status_code == 204

    page = words(alice.get(reverse("desk:conversation", args=[conversation.pk])))
    assert ">Je regarde</textarea>" in page
    assert ">Entre nous</textarea>" in page


def test_who_looks_and_types_is_shown_then_cleared(
    house: House, alice: Client, conversation: Conversation
) -> None:
    bob = signed_in(house.bob)
    assert "Alice" not in words(post(bob, "look", conversation.pk))
    post(alice, "look", conversation.pk, ecrit="1")
    assert "Alice écrit" in words(post(bob, "look", conversation.pk))
    post(alice, "look", conversation.pk)
    assert "Alice regarde aussi" in words(post(bob, "look", conversation.pk))
    post(alice, "look", conversation.pk, part="1")
    assert "Alice" not in words(post(bob, "look", conversation.pk))


# --- Gathering ----------------------------------------------------------------------------------------------


@pytest.fixture
def other(house: House, conversation: Conversation) -> Conversation:
    """Another conversation of the same customer."""
    other = letter(house, "Et ma facture ?").conversation
    other.customer = conversation.customer
    other.save(update_fields=["customer"])
    return other


def test_the_other_conversations_are_chosen_from_a_list(
    alice: Client, conversation: Conversation, other: Conversation
) -> None:
    page = words(alice.get(reverse("desk:gather", args=[conversation.pk]), headers=SCRIPT))

    assert f'name="other" value="{other.pk}"' in page


def test_two_conversations_are_linked_and_unlinked(
    alice: Client, conversation: Conversation, other: Conversation
) -> None:
    assert toast(post(alice, "relate", conversation.pk, other=other.pk)) == "Elles sont reliées."
    assert queries.linked_to(conversation) == [other]
    assert (
        toast(post(alice, "relate", conversation.pk, other=other.pk, remove="1"))
        == "Elles ne sont plus reliées."
    )
    assert queries.linked_to(conversation) == []


def test_two_conversations_are_merged_and_put_apart_again(
    alice: Client, conversation: Conversation, other: Conversation
) -> None:
    merged = post(alice, "merge", conversation.pk, other=other.pk)
    assert fresh(other).merged_into_id == conversation.pk
    assert "Et ma facture ?" in words(alice.get(reverse("desk:thread", args=[conversation.pk])))

    undone = alice.post(told(merged)["toast"]["undo"], headers=SCRIPT)

    assert toast(undone)
    assert fresh(other).merged_into_id is None


def test_messages_get_a_conversation_of_their_own(
    house: House, alice: Client, conversation: Conversation, other: Conversation
) -> None:
    post(alice, "merge", conversation.pk, other=other.pk)
    leaving = queries.thread_messages(conversation)[-1]

    split = post(alice, "split", conversation.pk, message=[leaving.pk], subject="La facture")

    kept = [row.pk for row in queries.thread_messages(conversation)]
    assert leaving.pk not in kept
    alice.post(told(split)["toast"]["undo"], headers=SCRIPT)
    assert leaving.pk in [row.pk for row in queries.thread_messages(conversation)]


def test_conversations_of_two_customers_are_not_merged(
    house: House, alice: Client, conversation: Conversation
) -> None:
    stranger = letter(house, "Quelqu’un d’autre.").conversation

    response = post(alice, "merge", conversation.pk, other=stranger.pk)

    assert response.status_code == 422
    assert told(response)["refused"]["sentence"]


def test_a_sender_is_blocked_and_let_in_again(
    house: House, alice: Client, conversation: Conversation
) -> None:
    assert post(alice, "block", conversation.pk).status_code == 422  # nothing is known of where it came from
    conversation.sender = "x" * 64
    conversation.save(update_fields=["sender"])

    blocked = post(alice, "block", conversation.pk)
    assert toast(blocked) == "Cet expéditeur est bloqué."
    for name in ("desk:head", "desk:conversation"):
        assert "Laisser cet expéditeur réécrire" in words(alice.get(reverse(name, args=[conversation.pk])))

    lifted = post(alice, "block", conversation.pk, undo="1")
    assert toast(lifted) == "Cet expéditeur peut de nouveau écrire."
    assert block_of_conversation(conversation.pk) is None


# --- Files --------------------------------------------------------------------------------------------------


def give(client: Client, name: str, content: bytes) -> Answer:
    """Give a file to a reply to come, as the script of the composer does."""
    upload = SimpleUploadedFile(name, content)
    return client.post(reverse("desk:give_file"), {"file": upload}, headers={"Accept": "application/json"})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("image.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    ],
)
def test_what_a_browser_could_run_is_saved_and_never_run(
    alice: Client, conversation: Conversation, *, name: str, content: bytes
) -> None:
    given = give(alice, name, content).json()
    post(alice, "reply", conversation.pk, key=uuid.uuid4(), text="Voici", file=[given["id"]])

    read = alice.get(reverse("desk:file", args=[given["id"]]))

    assert read.headers["Content-Disposition"].startswith("attachment")
    assert read.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert not read.headers["Content-Type"].startswith(("text/html", "image/svg"))


def test_a_file_of_sixteen_megabytes_is_refused(alice: Client) -> None:
    refused = give(alice, "film.mp4", b"\x00" * 16_000_000)

    assert refused.status_code in {413, 429}
    assert "15" in refused.json()["sentence"]


def test_no_file_is_refused(alice: Client) -> None:
    response = alice.post(reverse("desk:give_file"), headers={"Accept": "application/json"})

    assert response.json()["sentence"] == "Choisissez d’abord un fichier."


def test_another_brand_cannot_read_the_file(house: House, alice: Client) -> None:
    given = give(alice, "facture.pdf", b"%PDF-1.4").json()

    assert signed_in(house.eve).get(reverse("desk:file", args=[given["id"]])).status_code == 404


# --- Promises -----------------------------------------------------------------------------------------------


def test_a_promise_is_taken_back_at_once(alice: Client, conversation: Conversation) -> None:
    made = post(alice, "promise", conversation.pk, what="Rappeler", due_at=LATER)

    alice.post(told(made)["toast"]["undo"], headers=SCRIPT)

    assert promises_in(conversation) == []


@pytest.mark.parametrize(
    ("name", "fields", "sentence"),
    [
        ("keep_promise", {}, "Promesse tenue."),
        (
            "move_promise",
            {"due_at": LATER, "reason": "La pièce arrive lundi"},
            "Promesse reportée. La personne voit la raison.",
        ),
    ],
)
@pytest.mark.parametrize("script", [True, False])
def test_a_promise_is_kept_or_moved(
    house: House,
    alice: Client,
    conversation: Conversation,
    *,
    name: str,
    fields: dict[str, str],
    sentence: str,
    script: bool,
) -> None:
    promise = promised(house, conversation)

    response = post(alice, name, promise.pk, script=script, back="promises", **fields)

    if script:
        assert toast(response) == sentence
    else:
        assert response.headers["Location"] == reverse("promises:mine")
        assert sentence in words(alice.get(reverse("promises:mine")))
    assert promises_in(conversation)[-1].settled_at


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"due_at": LATER, "reason": " "}, "Dites pourquoi : la personne lit la raison."),
        ({"due_at": "", "reason": "La pièce"}, "Dites pour quand : un jour et une heure."),
    ],
)
def test_a_promise_is_not_moved_without_reason_nor_hour(
    house: House, alice: Client, conversation: Conversation, *, fields: dict[str, Any], sentence: str
) -> None:
    response = post(alice, "move_promise", promised(house, conversation).pk, **fields)

    assert told(response)["refused"]["sentence"].translate(SPACES) == sentence


def test_a_promise_is_entrusted(house: House, alice: Client, conversation: Conversation) -> None:
    promise = promised(house, conversation)

    post(alice, "entrust_promise", promise.pk, to=house.bob.pk)

    assert promises_in(conversation)[0].adviser_id == house.bob.pk
    assert "Rappeler" in words(signed_in(house.bob).get(reverse("promises:mine")))
    assert post(alice, "entrust_promise", promise.pk, to=house.eve.pk).status_code == 404


def test_late_promises_come_first(house: House, alice: Client, conversation: Conversation) -> None:
    promised(house, conversation, what="Encore à temps")
    late = promised(house, conversation, hours=4, what="Déjà due")
    late.due_at = timezone.now() - timedelta(hours=1)
    late.save(update_fields=["due_at"])

    page = words(alice.get(reverse("promises:mine")))

    assert page.index("En retard") < page.index("Déjà due") < page.index("Encore à temps")
    assert 'Mes promesses <span class="count">2</span>' in page


def test_a_promise_can_be_changed_from_its_own_page(
    house: House, alice: Client, conversation: Conversation
) -> None:
    promise = promised(house, conversation)
    address = reverse("promises:change", args=[promise.pk])

    assert "<html" in words(alice.get(address))
    assert "<html" not in words(alice.get(address, headers=SCRIPT))
    post(alice, "keep_promise", promise.pk)
    assert "Elle est réglée" in words(alice.get(address, headers=SCRIPT))
    assert signed_in(house.eve).get(address).status_code == 404


def test_who_owes_nothing_is_told_so(alice: Client) -> None:
    assert "Vous ne devez rien" in words(alice.get(reverse("promises:mine")))


# --- The floor ----------------------------------------------------------------------------------------------


def test_the_floor_tells_who_waits_and_who_is_there(house: House, conversation: Conversation) -> None:
    page = words(signed_in(house.chloe).get(reverse("floor:floor")))

    for shown in ("David Morel", "Netnet", "Alice", "Bob", "Ni classement, ni durée par personne."):
        assert shown in page
    assert "Eve" not in page


def test_the_floor_does_not_exist_for_an_adviser(alice: Client) -> None:
    for name in ("floor:floor", "floor:live"):
        assert alice.get(reverse(name)).status_code == 404


def test_the_floor_is_narrowed_to_a_brand_or_a_site(house: House, conversation: Conversation) -> None:
    cotonou = make_site(name="Cotonou", time_zone="Africa/Porto-Novo", by=None, at=timezone.now())
    make_team(name="Ouémé", site=cotonou, brands=[house.netnet], by=None, at=timezone.now())
    receive(message(house.locacar, "Ma voiture ?", is_live=False))
    oscar = signed_in(house.oscar)
    live = reverse("floor:live")

    everything = words(oscar.get(live))
    of_brand = words(oscar.get(live, {"marque": house.locacar.pk}))
    of_site = words(oscar.get(live, {"site": cotonou.pk}))

    assert "Alice" in everything
    assert "Eve" in everything
    assert "Alice" not in of_brand
    assert "Eve" in of_brand
    assert "Alice" not in of_site
    for typed in ("x", "999999999999999999999", "-1"):
        assert "Alice" in words(oscar.get(live, {"marque": typed, "site": typed}))


# --- Presence -----------------------------------------------------------------------------------------------


def test_one_says_what_one_is_doing(house: House, alice: Client) -> None:
    bar = alice.post(reverse("presence:choose"), {"state": "available"}, headers=SCRIPT)
    assert 'id="presence"' in words(bar)
    assert state_of(house.alice.pk) == "available"

    page = alice.post(reverse("presence:choose"), {"state": "pause", "back": "/promesses/"})
    assert page.headers["Location"] == "/promesses/"
    elsewhere = alice.post(
        reverse("presence:choose"), {"state": "pause", "back": "https://ailleurs.example/"}
    )
    assert elsewhere.headers["Location"] == "/"
    assert alice.post(reverse("presence:beat")).status_code == 204


def test_an_unknown_state_is_refused(alice: Client) -> None:
    assert alice.post(reverse("presence:choose"), {"state": "fâché"}).status_code in {404, 409}


# --- A history that was erased ------------------------------------------------------------------------------


def test_nobody_writes_where_the_history_was_erased(alice: Client, conversation: Conversation) -> None:
    erase_conversation(conversation, at=timezone.now())
    sentence = "effacé à la demande de la personne : on ne peut plus rien y écrire."

    page = words(alice.get(reverse("desk:conversation", args=[conversation.pk])))

    assert sentence in page
    assert 'id="reply-form"' not in page
    for name in ("reply", "note"):
        answer = post(alice, name, conversation.pk, key=uuid.uuid4(), text="Encore vous")
        assert (answer.status_code, told(answer)["refused"]["code"]) == (422, "erased")
        assert sentence in str(told(answer)["refused"]["sentence"]).translate(SPACES)
    assert queries.thread_messages(conversation) == []


# --- As many queries for thirty as for three ----------------------------------------------------------------


def asked_of_database(client: Client, name: str, *args: object) -> int:
    """How many queries the page makes, once what it shows was seen."""
    address = reverse(name, args=args)
    client.get(address)
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return len(made)


def fill(house: House, conversation: Conversation, *, count: int) -> None:
    """Messages with files, notes, corrections, facts, and all that stands beside a conversation."""
    for place in range(count):
        file = operations.keep_attachment([b"abc"], name=f"{place}.txt", by=house.alice)
        files = own_attachments(rights(house.alice), [file.pk])
        line = operations.write_reply(
            conversation, by=house.alice, key=uuid.uuid4(), text=f"Ligne {place}", attachments=files
        )
        line = operations.let_reply_leave(line)
        operations.correct_message(line, by=house.alice, text=f"Ligne {place} bis")
        operations.add_note(conversation, by=house.bob, key=uuid.uuid4(), text="Une note.", mentioned=[])
        operations.add_explained(conversation, by=house.alice, text=f"Essai {place}")
        promised(house, conversation, hours=place + 1)
        operations.add_step(conversation, by=house.alice, title=f"Étape {place}", detail="", expected_on=None)
        operations.make_link(conversation, by=house.alice)
        operations.change_tags(conversation, by=house.alice, names=[f"t{one}" for one in range(place + 1)])
        operations.link_conversations(
            conversation, taken(house, letter(house, f"Autre {place}").conversation), by=house.alice
        )


@pytest.mark.parametrize(
    ("name", "most"),  # journeys to a server, which is asked much at once; questions to SQLite
    [
        ("desk:desk", (4, 9)),
        ("desk:list", (4, 8)),
        ("desk:thread", (8, 8)),
        ("desk:conversation", (9, 31)),
    ],
)
def test_a_page_of_the_desk_asks_as_much_for_thirty_as_for_three(
    house: House, alice: Client, conversation: Conversation, name: str, most: tuple[int, int]
) -> None:
    args = [conversation.pk] if name in {"desk:thread", "desk:conversation"} else []
    fill(house, conversation, count=3)
    few = asked_of_database(alice, name, *args)

    fill(house, conversation, count=27)

    assert asked_of_database(alice, name, *args) == few
    assert few == most[connection.vendor == "sqlite"]


@pytest.mark.parametrize("count", [1, 3])
def test_promises_cost_the_same(
    house: House,
    alice: Client,
    conversation: Conversation,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for place in range(count):
        promised(house, conversation, hours=place + 1)

    with django_assert_num_queries(6):
        alice.get(reverse("promises:mine"))


def test_what_is_the_same_is_drawn_once(alice: Client, conversation: Conversation) -> None:
    address = reverse("desk:conversation", args=[conversation.pk])
    pages = [alice.get(address) for _ in range(2)]
    drawn = parts._pieces.cache_info().misses

    pages.append(alice.get(address))

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert parts._pieces.cache_info().misses == drawn


def test_opening_again_writes_nothing(alice: Client, conversation: Conversation) -> None:
    address = reverse("desk:conversation", args=[conversation.pk])
    alice.get(address)

    with CaptureQueriesContext(connection) as made:
        alice.get(address)

    assert [row["sql"] for row in made if not row["sql"].startswith("SELECT")] == []
