"""Accepting a message: end to end through the chat's door, and the append of a fact alone, 1 and 8 writers.

`python -m benchmarks.accept`. End to end, everything runs here: the clients, one web process, the worker and the
database; on two cores the processor is what lacks. The append shows what the design allows: facts are appended
without a lock and numbered afterwards, so that 8 writers beat one.
"""

import http.client
import json
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field

from tests.live.speaking import Customer, make_house
from tests.live_site import ROOT, LiveSite

from benchmarks.sites import percentile, servers, site_on
from benchmarks.telling import Row, tell

SECONDS = 12
APPEND = """
import sys, time
from django.db import transaction
from visavis.domain.conversations.facts import MessageReceived
from visavis.domain.journal.record import record
from visavis.live import bell
bell.start()
def append(n):
    with transaction.atomic():
        record(MessageReceived(conversation_id=1, brand_id=1, message_id=n, channel="chat", state="open", files=0))
append(0)
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
end, n = time.monotonic() + SECONDS, 0
while time.monotonic() < end:
    n += 1
    append(n)
sys.stdout.write(f"{n}\\n"); sys.stdout.flush()
"""


@dataclass
class Writer(threading.Thread):
    """A customer on one kept connection, who writes without rest."""

    port: int
    until: float
    milliseconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Write until the hour; a new session after thirty messages, as the limits of the door want it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        customer = Customer(self.port).open()
        sent = 0
        while time.monotonic() < self.until:
            if sent == 30:
                customer, sent = Customer(self.port).open(), 0
            headers = {
                "Content-Type": "application/json",
                "X-Forwarded-For": customer.address,
                "Authorization": f"Bearer {customer.token}",
            }
            body = json.dumps(
                {"key": str(uuid.uuid4()), "text": "Bonjour, ma box ne marche plus depuis ce matin."}
            )
            started = time.perf_counter()
            connection.request("POST", "/clavardage/netnet/messages", body, headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 201, answer.status
            self.milliseconds.append((time.perf_counter() - started) * 1000)
            sent += 1


def end_to_end(site: LiveSite, writers: int) -> Row:
    """Measure through the door."""
    started = time.monotonic()
    threads = [Writer(site.port, started + SECONDS) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.monotonic() - started
    all_of_them = [value for thread in threads for value in thread.milliseconds]
    return {
        "messages_per_second": round(len(all_of_them) / taken, 1),
        "p50_ms": round(percentile(all_of_them, 0.5), 1),
        "p95_ms": round(percentile(all_of_them, 0.95), 1),
    }


def append(site: LiveSite, writers: int) -> Row:
    """Measure the append of a fact, from as many processes, the sequencer running."""
    code = "import django; django.setup()\n" + APPEND.replace("SECONDS", "6")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env=site.environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(writers)
    ]
    pipes = [(process.stdin, process.stdout) for process in processes]
    for _, out in pipes:
        assert out is not None
        out.readline()
    for into, _ in pipes:
        assert into is not None
        into.write("go\n")
        into.flush()
    done = sum(int(out.readline()) for _, out in pipes if out is not None)
    for process in processes:
        process.wait(30)
    return {"facts_per_second": round(done / 6)}


def main() -> None:
    """Measure on each database and tell."""
    rows: list[Row] = []
    for name, url in servers():
        with site_on(url) as site:
            make_house(site)
            site.start()
            for writers in (1, 8):
                told = {"database": name, "writers": writers}
                rows.append({**told, **end_to_end(site, writers), **append(site, writers)})
    tell("accept", rows)


if __name__ == "__main__":
    main()
