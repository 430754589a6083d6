"""Ma demande: how it opens and closes, what is read, written, taken away and erased there."""

from __future__ import annotations

import logging
import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from tests.domain.planted import MARK, holds_secret, plant
from tests.domain.written import chat, fresh, letter

from visavis.domain.conversations import operations
from visavis.domain.conversations.access import own_attachments
from visavis.domain.conversations.models import Message, Pass
from visavis.domain.conversations.queries import MOST_OF_CUSTOMER
from visavis.domain.intake.operations import block_sender
from visavis.domain.intake.sources import source_of_address
from visavis.domain.people.access import rights
from visavis.domain.people.operations import add_identity, add_statement
from visavis.domain.privacy.access import reach_of
from visavis.domain.privacy.models import Erasure
from visavis.domain.promises.operations import keep_promise, make_promise, move_promise
from visavis.project.access_log import Line, RouteInsteadOfPath

if TYPE_CHECKING:
    from typing import Any

    from tests.domain.people_made import House

    from visavis.domain.conversations.models import Conversation

pytestmark = pytest.mark.django_db


def opened(house: House, conversation: Conversation) -> tuple[Client, str, str]:
    """A browser in which the link was followed, the address of the page, and the token of the link."""
    _held, token = operations.make_link(conversation, by=house.alice)
    browser = Client()
    answer = browser.get(f"/demande/l/{token}/")
    return browser, answer.headers["Location"], token


def told(answer: Any) -> str:  # the test client's answer, with what it adds
    """What a page says, with plain spaces."""
    return str(answer.content.decode()).replace("\xa0", " ").replace("\u202f", " ")


# --- How it opens -------------------------------------------------------------------------------------------


def test_the_link_becomes_a_cookie_and_nothing_is_kept_nor_indexed(house: House) -> None:
    browser, page, token = opened(house, letter(house, "Ma box").conversation)

    answer = browser.get(page)

    assert re.fullmatch(r"/demande/\d+/", page)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert token not in told(answer)
    assert "Ma box" in told(answer)


def test_the_token_is_in_no_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _browser, page, token = opened(house, letter(house).conversation)
    Client().get(f"/demande/l/{token}x/")
    Client().get(page)

    lines = [
        Line("{message}", style="{").format(record)
        for record in caplog.records
        if record.name.startswith(("django.request", "visavis")) and RouteInsteadOfPath().filter(record)
    ]
    assert token not in "\n".join(lines)


@pytest.mark.parametrize("way", ["forged", "expired", "revoked"])
def test_a_link_that_opens_nothing_says_what_to_do(house: House, way: str) -> None:
    conversation = letter(house, "Ma box").conversation
    held, token = operations.make_link(conversation, by=house.alice)
    if way == "forged":
        token = token[::-1]
    elif way == "expired":
        Pass.objects.filter(pk=held.pk).update(expires_at=timezone.now() - timedelta(days=1))
    else:
        operations.revoke_link(conversation, by=house.alice, pass_id=held.pk)

    answer = Client().get(f"/demande/l/{token}/")

    assert answer.status_code == 404
    assert "Ce lien n’ouvre plus rien" in told(answer)
    assert ("Parler à une personne" in told(answer)) == (way != "forged")
    assert "Ma box" not in told(answer)
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == (
        "private, no-store",
        "no-referrer",
    )


def test_a_cookie_opens_no_other_request(house: House) -> None:
    own, other = letter(house).conversation, letter(house, "Secret").conversation
    browser, page, _token = opened(house, own)
    browser.cookies[f"visavis_demande_{other.pk}"] = browser.cookies[f"visavis_demande_{own.pk}"].value

    answer = browser.get(f"/demande/{other.pk}/")

    assert page != f"/demande/{other.pk}/"
    assert (answer.status_code, "Secret" in told(answer)) == (404, False)


