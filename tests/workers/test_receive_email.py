"""The real worker on a real Dovecot, killed and restarted: the server's UIDs are those of the ledger, once each."""

# ruff: noqa: S608 — the values in these queries are ours

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from tests.live.speaking import make_house
from tests.live_site import ROOT, free_port, site_in
from tests.mail_server import PASSWORD, hand_over
from tests.workers.comparing import everything_numbered, rows, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.live_site import LiveSite
    from tests.mail_server import MailServer

ADD = """
from datetime import datetime, UTC
from django.utils import timezone
from visavis.domain.intake.access import mailbox_token
from visavis.domain.intake.operations import MailboxSettings, add_mailbox
from visavis.domain.people.models import Adviser, Brand
row = add_mailbox(
    Brand.objects.get(slug="netnet"), by=Adviser.objects.get(email="ada@example.fr"), at=timezone.now(),
    settings=MailboxSettings(
        address="{user}@netnet.example", imap_host="{host}", imap_port={port}, imap_security="none", user="{user}",
        secret="{password}", after_storing="{after}", move_to="{move_to}", history_before=datetime(2020, 1, 1, tzinfo=UTC),
    ),
)
print(row.pk, mailbox_token(row))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """One installation, started; a file says where its next process dies."""
    folder = tmp_path_factory.mktemp("mailboxes")
    crashes = {"VISAVIS_CRASH_FILE": str(folder / "crash"), "VISAVIS_LONGEST_RESTART_SECONDS": "1"}
    with site_in(folder, environment=crashes) as made:
        make_house(made)
        made.start()
        yield made


def add_mailbox(site: LiveSite, server: MailServer | None, user: str, move_to: str = "") -> tuple[int, str]:
    """Netnet is written to at this user's address; its number, and its token for programs."""
    told = site.execute(
        ADD.format(
            user=user,
            host="127.0.0.1" if server else "",
            port=server.port if server else 993,
            password=PASSWORD,
            after="move" if move_to else "leave",
            move_to=move_to,
        )
    )
    number, token = told.split()
    return int(number), token


def mail(text: str) -> bytes:
    """A mail with these words."""
    return (
        f"From: david@example.fr\r\nTo: contact@netnet.example\r\nMessage-ID: <{uuid.uuid4()}@example.fr>\r\n"
        f"Subject: Panne\r\n\r\n{text}\r\n"
    ).encode()


def taken(site: LiveSite, mailbox: int) -> list[int]:
    """The UIDs that stand in the ledger, as many times as they do."""
    query = f"SELECT uid FROM domain_arrival WHERE mailbox_id = {mailbox} ORDER BY id"
    return [uid for (uid,) in rows(site, query)]


def test_mail_that_comes_is_taken_as_it_comes(site: LiveSite, mail_server: MailServer) -> None:
    mail_server.bring("alain", mail("Avant"))
    number, _token = add_mailbox(site, mail_server, "alain")
    wait_for(lambda: taken(site, number) == [1])

    mail_server.bring("alain", mail("Pendant"))
    wait_for(
        lambda: taken(site, number) == [1, 2], seconds=20
    )  # told by IDLE: a look comes after two minutes

    [(fault,)] = rows(site, f"SELECT fault FROM domain_mailbox WHERE id = {number}")
    assert fault == ""


@pytest.mark.parametrize("label", ["email.stored", "email.taken"])
def test_worker_killed_in_the_middle_loses_and_doubles_nothing(
    site: LiveSite, mail_server: MailServer, label: str
) -> None:
    user = label.replace(".", "")
    with mail_server.talk(user) as client:
        client.create("Range")
    mail_server.bring(user, *(mail(f"Courrier {number}") for number in range(20)))
    (site.folder / "crash").write_text(label, encoding="utf-8")

    number, _token = add_mailbox(site, mail_server, user, move_to="Range")
    wait_for(lambda: not (site.folder / "crash").exists())
    mail_server.bring(user, mail("Après"))

    wait_for(lambda: mail_server.uids(user) == [], seconds=90)
    assert sorted(taken(site, number)) == list(range(1, 22))
    assert len(mail_server.uids(user, "Range")) == 21


def test_server_that_falls_and_comes_back_is_found_again(site: LiveSite, mail_server: MailServer) -> None:
    mail_server.bring("berthe", mail("Avant"))
    number, _token = add_mailbox(site, mail_server, "berthe")
    wait_for(lambda: taken(site, number) == [1])

    mail_server.stop()
    fault = f"SELECT fault FROM domain_mailbox WHERE id = {number}"
    wait_for(lambda: rows(site, fault) in ([("cut",)], [("port",)]))
    mail_server.start()
    mail_server.bring("berthe", mail("Après"))

    wait_for(lambda: taken(site, number) == [1, 2], seconds=90)
    wait_for(lambda: rows(site, fault) == [("",)])


