"""Asking ClamAV what a file holds: its daemon `clamd`, over a socket, a piece at a time.

Never inside a transaction: a scan lasts as long as it lasts, and others would wait for the database.
"""

import contextlib
import logging
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

Verdict = Literal["", "clean", "infected", "large", "waiting"]
# Each kept file says one of these. Nobody asked; nothing found; found; the scanner takes nothing so large;
# the scanner was away: asked again later.
UNASKED: Verdict = ""
CLEAN: Verdict = "clean"
INFECTED: Verdict = "infected"
LARGE: Verdict = "large"
WAITING: Verdict = "waiting"

PIECE = 1 << 16
CONNECT_SECONDS = 3.0
# ClamAV ends what takes it longer than two minutes (MaxScanTime) by itself.
ANSWER_SECONDS = 130.0
# A scanner that is away is left in peace for so long: files wait, their letters do not.
REST_SECONDS = 20.0
LONGEST_ANSWER = 4096
logger = logging.getLogger(__name__)
_rests_until = 0.0


@dataclass(frozen=True)
class Scanned:
    """What was found; `virus` is the name that the signature gives it."""

    verdict: Verdict
    virus: str = ""


class Away(Exception):
    """The scanner does not answer, or in words that we do not know."""


class Unsearchable(Exception):
    """The scanner is there, and could not search these bytes: it may well search others."""


def is_configured() -> bool:
    """True when this installation names a scanner."""
    return bool(settings.CLAMD)


def scanned(chunks: Iterable[bytes]) -> Scanned:
    """Say what the scanner finds in these bytes; `waiting` while it is away, nothing where there is none."""
    global _rests_until  # noqa: PLW0603 -- one scanner for the whole process
    if not is_configured():
        return Scanned(UNASKED)
    if time.monotonic() < _rests_until:
        return Scanned(WAITING)
    try:
        return ask(chunks)
    except Unsearchable as error:
        logger.warning("The search for viruses failed on one file: %s", error)
        return Scanned(WAITING)
    except Away as away:
        _rests_until = time.monotonic() + REST_SECONDS
        logger.warning("The search for viruses does not answer: %s", away)
        return Scanned(WAITING)


def ask(chunks: Iterable[bytes]) -> Scanned:
    """Give the bytes to clamd (INSTREAM) and read its verdict. Raises Away, Unsearchable."""
    with _line() as line:
        _say(line, b"zINSTREAM\0")
        # When it has enough it says so and hangs up: its word is read all the same.
        with contextlib.suppress(Away):
            for piece in _pieces(chunks):
                _say(line, len(piece).to_bytes(4, "big") + piece)
            _say(line, bytes(4))
        return _read(_answer(line))


def answers() -> bool:
    """True when the scanner is there."""
    try:
        with _line() as line:
            _say(line, b"zPING\0")
            return _answer(line) == "PONG"
    except Away:
        return False


def _read(answer: str) -> Scanned:
    """Understand `stream: OK`, `stream: Name FOUND`, `INSTREAM size limit exceeded. ERROR`."""
    if answer.endswith(": OK"):
        return Scanned(CLEAN)
    if answer.endswith(" FOUND"):
        return Scanned(INFECTED, answer.partition(": ")[2].removesuffix(" FOUND").strip()[:100])
    if "size limit exceeded" in answer:
        return Scanned(LARGE)
    if answer.endswith(" ERROR"):
        raise Unsearchable(answer[:100])
    raise Away(answer[:100] or "it hung up")


@contextlib.contextmanager
def _line() -> Iterator[socket.socket]:
    """Connect to `/path/of/a/socket`, or to `host:port`."""
    try:
        line = _connected(settings.CLAMD)
    except (OSError, ValueError) as error:
        raise Away(type(error).__name__) from error
    with line:
        line.settimeout(ANSWER_SECONDS)
        yield line


def _connected(where: str) -> socket.socket:
    if not where.startswith("/"):
        host, _colon, port = where.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(CONNECT_SECONDS)
        line.connect(where)
    except OSError:
        line.close()
        raise
    return line


def _say(line: socket.socket, words: bytes) -> None:
    try:
        line.sendall(words)
    except OSError as error:
        raise Away(type(error).__name__) from error


def _answer(line: socket.socket) -> str:
    """Read up to the zero byte that ends an answer, or to the end."""
    told = b""
    try:
        while b"\0" not in told and len(told) < LONGEST_ANSWER:
            if not (piece := line.recv(LONGEST_ANSWER)):
                break
            told += piece
    except OSError as error:
        raise Away(type(error).__name__) from error
    return told.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), PIECE):
            yield chunk[start : start + PIECE]
