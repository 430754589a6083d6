"""LMTP (RFC 2033): how a mail server on the same machine hands mail over, and is told for each recipient.

Written here rather than on aiosmtpd, which gathers a whole mail in memory before it says so, and answers
once for all recipients: LMTP exists to answer for each. Bytes go to disk as they come; a 250 after DATA is
said when the mail stands in the ledger, never before.
"""

from __future__ import annotations

import errno
import logging
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Protocol

from django.conf import settings
from django.db import DatabaseError, connections

from visavis.domain.errors import Refused, TooMany
from visavis.domain.intake.operations import take_mail
from visavis.domain.intake.queries import mailbox_of_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from visavis.domain.intake.models import Mailbox

# RFC 5321 asks for 512 at least; what is longer is a trap or a broken program.
MOST_COMMAND = 2048
MOST_RECIPIENTS = 100
MOST_MISTAKES = 20
IN_MEMORY = 1_000_000
PIECE = 65_536
PATH = re.compile(r"^(?:FROM|TO):\s*<([^<>]*)>\s*(.*)$", re.IGNORECASE)
SIZE = re.compile(r"\bSIZE=(\d{1,15})\b", re.IGNORECASE)
LATER = "451 4.3.0 We cannot keep it now. Try again later"
FULL = "452 4.3.1 There is no room to keep it now. Try again later"
TOO_LARGE = "552 5.3.4 This mail is too large"
logger = logging.getLogger(__name__)


class Reader(Protocol):
    """Where the other speaks from."""

    def readline(self, size: int = -1, /) -> bytes:
        """Return one line, or its beginning; empty when nobody is there any more."""


class Gone(Exception):
    """The other is not there any more: nothing that was not answered for was kept."""


@dataclass
class Envelope:
    """The mail that is being handed over."""

    sender: str | None = None
    recipients: list[tuple[str, Mailbox]] = field(default_factory=list)