def test_what_is_promised_at_the_other_doors_is_what_stands_in_the_ledger(site: LiveSite) -> None:
    """Exit codes of the pipe, 250s of LMTP and 2xx over HTTP are counted from outside, four at a time."""
    number, token = add_mailbox(site, None, "camille")
    to, port = "camille@netnet.example", free_port()
    listening = subprocess.Popen(
        [sys.executable, "-m", "visavis", "lmtp", "--port", str(port)], env=site.environment, cwd=ROOT
    )
    try:
        wait_for(lambda: lmtp_answers(port))
        with ThreadPoolExecutor(4) as together:
            piped = list(together.map(lambda n: pipe(site, to, mail(f"Tuyau {n}")), range(6)))
            handed = list(
                together.map(lambda n: hand_over("127.0.0.1", port, [to], mail(f"LMTP {n}")), range(30))
            )
            posted = list(together.map(lambda n: post(site, token, mail(f"HTTP {n}")), range(30)))
    finally:
        listening.terminate()
        listening.wait(20)

    doors = dict(
        rows(site, f"SELECT door, count(*) FROM domain_arrival WHERE mailbox_id = {number} GROUP BY door")
    )
    assert doors == {
        "pipe": piped.count(0),
        "lmtp": [code for codes in handed for code in codes].count(250),
        "webhook": posted.count(200),
    }
    assert (piped, handed, posted) == ([0] * 6, [[250]] * 30, [200] * 30)
    everything_numbered(site)


def test_pipe_speaks_the_exit_codes_of_mail_servers(site: LiveSite) -> None:
    number, _token = add_mailbox(site, None, "dora")
    away = {"VISAVIS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}

    assert pipe(site, "dora+suite@netnet.example", mail("Gardé")) == 0
    assert pipe(site, "personne@netnet.example", mail("Perdu")) == 67
    assert pipe(site, "dora@netnet.example", mail("Plus tard"), environment=away) == 75
    assert pipe(site, "dora@netnet.example", mail("Plus tard"), environment={"VISAVIS_SMTP_PORT": "x"}) == 75
    assert pipe(site, "", mail("Sans adresse"), arguments=[]) == 64
    assert taken(site, number) == [None]


def test_check_says_what_ails_a_mailbox(site: LiveSite, mail_server: MailServer) -> None:
    add_mailbox(site, mail_server, "emile")
    site.execute(
        "from visavis.domain.intake.models import Mailbox\n"
        "from visavis.domain.intake.operations import mailbox_failed\n"
        "from django.utils import timezone\n"
        "Mailbox.objects.filter(user='emile').update(is_active=True, imap_host='imap.invalid')\n"
        "mailbox_failed(Mailbox.objects.get(user='emile'), at=timezone.now(), fault='host')"
    )

    def told() -> str:
        code = "import sys; from visavis.cli import main; main(['check']); sys.exit(0)"
        return site.python("-c", code, timeout=60)

    # Who fetched it under its former name may still say that all is well, once.
    fault = "Mailbox emile@netnet.example: Its server is not found. Check the name of the server."
    wait_for(lambda: fault in told())
    assert "Mailbox emile@netnet.example: its password and its mail travel in clear. Choose TLS." in told()


def lmtp_answers(port: int) -> bool:
    """True when somebody listens."""
    try:
        return hand_over("127.0.0.1", port, [], b"") == []
    except OSError:
        return False


def pipe(
    site: LiveSite,
    to: str,
    raw: bytes,
    *,
    environment: dict[str, str] | None = None,
    arguments: list[str] | None = None,
) -> int:
    """Bring a mail by the pipe, as a mail server does; its exit code."""
    given = ["--to", to] if arguments is None else arguments
    return subprocess.run(
        [sys.executable, "-m", "visavis", "receive-email", *given],
        input=raw,
        env=site.environment | (environment or {}),
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    ).returncode


def post(site: LiveSite, token: str, raw: bytes) -> int:
    """Bring a mail over HTTP; the status."""
    request = urllib.request.Request(  # noqa: S310 -- our own address
        f"{site.url}/courriel/{token}", raw, {"Content-Type": "message/rfc822"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 -- as above
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