def test_a_form_of_another_site_is_refused(house: House) -> None:
    conversation = letter(house).conversation
    _held, token = operations.make_link(conversation, by=house.alice)
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(f"/demande/l/{token}/").headers["Location"]

    for door in ("message/", "personne/", "effacer/"):
        assert browser.post(page + door, {"key": str(uuid.uuid4()), "text": "x"}).status_code == 403
    assert fresh(conversation).state == "open"


# --- What is read and written -------------------------------------------------------------------------------


def test_the_page_tells_steps_promises_and_who_takes_care_of_it(house: House) -> None:
    conversation = letter(house).conversation
    now = timezone.now()
    operations.assign_conversation(conversation, to=house.alice, by=house.alice)
    operations.write_headline(conversation, by=house.alice, text="Un technicien passe demain")
    operations.add_step(conversation, by=house.alice, title="Le rendez-vous est pris", done_at=now)
    promise = make_promise(
        conversation, by=house.alice, what="Vous rappeler", due_at=now + timedelta(hours=1)
    )
    keep_promise(promise, by=house.alice)

    browser, page, _token = opened(house, fresh(conversation))
    text = told(browser.get(page))

    assert text.index("Parler à une personne") < text.index("<h1>Un technicien passe demain")
    for words in ("step step-done", "Le rendez-vous est pris", "Vous rappeler", "Tenue", "Netnet, à Tours"):
        assert words in text


def test_the_page_asks_as_much_for_ten_messages_as_for_two(house: House) -> None:
    conversation = letter(house, "Ma box").conversation
    browser, page, _token = opened(house, conversation)
    costs = []

    for count in (2, 8):
        for place in range(count):
            file = operations.keep_attachment([b"abc"], name=f"{place}.txt", by=house.alice)
            reply = operations.write_reply(
                conversation,
                by=house.alice,
                key=uuid.uuid4(),
                text=f"Ligne {place}",
                attachments=own_attachments(rights(house.alice), [file.pk]),
            )
            operations.let_reply_leave(reply)
            make_promise(conversation, by=house.alice, what="Rappeler", due_at=timezone.now() + timedelta(1))
        browser.get(page)
        with CaptureQueriesContext(connection) as made:
            assert browser.get(page).status_code == 200
        costs.append(len(made))

    most = 13 if connection.vendor == "postgresql" else 20  # to a server, journeys
    assert costs == [most, most]


def test_of_a_very_long_request_the_last_words_are_shown_and_the_first_are_a_link_away(house: House) -> None:
    first = letter(house, "Ma box")
    instants = [timezone.now() + timedelta(seconds=number) for number in range(MOST_OF_CUSTOMER + 1)]
    Message.objects.bulk_create(
        Message(
            conversation=first.conversation,
            direction="in",
            key=uuid.uuid4(),
            channel="form",
            text=f"Ligne {number}.",
            written_at=at,
            left_at=at,
        )
        for number, at in enumerate(instants)
    )
    browser, page, _token = opened(house, first.conversation)

    said = told(browser.get(page))

    assert f"Ligne {MOST_OF_CUSTOMER}." in said
    assert "Ligne 0." not in said
    assert f'<a href="{page}historique/">Ce qui s’est dit avant</a>' in said
    assert "Ligne 0." in told(browser.get(f"{page}historique/"))


def test_a_promise_is_the_same_chip_as_on_the_desk_on_the_clock_of_the_brand(house: House) -> None:
    house.netnet.time_zone = "Pacific/Noumea"  # no other zone of the house is at the same hour
    house.netnet.save(update_fields=["time_zone"])
    conversation = letter(house).conversation
    due_at = timezone.now() + timedelta(days=1)
    promise = make_promise(conversation, by=house.alice, what="Vous rappeler", due_at=due_at)
    browser, page, _token = opened(house, conversation)

    with timezone.override("Pacific/Noumea"), translation.override("fr"):
        chip = Template("{% load design %}{% promise_chip due_at=due_at %}").render(
            Context({"due_at": due_at})
        )

    assert chip.strip() in browser.get(page).content.decode()
    move_promise(promise, by=house.alice, due_at=due_at + timedelta(days=1), reason="La pièce manque")
    assert "La pièce manque" in told(browser.get(page))


