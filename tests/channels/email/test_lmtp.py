"""LMTP spoken by Python's own client: each 250 after DATA is one row of the ledger, byte for byte."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.utils import timezone
from tests.channels.email.making import files_no_larger_than
from tests.mail_server import hand_over

from visavis.channels.email import lmtp
from visavis.channels.email.lmtp import Conversation, Gone
from visavis.domain.files.queries import content
from visavis.domain.intake.models import Arrival
from visavis.domain.intake.operations import MailboxSettings, add_mailbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_django import Settings
    from tests.domain.people_made import House

pytestmark = pytest.mark.django_db
MAIL = b"From: david@example.fr\r\nSubject: Box\r\n\r\nBonjour\r\n"
TO = ("contact@netnet.example", "sav@netnet.example")


@pytest.fixture
def house(new_house: House) -> House:
    """A house for each test, some of which commit."""
    return new_house


@pytest.fixture(autouse=True)
def mailboxes(house: House) -> None:
    """Netnet is written to at two addresses."""
    for address in TO:
        given = MailboxSettings(address=address)
        add_mailbox(house.netnet, by=house.ada, at=timezone.now(), settings=given)


def talk(*said: bytes) -> list[str]:
    """Say all of it, and give the answers, one line each."""
    told: list[bytes] = []
    Conversation(io.BytesIO(b"".join(said)), told.append).run()
    return b"".join(told).decode().splitlines()


def after_data(*said: bytes, to: tuple[str, ...] = TO[:1]) -> list[str]:
    """What is answered to a mail."""
    recipients = b"".join(f"RCPT TO:<{address}>\r\n".encode() for address in to)
    told = talk(b"LHLO x\r\nMAIL FROM:<david@example.fr>\r\n", recipients, b"DATA\r\n", *said, b"QUIT\r\n")
    return [answer[:9] for answer in told[told.index("354 Go on; end with a dot") + 1 : -1]]


def kept() -> list[tuple[str, bytes]]:
    """Every mail of the ledger: for whom, and its bytes."""
    rows = Arrival.objects.order_by("pk").select_related("raw", "mailbox")
    return [(row.mailbox.address, b"".join(content(row.raw))) for row in rows if row.raw]


def test_each_recipient_gets_its_own_answer_and_its_own_row() -> None:
    told = after_data(MAIL, b".\r\n", to=TO)

    assert told == ["250 2.1.5", "250 2.1.5"]
    assert kept() == [(address, MAIL) for address in TO]
    row = Arrival.objects.first()
    assert row is not None
    assert (row.door, row.envelope_from, row.envelope_to) == ("lmtp", "david@example.fr", TO[0])


def test_unknown_recipient_is_refused_and_the_others_are_served() -> None:
    told = talk(
        b"LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<personne@netnet.example>\r\nRCPT TO:<Contact+c-1-abc@NetNet.example>\r\n",
        b"DATA\r\n", MAIL, b".\r\n",
    )  # fmt: skip

    assert [answer[:3] for answer in told[-4:]] == ["550", "250", "354", "250"]
    assert kept() == [(TO[0], MAIL)]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"..\r\n...\r\n", b".\r\n..\r\n"),
        (b"a\n.\r\nb\r\n", b"a\n.\r\nb\r\n"),  # a lone LF ends no line: nothing is smuggled in after it
        (b"a\n.\nMAIL FROM:<>\r\n", b"a\n.\nMAIL FROM:<>\r\n"),
        (b"x" * 65_535 + b"\r\n..y\r\n", b"x" * 65_535 + b"\r\n.y\r\n"),  # CR and LF in two pieces
        (b"x" * 65_536 + b".\r\n", b"x" * 65_536 + b".\r\n"),
        (b"", b""),
    ],
)
def test_bytes_are_those_that_were_sent(sent: bytes, read: bytes) -> None:
    assert after_data(sent, b".\r\n") == ["250 2.1.5"]
    assert kept() == [(TO[0], read)]


def test_connection_lost_before_the_dot_keeps_nothing() -> None:
    with pytest.raises(Gone):
        talk(b"LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<contact@netnet.example>\r\nDATA\r\n", MAIL)

    assert kept() == []


def test_mail_too_large_is_said_at_once_or_at_the_end(settings: Settings) -> None:
    settings.MAX_MAIL_BYTES = 1000

    assert talk(b"LHLO x\r\nMAIL FROM:<a@b.fr> SIZE=1001\r\n")[-1] == lmtp.TOO_LARGE
    assert after_data(MAIL + b"x" * 2000 + b"\r\n.\r\n") == ["552 5.3.4"]
    assert kept() == []


class Spoken:
    """What the other says, line by line; what can be called is done when its turn comes."""

    def __init__(self, *said: bytes | Callable[[], None]) -> None:
        self._said = list(said)

    def readline(self, _size: int = -1, /) -> bytes:
        """Give the next line."""
        while self._said:
            word = self._said.pop(0)
            if isinstance(word, bytes):
                return word
            word()
        return b""


@pytest.mark.django_db(transaction=True)
def test_database_away_is_try_again_later() -> None:
    told: list[bytes] = []
    begin = (b"MAIL FROM:<>\r\n", b"RCPT TO:<contact@netnet.example>\r\n")
    mail = (b"DATA\r\n", *MAIL.splitlines(keepends=True), b".\r\n")

    def talk_alone() -> None:
        mine = connections["default"]  # of this thread
        there = mine.settings_dict

        def go() -> None:
            mine.settings_dict = there | {"NAME": "/nowhere/none.sqlite3", "HOST": "127.0.0.1", "PORT": 1}
            mine.close()

        def come_back() -> None:
            mine.settings_dict = there

        said = Spoken(
            *begin, go, b"RCPT TO:<sav@netnet.example>\r\n", *mail, come_back, *begin, *mail, b"QUIT\r\n"
        )
        Conversation(said, told.append).run()
        mine.close()

    thread = threading.Thread(target=talk_alone)
    thread.start()
    thread.join(30)

    codes = [answer[:3].decode() for answer in told]
    assert codes == ["220", "250", "250", "451", "354", "451", "250", "250", "354", "250", "221"]
    assert kept() == [(TO[0], MAIL)]


def test_full_disk_is_try_again_later() -> None:
    large = MAIL + (b"x" * 998 + b"\r\n") * 3000

    with files_no_larger_than(1_500_000):
        assert after_data(large, b".\r\n") == ["451 4.3.0"]
    assert kept() == []

    assert after_data(large, b".\r\n") == ["250 2.1.5"]
    assert kept() == [(TO[0], large)]


def test_commands_out_of_order_are_refused_and_too_many_end_the_talk() -> None:
    told = talk(
        b"DATA\r\n", b"RCPT TO:<contact@netnet.example>\r\n", b"EHLO x\r\n", b"VRFY x\r\n", b"NOOP\r\n"
    )
    assert [answer[:3] for answer in told] == ["220", "503", "503", "500", "252", "250"]

    assert len(talk(b"WHAT\r\n" * 100)) == 1 + lmtp.MOST_MISTAKES
    assert talk(b"x" * 5000 + b"\r\n") == ["220 Vis-a-vis LMTP"]


@pytest.mark.django_db(transaction=True)
def test_process_listens_at_a_file(tmp_path: Path) -> None:
    from visavis.workers.lmtp import _at_file  # noqa: PLC0415 -- a process, whose parts alone are under test

    with _at_file(tmp_path / "lmtp", 0o600) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        codes = hand_over(str(tmp_path / "lmtp"), 0, [*TO, "personne@netnet.example"], MAIL)
        server.shutdown()

    assert codes == [250, 250]
    assert kept() == [(address, MAIL) for address in TO]
