"""The mail server of the demo, its letterbox, and what leaders find in the ledger of the demo."""

from __future__ import annotations

import smtplib
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from visavis.cli import demo_mail, write_email
from visavis.demo import mailboxes, opening, post_office
from visavis.demo.letterbox import MOST_KEPT, Letterbox
from visavis.demo.writing import answer_to, new_letter, send
from visavis.domain.intake.models import Arrival, ArrivalState, Mailbox
from visavis.domain.intake.operations import MailboxSettings, change_mailbox
from visavis.domain.people.models import Adviser, Role
from visavis.domain.people.operations import make_brand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from visavis.domain.people.models import Brand

BOX = "contact@netnet.example"


def quiet(_what: str, _share: float) -> None:
    """Nobody watches the progress here."""


@pytest.fixture
def netnet() -> Brand:
    """Netnet, and the administrator who keeps its mailbox."""
    now = timezone.now()
    Adviser.objects.create(
        email="amelie@demo.example", displayed_name="Amélie", role=Role.ADMINISTRATOR, joined_at=now
    )
    return make_brand(
        by=None, at=now, name="Netnet", slug="netnet", letter="N", shape="square", colour="#000000"
    )


@pytest.fixture
def port(transactional_db: None, netnet: Brand, tmp_path: Path) -> Iterator[int]:
    """Where the mail server listens."""
    mailboxes.stand(port=2525, at=timezone.now())
    server = post_office.listen(tmp_path, port=0)
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_an_email_to_a_brand_stands_in_the_ledger_when_it_is_taken(port: int, tmp_path: Path) -> None:
    send(new_letter(sender="vous@example.net", to=BOX, subject="Ma box", text="Bonjour"), port=port)

    arrival = Arrival.objects.get()
    assert (arrival.mailbox.address, arrival.state, arrival.envelope_from) == (
        BOX,
        ArrivalState.TAKEN,
        "vous@example.net",
    )
    assert list(Letterbox(tmp_path).letters()) == []


def test_an_email_to_anyone_else_stays_in_the_letterbox(port: int, tmp_path: Path) -> None:
    letter = new_letter(sender=BOX, to="vous@example.net", subject="Votre box", text=".\nBonjour\n.fin")

    send(letter, port=port)

    [(number, kept)] = Letterbox(tmp_path).letters()
    assert (number, kept["X-Envelope-To"], kept["Subject"]) == (1, "vous@example.net", "Votre box")
    assert kept.get_content().splitlines() == [".", "Bonjour", ".fin"]
    assert not Arrival.objects.exists()


def test_an_address_that_nobody_reads_at_a_brand_is_refused(port: int, tmp_path: Path) -> None:
    letter = new_letter(sender="vous@example.net", to="personne@netnet.example", subject="?", text="?")

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(letter, port=port)

    assert refused.value.recipients["personne@netnet.example"][0] == 550
    assert list(Letterbox(tmp_path).letters()) == []


@pytest.mark.parametrize(
    ("sender", "is_vouched"),
    [("odile@courriel.example", True), ("vous@example.net", True), ("vous@gmail.com", False), ("", False)],
)
def test_the_server_vouches_only_for_names_that_nobody_owns(sender: str, *, is_vouched: bool) -> None:
    assert (b"dmarc=pass" in post_office.vouched(sender)) is is_vouched


# --- The letterbox ------------------------------------------------------------------------------------------


def test_a_letterbox_goes_on_numbering_and_keeps_the_last_letters(tmp_path: Path) -> None:
    Letterbox(tmp_path).keep(BytesIO(b"Subject: a\r\n\r\na"), ["a@example.net"])

    (tmp_path / "mail" / "000001.eml").rename(tmp_path / "mail" / f"{MOST_KEPT:06}.eml")
    (tmp_path / "mail" / "000001.eml").write_bytes(b"Subject: old\r\n\r\n")
    number = Letterbox(tmp_path).keep(BytesIO(b"Subject: b\r\n\r\nb"), ["b@example.net"])

    assert number == MOST_KEPT + 1
    assert [letter["Subject"] for _number, letter in Letterbox(tmp_path).letters()] == ["a", "b"]


def test_an_answer_bears_the_headers_of_its_thread() -> None:
    letter = new_letter(sender=BOX, to="vous@example.net", subject="Votre box [#1-a]", text="Bonjour")
    letter["X-Envelope-To"] = "vous@example.net"
    letter["Reply-To"] = "contact+c-1-a@netnet.example"
    letter["References"] = "<first@example.net>"

    answer = answer_to(letter, text="Merci")

    assert (answer["From"], answer["To"]) == ("vous@example.net", "contact+c-1-a@netnet.example")
    assert answer["Subject"] == "Re: Votre box [#1-a]"
    assert answer["In-Reply-To"] == letter["Message-ID"]
    assert answer["References"].split() == ["<first@example.net>", letter["Message-ID"]]


# --- The commands -------------------------------------------------------------------------------------------


def test_writing_without_a_demo_says_to_start_it(capsys: pytest.CaptureFixture[str]) -> None:
    code = write_email.run(["--port", "1", "--to", BOX, "Bonjour"])

    assert code == 1
    assert "Start the demo first: ./visavis demo" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["Bonjour"], "Say to whom: --to contact@netnet.example"),
        (["--answer", "7", "Bonjour"], "There is no letter 7. ./visavis demo-mail lists them."),
    ],
)
def test_writing_to_nobody_says_what_to_do(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VISAVIS_DATA_DIR", str(tmp_path))

    assert write_email.run(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_the_letters_are_listed_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VISAVIS_DATA_DIR", str(tmp_path))
    assert demo_mail.run([]) == 1
    letter = new_letter(sender=BOX, to="vous@example.net", subject="Votre box", text="Bonjour, c’est noté.")
    Letterbox(tmp_path).keep(BytesIO(bytes(letter)), ["vous@example.net"])

    assert (demo_mail.run([]), demo_mail.run(["1"])) == (0, 0)

    told = capsys.readouterr().out
    assert "    1  vous@example.net                  Votre box" in told
    assert "Bonjour, c’est noté." in told
    assert demo_mail.run(["2"]) == 1


# --- Mailboxes ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_mailboxes_follow_the_port_and_a_visitors_own_stays(netnet: Brand) -> None:
    mailboxes.stand(port=2525, at=timezone.now())
    mailboxes.stand(port=2600, at=timezone.now())
    assert Mailbox.objects.get(brand=netnet).smtp_port == 2600

    row, by = Mailbox.objects.get(brand=netnet), Adviser.objects.get()
    own = MailboxSettings(address=BOX, smtp_host="smtp.fournisseur.example", smtp_port=587)
    change_mailbox(row, by=by, at=timezone.now(), settings=own)
    mailboxes.stand(port=2700, at=timezone.now())

    assert Mailbox.objects.get(brand=netnet).smtp_port == 587


@pytest.mark.django_db
def test_a_database_that_is_not_a_demo_is_left_alone(tmp_path: Path) -> None:
    Adviser.objects.create(email="someone@example.org", displayed_name="Someone", joined_at=timezone.now())

    with pytest.raises(opening.NotADemo):
        opening.make_ready(tmp_path, told=quiet, is_live=False)
