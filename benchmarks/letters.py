"""What the measures of e-mail share: mails as people send them, a Dovecot that holds them, a house that fetches them.

The Dovecot is the one of the tests (tests/mail_server.py): a real one, without privilege, in a folder of its own.
"""

import contextlib
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import psycopg
from tests.live_site import LiveSite
from tests.mail_server import PASSWORD, MailServer, mail_server_in, owner

from benchmarks import corpus

SEED = 5
DOMAIN = "netnet.example"
PEOPLE = 400
WITH_HTML, WITH_FILE, ANSWERS = 0.35, 0.05, 0.15
BEGINNING = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
HOUSE = """
import json, sys
from datetime import timedelta
from django.utils import timezone
from visavis.domain.intake.operations import MailboxSettings, add_mailbox
from visavis.domain.people.models import Adviser, Brand, Role
from visavis.domain.people.operations import make_brand, make_site, make_team
now = timezone.now()
all_day = [[[0, 1440]] for _ in range(7)]
brand = Brand.objects.filter(slug="netnet").first()
admin = Adviser.objects.filter(role=Role.ADMINISTRATOR).first()
if brand is None:
    brand = make_brand(by=None, at=now, name="Netnet", slug="netnet", letter="N", shape="square", colour="#2B45C4", hours=all_day)
    site = make_site(name="Tours", time_zone="Europe/Paris", by=None, at=now)
    team = make_team(name="Une", site=site, brands=[brand], by=None, at=now)
    Adviser.objects.create(email="alice@example.fr", displayed_name="Alice", role=Role.ADVISER, team=team, joined_at=now)
admin = admin or Adviser.objects.create(email="amelie@example.fr", displayed_name="Amélie", role=Role.ADMINISTRATOR, joined_at=now)
for user in {users!r}:
    add_mailbox(brand, by=admin, at=now, settings=MailboxSettings(
        address=f"{{user}}@netnet.example", imap_host="127.0.0.1", imap_port={port}, imap_security="none",
        user=user, secret={password!r}, history_before=now - timedelta(days=3650)))
"""
COUNT = "SELECT count(*), count(settled_at), sum(CASE WHEN state = 'accepted' THEN 1 ELSE 0 END) FROM domain_arrival"


def mails(count: int, *, to: str, seed: int = SEED, answers: float = ANSWERS) -> Iterator[bytes]:
    """Mails that customers send to a mailbox: short texts, some with HTML, some with a file of 30 kB, some answers."""
    rng = random.Random(seed)
    texts = iter(corpus.texts(count))
    earlier: list[str] = []
    for number, text in enumerate(texts, start=1):
        person = rng.randrange(PEOPLE)
        letter = EmailMessage()
        letter["From"] = f"Personne {person} <personne{person}@courriel.example>"
        letter["To"] = to
        letter["Subject"] = " ".join(text.split()[:6]) or "Sans sujet"
        letter["Date"] = format_datetime(BEGINNING + timedelta(seconds=number))
        letter["Message-ID"] = f"<{seed}.{number}@courriel.example>"
        if earlier and rng.random() < answers:
            letter["In-Reply-To"] = rng.choice(earlier)
            letter["References"] = letter["In-Reply-To"]
        letter.set_content(text)
        if rng.random() < WITH_HTML:
            letter.add_alternative(
                f"<html><body><p>{text}</p><p><b>Merci</b></p></body></html>", subtype="html"
            )
        if rng.random() < WITH_FILE:
            letter.add_attachment(
                rng.randbytes(30_000), maintype="application", subtype="pdf", filename=f"piece-{number}.pdf"
            )
        earlier.append(letter["Message-ID"])
        yield bytes(letter)


@contextlib.contextmanager
def dovecot() -> Iterator[MailServer]:
    """A Dovecot of this measure alone."""
    with (
        tempfile.TemporaryDirectory(prefix="visavis-dovecot-", ignore_cleanup_errors=True) as folder,
        mail_server_in(Path(folder)) as server,
    ):
        yield server


def put(server: MailServer, user: str, letters: Iterable[bytes]) -> None:
    """The mails lie in the user's box, in order, as if they had come: written to its Maildir, which is quick."""
    box, person = server.folder / "mail" / user, owner()
    for name in ("cur", "new", "tmp"):
        (box / name).mkdir(parents=True, exist_ok=True)
    for number, raw in enumerate(letters, start=1):
        path = box / "cur" / f"{1_700_000_000 + number}.M{number}P1.measure,S={len(raw)}:2,"
        path.write_bytes(raw)
    for path in (box, *box.rglob("*")):
        os.chown(path, person.pw_uid, person.pw_gid)


def furnish(site: LiveSite, server: MailServer, users: Iterable[str]) -> None:
    """One brand, an adviser, and a mailbox for each of these users of the server."""
    site.execute(HOUSE.format(users=list(users), port=server.port, password=PASSWORD))


@dataclass(frozen=True)
class Counted:
    """How many mails stand in the ledger, how many of them were read, and how many became messages."""

    taken: int
    read: int
    accepted: int


def asked(site: LiveSite, question: str) -> tuple[int, ...]:
    """Ask the database of a site, beside its processes and without their code."""
    url = site.environment["VISAVIS_DATABASE_URL"]
    if url.startswith("postgres"):
        with psycopg.connect(url) as connection:
            row = connection.execute(question.encode()).fetchone()
    else:
        with contextlib.closing(
            sqlite3.connect(f"file:{site.folder}/visavis.sqlite3?mode=ro", uri=True)
        ) as file:
            row = file.execute(question).fetchone()
    return tuple(int(value or 0) for value in row or ())


def counted(site: LiveSite) -> Counted:
    """Count them now."""
    return Counted(*asked(site, COUNT))


def wait_until_read(site: LiveSite, count: int, *, seconds: float = 1800) -> tuple[float, float]:
    """Return when (monotonic) all were taken, and when all were read."""
    limit, taken_at = time.monotonic() + seconds, 0.0
    while time.monotonic() < limit:
        now = counted(site)
        if now.taken >= count and not taken_at:
            taken_at = time.monotonic()
        if now.read >= count:
            return taken_at, time.monotonic()
        time.sleep(0.25)
    raise AssertionError(f"not read after {seconds} s: {counted(site)}\n{site.log}")


def peak_of(number: int) -> float:
    """The most memory that a process held at once, in megabytes (VmHWM)."""
    status = Path(f"/proc/{number}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def forget_peak_of(number: int) -> None:
    """From now on the peak is that of what follows."""
    Path(f"/proc/{number}/clear_refs").write_text("5", encoding="ascii")