class Conversation:
    """One connection, from its greeting to its end."""

    GREETING = "220 Vis-a-vis LMTP"

    def __init__(self, reader: Reader, say: Callable[[bytes], object]) -> None:
        self._reader = reader
        self._say = say
        self._envelope = Envelope()
        self._mistakes = 0
        self._is_over = False
        self._verbs = {
            "LHLO": self._greet,
            "MAIL": self._mail,
            "RCPT": self._recipient,
            "DATA": self._data,
            "RSET": self._reset,
            "NOOP": lambda _given: self._tell("250 2.0.0 Yes"),
            "VRFY": lambda _given: self._tell("252 2.1.5 Send it, we shall see"),
            "QUIT": self._quit,
        }

    def run(self) -> None:
        """Answer until the other goes."""
        self._tell(self.GREETING)
        while not self._is_over:
            try:
                line = self._line(MOST_COMMAND)
            except Gone:
                return
            verb, _, given = line.decode("utf-8", "replace").strip().partition(" ")
            answer = self._verbs.get(verb.upper())
            if answer is None:
                self._mistake("500 5.5.1 We do not know this command")
            else:
                answer(given.strip())

    # --- Commands ------------------------------------------------------------------------------------------

    def _greet(self, _name: str) -> None:
        self._envelope = Envelope()
        told = ("visavis", "PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
        for word in told:
            self._tell(f"250-{word}")
        self._tell(f"250 SIZE {settings.MAX_MAIL_BYTES}")

    def _mail(self, given: str) -> None:
        found = PATH.match(given)
        if found is None:
            return self._mistake("501 5.5.4 MAIL FROM:<address>")
        size = SIZE.search(found[2])
        if size and int(size[1]) > settings.MAX_MAIL_BYTES:
            return self._tell(TOO_LARGE)
        self._envelope = Envelope(sender=found[1])
        return self._tell("250 2.1.0 Go on")

    def _recipient(self, given: str) -> None:
        found = PATH.match(given)
        if found is None:
            return self._mistake("501 5.5.4 RCPT TO:<address>")
        if self._envelope.sender is None:
            return self._mistake("503 5.5.1 MAIL first")
        if len(self._envelope.recipients) >= MOST_RECIPIENTS:
            return self._tell("452 4.5.3 So many at a time; send the others apart")
        try:
            mailbox = mailbox_of_address(found[1])
        except DatabaseError:
            return self._later()
        if mailbox is None:
            return self._mistake("550 5.1.1 Nobody is written to at this address here")
        self._envelope.recipients.append((found[1], mailbox))
        return self._tell("250 2.1.5 Go on")

    def _data(self, _given: str) -> None:
        envelope, self._envelope = self._envelope, Envelope()
        if not envelope.recipients:
            return self._mistake("503 5.5.1 RCPT first")
        self._tell("354 Go on; end with a dot")
        with _place() as mail:
            trouble = self._spool(mail)
            for address, mailbox in envelope.recipients:
                self._tell(trouble or kept(mailbox, mail, sender=envelope.sender or "", address=address))
        return None

    def _reset(self, _given: str) -> None:
        self._envelope = Envelope()
        self._tell("250 2.0.0 Forgotten")

    def _quit(self, _given: str) -> None:
        self._is_over = True
        self._tell("221 2.0.0 Until next time")

    # --- Bytes ---------------------------------------------------------------------------------------------

    def _spool(self, mail: IO[bytes]) -> str:
        """Write the mail down to its last line; return the answer when that cannot be.

        What follows a trouble is read and dropped: the other listens only at the end.
        """
        trouble, size = "", 0
        for line in self._lines():
            size += len(line)
            if trouble:
                continue
            if size > settings.MAX_MAIL_BYTES:
                trouble = TOO_LARGE
                continue
            trouble = _trouble(lambda line=line: mail.write(line))  # type: ignore[misc]  # mypy: default of a lambda
        # The last bytes may wait in memory for the disk.
        return trouble or _trouble(mail.flush)

    def _lines(self) -> Iterator[bytes]:
        """Give the lines of the mail up to the dot alone, without the dot that was put before others.

        Only CRLF, dot, CRLF ends it: who takes a lone LF for an end lets a second mail be smuggled in.
        """
        before = b"\r\n"
        while True:
            line = self._reader.readline(PIECE)
            if not line:
                raise Gone
            if before == b"\r\n" and line.startswith(b"."):
                if line == b".\r\n":
                    return
                line = line[1:]
            before = (before + line)[-2:]  # a long line comes in pieces, cut anywhere
            yield line

    def _line(self, most: int) -> bytes:
        try:
            line = self._reader.readline(most)
        except OSError:
            raise Gone from None
        if not line.endswith(b"\n"):
            raise Gone
        return line

    def _mistake(self, answer: str) -> None:
        self._mistakes += 1
        self._tell(answer)
        if self._mistakes >= MOST_MISTAKES:
            self._is_over = True

    def _later(self) -> None:
        connections["default"].close()
        self._tell(LATER)

    def _tell(self, answer: str) -> None:
        self._say(answer.encode() + b"\r\n")


def _trouble(write: Callable[[], object]) -> str:
    """Write; return the answer when that cannot be."""
    try:
        write()
    except OSError as error:
        return _no_room(error)
    return ""


def _no_room(error: OSError) -> str:
    return FULL if error.errno in {errno.ENOSPC, errno.EDQUOT} else LATER


@contextmanager
def _place() -> Iterator[IO[bytes]]:
    """Give a place for a mail; what a full disk did not take is dropped in silence."""
    mail = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- closing it may fail
    try:
        yield mail
    finally:
        with suppress(OSError):
            mail.close()


def kept(mailbox: Mailbox, mail: IO[bytes], *, sender: str, address: str) -> str:
    """Take the mail for one recipient; return the answer: 250 when it stands in the ledger."""
    mail.seek(0)
    try:
        arrival = take_mail(
            mailbox,
            iter(lambda: mail.read(PIECE), b""),
            door="lmtp",
            envelope_from=sender,
            envelope_to=address,
        )
    except TooMany:
        return TOO_LARGE
    except Refused as refused:
        return f"554 5.6.0 {refused.code}"
    except DatabaseError:
        connections["default"].close()
        return LATER
    except OSError as error:
        return _no_room(error)
    return f"250 2.1.5 Kept as {arrival.pk}"