def test_a_message_is_added_once_with_its_files(house: House) -> None:
    conversation = letter(house).conversation
    browser, page, _token = opened(house, conversation)
    given = {"key": str(uuid.uuid4()), "text": "J’ajoute ceci"}

    def send() -> Any:
        return browser.post(page + "message/", {**given, "file": SimpleUploadedFile("a.txt", b"un")})

    send()
    answer = send()

    assert answer.headers["Location"] == f"{page}?recu=1#messages"
    message = Message.objects.get(text="J’ajoute ceci")
    assert message.attachments.count() == 1
    assert "Votre message est reçu" in told(browser.get(f"{page}?recu=1"))


@pytest.mark.parametrize("text", ["", "x" * 20_001])
def test_what_is_wrong_is_said_beside_the_field_and_the_text_stays(house: House, text: str) -> None:
    browser, page, _token = opened(house, letter(house).conversation)

    answer = browser.post(page + "message/", {"key": str(uuid.uuid4()), "text": text})

    assert answer.status_code == 422
    assert 'id="id_text_error"' in told(answer)
    assert text in told(answer)


def test_who_is_kept_out_reads_it_beside_their_text(house: House) -> None:
    browser, page, _token = opened(house, letter(house).conversation)
    source = source_of_address("127.0.0.1")
    block_sender(house.netnet.pk, source=source, by=house.alice, at=timezone.now())

    answer = browser.post(page + "message/", {"key": str(uuid.uuid4()), "text": "Encore moi"})

    assert answer.status_code == 422
    assert "ne sont plus reçus ici" in told(answer)
    assert "Encore moi" in told(answer)


def test_a_link_that_the_customer_made_opens_their_request_alone_and_ends_with_the_one_they_came_by(
    house: House,
) -> None:
    conversation = letter(house).conversation
    add_identity(conversation.customer, "phone", "06 12 34 56 78", verified=True, at=timezone.now())
    browser, page, _token = opened(house, conversation)

    made = re.search(r'value="\S+(/demande/l/\S+/)"', told(browser.post(page + "lien/")))
    assert made
    elsewhere = Client()
    assert elsewhere.get(made[1]).headers["Location"] == page
    assert elsewhere.get(page).status_code == 200
    cookies = Pass.objects.filter(kind="cookie").order_by("pk")
    assert [reach_of(held).is_whole for held in cookies] == [True, False]
    given = Pass.objects.filter(kind="link").earliest("pk")
    operations.revoke_link(conversation, by=house.alice, pass_id=given.pk)

    assert elsewhere.get(page).status_code == 404
    assert Client().get(made[1]).status_code == 404


def test_a_person_is_asked_for_in_one_click(house: House) -> None:
    conversation = letter(house).conversation
    browser, page, _token = opened(house, conversation)

    browser.post(page + "personne/")

    assert fresh(conversation).wants_person
    assert "C’est demandé : vous passez en premier" in told(browser.get(page))


# --- What is known, taken away and erased -------------------------------------------------------------------


def test_everything_is_seen_and_taken_away(house: House) -> None:
    planted = plant(house)
    browser, page, _token = opened(house, planted.first)

    seen, file = browser.get(page + "historique/"), browser.get(page + "historique/fichier/")

    for answer in (seen, file):
        for secret in (
            "text one", "text two", "corrected", "promise", "reason", "step", "detail", "statement",
            "value", "place", "name one", "one@example.fr", "verified@example.fr", "file.txt",
        ):  # fmt: skip
            assert f"{MARK}{secret}" in told(answer), secret
        for ours in ("note", "draft", "summary", "leaving"):
            assert f"{MARK}{ours}" not in told(answer), ours
    assert file.headers["Content-Disposition"].startswith('attachment; filename="mon-historique-')
    assert "<script" not in told(file)
    assert "http" not in re.sub(r"<!doctype.*?<body>", "", told(file), flags=re.DOTALL)


