"""Mailboxes in the settings: added and changed, their secrets never told, their servers tried out."""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from tests.domain.people_made import House, make_house
from tests.domain.posted import mailbox_of
from tests.web.test_settings import signed_in

from visavis.domain.intake.models import Mailbox
from visavis.domain.intake.operations import mailbox_failed, mailbox_worked
from visavis.domain.intake.sealing import unseal
from visavis.domain.journal.models import Entry
from visavis.domain.people.access import rights

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
SECRET = "le-mot-de-passe-de-la-boite"


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def ada(house: House) -> Client:
    return signed_in(house.ada)


def typed(**other: object) -> dict[str, object]:
    """A form as it is sent; None leaves a field out."""
    fields = {
        "address": "Bonjour@Netnet.example",
        "name": "Netnet",
        "is_active": "on",
        "imap_host": "imap.netnet.example",
        "imap_port": 993,
        "imap_security": "tls",
        "way": "password",
        "user": "",
        "secret": SECRET,
        "folder": "INBOX",
        "history_before": "2026-11-01",
        "after_storing": "leave",
        "move_to": "",
        "authserv_id": "mx.netnet.example",
        "smtp_host": "",
        "smtp_port": 587,
        "smtp_security": "starttls",
        **other,
    }
    return {name: value for name, value in fields.items() if value is not None}


def text(response: Any) -> str:  # the test client’s, with what it adds
    """The page, its spaces made plain."""
    page: str = response.content.decode()
    return page.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2060", "")


def test_mailbox_is_added_and_its_secret_never_told(
    house: House, ada: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    answer = ada.post("/reglages/boites/nouvelle/", typed(brand=house.netnet.pk))
    mailbox = Mailbox.objects.get()
    pages = [text(ada.get(address)) for address in (answer.headers["Location"], "/reglages/boites/")]

    assert (mailbox.address, mailbox.brand_id) == ("bonjour@netnet.example", house.netnet.pk)
    assert timezone.localtime(mailbox.history_before).isoformat() == "2026-11-01T00:00:00+01:00"
    assert unseal(mailbox.secret) == SECRET
    assert [SECRET in page or mailbox.secret in page for page in pages] == [False, False]
    assert SECRET not in caplog.text
    assert not [entry for entry in Entry.objects.all() if SECRET in str(entry.facts)]


def test_secret_stays_unless_another_is_typed_or_it_is_forgotten(house: House, ada: Client) -> None:
    mailbox = mailbox_of(house.netnet, house.ada, secret=SECRET)
    address = f"/reglages/boites/{mailbox.pk}/"

    def kept_after(**given: object) -> str:
        assert ada.post(address, typed(**given)).status_code == 302
        return unseal(Mailbox.objects.get().secret)

    assert kept_after(secret="") == SECRET
    assert kept_after(secret="un-autre-mot") == "un-autre-mot"
    assert kept_after(secret="", forget_secret="on") == ""


def test_day_that_did_not_change_keeps_its_instant(house: House, ada: Client) -> None:
    mailbox = mailbox_of(house.netnet, house.ada)
    since = mailbox.history_before
    assert since is not None

    ada.post(f"/reglages/boites/{mailbox.pk}/", typed(history_before=timezone.localdate(since).isoformat()))

    assert Mailbox.objects.get().history_before == since


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"address": "pris@netnet.example"}, "address", "Cette adresse est déjà celle d’une boîte"),
        ({"history_before": ""}, "history_before", "Dites depuis quand"),
        ({"after_storing": "move"}, "move_to", "Dites vers quel dossier"),
        ({"after_storing": "move", "move_to": "INBOX"}, "move_to", "C’est le dossier qui est relevé."),
        ({"imap_port": 70000}, "imap_port", ""),
        ({"address": "netnet"}, "address", ""),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    given: dict[str, object], field: str, told: str, house: House, ada: Client
) -> None:
    mailbox_of(house.netnet, house.ada, "pris@netnet.example")

    answer = ada.post("/reglages/boites/nouvelle/", typed(brand=house.netnet.pk, **given))

    page = text(answer)
    assert (answer.status_code, Mailbox.objects.count()) == (422, 1)
    error = page[page.index(f'id="id_{field}_error"') :][:400]
    assert told in error
    assert SECRET not in page


