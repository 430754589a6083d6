"""The door of the chat: who may knock, what is taken once, what is told, and how each refusal is said."""

from __future__ import annotations

import io
import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from visavis.channels.chat.telling import newcomer_wait
from visavis.domain.conversations import operations
from visavis.domain.conversations.models import Conversation, Message, Pass
from visavis.domain.dispatch.operations import announce_wait
from visavis.domain.flows.reply import Answer, answer
from visavis.domain.intake.models import RateCount
from visavis.domain.intake.operations import block_sender
from visavis.domain.intake.sources import source_of_address
from visavis.domain.people.models import Adviser, Brand, Identity, Site, Team
from visavis.domain.presence.operations import hear, set_presence
from visavis.engine.routing.waiting import Range

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db

ALWAYS = [[[0, 1440]] for _ in range(7)]
NEVER: list[list[list[int]]] = [[] for _ in range(7)]
SITE = "https://www.netnet.example"
KEY = "0b8b4d8e-2a53-4a5c-9a36-0f5a5b7a1c11"


@pytest.fixture(autouse=True)
def nothing_reckoned_before() -> None:
    """The range told to newcomers is kept for some seconds in the process."""
    newcomer_wait.cache_clear()


@pytest.fixture
def netnet() -> Brand:
    return Brand.objects.create(
        name="Netnet",
        slug="netnet",
        letter="N",
        colour="#2B45C4",
        phone_number="+33970000012",
        hours=ALWAYS,
        allowed_origins=[SITE],
        languages=["fr", "en"],
    )


@pytest.fixture
def alice(netnet: Brand) -> Adviser:
    team = Team.objects.create(name="Netnet Tours", site=Site.objects.create(name="Tours"))
    team.brands.add(netnet)
    return Adviser.objects.create(
        email="alice@example.org", displayed_name="Claire Duval", team=team, joined_at=timezone.now()
    )


@pytest.fixture
def david(netnet: Brand) -> Writer:
    return Writer()


class Writer:
    """A customer at the door: a browser of the brand's site, or any program that keeps the contract."""

    def __init__(self, brand: str = "netnet", **given: str) -> None:
        self.client = Client()
        self.brand = brand
        self.headers = {"Origin": SITE, "Accept-Language": "fr"}
        told = self.post("session", {"language": "fr", **given})
        self.headers["Authorization"] = f"Bearer {told.json()['token']}"

    def post(self, path: str, given: object) -> Response:
        return self.client.post(
            f"/clavardage/{self.brand}/{path}", given, content_type="application/json", headers=self.headers
        )

    def say(self, text: str, *, key: str | None = None, files: list[int] | None = None) -> Response:
        return self.post("messages", {"key": key or str(uuid.uuid4()), "text": text, "files": files or []})

    def get(self, path: str) -> Any:  # JSON
        return self.client.get(f"/clavardage/{self.brand}/{path}", headers=self.headers).json()

    def give(self, name: str, content: bytes) -> Response:
        return self.client.post(
            f"/clavardage/{self.brand}/files",
            {"file": SimpleUploadedFile(name, content)},
            headers=self.headers,
        )


# --- Once ------------------------------------------------------------------------------------------------------


def test_message_is_taken_once_for_its_key(david: Writer) -> None:
    first = david.say("Ma box affiche T12", key=KEY)
    again = david.say("Ma box affiche T12", key=KEY)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Message.objects.count() == 1
    assert Conversation.objects.count() == 1


def test_two_messages_stand_in_one_conversation_in_their_order(david: Writer) -> None:
    david.say("Bonjour")
    david.say("Ma box affiche T12")

    told = david.get("messages?after=0")

    assert [one["text"] for one in told["messages"]] == ["Bonjour", "Ma box affiche T12"]
    assert {one["from"] for one in told["messages"]} == {"customer"}
    assert Conversation.objects.count() == 1


def test_session_alone_opens_no_conversation(david: Writer) -> None:
    assert david.get("messages")["messages"] == []
    assert Conversation.objects.count() == 0


# --- What is told ----------------------------------------------------------------------------------------------


def test_settings_say_what_the_brand_looks_like(netnet: Brand) -> None:
    told = Client().get("/clavardage/netnet/settings", headers={"Accept-Language": "fr"}).json()

    assert told == {
        "name": "Netnet",
        "colour": "#2B45C4",
        "on_colour": "#FFFFFF",
        "letter": "N",
        "phone": "09\u00a070\u00a000\u00a000\u00a012",
        "dial": "+33970000012",
        "phone_price": "prix d’un appel ordinaire",
        "languages": ["fr", "en"],
        "max_bytes": 15_000_000,
        "privacy_url": None,
        "retention_months": 12,
        "wait": None,
        "open": True,
        "opens_at": None,
    }