def test_who_only_holds_a_cookie_reads_their_request_only(house: House) -> None:
    planted = plant(house)
    _held, token = operations.make_pass("cookie", brand=house.netnet, conversation=planted.second)
    browser = Client()
    browser.cookies[f"visavis_demande_{planted.second.pk}"] = token

    text = told(browser.get(f"/demande/{planted.second.pk}/historique/"))

    assert f"{MARK}text two" in text
    for secret in ("text one", "value", "verified@", "place"):
        assert f"{MARK}{secret}" not in text


def test_it_is_erased_in_three_actions_with_a_certificate(house: House) -> None:
    planted = plant(house)
    browser, page, _token = opened(house, planted.first)

    first = browser.get(page + "effacer/")
    key = re.search(r'name="key" value="([\w-]+)"', told(first))
    assert key is not None
    second = browser.post(page + "effacer/", {"key": key[1]})
    third = browser.get(second.headers["Location"])
    file = browser.get(second.headers["Location"] + "fichier/")

    assert not holds_secret(told(first))
    assert "8 messages" in told(first)  # two of them letters
    assert "Conversation" not in told(third)
    assert "Votre historique est effacé" in told(third)
    for answer in (third, file):
        assert not holds_secret(told(answer))
        assert Erasure.objects.get().number in told(answer)
        assert "2 promesses" not in told(answer)
        assert "les mots de 6 promesses" in told(answer)
        assert "Ce qui reste, et pourquoi" in told(answer)
    assert file.headers["Content-Disposition"].startswith('attachment; filename="certificat-')
    assert third.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert browser.get(page).status_code == 404
    # Clicked twice, it leads to the same certificate.
    assert browser.post(page + "effacer/", {"key": key[1]}).headers["Location"] == second.headers["Location"]
    assert Erasure.objects.count() == 1


def test_who_does_not_prove_who_they_are_is_told_how_to_have_all_erased(house: House) -> None:
    planted = plant(house)
    _held, token = operations.make_pass("cookie", brand=house.netnet, conversation=planted.second)
    browser = Client()
    browser.cookies[f"visavis_demande_{planted.second.pk}"] = token
    page = f"/demande/{planted.second.pk}/"

    assert "demandez un lien à un conseiller" in told(browser.get(page + "effacer/"))
    browser.post(page + "effacer/", {"key": str(uuid.uuid4())})

    assert fresh(planted.second).subject == "Historique effacé à la demande de la personne"
    assert fresh(planted.first).subject == f"{MARK}subject one"


def test_advisers_read_in_place_that_it_was_erased(house: House) -> None:
    conversation = letter(house, "Ma box").conversation
    operations.assign_conversation(conversation, to=house.alice, by=house.alice)
    browser, page, _token = opened(house, conversation)
    browser.post(page + "effacer/", {"key": str(uuid.uuid4())})
    alice = Client()
    alice.force_login(house.alice)

    desk = alice.get(f"/poste/{conversation.pk}/")

    assert desk.status_code == 200
    assert "Historique effacé à la demande de la personne" in told(desk)
    assert "Ma box" not in told(desk)
    assert "David Morel" not in told(desk)


def test_one_line_that_was_said_of_oneself_is_erased_alone(house: House) -> None:
    conversation = letter(house).conversation
    said = add_statement(conversation.customer, text="entend mal", by=house.alice, at=timezone.now())
    browser, page, _token = opened(house, conversation)
    assert "entend mal" in told(browser.get(page))

    browser.post(f"{page}dit/{said.pk}/")

    assert "entend mal" not in told(browser.get(page))


def test_the_footer_of_the_chat_leads_to_ma_demande(house: House) -> None:
    held, token = operations.make_pass("chat", brand=house.netnet)
    chat(house, "Ma box", held=held)
    browser = Client()

    answer = browser.post(
        "/clavardage/netnet/link",
        data="{}",
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )

    page = browser.get(answer.json()["url"]).headers["Location"]
    assert "Effacer pour toujours" in told(browser.get(page + "effacer/"))
    assert "Ma box" in told(browser.get(page))