def test_list_tells_how_each_mailbox_is_doing(house: House, ada: Client) -> None:
    now = timezone.now()
    well, broken, off, brought = (
        mailbox_of(house.netnet, house.ada, f"{name}@netnet.example", **given)
        for name, given in (
            ("bien", {}),
            ("panne", {}),
            ("arret", {"is_active": False}),
            ("remise", {"imap_host": "", "history_before": None}),
        )
    )
    mailbox_worked(well, at=now)
    mailbox_failed(broken, at=now, fault="certificate")

    page = text(ada.get("/reglages/boites/"))

    words = ("À jour", "En panne", "Pas en service", "Apporté par votre serveur")
    places = [page.index(f">{row.address}<") for row in (well, broken, off, brought)]
    rows = {start: page[start : min([p for p in places if p > start], default=len(page))] for start in places}
    assert [word in rows[start] for word, start in zip(words, places, strict=True)] == [True] * 4
    assert "Le certificat de son serveur" in rows[places[1]]


def test_empty_list_says_what_comes_next(ada: Client) -> None:
    assert "Ajoutez l’adresse à laquelle les clients écrivent" in text(ada.get("/reglages/boites/"))


def test_trial_names_the_fault_and_keeps_nothing(house: House, ada: Client) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        servers = {"imap_host": "127.0.0.1", "imap_port": port, "smtp_host": "127.0.0.1", "smtp_port": port}
        answer = ada.post(
            "/reglages/boites/nouvelle/", typed(brand=house.netnet.pk, **{"try": "1"}, **servers)
        )

    page = text(answer)
    assert (answer.status_code, Mailbox.objects.exists()) == (200, False)
    assert page.count("Son serveur ne répond pas sur ce port.") == 2
    assert SECRET not in page


def test_trial_of_nothing_says_so(house: House, ada: Client) -> None:
    mailbox = mailbox_of(house.netnet, house.ada)

    page = text(ada.post(f"/reglages/boites/{mailbox.pk}/", typed(imap_host="", **{"try": "1"})))

    assert "il n’y a rien à essayer" in page
    assert Mailbox.objects.get().imap_host == "imap.netnet.example"


def test_what_is_believed_and_kept_is_chosen_by_mailbox(house: House, ada: Client) -> None:
    mailbox = mailbox_of(house.netnet, house.ada, imap_host="")
    address = f"/reglages/boites/{mailbox.pk}/"
    chosen = {
        "believes_spam_marks": "on",
        "spam_header": "X-Spam-Flag",
        "keeps_sent": "on",
        "sent_folder": "Envois",
    }

    saved = ada.post(address, typed(imap_host="", history_before="", **chosen))
    row = Mailbox.objects.get()
    refused = ada.post(address, typed(imap_host="", history_before="", spam_header="X Spam: yes"))

    assert (saved.status_code, refused.status_code) == (302, 422)
    assert (row.believes_spam_marks, row.spam_header) == (True, "X-Spam-Flag")
    assert (row.looks_in_sent, row.keeps_sent, row.sent_folder) == (False, True, "Envois")
    assert "Des lettres, des chiffres et des traits d’union seulement." in text(refused)


# --- Signing in at a provider -------------------------------------------------------------------------------


def test_sign_in_goes_to_the_provider_and_comes_back_to_who_began_it(
    house: House, ada: Client, settings: object
) -> None:
    provider = {
        "client_id": "ours",
        "client_secret": "",
        "authorize": "https://sign.in/a",
        "token": "",
        "scope": "s",
    }
    settings.MAIL_SIGN_IN = {"microsoft": provider}  # type: ignore[attr-defined] # pytest-django's
    mailbox = mailbox_of(house.netnet, house.ada, way="microsoft")

    going = ada.get(f"/reglages/boites/{mailbox.pk}/connecter/").headers["Location"]
    forged = ada.get("/reglages/boites/connectee/?state=made-up&code=x")
    again = ada.get("/reglages/boites/connectee/?state=&code=x")

    assert going.startswith("https://sign.in/a?client_id=ours&")
    assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Freglages%2Fboites%2Fconnectee%2F" in going
    assert (forged.status_code, again.status_code) == (409, 409)
    assert rights(house.ada).administers


def test_mailbox_with_a_password_has_nowhere_to_sign_in(house: House, ada: Client) -> None:
    mailbox = mailbox_of(house.netnet, house.ada)

    assert ada.get(f"/reglages/boites/{mailbox.pk}/connecter/").status_code == 409
