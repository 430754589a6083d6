"""Peak memory of each process while an e-mail of 50 MB comes in by each door, and while it is read.

`python -m benchmarks.mail_memory [--megabytes 50]`. IMAP (a real Dovecot) and the reading are the worker's; LMTP, the
pipe (`visavis receive-email`) and HTTP have a process of their own. `peak_mb` is VmHWM from just before (for the pipe,
from its start), `before_mb` what the process held at rest.
"""

import argparse
import contextlib
import os
import random
import smtplib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from email.message import EmailMessage

from tests.live_site import LiveSite, free_port
from tests.mail_server import MailServer

from benchmarks.letters import DOMAIN, counted, dovecot, forget_peak_of, furnish, peak_of, put
from benchmarks.sites import servers, site_on
from benchmarks.telling import Row, tell

MEGABYTES = 50
USER = "contact"
ADDRESS = f"{USER}@{DOMAIN}"
PATIENCE_SECONDS = 300
TOKEN = """
from visavis.domain.intake.access import mailbox_token
from visavis.domain.intake.models import Mailbox
print(mailbox_token(Mailbox.objects.get()))
"""


def main() -> None:
    """Measure and tell."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--megabytes", type=int, default=MEGABYTES, help=f"of the e-mail ({MEGABYTES})")
    made.add_argument("--only", choices=("sqlite", "postgresql"), help="on one database")
    options = made.parse_args()
    rows = [
        row
        for engine, url in servers()
        if options.only in {None, engine}
        for row in measured(engine, url, options.megabytes * 1_000_000)
    ]
    tell("mail_memory", rows)


def measured(engine: str, url: str, size: int) -> Iterator[Row]:
    """Each door in turn, on one site."""
    with dovecot() as server, site_on(url) as site, contextlib.ExitStack() as stack:
        put(server, USER, ())
        furnish(site, server, [USER])
        token = site.execute(TOKEN).split()[-1]
        port, web_port = free_port(), free_port()
        worker = stack.enter_context(process(site, "worker"))
        lmtp = stack.enter_context(process(site, "lmtp", "--port", str(port)))
        web = stack.enter_context(process(site, "web", "--port", str(web_port)))
        time.sleep(15)  # all of them stand
        doors: list[tuple[str, int | None, Callable[[bytes], None]]] = [
            ("imap", worker.pid, lambda mail: by_imap(server, mail)),
            ("lmtp", lmtp.pid, lambda mail: by_lmtp(port, mail)),
            ("http", web.pid, lambda mail: by_http(f"http://127.0.0.1:{web_port}/courriel/{token}", mail)),
            ("pipe", None, lambda mail: by_pipe(site, mail)),
        ]
        for number, (door, pid, bring) in enumerate(doors, start=1):
            yield {
                "engine": engine,
                "door": door,
                **through(site, worker.pid, pid, bring, number=number, size=size),
            }


def through(
    site: LiveSite, reader: int, pid: int | None, bring: Callable[[bytes], None], *, number: int, size: int
) -> Row:
    """One e-mail through one door, until it is read."""
    mail = heavy(number, size)
    watched = {reader, *([pid] if pid else [])}
    for each in watched:
        forget_peak_of(each)
    before = {each: peak_of(each) for each in watched}
    began = time.monotonic()
    bring(mail)
    limit = time.monotonic() + PATIENCE_SECONDS
    while counted(site).accepted < number:
        assert time.monotonic() < limit, f"not read: {counted(site)}\n{site.log}"
        time.sleep(0.2)
    return {
        "megabytes": round(len(mail) / 1_000_000),
        "before_mb": round(before[pid]) if pid else "",
        "peak_mb": round(peak_of(pid)) if pid else round(largest_child()),
        "reader_before_mb": round(before[reader]),
        "reader_peak_mb": round(peak_of(reader)),
        "seconds": round(time.monotonic() - began, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def heavy(number: int, size: int) -> bytes:
    """An e-mail of that size on the wire, with one file; another for each number."""
    letter = EmailMessage()
    letter["From"], letter["To"] = f"Personne {number} <personne{number}@courriel.example>", ADDRESS
    letter["Subject"], letter["Message-ID"] = f"Le film {number}", f"<lourd-{number}@courriel.example>"
    letter.set_content("Bonjour, voici le film de la panne.")
    content = random.Random(number).randbytes(size * 72 // 98)
    letter.add_attachment(content, maintype="video", subtype="mp4", filename="film.mp4")
    return bytes(letter).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@contextlib.contextmanager
def process(site: LiveSite, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """One process of the site, alone."""
    with (site.folder / "run.log").open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "visavis", *arguments], env=site.environment, stdout=log, stderr=log
        )
    try:
        yield started
    finally:
        started.terminate()
        started.wait(30)


# --- Doors --------------------------------------------------------------------------------------------------


def by_imap(server: MailServer, mail: bytes) -> None:
    """It arrives on the server that the worker watches."""
    server.bring(USER, mail)


def by_lmtp(port: int, mail: bytes) -> None:
    """A mail server hands it over."""
    with smtplib.LMTP("127.0.0.1", port, timeout=PATIENCE_SECONDS) as client:
        client.sendmail("personne@courriel.example", [ADDRESS], mail)


def by_http(address: str, mail: bytes) -> None:
    """A provider posts it."""
    asked = urllib.request.Request(address, data=mail, headers={"Content-Type": "message/rfc822"})
    urllib.request.urlopen(asked, timeout=PATIENCE_SECONDS).close()


def by_pipe(site: LiveSite, mail: bytes) -> None:
    """A mail server starts a program for it: in a child of its own, so that its peak is told apart."""
    command = [sys.executable, "-m", "visavis", "receive-email", "--to", ADDRESS]
    with (site.folder / "heavy.eml").open("wb+") as file:
        file.write(mail)
        file.seek(0)
        watched = f"import resource, subprocess, sys; code = subprocess.call({command!r}); "
        watched += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
        told = subprocess.run(
            [sys.executable, "-c", watched],
            env=site.environment,
            stdin=file,
            stdout=subprocess.PIPE,
            check=True,
        )
    PIPES.append(int(told.stdout.split()[-1]) / 1024)


PIPES: list[float] = []


def largest_child() -> float:
    """The peak of the last program that a pipe started, in megabytes."""
    return PIPES[-1]


if __name__ == "__main__":
    main()
