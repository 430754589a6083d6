"""Live screens: how many events a second reach 1,000 and 5,000 screens, how late, and the memory of each.

`python -m benchmarks.fanout`. Another process commits facts and notes when; this one holds all the screens and
notes when each event comes. So a delay holds the sequencer, the bell, the hub and the network. Both share the
cores with the server.
"""

import re
import selectors
import socket
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from tests.live.speaking import make_house
from tests.live_site import ROOT, LiveSite

from benchmarks.sites import percentile, site_on
from benchmarks.telling import Row, tell

SECONDS = 10
NUMBER = re.compile(rb'"number":([0-9]+)')
RUNS = ((1_000, 10), (5_000, 2), (5_000, 10))
FACTS = """
import sys, time
from django.db import transaction
from visavis.domain.conversations.facts import NoteAdded
from visavis.domain.journal.record import record
pause, first = 1 / RATE, FIRST
start = time.monotonic()
for n in range(RATE * SECONDS):
    time.sleep(max(0, start + n * pause - time.monotonic()))
    with transaction.atomic():
        record(NoteAdded(conversation_id=first + n, brand_id=BRAND, message_id=1, mentioned_ids=[]))
    sys.stdout.write(f"{first + n} {time.monotonic()}\\n")
"""


class Screens:
    """Many screens held by one thread; every event is counted, and its instant kept."""

    def __init__(self, site: LiveSite, session: str, *, count: int) -> None:
        self.selector = selectors.EpollSelector()
        self.sockets: list[socket.socket] = []
        self.opened = 0
        self.instants: dict[bytes, list[float]] = defaultdict(list)
        request = (
            f"GET /direct/flux HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: visavis={session}\r\n\r\n".encode()
        )
        for _ in range(count):
            raw = socket.create_connection(("127.0.0.1", site.port))
            raw.sendall(request)
            raw.setblocking(False)  # noqa: FBT003 — the standard library's signature
            self.selector.register(raw, selectors.EVENT_READ)
            self.sockets.append(raw)

    def read(self, *, seconds: float) -> None:
        """Read what comes during that time."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            for key, _ in self.selector.select(min(rest, 0.5)):
                raw = key.fileobj
                assert isinstance(raw, socket.socket)
                self._keep(raw.recv(65536), time.monotonic())

    def _keep(self, chunk: bytes, now: float) -> None:
        self.opened += chunk.count(b"retry:")
        for number in NUMBER.findall(chunk):
            self.instants[number].append(now)

    def close(self) -> None:
        """Leave."""
        self.selector.close()
        for raw in self.sockets:
            raw.close()


def run(site: LiveSite, session: str, brand: int, *, screens: int, rate: int, first: int) -> Row:
    """One run: open the screens, commit facts, compare the instants."""
    web = web_process(site)
    before, started = memory(web), time.monotonic()
    held = Screens(site, session, count=screens)
    while held.opened < screens:
        held.read(seconds=0.5)
    opening = time.monotonic() - started
    opened = memory(web)
    code = FACTS.replace("RATE", str(rate)).replace("SECONDS", str(SECONDS))
    code = code.replace("FIRST", str(first)).replace("BRAND", str(brand))
    writer = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        env=site.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    processor = cpu(web)
    started = time.monotonic()
    held.read(seconds=SECONDS + 5)
    out, _ = writer.communicate(timeout=60)
    committed = {line.split()[0].encode(): float(line.split()[1]) for line in out.splitlines()}
    delays = [
        1000 * (at - committed[n])
        for n, instants in held.instants.items()
        if n in committed
        for at in instants
    ]
    last = max(
        (at for n, instants in held.instants.items() if n in committed for at in instants), default=started
    )
    told = len(delays) / max(0.001, last - min(committed.values()))
    used = cpu(web) - processor
    held.close()
    return {
        "screens": screens,
        "opened_in_seconds": round(opening, 1),
        "events_per_second": rate,
        "delivered": len(delays),
        "expected": screens * rate * SECONDS,
        "delivered_per_second": round(told),
        "p50_ms": round(percentile(delays, 0.5)),
        "p99_ms": round(percentile(delays, 0.99)),
        "kilobytes_per_screen": round((opened - before) / screens, 1),
        "cpu_seconds": round(used, 1),
    }


def web_process(site: LiveSite) -> int:
    """The number of the web process."""
    assert site.process is not None
    pid = site.process.pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split():
        if Path(f"/proc/{child}/comm").read_text(encoding="utf-8").strip() == "visavis web":
            return int(child)
    raise AssertionError("the web process is not there")


def memory(pid: int) -> int:
    """What the process holds alone, in kB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def cpu(pid: int) -> float:
    """Seconds of processor that it used."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / 100


def main() -> None:
    """Measure and tell."""
    rows: list[Row] = []
    with site_on("") as site:
        house = make_house(site)
        site.start()
        for number, (screens, rate) in enumerate(RUNS):
            session = house["alice"]["session"]
            row = run(site, session, house["netnet"], screens=screens, rate=rate, first=10**6 * (number + 1))
            rows.append(row)
            time.sleep(3)
    tell("fanout", rows)


if __name__ == "__main__":
    main()
