"""Say in sentences what is wrong with this installation."""

import argparse
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import django

if TYPE_CHECKING:
    from visavis.domain.intake.models import Mailbox

GIGABYTE = 1_000_000_000
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def run(arguments: list[str]) -> int:
    """Print what is wrong, one sentence a line; 0 when nothing is, 1 otherwise."""
    argparse.ArgumentParser(prog="visavis check", description=__doc__).parse_args(arguments)
    django.setup(set_prefix=False)
    found = list(problems())
    for number, sentence in enumerate(found, start=1):
        print(f"{number}. {sentence}")
    print("Nothing is wrong." if not found else "")
    return 1 if found else 0


def problems() -> Iterator[str]:
    """Give each thing that is wrong; what needs the database is left out when it does not answer."""
    yield from settings_problems()
    yield from disk_problems()
    unreachable = list(database_problems())
    yield from unreachable
    if not unreachable:
        for look in LOOKS:
            yield from look()


def settings_problems() -> Iterator[str]:
    """Secrets, addresses, mail."""
    from django.conf import settings

    for path in (settings.DATA_DIR, settings.DATA_DIR / "secret_key"):
        if path.exists() and is_open_to_others(path):
            yield f"Others on this machine can read {path}. Run: chmod go-rwx {path}"
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    if "*" in settings.ALLOWED_HOSTS:
        yield "VISAVIS_HOSTS allows any name. Write the names of this site, separated by commas."
    elif host not in settings.ALLOWED_HOSTS and f"[{host}]" not in settings.ALLOWED_HOSTS:
        yield f"VISAVIS_PUBLIC_URL says {host}, which VISAVIS_HOSTS does not name: pages are refused."
    if not settings.IS_HTTPS and host not in LOOPBACK:
        yield f"{settings.PUBLIC_URL} is not https: passwords and conversations would travel in clear."
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        yield (
            f"Mail is not configured: letters are kept in {settings.EMAIL_FILE_PATH} and nobody gets them. "
            "Set VISAVIS_SMTP_HOST."
        )


def is_open_to_others(path: Path) -> bool:
    """True when somebody else on this machine can read or write it."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def disk_problems() -> Iterator[str]:
    """Room left where the data is."""
    from django.conf import settings

    usage = shutil.disk_usage(settings.DATA_DIR)
    if usage.free < GIGABYTE:
        yield f"Less than 1 GB is left on the disk of {settings.DATA_DIR} ({usage.free // 1_000_000} MB)."


def database_problems() -> Iterator[str]:
    """Whether it answers, and whether its tables are there."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield f"The database does not answer: {str(error).strip().splitlines()[0]}"
        return
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield f"{len(missing)} migrations are missing. Run: visavis migrate"
    elif "visavis_cache" not in connection.introspection.table_names():
        yield "The table of the cache is missing. Run: visavis migrate"


def worker_problems() -> Iterator[str]:
    """Tasks that nobody does."""
    from visavis.workers.heartbeats import silent

    ages = silent()
    never = [name for name, age in ages.items() if age is None]
    if never:
        yield f"No worker has ever done: {', '.join(never)}. Run: visavis run, or visavis worker"
    for name, age in ages.items():
        if age is not None:
            yield f"The task {name} turned last {round(age / 60)} minutes ago: no worker does it."


def backlog_problems() -> Iterator[str]:
    """What should have been done by now."""
    from django.utils import timezone

    from visavis.domain.deliveries.operations import next_due
    from visavis.domain.journal.sequencer import has_unnumbered
    from visavis.workers.heartbeats import silent

    due_at = next_due()
    if due_at is not None and due_at < timezone.now() - timedelta(minutes=2):
        yield "Replies that should have left more than two minutes ago are still here."
    if has_unnumbered() and "sequencer" in silent():
        yield "Facts wait for their position: live screens and the floor do not move."


def people_problems() -> Iterator[str]:
    """Somebody must be able to change things."""
    from visavis.domain.people.models import Adviser, Role

    if not Adviser.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists():
        yield "There is no administrator. Run: visavis create-admin, or open the first page."


def mailbox_problems() -> Iterator[str]:
    """What ails each mailbox, and what would travel in clear."""
    from django.utils import timezone, translation

    from visavis.domain.intake.queries import mailboxes_to_fetch

    now = timezone.now()
    with translation.override("en"):  # like every sentence here
        for mailbox in mailboxes_to_fetch():
            for sentence in problems_of(mailbox, now):
                yield f"Mailbox {mailbox.address}: {sentence}"


def problems_of(mailbox: "Mailbox", now: datetime) -> Iterator[str]:
    """What ails one mailbox whose mail is fetched."""
    from visavis.channels.email.oauth import is_configured
    from visavis.domain.intake.queries import LATE
    from visavis.domain.intake.sentences import fault_told

    if mailbox.fault:
        yield fault_told(mailbox.fault)
    if mailbox.tried_at is None:
        yield "nobody has fetched it yet. Run: visavis run, or visavis worker receive_email"
    elif mailbox.succeeded_at is None or now - mailbox.succeeded_at > LATE:
        yield f"last fetched {told_since(mailbox.succeeded_at, now)}."
    if mailbox.lag_seconds > LATE.total_seconds():
        yield f"mail of {mailbox.lag_seconds // 60} minutes ago is on the server and not here."
    if mailbox.imap_security == "none" and mailbox.imap_host not in LOOPBACK:
        yield "its password and its mail travel in clear. Choose TLS."
    if mailbox.way != "password" and not is_configured(mailbox.way):
        yield f"set VISAVIS_{mailbox.way.upper()}_CLIENT_ID and VISAVIS_{mailbox.way.upper()}_CLIENT_SECRET."
    if mailbox.outage_from:
        yield "it was not fetched for over a day: what came meanwhile waits for a leader to say so."


def told_since(instant: datetime | None, now: datetime) -> str:
    """How long ago, in minutes."""
    return "never" if instant is None else f"{int((now - instant).total_seconds() // 60)} minutes ago"


def scanner_problems() -> Iterator[str]:
    """Whether somebody looks for viruses in what comes."""
    from visavis.domain.files import scanning

    if not scanning.is_configured():
        yield "There is no antivirus: files of customers are not searched for viruses. Set VISAVIS_CLAMD."
    elif not scanning.answers():
        yield "The antivirus does not answer at VISAVIS_CLAMD: files that come wait, and nobody opens them."


LOOKS: tuple[Callable[[], Iterator[str]], ...] = (
    worker_problems,
    backlog_problems,
    people_problems,
    mailbox_problems,
    scanner_problems,
)
