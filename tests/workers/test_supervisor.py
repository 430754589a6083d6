"""The small installation: children restart, end with their parent, and the command line tells what is wrong."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.live.speaking import BEHIND_A_PROXY, Customer, adviser_listens, everyone_leaves, make_house

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.live_site import LiveSite, NewSite


@pytest.fixture(autouse=True)
def streams_end_with_the_test() -> Iterator[None]:
    """No stream outlives its test."""
    yield
    everyone_leaves()


def children(pid: int) -> dict[str, int]:
    """The children of the supervisor, by what they are."""
    found = {}
    for number in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split():
        program, _, name = Path(f"/proc/{number}/comm").read_text(encoding="utf-8").strip().partition(" ")
        if program == "visavis":
            found[name] = int(number)
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait until it is so."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.1)
    return True


def is_alive(pid: int) -> bool:
    """True while the process runs."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


def test_dead_children_start_again_and_nothing_is_missed(new_site: NewSite) -> None:
    site = new_site(environment=BEHIND_A_PROXY)
    house = make_house(site)
    site.start()
    assert site.process is not None
    first = children(site.process.pid)
    assert first.keys() == {"web", "worker"}

    os.kill(first["worker"], signal.SIGKILL)
    Customer(site.port).open().say("Pendant que le travailleur est mort")
    os.kill(first["web"], signal.SIGKILL)
    assert wait_for(lambda: not is_alive(first["web"]))
    site.wait_until_it_answers()
    alice = adviser_listens(site, house["alice"]["session"], after=0)

    assert alice.told("conversation", seconds=15)
    assert wait_for(lambda: children(site.process.pid).keys() == {"web", "worker"} if site.process else False)


def test_children_die_with_their_parent(new_site: NewSite) -> None:
    site = new_site()
    site.start()
    assert site.process is not None
    pids = children(site.process.pid).values()

    os.kill(site.process.pid, signal.SIGKILL)

    assert wait_for(lambda: not any(is_alive(pid) for pid in pids), seconds=10)


def run(site: LiveSite, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command that is expected to refuse."""
    return subprocess.run(
        [sys.executable, "-m", "visavis", *arguments],
        env=site.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_what_is_wrong_is_told_in_sentences(new_site: NewSite) -> None:
    site = new_site()
    (site.folder / "secret_key").chmod(0o644)

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()
        refused = run(site, "run", "--port", str(site.port))
    checked = run(site, "check")

    assert (refused.returncode, checked.returncode) == (1, 1)
    assert f"--port {site.port + 1}" in refused.stdout
    for expected in (
        "Others on this machine can read",
        "Mail is not",
        "No worker has ever",
        "no administrator",
    ):
        assert expected in checked.stdout
    assert "No migrations to apply" in site.command("migrate")


@pytest.mark.slow
def test_backup_comes_back_whole(new_site: NewSite, tmp_path: Path) -> None:
    site = new_site(environment=BEHIND_A_PROXY | {"VISAVIS_PASSWORD": "une-phrase-assez-longue"})
    make_house(site)
    site.command("create-admin", "--email", "claire@example.fr", "--name", "Claire")
    site.start()
    david = Customer(site.port).open()
    david.say("À garder")
    saved = tmp_path / "saved.tar.gz"
    site.command("backup", str(saved))
    david.say("Après la sauvegarde")
    key = (site.folder / "secret_key").read_bytes()
    (site.folder / "secret_key").write_text("changed", encoding="utf-8")
    refused = run(site, "restore", str(saved))
    site.stop()

    site.command("restore", str(saved))

    told = site.execute(
        "from visavis.domain.conversations.models import Message\n"
        "from visavis.domain.people.models import Adviser\n"
        "print(list(Message.objects.values_list('text', flat=True)),"
        " Adviser.objects.filter(email='claire@example.fr').count())"
    )
    assert refused.returncode == 1
    assert "Stop it first" in refused.stderr
    assert told.strip() == "['À garder'] 1"
    assert (site.folder / "secret_key").read_bytes() == key
    assert saved.stat().st_mode & 0o077 == 0
    site.start()
    assert david.say("Après la restauration")[0] == 201


@pytest.mark.sqlite
def test_damaged_backup_is_refused(new_site: NewSite, tmp_path: Path) -> None:
    site = new_site()
    not_ours = tmp_path / "not_ours.tar.gz"
    not_ours.write_bytes(b"\x1f\x8b not a backup")

    done = run(site, "restore", str(not_ours))

    assert done.returncode == 1
    assert "cannot be put back" in done.stderr
    with sqlite3.connect(site.folder / "visavis.sqlite3") as connection:
        assert connection.execute("pragma quick_check").fetchone() == ("ok",)
    connection.close()
