"""Ten mailboxes with many e-mails waiting: until all are kept and read; and how long a fresh one waits meanwhile.

`python -m benchmarks.mail_backlog [--mailboxes 10] [--mails 10000] [--only sqlite]`. One worker. The last mailbox is
empty, and gets a fresh e-mail every five seconds while the others are drained; `fresh` is the time from its APPEND to
its message. The committed figures say for how many e-mails they are.
"""

import argparse
import os
import threading
import time
from dataclasses import dataclass, field
from imaplib import Time2Internaldate

from tests.live_site import LiveSite
from tests.mail_server import MailServer

from benchmarks.letters import DOMAIN, asked, dovecot, furnish, mails, peak_of, put, wait_until_read
from benchmarks.mail_rate import worker
from benchmarks.sites import percentile, servers, site_on
from benchmarks.telling import Row, tell

FRESH = "fresh"
EVERY_SECONDS = 5.0
READ = "SELECT count(*) FROM domain_arrival a JOIN domain_mailbox m ON m.id = a.mailbox_id WHERE m.address LIKE 'fresh@%' AND a.settled_at IS NOT NULL"


def main() -> None:
    """Measure and tell."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--mailboxes", type=int, default=10, help="how many, the fresh one among them (10)")
    made.add_argument("--mails", type=int, default=10_000, help="waiting in all of them together (10000)")
    made.add_argument("--only", choices=("sqlite", "postgresql"), help="on one database")
    options = made.parse_args()
    rows = [
        drained(engine, url, options.mailboxes, options.mails)
        for engine, url in servers()
        if options.only in {None, engine}
    ]
    tell("mail_backlog", rows)


def drained(engine: str, url: str, mailboxes: int, count: int) -> Row:
    """Nine that are full, one that is fresh."""
    users = [f"box{number}" for number in range(1, mailboxes)]
    each = count // len(users)
    with dovecot() as server, site_on(url) as site:
        for seed, user in enumerate(users):
            put(server, user, mails(each, to=f"{user}@{DOMAIN}", seed=seed))
        put(server, FRESH, ())
        furnish(site, server, [*users, FRESH])
        with worker(site) as process:
            began = time.monotonic()
            visitor = Visitor(site, server)
            visitor.start()
            taken_at, read_at = wait_until_read(site, each * len(users), seconds=14_400)
            visitor.stop()
            peak = peak_of(process.pid)
    return {
        "engine": engine,
        "mailboxes": mailboxes,
        "waiting": each * len(users),
        "taken_seconds": round(taken_at - began, 1),
        "read_seconds": round(read_at - began, 1),
        "read_per_second": round(each * len(users) / (read_at - began), 1),
        "fresh": len(visitor.seconds),
        "fresh_p50_seconds": round(percentile(visitor.seconds, 0.5), 1),
        "fresh_worst_seconds": round(max(visitor.seconds, default=0), 1),
        "peak_mb": round(peak),
        "load": round(os.getloadavg()[0], 1),
    }


@dataclass
class Visitor(threading.Thread):
    """Someone who writes to the last mailbox now and then, one e-mail after the other."""

    site: LiveSite
    server: MailServer
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._over = threading.Event()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Write, wait until it is read, rest."""
        letters = mails(10_000, to=f"{FRESH}@{DOMAIN}", seed=99, answers=0)
        with self.server.talk(FRESH) as client:
            for number, letter in enumerate(letters, start=1):
                if self._over.wait(EVERY_SECONDS):
                    return
                client.append("INBOX", "", Time2Internaldate(time.time()), letter)
                began = time.monotonic()
                while asked(self.site, READ)[0] < number and not self._over.is_set():
                    time.sleep(0.1)
                if not self._over.is_set():
                    self.seconds.append(time.monotonic() - began)

    def stop(self) -> None:
        """Enough; one that still waits does not count."""
        self._over.set()
        self.join(10)


if __name__ == "__main__":
    main()