def test_newcomers_are_told_a_range_when_somebody_is_there(netnet: Brand, alice: Adviser) -> None:
    set_presence(alice, "available")
    hear(alice.pk, at=timezone.now())

    wait = Client().get("/clavardage/netnet/settings").json()["wait"]

    assert 0 <= wait["low"] <= wait["high"]


def test_settings_of_a_brand_without_number_have_none(netnet: Brand) -> None:
    Brand.objects.update(phone_number="")

    assert Client().get("/clavardage/netnet/settings").json()["phone"] is None


def test_answer_of_the_adviser_comes_with_who_and_where(david: Writer, alice: Adviser) -> None:
    david.say("Bonjour")
    answer(Conversation.objects.get(), Answer(key=uuid.uuid4(), text="Je regarde votre ligne."), by=alice)

    told = david.get("messages?after=0")

    assert [(one["from"], one["name"], one["text"]) for one in told["messages"]] == [
        ("customer", "", "Bonjour"),
        ("adviser", "Claire Duval", "Je regarde votre ligne."),
    ]
    assert told["adviser"] == {
        "name": "Claire Duval",
        "initials": "CD",
        "place": "Tours",
        "sentence": "Vous répond pour Netnet, à Tours",
    }
    assert told["state"] == "their_turn"


def test_since_gives_only_what_is_new_and_what_was_corrected(david: Writer, alice: Adviser) -> None:
    david.say("Bonjour")
    conversation = Conversation.objects.get()
    line = answer(conversation, Answer(key=uuid.uuid4(), text="Mardi."), by=alice)
    long_ago = timezone.now() - timedelta(hours=1)
    Message.objects.update(left_at=long_ago, written_at=long_ago)
    since = david.get("messages")["next"]
    assert david.get(f"messages?since={since}")["messages"] == []

    operations.correct_message(line, by=alice, text="Mercredi.")

    told = david.get(f"messages?since={since}")["messages"]
    assert [(one["text"], one["corrected"] is not None) for one in told] == [("Mercredi.", True)]


def test_notes_and_replies_that_have_not_left_are_not_told(david: Writer, alice: Adviser) -> None:
    david.say("Bonjour")
    conversation = Conversation.objects.get()
    operations.add_note(conversation, by=alice, key=uuid.uuid4(), text="Client fatigué")
    operations.write_reply(conversation, by=alice, key=uuid.uuid4(), text="Pas encore parti")

    assert [one["text"] for one in david.get("messages?after=0")["messages"]] == ["Bonjour"]


def test_wait_is_told_as_what_is_left_of_the_range(david: Writer) -> None:
    david.say("Bonjour")
    conversation = Conversation.objects.get()
    at = timezone.now() - timedelta(seconds=60)
    Conversation.objects.update(waiting_since=at)
    announce_wait(conversation, Range(120, 420, ahead=2, estimate_seconds=240), at=at)

    told = david.get("messages")

    assert told["wait"] == {"low": 0, "high": 6}
    assert told["late"] is False


def test_wait_that_is_over_is_not_repeated_but_said(david: Writer) -> None:
    david.say("Bonjour")
    conversation = Conversation.objects.get()
    at = timezone.now() - timedelta(hours=1)
    Conversation.objects.update(waiting_since=at)
    announce_wait(conversation, Range(60, 180, ahead=1, estimate_seconds=120), at=at)

    told = david.get("messages")

    assert (told["wait"], told["late"]) == (None, True)


def test_outside_the_hours_the_door_says_so_and_the_message_is_answered_in_writing(david: Writer) -> None:
    Brand.objects.update(hours=NEVER)

    david.say("Personne ?")

    assert david.get("messages")["open"] is False
    assert Conversation.objects.get().is_live is False


def test_resolution_is_told_as_a_fact(david: Writer, alice: Adviser) -> None:
    david.say("Bonjour")
    operations.resolve_conversation(Conversation.objects.get(), by=alice)

    told = david.get("messages?after=0")["messages"][-1]

    assert (told["from"], told["id"], told["text"]) == ("fact", 0, "Cette demande est notée comme résolue.")


def test_typing_and_reading_are_seen_by_the_adviser(david: Writer) -> None:
    david.say("Bonjour")

    david.post("typing", {})
    david.post("read", {"id": 1})

    conversation = Conversation.objects.get()
    assert conversation.customer_typing_at is not None
    assert conversation.customer_read_at is not None


# --- Who one is ------------------------------------------------------------------------------------------------


