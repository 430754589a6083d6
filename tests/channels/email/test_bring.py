"""Mail brought over HTTP: a 2xx is said when, and only when, the mail stands in the ledger."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.channels.email.making import files_no_larger_than

from visavis.domain.files.queries import content
from visavis.domain.intake.access import mailbox_token
from visavis.domain.intake.models import Arrival, Mailbox
from visavis.domain.intake.operations import MailboxSettings, add_mailbox

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings
    from tests.domain.people_made import House

pytestmark = pytest.mark.django_db
MAIL = b"From: david@example.fr\r\nSubject: Box\r\n\r\nBonjour\r\n"
CLOSED = '--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'


@pytest.fixture
def mailbox(house: House) -> Mailbox:
    given = MailboxSettings(address="contact@netnet.example")
    return add_mailbox(house.netnet, by=house.ada, at=timezone.now(), settings=given)


def address(mailbox: Mailbox) -> str:
    return reverse("email:bring", args=[mailbox_token(mailbox)])


def kept() -> list[bytes]:
    """Every mail of the ledger, as it was kept."""
    rows = Arrival.objects.order_by("pk").select_related("raw")
    return [b"".join(content(row.raw)) for row in rows if row.raw]


def test_raw_mail_is_kept(client: Client, mailbox: Mailbox) -> None:
    answer = client.post(address(mailbox), MAIL, content_type="message/rfc822")

    arrival = Arrival.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"arrival": arrival.pk})
    assert (arrival.mailbox, arrival.door) == (mailbox, "webhook")
    assert kept() == [MAIL]


@pytest.mark.parametrize("name", ["email", "body-mime", "message"])
@pytest.mark.parametrize("as_file", [True, False])
def test_field_of_a_form_is_kept(client: Client, mailbox: Mailbox, name: str, as_file: bool) -> None:
    mail = SimpleUploadedFile("mail.eml", MAIL) if as_file else MAIL.decode()

    answer = client.post(address(mailbox), {"sender": "david@example.fr", name: mail, "spam_score": "1"})

    assert answer.status_code == 200
    assert kept() == [MAIL]


def test_field_larger_than_a_form_of_django_is_kept(client: Client, mailbox: Mailbox) -> None:
    large = MAIL + os.urandom(1_500_000).hex().encode() + b"\r\n--y\r\n\xff\x00"

    answer = client.post(address(mailbox), {"a": "b", "email": SimpleUploadedFile("m.eml", large)})

    assert answer.status_code == 200
    assert kept() == [large]


@pytest.mark.parametrize("token", ["1-0", "x", "99999999999999999999-0", "é", "-"])
def test_token_that_is_none_finds_nothing(client: Client, mailbox: Mailbox, token: str) -> None:
    wrong = reverse("email:bring", args=[token])

    assert client.post(wrong, MAIL, content_type="message/rfc822").status_code == 404
    assert kept() == []


def test_token_of_a_closed_mailbox_finds_nothing(client: Client, mailbox: Mailbox) -> None:
    Mailbox.objects.update(is_active=False)

    assert client.post(address(mailbox), MAIL, content_type="message/rfc822").status_code == 404


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"", "message/rfc822", 400, "empty"),
        (b"{}", "application/json", 415, "no_mail_in_it"),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 415, "no_mail_in_it"),
        (b"", "multipart/form-data; boundary=x", 400, "not_a_form"),
        (b"--x\r\nzzz", "multipart/form-data; boundary=x", 400, "not_a_form"),
        (b"anything", "multipart/form-data", 400, "not_a_form"),
        (CLOSED.format(name="email").encode() + MAIL, "multipart/form-data; boundary=x", 400, "not_a_form"),
        (
            CLOSED.format(name="other").encode() + MAIL + b"\r\n--x--",
            "multipart/form-data; boundary=x",
            415,
            "no_mail_in_it",
        ),
    ],
)
def test_what_is_no_mail_is_refused(
    client: Client, mailbox: Mailbox, *, body: bytes, kind: str, status: int, code: str
) -> None:
    answer = client.generic("POST", address(mailbox), body, kind, headers={"Content-Type": kind})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert kept() == []


def test_mail_too_large_is_refused(client: Client, mailbox: Mailbox, settings: Settings) -> None:
    settings.MAX_MAIL_BYTES = 1000
    large = MAIL + b"x" * 2000

    announced = client.post(address(mailbox), large, content_type="message/rfc822")
    in_a_form = client.post(address(mailbox), {"email": SimpleUploadedFile("m.eml", large)})

    assert (announced.status_code, in_a_form.status_code) == (413, 413)
    assert kept() == []


def test_no_room_is_come_back_later(client: Client, mailbox: Mailbox) -> None:
    large = MAIL + (b"x" * 998 + b"\r\n") * 3000
    with files_no_larger_than(1_500_000):
        answer = client.post(address(mailbox), large, content_type="message/rfc822")

    assert (answer.status_code, answer.json(), answer["Retry-After"]) == (503, {"code": "not_kept_yet"}, "60")
    assert kept() == []


def test_too_many_in_a_minute_are_told_to_come_back(
    client: Client, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visavis.channels.email.views.KNOCKS_A_MINUTE", 2)
    answers = [client.post(address(mailbox), MAIL, content_type="message/rfc822") for _ in range(5)]

    said = [answer.status_code for answer in answers]
    # A new minute may begin meanwhile.
    assert said.count(429) >= 1
    assert len(kept()) == said.count(200)
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 429)


def test_getting_is_not_bringing(client: Client, mailbox: Mailbox) -> None:
    assert client.get(address(mailbox)).status_code == 405
