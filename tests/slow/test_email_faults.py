"""A disk that is full, a database that is stopped: senders are told "later", nothing is half kept, and it goes on."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from tests.live.speaking import BEHIND_A_PROXY, make_house
from tests.live_site import installation, site_in
from tests.mail_server import PASSWORD
from tests.slow.mails_in_storm import Pace, Said, Sender, Sent, by_http, by_lmtp, by_pipe, letter
from tests.slow.test_email_kill import ADD, STORED, Listening, count, listening
from tests.slow.test_kill import tell
from tests.workers.comparing import everything_numbered, rows, wait_for

from visavis.cli import throwaway_postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.live_site import LiveSite
    from tests.mail_server import MailServer

pytestmark = pytest.mark.slow
QUICK = BEHIND_A_PROXY | {"VISAVIS_LONGEST_RESTART_SECONDS": "0"}
CHANCE = random.Random(0)


def doors(site: LiveSite, lmtp: Listening, token: str, said: Said) -> dict[str, Callable[[Sent], bool]]:
    """How a mail is brought once by each door; nobody is killed here."""
    unkilled = random.Random()
    unkilled.random = lambda: 0.9  # type: ignore[method-assign]  # the pipe is left alone
    return {
        "lmtp": lambda mail: by_lmtp(mail, port=lmtp.port, to="lmtp@netnet.example", said=said),
        "webhook": lambda mail: by_http(mail, port=site.port, token=token, said=said),
        "pipe": lambda mail: by_pipe(mail, site=site, to="pipe@netnet.example", said=said, chance=unkilled),
    }


def large(number: int) -> Sent:
    """A mail of 300 kB that nothing else looks like."""
    filling = "\r\n".join(f"{number} {line} {CHANCE.randbytes(30).hex()}" for line in range(4500))
    return Sent(letter(number, 0, random.Random(number)).raw + filling.encode() + b"\r\n", "accepted")


def check_bytes(site: LiveSite, said: Said) -> int:
    """Each promise is a row with the very bytes, and nothing else stands there; how many mails are kept."""
    ledger = [json.loads(line) for line in site.execute(STORED).splitlines()]
    kept = {pk: (door, digest) for pk, door, _uid, _state, _reason, digest in ledger}
    assert {number: kept.get(number) for number in said.kept} == said.kept
    by_pipe_alone = sorted(digest for door, digest in kept.values() if door == "pipe")
    assert by_pipe_alone == sorted(said.piped)
    unsaid = [
        door for pk, (door, _digest) in kept.items() if pk not in said.kept and door not in {"pipe", "imap"}
    ]
    assert len(unsaid) <= sum(said.lost.values())
    return len(ledger)


# --- No room ----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk in memory, of so many megabytes; only root may make one."""
    if os.geteuid() != 0:
        pytest.skip("A small disk needs root, as in CI: sudo ./visavis test --slow")
    with tempfile.TemporaryDirectory(prefix="visavis-small-") as folder:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "small", folder], check=True
        )
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.sqlite
def test_full_disk_says_later_and_goes_on_when_there_is_room(capfd: pytest.CaptureFixture[str]) -> None:
    said = Said()
    with small_disk(24) as folder, site_in(folder, environment=QUICK) as site:
        make_house(site)
        token = site.execute(ADD.format(port=1, password=PASSWORD)).split()[-1]
        site.start()
        with listening(site) as lmtp:
            bring = doors(site, lmtp, token, said)
            number = 0
            while not all(said.later.get(door) for door in bring):
                assert number < 300, "the disk is never full"
                for door in bring if number % 5 == 0 else ("lmtp", "webhook"):
                    bring[door](large(number := number + 1))
            before = check_bytes_while_full(site, said)

            subprocess.run(["mount", "-o", "remount,size=200m", str(folder)], check=True)
            for door in bring:
                again = large(number := number + 1)
                wait_for(lambda door=door, again=again: bring[door](again), 60)  # type: ignore[misc]  # mypy does not see the defaults
        wait_for(lambda: count(site, "settled_at IS NULL") == 0, 60)

        assert check_bytes(site, said) == before + len(bring)
        assert rows(site, "SELECT state, count(*) FROM domain_arrival GROUP BY 1") == [
            ("accepted", before + 3)
        ]
        everything_numbered(site)
        assert rows(site, "PRAGMA integrity_check") == [("ok",)]
    tell(capfd, f"{before} mails kept before the disk was full; told later: {said.later}")


def check_bytes_while_full(site: LiveSite, said: Said) -> int:
    """What stands in the ledger is what was promised."""
    kept = count(site, "1 = 1")
    assert kept == len(said.kept) + len(said.piped)
    return kept


# --- No database ------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def site_of_its_own() -> Iterator[tuple[LiveSite, Callable[[], None], Callable[[], None]]]:
    """A site on a PostgreSQL that nobody else uses, and how to stop that and to start it."""
    folder = Path(tempfile.mkdtemp(prefix="visavis-postgres-"))
    with (
        throwaway_postgres.running(folder, is_durable=True) as address,
        tempfile.TemporaryDirectory(prefix="visavis-site-") as data,
    ):
        owner, options = (
            throwaway_postgres.unprivileged_user(),
            f"-p {urlsplit(address).port} -h 127.0.0.1 -k {folder}",
        )
        control = (
            throwaway_postgres.programs() / "pg_ctl",
            f"--pgdata={folder / 'data'}",
            "--silent",
            "--wait",
        )
        site = installation(Path(data), address, QUICK)
        site.command("migrate")
        try:
            yield (
                site,
                lambda: throwaway_postgres.run_as(owner, *control, "--mode=immediate", "stop"),
                lambda: throwaway_postgres.run_as(
                    owner, *control, f"--log={folder / 'log'}", f"--options={options}", "start"
                ),
            )
        finally:
            site.stop()


@pytest.mark.postgres
def test_database_stopped_and_started_loses_nothing(
    mail_server: MailServer, capfd: pytest.CaptureFixture[str]
) -> None:
    said, brought = Said(), []
    with site_of_its_own() as (site, stop, start):
        make_house(site)
        token = site.execute(ADD.format(port=mail_server.port, password=PASSWORD)).split()[-1]
        site.start()
        with listening(site) as lmtp:
            bring = doors(site, lmtp, token, said)

            def by_imap(mail: Sent) -> bool:
                mail_server.bring("tempete", mail.raw)
                brought.append(mail)
                return True

            pace = Pace(200, 3)
            senders = [
                Sender([[letter(100 * part + n, 0, CHANCE)] for n in range(50)], send, pace)
                for part, send in enumerate([by_imap, bring["lmtp"], bring["webhook"], bring["lmtp"]])
            ]
            for sender in senders:
                sender.start()
            for _time in range(3):
                time.sleep(2)
                stop()
                assert [door(letter(999, 0, CHANCE)) for door in bring.values()] == [False] * len(bring)
                start()
                pace.kill()
            for sender in senders:
                sender.join(180)
            wait_for(lambda: bring["pipe"](letter(998, 0, CHANCE)), 60)
            wait_for(lambda: count(site, "door = 'imap'") == 50, 180)
        wait_for(lambda: count(site, "settled_at IS NULL") == 0, 60)

        tell(capfd, f"PostgreSQL stopped three times; told later: {said.later}, unanswered: {said.lost}")
        assert [sender.error for sender in senders if sender.error] == []
        assert check_bytes(site, said) >= 201
        assert set(said.later) == set(bring)
        messages = rows(site, "SELECT count(*), count(DISTINCT conversation_id) FROM domain_message")
        assert messages == [(201, 201)]
        everything_numbered(site)
