"""Mailboxes: one thread for each, which waits for its server to speak and takes what came.

One process of the installation holds them all; another takes over when it ends.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, connections
from django.utils import timezone

from visavis.channels.email.faults import STORAGE, Fault
from visavis.channels.email.fetching import Doubts, Fetching, Watch, Withdrawn
from visavis.channels.email.imap import session
from visavis.domain.intake.operations import mailbox_failed
from visavis.domain.intake.queries import mailboxes_to_fetch
from visavis.domain.journal.record import cause
from visavis.project.access_log import told
from visavis.workers.sent_mail import look_into_sent

if TYPE_CHECKING:
    from visavis.domain.intake.models import Mailbox
    from visavis.live import bell

WAKES_ON: bell.Topic | None = None
EVERY_SECONDS = 2.0

# Connections that idle for hours die without a word, so the wait is short, and ends with a look: nothing
# depends on being told. Over five minutes without a look a mailbox is late.
IDLE_SECONDS = 120.0
POLL_SECONDS = 20.0  # a server that does not tell by itself
TALK_SECONDS = 1800.0  # then a new talk, which compares everything with the ledger
FIRST_DELAY_SECONDS = 2.0
LONGEST_DELAY_SECONDS = 120.0
STEADY_SECONDS = 60.0
LOCK = 7_246_001  # of PostgreSQL, for as long as the connection lives
# What another account would be: when one of these changes, the thread is another one.
SETTINGS = (
    "era", "address", "imap_host", "imap_port", "imap_security", "user", "way", "folder", "after_storing",
    "move_to", "history_before", "looks_in_sent", "keeps_sent", "sent_folder",
)  # fmt: skip
logger = logging.getLogger(__name__)


class Fetcher(threading.Thread):
    """Fetches one mailbox until told to stop."""

    def __init__(self, mailbox: Mailbox, watch: Watch | None = None) -> None:
        super().__init__(name=f"mailbox-{mailbox.pk}", daemon=True)
        self.mailbox = mailbox
        self._watch = watch or Watch()
        self._stopping = threading.Event()
        self._doubts = Doubts()
        self._fetching: Fetching | None = None

    def stop(self) -> None:
        """Take no other mail."""
        self._stopping.set()

    def is_for(self, mailbox: Mailbox) -> bool:
        """True while the settings are those this thread works with; a token turns by itself."""
        names = SETTINGS + (("secret",) if mailbox.way == "password" else ())
        return all(getattr(mailbox, name) == getattr(self.mailbox, name) for name in names)

    def run(self) -> None:
        """Talk, and talk again after a while when it was cut: longer and longer."""
        delay = FIRST_DELAY_SECONDS
        while not self._stopping.is_set():
            started = time.monotonic()
            try:
                self._talk()
                delay = FIRST_DELAY_SECONDS
                continue
            except Withdrawn:
                # It was changed between two turns of the worker, which begins another thread if need be.
                logger.info("Mailbox %d is no longer what it was: its fetching ends", self.mailbox.pk)
                break
            except Exception as error:  # a mailbox must outlive what it meets; the next talk tries again
                self._failed(error)
            # A poor line that is cut again and again still brings some mail each time: no rest for it.
            has_taken = self._fetching is not None and self._fetching.has_taken
            if has_taken or time.monotonic() - started > STEADY_SECONDS:
                delay = FIRST_DELAY_SECONDS
            self._stopping.wait(delay)
            delay = min(LONGEST_DELAY_SECONDS, delay * 2)
        connections["default"].close()

    def _talk(self) -> None:
        """One talk: all that is missing, then what comes, as it comes."""
        ends_at = time.monotonic() + TALK_SECONDS
        self._fetching = None
        with cause(), session(self.mailbox) as talk:
            fetching = Fetching(
                self.mailbox,
                talk,
                stopping=self._stopping.is_set,
                doubts=self._doubts,
                watch=self._watch,
            )
            self._fetching = fetching
            fetching.begin()
            look_into_sent(self.mailbox)
            while not self._stopping.is_set() and time.monotonic() < ends_at:
                connections["default"].close()  # many mailboxes wait: none holds the database meanwhile
                talk.wait(IDLE_SECONDS if talk.may_idle else POLL_SECONDS, stopping=self._stopping.is_set)
                with cause():
                    fetching.look()
                    look_into_sent(self.mailbox)

    def _failed(self, error: Exception) -> None:
        """Say what ails the mailbox, when the database is there to hear it."""
        is_ours = not isinstance(error, Fault)
        code = STORAGE if is_ours else getattr(error, "code", "")
        detail = told(error) if is_ours else getattr(error, "detail", "")
        logger.warning("Mailbox %d is not fetched (%s): %s", self.mailbox.pk, code, detail)
        try:
            connections["default"].close()
            mailbox_failed(self.mailbox, at=timezone.now(), fault=code)
        except DatabaseError:
            connections["default"].close()


_fetchers: dict[int, Fetcher] = {}
_watches: dict[int, Watch] = {}  # outlive the threads: other settings are no outage


def tick() -> bool:
    """Have one thread for each active mailbox, as it is set now; none when another process has them."""
    wanted = {row.pk: row for row in mailboxes_to_fetch()} if _holds_all() else {}
    for number, fetcher in list(_fetchers.items()):
        row = wanted.get(number)
        if row is None or not fetcher.is_for(row):
            fetcher.stop()
            # The old one ends its last mail first: two talks on one mailbox would fetch the same twice.
            if not fetcher.is_alive():
                del _fetchers[number]
        elif not fetcher.is_alive():
            del _fetchers[number]
    for number, row in wanted.items():
        if number not in _fetchers:
            _fetchers[number] = Fetcher(row, _watches.setdefault(number, Watch()))
            _fetchers[number].start()
    return False


# --- One process at a time ----------------------------------------------------------------------------------

_held: tuple[int, int] | None = None  # the process, and the connection or the file that holds the lock


def _holds_all() -> bool:
    """Say whether this process fetches, or can from now on. A lost connection is a lost lock."""
    close_old_connections()
    return _holds_in_database() if connection.vendor == "postgresql" else _holds_file()


def _holds_in_database() -> bool:
    global _held  # noqa: PLW0603 -- one lock a process, like the connection that holds it
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        mine = (os.getpid(), int(cursor.fetchone()[0]))
        if _held == mine:
            return True
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        [is_mine] = cursor.fetchone()
    _held = mine if is_mine else None
    return bool(is_mine)


def _holds_file() -> bool:
    global _held  # noqa: PLW0603 -- as above
    if _held and _held[0] == os.getpid():
        return True
    descriptor = os.open(settings.DATA_DIR / "receive_email.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    _held = (os.getpid(), descriptor)
    return True
