"""E-mails a second, end to end: from a real Dovecot to messages that can be found; django-helpdesk's get_email as peer.

`python -m benchmarks.mail_rate [--mails 1000] [--without-helpdesk]`. The same mails for both, on the same kind of database,
one after the other. Time runs from the start of the process (worker, get_email) until the last mail is read. Ours takes the
raw bytes and keeps them, reads with everything on (threads, quotations, cleaned HTML, search, journal, routing), and is
told `taken` apart: the mail is safe then. Helpdesk fetches, makes a ticket, and marks the mail deleted.
`cpu_ms_each` is what the process computed for each mail, its start included: a busy machine changes it less.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.live_site import LiveSite, new_database
from tests.mail_server import PASSWORD, MailServer

from benchmarks.helpdesk.prepared import Helpdesk, environment_of, python
from benchmarks.letters import DOMAIN, counted, dovecot, furnish, mails, peak_of, put, wait_until_read
from benchmarks.sites import servers, site_on
from benchmarks.start import computed
from benchmarks.telling import Row, tell

COUNT = 1000
USER = "contact"  # of both


def main() -> None:
    """Measure and tell."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--mails", type=int, default=COUNT, help=f"how many ({COUNT})")
    made.add_argument("--without-helpdesk", action="store_true", help="ours alone: nothing is installed")
    made.add_argument("--only", choices=("sqlite", "postgresql"), help="on one database")
    options = made.parse_args()
    letters = list(mails(options.mails, to=f"{USER}@{DOMAIN}"))
    tell("mail_rate", list(measured(options, letters)))


def measured(options: argparse.Namespace, letters: Sequence[bytes]) -> Iterator[Row]:
    """Ours, then theirs, on each database."""
    for engine, url in servers():
        if options.only not in {None, engine}:
            continue
        mine = ours(engine, url, letters)
        yield mine
        if not options.without_helpdesk:
            peer = theirs(engine, url, letters)
            ratio = round(float(str(mine["mails_per_second"])) / float(str(peer["mails_per_second"])), 1)
            yield {**peer, "times": ratio}


def ours(engine: str, url: str, letters: Sequence[bytes]) -> Row:
    """One worker, one mailbox."""
    with dovecot() as server, site_on(url) as site:
        put(server, USER, letters)
        furnish(site, server, [USER])
        with worker(site) as process:
            began = time.monotonic()
            taken_at, read_at = wait_until_read(site, len(letters))
            peak, cpu = peak_of(process.pid), computed_by(process.pid)
        found = counted(site)
    return {
        "who": "visavis",
        "engine": engine,
        "mails": len(letters),
        "messages": found.accepted,
        "taken_seconds": round(taken_at - began, 1),
        "seconds": round(read_at - began, 1),
        "mails_per_second": round(len(letters) / (read_at - began), 1),
        "cpu_ms_each": round(cpu * 1000 / len(letters), 1),
        "peak_mb": round(peak),
        "load": round(os.getloadavg()[0], 1),
    }


@contextlib.contextmanager
def worker(site: LiveSite) -> Iterator[subprocess.Popen[bytes]]:
    """The worker of a site, alone."""
    with (site.folder / "run.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "visavis", "worker"], env=site.environment, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def theirs(engine: str, url: str, letters: Sequence[bytes]) -> Row:
    """One call of get_email on one queue."""
    with dovecot() as server, empty_helpdesk(engine, url) as helpdesk:
        put(server, USER, letters)
        helpdesk.run("-m", "benchmarks.helpdesk.mailing", "prepare", str(server.port), USER, PASSWORD)
        began, before = time.monotonic(), computed()
        helpdesk.run("-m", "django", "get_email", "--quiet")
        seconds = time.monotonic() - began
        cpu = computed() - before
        tickets, follow_ups = map(int, helpdesk.run("-m", "benchmarks.helpdesk.mailing", "count").split())
        left = left_on(server)
    assert left == 0, f"{left} mails were left by helpdesk"
    return {
        "who": "django-helpdesk",
        "engine": engine,
        "mails": len(letters),
        "messages": tickets + follow_ups,
        "seconds": round(seconds, 1),
        "mails_per_second": round(len(letters) / seconds, 1),
        "cpu_ms_each": round(cpu * 1000 / len(letters), 1),
        "load": round(os.getloadavg()[0], 1),
    }


def computed_by(number: int) -> float:
    """Seconds of processor of a process that runs."""
    fields = Path(f"/proc/{number}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def left_on(server: MailServer) -> int:
    """How many mails helpdesk did not take."""
    return len(server.uids(USER))


@contextlib.contextmanager
def empty_helpdesk(engine: str, url: str) -> Iterator[Helpdesk]:
    """A helpdesk with its tables, forgotten at the end."""
    python()
    with tempfile.TemporaryDirectory(prefix="visavis-measure-") as folder, new_database(url) as database:
        address = database or f"sqlite://{Path(folder) / 'helpdesk.sqlite3'}"
        helpdesk = Helpdesk(engine=engine, environment=environment_of(address) | {"HELPDESK_FILES": folder})
        helpdesk.run("-m", "django", "migrate", "-v0")
        yield helpdesk


if __name__ == "__main__":
    main()