def test_email_typed_is_unverified_and_opens_no_history(netnet: Brand) -> None:
    Writer(email="david@example.org").say("Première demande")
    second = Writer(email="david@example.org")
    second.say("Seconde demande")

    assert [one["text"] for one in second.get("messages?after=0")["messages"]] == ["Seconde demande"]
    assert Conversation.objects.values("customer").distinct().count() == 2
    assert set(Identity.objects.values_list("value", "verified_at")) == {("david@example.org", None)}


def test_eve_reads_nothing_of_david(david: Writer) -> None:
    david.say("Mon contrat")
    eve = Writer()
    eve.say("Et moi ?")

    assert [one["text"] for one in eve.get("messages?after=0")["messages"]] == ["Et moi ?"]


def test_token_of_a_brand_opens_nothing_at_another(david: Writer) -> None:
    Brand.objects.create(name="Locacar", slug="locacar", letter="L", colour="#0A3D2E", allowed_origins=[SITE])
    david.brand = "locacar"

    response = david.say("Bonjour")

    assert (response.status_code, response.json()["code"]) == (401, "session_ended")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer " + "x" * 5000])
def test_wrong_token_is_refused_with_a_sentence(david: Writer, header: str) -> None:
    david.headers["Authorization"] = header

    response = david.say("Bonjour")

    assert response.status_code == 401
    assert response.json() == {
        "code": "session_ended",
        "sentence": "Cette conversation n’est plus ouverte ici. Écrivez de nouveau pour en commencer une autre.",
    }


def test_revoked_session_opens_nothing(david: Writer) -> None:
    Pass.objects.update(revoked_at=timezone.now())

    assert david.say("Bonjour").status_code == 401


def test_ticket_is_told_only_for_a_conversation(david: Writer) -> None:
    assert david.post("ticket", {}).status_code == 404
    david.say("Bonjour")

    assert list(david.post("ticket", {}).json()) == ["ticket"]


# --- Origins ---------------------------------------------------------------------------------------------------


def test_preflight_lets_the_brand_site_send_its_token(netnet: Brand) -> None:
    response = Client().options("/clavardage/netnet/messages", headers={"Origin": SITE})

    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == SITE
    assert response.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", SITE + ".evil.example", "http://www.netnet.example"]
)
@pytest.mark.parametrize("method", ["OPTIONS", "GET"])
def test_other_origins_find_nothing(netnet: Brand, origin: str, method: str) -> None:
    response = Client().generic(method, "/clavardage/netnet/settings", headers={"Origin": origin})

    assert response.status_code == 404
    assert "Access-Control-Allow-Origin" not in response.headers


def test_our_own_pages_may_knock(netnet: Brand) -> None:
    response = Client().get("/clavardage/netnet/settings", headers={"Origin": "http://testserver"})

    assert response.status_code == 200


@pytest.mark.parametrize("slug", ["nobody", "closed"])
def test_brand_that_is_not_served_is_not_found(netnet: Brand, slug: str) -> None:
    Brand.objects.create(name="Closed", slug="closed", letter="C", colour="#000000", is_active=False)

    assert Client().get(f"/clavardage/{slug}/settings").status_code == 404


# --- Bad input -------------------------------------------------------------------------------------------------

BAD_BODIES = [
    " ",
    "{",
    "[]",
    "null",
    '"text"',
    "[" * 20_000,
    '{"key": 1, "text": "a"}',
    '{"key": "not-a-key", "text": "a"}',
    '{"key": "KEY", "text": 12}',
    '{"key": "KEY", "text": "a\\u0000b"}',
    '{"key": "KEY", "text": "\\ud800"}',
    '{"key": "KEY", "text": ""}',
    '{"key": "KEY", "text": "   "}',
    '{"key": "KEY", "text": "LONG"}',
    '{"key": "KEY", "text": "a", "files": "1"}',
    '{"key": "KEY", "text": "a", "files": [true]}',
    '{"key": "KEY", "text": "a", "files": [99999999999999999999]}',
    '{"key": "KEY", "text": "a", "files": [1,2,3,4,5,6,7,8,9,10,11]}',
]


