"""Random kill -9 under eight writers: every message that was accepted is there, once."""

# ruff: noqa: T201 — a random test tells its seed and what it measured

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.live.speaking import BEHIND_A_PROXY, Customer, make_house
from tests.workers.comparing import AVAILABLE, everything_numbered, rows, say_until_accepted, wait_for

if TYPE_CHECKING:
    from tests.live_site import LiveSite, NewSite

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("VISAVIS_TEST_KILLS", "300"))
SEED = int(os.environ.get("VISAVIS_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
WRITERS = 8


class Writer(threading.Thread):
    """A customer who writes without rest, sends again what had no answer, and keeps the list of what was accepted."""

    def __init__(self, port: int, *, each: int = 20) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.each = each
        self.accepted: list[str] = []
        self.refused: list[BaseException] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        """Write until told to stop; another customer after `each` messages."""
        david = Customer(self.port)
        while not self.stopping.is_set():
            try:
                if len(self.accepted) % self.each == 0 or not david.token:
                    david = self._arrive()
                text = f"Message {uuid.uuid4()}"
                say_until_accepted(david, text, str(uuid.uuid4()))
            except BaseException as error:
                self.refused.append(error)
                return
            self.accepted.append(text)

    def _arrive(self) -> Customer:
        limit = time.monotonic() + 60
        while True:
            try:
                return Customer(self.port).open()
            except (OSError, AssertionError, http.client.HTTPException):
                assert time.monotonic() < limit
                time.sleep(0.3)


def children(pid: int) -> list[int]:
    """The web and worker processes that are not dead already, waiting to be noticed."""
    with contextlib.suppress(FileNotFoundError):
        numbers = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
        return [int(number) for number in numbers if is_alive(int(number))]
    return []


def is_alive(pid: int) -> bool:
    """False for a process that ended, even when its parent has not looked yet."""
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    return False


def kill_something(site: LiveSite, chance: random.Random) -> bool:
    """Kill the web, the worker, or everything at once; False when nothing was there to be killed."""
    assert site.process is not None
    found = children(site.process.pid)
    if chance.random() < 0.03:
        site.kill()
        site.start()
    elif not found:
        return False
    else:
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(found), signal.SIGKILL)
    return True


def wait_for_news(writers: list[Writer]) -> None:
    """Wait until something was accepted, so that each kill falls on a site at work, however slow the machine."""
    before = sum(len(writer.accepted) for writer in writers)
    limit = time.monotonic() + 90
    while sum(len(writer.accepted) for writer in writers) == before:
        assert time.monotonic() < limit
        time.sleep(0.02)


def tell(capfd: pytest.CaptureFixture[str], sentence: str) -> None:
    """Print it even when the test passes, from a process of xdist too."""
    with capfd.disabled():
        print(f"\n{sentence}", file=sys.stderr, flush=True)


def test_random_kills_lose_and_double_nothing(new_site: NewSite, capfd: pytest.CaptureFixture[str]) -> None:
    tell(capfd, f"VISAVIS_TEST_SEED={SEED} VISAVIS_TEST_KILLS={KILLS}")
    chance = random.Random(SEED)
    site = new_site(environment=BEHIND_A_PROXY | {"VISAVIS_LONGEST_RESTART_SECONDS": "0"})
    make_house(site)
    site.execute(AVAILABLE)
    site.start()
    writers = [Writer(site.port) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()

    began = time.monotonic()
    killed = 0
    while killed < KILLS:
        wait_for_news(writers)
        time.sleep(chance.uniform(0, 0.8))
        killed += kill_something(site, chance)
    for writer in writers:
        writer.stopping.set()
    for writer in writers:
        writer.join(90)
    wait_for(lambda: rows(site, "SELECT count(*) FROM domain_entry WHERE position IS NULL") == [(0,)], 60)

    accepted = [text for writer in writers for text in writer.accepted]
    kept = [text for (text,) in rows(site, "SELECT text FROM domain_message")]
    tell(capfd, f"{len(accepted)} messages accepted under {KILLS} kills, in {time.monotonic() - began:.0f} s")
    assert [error for writer in writers for error in writer.refused] == []
    assert len(accepted) > KILLS
    assert sorted(kept) == sorted(accepted)
    facts = rows(site, "SELECT count(*) FROM domain_entry WHERE verb = 'message.received'")
    assert facts == [(len(accepted),)]
    assert rows(site, "SELECT conversation_id FROM domain_offer GROUP BY 1 HAVING count(*) > 1") == []
    everything_numbered(site)
