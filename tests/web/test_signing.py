"""The key of a sending domain: made, published, checked at a name server of our own, put to use, forgotten."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dns.message
import dns.rcode
import dns.rrset
import pytest
from tests.domain.people_made import House, make_house
from tests.domain.posted import mailbox_of
from tests.web.test_mailboxes import text
from tests.web.test_settings import signed_in

from visavis.channels.email.published import ask
from visavis.domain.intake.models import SigningKey
from visavis.domain.journal.models import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def ada(house: House) -> Client:
    return signed_in(house.ada)


@pytest.fixture
def address(house: House) -> str:
    return f"/reglages/boites/{mailbox_of(house.netnet, house.ada).pk}/signature/"


@contextmanager
def name_server(records: dict[str, str]) -> Iterator[str]:
    """A name server of this machine that knows these TXT records, cut in pieces as long ones are."""
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                raw, asker = line.recvfrom(4096)
            except OSError:
                return
            if not raw:
                return
            question = dns.message.from_wire(raw)
            name = question.question[0].name
            told = dns.message.make_response(question)
            if record := records.get(name.to_text(omit_final_dot=True)):
                pieces = " ".join(f'"{record[at : at + 200]}"' for at in range(0, len(record), 200))
                told.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", pieces))
            else:
                told.set_rcode(dns.rcode.NXDOMAIN)
            line.sendto(told.to_wire(), asker)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    port = line.getsockname()[1]
    try:
        yield f"127.0.0.1:{port}"
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", port))
        thread.join(5)
        line.close()


def test_key_is_made_shown_put_to_use_and_forgotten(ada: Client, address: str) -> None:
    before = text(ada.get(address))
    ada.post(address, {"action": "make"})
    key = SigningKey.objects.get()
    page = text(ada.get(address))
    ada.post(address, {"action": "begin"})
    is_used = SigningKey.objects.get().is_signing
    ada.post(address, {"action": "end"})
    is_used_after = SigningKey.objects.get().is_signing
    ada.post(address, {"action": "forget"})

    assert "Le domaine netnet.example n’a pas de clé." in before
    assert key.record_name in page
    assert f"v=DKIM1; k=rsa; p={key.public}" in page
    assert key.secret not in page
    assert (is_used, is_used_after, SigningKey.objects.exists()) == (True, False, False)
    verbs = Entry.objects.filter(verb__startswith="mailbox.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[1:] == [
        "mailbox.key_made",
        "mailbox.signing_turned",
        "mailbox.signing_turned",
        "mailbox.key_forgotten",
    ]


def test_a_second_key_and_what_has_none_are_refused_in_words(ada: Client, address: str) -> None:
    without = ada.post(address, {"action": "begin"})
    ada.post(address, {"action": "make"})
    twice = ada.post(address, {"action": "make"})

    assert (without.status_code, twice.status_code) == (409, 409)
    assert "Faites-en une d’abord." in text(without)
    assert "a déjà une clé" in text(twice)


def test_record_is_checked_at_the_name_server(ada: Client, address: str, settings: Settings) -> None:
    ada.post(address, {"action": "make"})
    key = SigningKey.objects.get()
    said = []

    for records in ({key.record_name: key.record}, {}, {key.record_name: "v=DKIM1; k=rsa; p=AAAA"}):
        with name_server(records) as settings.DNS:
            said.append(text(ada.post(address, {"action": "check"})))

    assert "publié comme il faut" in said[0]
    assert "pas encore publié" in said[1]
    assert "Un autre enregistrement porte ce nom" in said[2]


def test_name_server_that_is_away_is_told(settings: Settings) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings.DNS = f"127.0.0.1:{port}"

    assert ask("a._domainkey.netnet.example", "v=DKIM1") == "away"


def test_only_administrators_find_it(house: House, address: str) -> None:
    found = [
        signed_in(who).get(address).status_code for who in (house.ada, house.chloe, house.alice, house.eve)
    ]

    assert found == [200, 404, 404, 404]