@pytest.mark.parametrize("body", BAD_BODIES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_bad_body_is_refused_with_a_sentence(david: Writer, body: str, language: str) -> None:
    david.headers["Accept-Language"] = language

    body = body.replace("KEY", KEY).replace("LONG", "a" * 8001)
    response = david.post("messages", body)

    assert response.status_code == 400
    assert response.json()["sentence"][0].isupper()
    assert Message.objects.count() == 0


def test_text_that_is_not_utf8_is_refused(david: Writer) -> None:
    response = david.client.generic(
        "POST", "/clavardage/netnet/messages", b'{"text": "\xff"}', "application/json", headers=david.headers
    )

    assert response.status_code == 400


def test_body_beyond_the_limit_is_refused(david: Writer) -> None:
    response = david.post("messages", json.dumps({"key": KEY, "text": "a" * 70_000}))

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_form_is_not_taken_for_json(david: Writer) -> None:
    response = david.client.post("/clavardage/netnet/messages", {"text": "a"}, headers=david.headers)

    assert (response.status_code, response.json()["code"]) == (415, "media_type")


def test_other_methods_are_refused(david: Writer) -> None:
    response = david.client.put("/clavardage/netnet/messages", headers=david.headers)

    assert (response.status_code, response.headers["Allow"]) == (405, "GET, POST, OPTIONS")


@pytest.mark.parametrize("email", ["david", "david@", "a@b@c", "x" * 250 + "@example.org"])
def test_email_that_cannot_be_one_is_refused(netnet: Brand, email: str) -> None:
    response = Client().post("/clavardage/netnet/session", {"email": email}, content_type="application/json")

    assert response.status_code == 400


@pytest.mark.parametrize("query", ["after=x", "since=-1", "since=9" * 3, "after=" + "9" * 30, "since=٣"])
def test_strange_marks_read_from_the_beginning(david: Writer, query: str) -> None:
    david.say("Bonjour")

    assert david.client.get(f"/clavardage/netnet/messages?{query}", headers=david.headers).status_code == 200


# --- Files -----------------------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def test_file_goes_with_its_message_and_comes_back_whole(david: Writer) -> None:
    given = david.give("box-t12.png", PNG)
    assert given.status_code == 201
    david.say("Voici", files=[given.json()["id"]])

    told = david.get("messages?after=0")["messages"][0]["files"]
    response = david.client.get(told[0]["url"], headers=david.headers)

    assert told == [
        {
            "id": given.json()["id"],
            "name": "box-t12.png",
            "size": len(PNG),
            "media_type": "image/png",
            "url": f"/clavardage/netnet/files/{given.json()['id']}",
        }
    ]
    assert b"".join(response.streaming_content) == PNG  # type: ignore[attr-defined] # a streamed answer
    assert response.headers["Content-Disposition"] == 'attachment; filename="box-t12.png"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_page_given_as_a_file_is_never_run(david: Writer) -> None:
    given = david.give("facture.html", b"<script>alert(1)</script>")
    david.say("Voici", files=[given.json()["id"]])

    response = david.client.get(f"/clavardage/netnet/files/{given.json()['id']}", headers=david.headers)

    assert given.json()["media_type"] == "text/plain"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"].startswith("sandbox")


def test_file_of_david_is_not_found_by_eve(david: Writer) -> None:
    number = david.give("contrat.png", PNG).json()["id"]
    david.say("Voici", files=[number])
    eve = Writer()
    eve.say("Moi aussi", files=[number])

    assert eve.client.get(f"/clavardage/netnet/files/{number}", headers=eve.headers).status_code == 404
    assert eve.get("messages?after=0")["messages"][0]["files"] == []


def test_file_beyond_the_limit_is_refused_with_the_limit(
    david: Writer, settings: Any
) -> None:  # pytest-django's own
    settings.MAX_FILE_BYTES = 1_000_000

    response = david.give("film.bin", b"a" * 1_000_001)

    assert response.status_code == 413
    assert response.json()["sentence"].startswith("Ce fichier")


def test_empty_file_is_refused(david: Writer) -> None:
    assert david.give("vide.txt", b"").status_code == 400


def test_broken_upload_is_refused(david: Writer) -> None:
    response = david.client.generic(
        "POST",
        "/clavardage/netnet/files",
        io.BytesIO(b"nothing").getvalue(),
        "multipart/form-data",
        headers=david.headers,
    )

    assert response.status_code == 400


# --- Limits ----------------------------------------------------------------------------------------------------


def test_too_many_messages_are_asked_to_wait(david: Writer) -> None:
    david.say("Bonjour")
    RateCount.objects.filter(door__startswith="chat.messages").update(count=1000)

    response = david.say("Encore")

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert response.headers["Access-Control-Expose-Headers"] == "Retry-After"
    assert Message.objects.count() == 1


def test_too_many_sessions_from_one_address_are_asked_to_wait(netnet: Brand) -> None:
    statuses = [
        Client().post("/clavardage/netnet/session", {}, content_type="application/json").status_code
        for _ in range(61)
    ]

    assert statuses[:60] == [201] * 60
    assert statuses[60] == 429


def test_blocked_sender_is_told_so(david: Writer, netnet: Brand, alice: Adviser) -> None:
    block_sender(netnet.pk, source=source_of_address("127.0.0.1"), by=alice, at=timezone.now())

    response = david.say("Bonjour")

    assert (response.status_code, response.json()["code"]) == (403, "blocked")
    assert Message.objects.count() == 0
