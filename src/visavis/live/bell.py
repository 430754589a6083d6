"""The bell: after a commit anywhere, it wakes in every process those who must look again.

On SQLite a thread watches `PRAGMA data_version`, which changes at each commit of any process. On PostgreSQL
one connection listens and another notifies, outside every business transaction: NOTIFY inside one makes all
commits queue. A ring says only that something happened; what happened is read from the journal.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from django.db import DatabaseError, connections

from visavis.domain.journal import record

if TYPE_CHECKING:
    import psycopg

Topic = Literal["recorded", "advanced"]
TOPICS: tuple[Topic, ...] = ("recorded", "advanced")
# Looking at a file fifty times a second costs 0.7 % of a core: we do it only while something happens.
POLL_SECONDS = 0.015
CALM_POLL_SECONDS = 0.08
CALM_AFTER_SECONDS = 3.0
REST_SECONDS = 0.003
CHANNEL = "visavis"
# A notification carries at most 8,000 bytes; the rest waits for the next one.
NUDGES_AT_ONCE = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Nudge:
    """Something passing that the journal does not keep (someone types, someone looks)."""

    kind: str
    number: int


Ring = Topic | Nudge
Ear = Callable[[Ring], None]


class Bell(Protocol):
    """What each database offers to wake others."""

    def listen(self, ear: Ear) -> None:
        """Call `ear` at each ring, from the bell's own thread: it must be quick."""

    def ring(self, ring: Ring) -> None:
        """Wake the ears of every process."""

    def stop(self) -> None:
        """Close the connections and end the threads."""


class SqliteBell:
    """Watches the file. There is one web process, so nudges stay in memory."""

    def __init__(self) -> None:
        self._ears: list[Ear] = []
        self._now = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._watch, name="bell", daemon=True)
        self._thread.start()

    def listen(self, ear: Ear) -> None:
        """Call `ear` at each ring."""
        self._ears.append(ear)

    def ring(self, ring: Ring) -> None:
        """Look at the file now rather than at the next poll; a nudge goes straight to the ears."""
        if isinstance(ring, Nudge):
            _tell(self._ears, ring)
        else:
            self._now.set()

    def stop(self) -> None:
        """End the thread."""
        self._stopping = True
        self._now.set()
        self._thread.join(2)

    def _watch(self) -> None:
        seen, changed_at = None, 0.0
        connection = connections["default"]
        while not self._stopping:
            try:
                # A commit of this connection would not change the number that it reads: it only reads.
                connection.ensure_connection()
                version = connection.connection.execute("PRAGMA data_version").fetchone()[0]
            except DatabaseError as error:
                logger.warning("The bell cannot read the database: %s", type(error).__name__)
                connection.close()
                self._now.wait(1)
                continue
            if version != seen:
                seen, changed_at = version, time.monotonic()
                for topic in TOPICS:
                    _tell(self._ears, topic)
            is_calm = time.monotonic() - changed_at > CALM_AFTER_SECONDS
            self._now.wait(CALM_POLL_SECONDS if is_calm else POLL_SECONDS)
            self._now.clear()
        connection.close()


class PostgresBell:
    """Notifies and listens, each on a connection of its own."""

    def __init__(self) -> None:
        self._ears: list[Ear] = []
        self._waiting: dict[str, None] = {}
        self._lock = threading.Lock()
        self._now = threading.Event()
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._notify, name="bell-rings", daemon=True),
            threading.Thread(target=self._listen, name="bell-listens", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def listen(self, ear: Ear) -> None:
        """Call `ear` at each ring."""
        self._ears.append(ear)

    def ring(self, ring: Ring) -> None:
        """Leave the word to the thread that notifies; the same word said twice meanwhile is said once."""
        word = f"{ring.kind}:{ring.number}" if isinstance(ring, Nudge) else ring
        with self._lock:
            self._waiting[word] = None
        self._now.set()

    def stop(self) -> None:
        """End the threads; the one that listens notices within a second."""
        self._stopping = True
        self._now.set()
        for thread in self._threads:
            thread.join(2)

    def _notify(self) -> None:
        connection = connections["default"]
        while not self._stopping:
            self._now.wait()
            self._now.clear()
            words = self._take()
            if not words:
                continue
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, " ".join(words)])
            except DatabaseError as error:
                logger.warning("The bell cannot notify: %s", type(error).__name__)
                connection.close()
                self._put_back(words)
                threading.Event().wait(1)
            # What is rung meanwhile goes in one notification: a NOTIFY locks the whole server as it commits.
            threading.Event().wait(REST_SECONDS)
        connection.close()

    def _take(self) -> list[str]:
        with self._lock:
            words = list(self._waiting)[:NUDGES_AT_ONCE]
            for word in words:
                del self._waiting[word]
            if self._waiting:
                self._now.set()
        return words

    def _put_back(self, words: list[str]) -> None:
        with self._lock:
            self._waiting = dict.fromkeys(words) | self._waiting
        self._now.set()

    def _listen(self) -> None:
        connection = connections["default"]
        while not self._stopping:
            try:
                connection.ensure_connection()
                with connection.cursor() as cursor:
                    cursor.execute(f"LISTEN {CHANNEL}")
                # Whatever was rung while nobody listened is lost: everyone looks once.
                for topic in TOPICS:
                    _tell(self._ears, topic)
                self._hear(connection.connection)
            except Exception as error:  # the driver's own errors are not Django's
                logger.warning("The bell cannot listen: %s", type(error).__name__)
                connection.close()
                threading.Event().wait(1)
        connection.close()

    def _hear(self, raw: "psycopg.Connection[object]") -> None:
        while not self._stopping:
            for notification in raw.notifies(timeout=1, stop_after=1):
                for word in notification.payload.split():
                    _tell(self._ears, _ring(word))


def _ring(word: str) -> Ring:
    kind, colon, number = word.partition(":")
    if colon:
        return Nudge(kind, int(number))
    return "recorded" if word == "recorded" else "advanced"


def _tell(ears: list[Ear], ring: Ring) -> None:
    for ear in ears:
        try:
            ear(ring)
        except Exception as error:
            logger.error("An ear of the bell failed: %s", type(error).__name__)  # noqa: TRY400 — names, no values


_bell: Bell | None = None


def start() -> Bell:
    """Start the bell of this process, once, and ring it after each commit that recorded a fact."""
    global _bell  # noqa: PLW0603 — one bell a process
    if _bell is None:
        _bell = PostgresBell() if connections["default"].vendor == "postgresql" else SqliteBell()
        record.on_recorded(recorded)
    return _bell


def stop() -> None:
    """Stop the bell of this process."""
    global _bell  # noqa: PLW0603 — one bell a process
    if _bell is not None:
        _bell.stop()
        _bell = None


def recorded() -> None:
    """Say that facts were committed: the sequencer has work."""
    if _bell is not None:
        _bell.ring("recorded")


def advanced() -> None:
    """Say that the journal has new positions: followers and streams have work."""
    if _bell is not None:
        _bell.ring("advanced")


def nudge(kind: str, number: int) -> None:
    """Say that something passing happened: `nudge("conversation", 42)` when someone types there."""
    if _bell is not None:
        _bell.ring(Nudge(kind, number))
