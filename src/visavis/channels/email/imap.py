"""A talk with an IMAP server: what is there by UID, the bytes of each mail in pieces, nothing marked.

imap-tools connects, encodes the names of folders and idles. The rest is said in IMAP's own words, in sets and
pieces, since its readers hold whole mails in memory and mark them.
"""

from __future__ import annotations

import imaplib
import re
import select
import socket
import ssl
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from visavis.domain.errors import Refused
from visavis.domain.intake.sealing import unseal

from . import oauth
from .faults import (
    CUT,
    FOLDER,
    HOST,
    MOVE_TO,
    PASSWORD,
    REFUSED,
    SEALED,
    SECURITY,
    SLOW,
    TOKEN,
    UNFETCHABLE,
    Fault,
    fault_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from visavis.domain.intake.models import Mailbox

SECONDS = 30.0
PIECE = 262_144  # what is held in memory of one mail
AT_ONCE = 50  # mails in one answer
BYTES_AT_ONCE = 2_000_000
# A search answers in one line, and imaplib reads lines of a megabyte at most.
WINDOW = 50_000
LISTED_AT_ONCE = 500
LOOK_SECONDS = 1.0
TROUBLES = (OSError, imaplib.IMAP4.error, ImapToolsError, ValueError)
# What a server says when the account is right and the moment is not (RFC 5530; Microsoft has its own words).
LATER = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|THROTTLED)\]|not connected", re.IGNORECASE)

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')


@dataclass(frozen=True)
class Found:
    """One mail on the server; `size` is what the server says, which may be wrong."""

    uid: int
    received_at: datetime | None
    size: int


class Session:
    """One talk about one folder; every method raises Fault when it cannot go on."""

    def __init__(self, box: BaseMailBox, mailbox: Mailbox) -> None:
        self.box = box
        self._mailbox = mailbox
        self.uid_validity = 0
        self.uid_next: int | None = None

    # --- The folder ----------------------------------------------------------------------------------------

    def select(self) -> None:
        """Open the folder; only to read when nothing will be moved."""
        mailbox, client = self._mailbox, self.box.client
        try:
            self.box.folder.set(mailbox.folder, readonly=mailbox.after_storing != "move")
        except ImapToolsError as error:
            raise Fault(FOLDER, error) from None
        except TROUBLES as error:
            raise fault_of(error) from error
        validity, following = _number(client.response("UIDVALIDITY")), _number(client.response("UIDNEXT"))
        if validity is None:
            raise Fault(FOLDER, "the server gives no UIDVALIDITY")
        self.uid_validity, self.uid_next = validity, following

    def has_folder(self, name: str) -> bool:
        """Say whether there is such a folder."""
        with troubles():
            return bool(self.box.folder.exists(name))

    # --- What is there -------------------------------------------------------------------------------------

    def uids(self) -> list[int]:
        """Return every UID of the folder, ascending; in windows, whatever their number."""
        if self.uid_next is None:
            return self._search("ALL")
        found: list[int] = []
        for first in range(1, self.uid_next, WINDOW):
            found += self._search(f"UID {first}:{min(first + WINDOW, self.uid_next) - 1}")
        # What came since the folder was opened.
        return sorted({*found, *self.uids_after(self.uid_next - 1)})

    def uids_after(self, uid: int) -> list[int]:
        """Return the UIDs above this one, ascending. (`n:*` always names the last mail, even below n.)"""
        return [found for found in self._search(f"UID {uid + 1}:*") if found > uid]

    def listed(self, uids: Iterable[int]) -> Iterator[Found]:
        """Give date and size of these mails; those that went meanwhile are left out."""
        for some in slices(sorted(uids), LISTED_AT_ONCE):
            for answer in self._fetch(some, "(UID INTERNALDATE RFC822.SIZE)"):
                text = answer if isinstance(answer, bytes) else b"".join(answer)
                uid, size, date = _UID.search(text), _SIZE.search(text), _DATE.search(text)
                if uid and size:
                    yield Found(int(uid[1]), _instant(date[1]) if date else None, int(size[1]))

    # --- The bytes -----------------------------------------------------------------------------------------

    def beginnings(self, mails: Sequence[Found]) -> dict[int, bytes]:
        """Return the first piece of each mail by UID; those that went meanwhile are left out."""
        answers = self._fetch([mail.uid for mail in mails], f"(UID BODY.PEEK[]<0.{PIECE}>)")
        return dict(_bodies(answers))

    def rest(self, mail: Found, beginning: bytes) -> Iterator[bytes]:
        """Give the mail from its beginning to its end, piece by piece."""
        yield beginning
        offset, piece = len(beginning), beginning
        # The size that a server announces may be wrong: a short piece beyond it is the end, and an empty one.
        while piece and not (len(piece) < PIECE and offset >= mail.size):
            answers = self._fetch([mail.uid], f"(UID BODY.PEEK[]<{offset}.{PIECE}>)")
            piece = dict(_bodies(answers)).get(mail.uid, b"")
            if not piece and offset < mail.size and not self._search(f"UID {mail.uid}"):
                raise Fault(UNFETCHABLE, "the mail went while it was fetched")
            offset += len(piece)
            yield piece

    # --- Afterwards ----------------------------------------------------------------------------------------

    def move(self, uids: Sequence[int], to: str) -> None:
        """Move stored mails to another folder of the server; nothing else is ever expunged."""
        for some in slices(sorted(uids), LISTED_AT_ONCE):
            self._move(_set(some), encode_folder(to))

    def _move(self, uids: str, to: bytes) -> None:
        client = self.box.client
        capabilities = client.capabilities
        with troubles():
            if "MOVE" in capabilities:
                return _must(client.uid("MOVE", uids, to), MOVE_TO)  # type: ignore[arg-type]  # bytes are sent as they are
            _must(client.uid("COPY", uids, to), MOVE_TO)  # type: ignore[arg-type]  # the same
            _must(client.uid("STORE", uids, "+FLAGS.SILENT", "(\\Deleted)"), MOVE_TO)
            if "UIDPLUS" in capabilities:  # without it EXPUNGE would take what others marked
                _must(client.uid("EXPUNGE", uids), MOVE_TO)
        return None

    # --- Waiting -------------------------------------------------------------------------------------------

    @property
    def may_idle(self) -> bool:
        """True when the server tells of new mail by itself."""
        return "IDLE" in self.box.client.capabilities

    def wait(self, seconds: float, *, stopping: Callable[[], bool]) -> None:
        """Return when the server has something to tell, after `seconds`, or when we stop.

        A server without IDLE is left alone meanwhile.
        """
        limit = time.monotonic() + seconds
        if not self.may_idle:
            while time.monotonic() < limit and not stopping():
                time.sleep(min(LOOK_SECONDS, seconds))
            return
        with troubles():
            self.box.idle.start()  # type: ignore[no-untyped-call]  # the library gives it no type
            while not self._has_word() and time.monotonic() < limit and not stopping():
                pass
            self.box.idle.stop()  # type: ignore[no-untyped-call]  # the same

    def _has_word(self) -> bool:
        connection = self.box.client.sock
        if isinstance(connection, ssl.SSLSocket) and connection.pending():
            return True
        poll = select.poll()
        poll.register(connection, select.POLLIN)
        return bool(poll.poll(LOOK_SECONDS * 1000))

    # --- IMAP ----------------------------------------------------------------------------------------------

    def _search(self, criterion: str) -> list[int]:
        with troubles():
            status, told = self.box.client.uid("SEARCH", criterion)
        if status != "OK":
            raise Fault(CUT, told)
        return sorted({int(number) for line in told if line for number in line.split()})

    def _fetch(self, uids: Sequence[int], what: str) -> list[Any]:
        with troubles():
            status, told = self.box.client.uid("FETCH", _set(uids), what)
        if status != "OK":
            raise Fault(UNFETCHABLE, told)
        return [answer for answer in told if answer]


@contextmanager
def session(mailbox: Mailbox) -> Iterator[Session]:
    """Open a talk in the name of this mailbox, and end it politely. Raises Fault."""
    box = _connected(mailbox)
    try:
        _sign_in(box, mailbox)
        yield Session(box, mailbox)
    finally:
        with suppress(*TROUBLES):
            box.client.sock.settimeout(5)
            box.logout()
        with suppress(OSError):
            box.client.shutdown()


def _connected(mailbox: Mailbox) -> BaseMailBox:
    try:
        return _box(mailbox)
    except imaplib.IMAP4.error as error:
        # STARTTLS that is not offered, a door closed before its greeting, or a greeting that is none.
        is_later = "BYE" in str(error) or LATER.search(str(error))
        raise Fault(REFUSED if is_later else SECURITY, error) from None
    except ImapToolsError as error:
        raise Fault(SECURITY, error) from None
    except TimeoutError as error:
        # Who speaks in clear to a port of TLS waits for a greeting that never comes.
        is_there = mailbox.imap_security != "tls" and _listens(mailbox.imap_host, mailbox.imap_port)
        raise Fault(SECURITY if is_there else SLOW, error) from None
    except OSError as error:
        raise fault_of(error) from error
    except ValueError as error:
        raise Fault(HOST if isinstance(error, UnicodeError) else SECURITY, error) from None


def _box(mailbox: Mailbox) -> BaseMailBox:
    host, port = mailbox.imap_host, mailbox.imap_port
    if mailbox.imap_security == "none":
        return MailBoxUnencrypted(host, port, timeout=SECONDS)
    kind = MailBox if mailbox.imap_security == "tls" else MailBoxStartTls
    return kind(host, port, timeout=SECONDS, ssl_context=ssl.create_default_context())


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), SECONDS).close()
    except OSError:
        return False
    return True


def _sign_in(box: BaseMailBox, mailbox: Mailbox) -> None:
    try:
        if mailbox.way == "password":
            _by_password(box, mailbox.user or mailbox.address, unseal(mailbox.secret))
        else:
            box.xoauth2(mailbox.user or mailbox.address, oauth.access_token(mailbox), initial_folder=None)
    except Refused:
        raise Fault(SEALED) from None
    except imaplib.IMAP4.abort as error:
        raise Fault(REFUSED if LATER.search(str(error)) else CUT, error) from error
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        if LATER.search(str(error)):
            raise Fault(REFUSED, error) from None
        if mailbox.way != "password":
            oauth.forget_token(mailbox)
            raise Fault(TOKEN, error) from None
        raise Fault(PASSWORD) from None  # its words may repeat what was typed
    except (OSError, ValueError) as error:
        raise fault_of(error) from error
    with troubles():
        # Many say more once they know who asks, and imaplib keeps what was said before.
        status, told = box.client.capability()
    if status == "OK" and told and told[-1]:
        box.client.capabilities = tuple(told[-1].decode("ascii", "replace").upper().split())


def _by_password(box: BaseMailBox, user: str, password: str) -> None:
    """LOGIN is understood everywhere but knows ASCII only."""
    if (user + password).isascii():
        box.login(user, password, initial_folder=None)
    else:
        box.login_utf8(user, password, initial_folder=None)


def test_settings(mailbox: Mailbox) -> str:
    """Try what was typed, whether the mailbox is kept or not; return the code of what is wrong, or ""."""
    try:
        with session(mailbox) as talk:
            talk.select()
            talk.uids_after((talk.uid_next or 1) - 1)
            if mailbox.after_storing == "move" and not talk.has_folder(mailbox.move_to):
                return MOVE_TO
    except Fault as fault:
        return fault.code
    return ""


@contextmanager
def troubles() -> Iterator[None]:
    """What the network and the library raise, as Fault."""
    try:
        yield
    except imaplib.IMAP4.abort as error:
        raise Fault(CUT, error) from error
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise Fault(UNFETCHABLE, error) from error
    except (OSError, ValueError) as error:
        raise Fault(CUT, error) from error


def _must(answer: tuple[str, list[Any]], code: str) -> None:
    status, told = answer
    if status != "OK":
        raise Fault(code, told)


def _number(answer: tuple[str, list[Any]]) -> int | None:
    values = [value for value in answer[1] if value]
    return int(values[-1]) if values and values[-1].isdigit() else None


def _bodies(answers: Sequence[Any]) -> Iterator[tuple[int, bytes]]:
    """Read (UID, bytes) out of the answer to one FETCH; imaplib gives a literal as (before it, its bytes)."""
    for place, answer in enumerate(answers):
        if isinstance(answer, tuple):
            after = answers[place + 1] if place + 1 < len(answers) else b""
            uid = _UID.search(answer[0]) or (_UID.search(after) if isinstance(after, bytes) else None)
            if uid:
                yield int(uid[1]), answer[1]
        elif b"BODY[]" in answer and (uid := _UID.search(answer)):
            yield int(uid[1]), b""  # nothing, or beyond the end: no literal


def _instant(told: bytes) -> datetime | None:
    """INTERNALDATE, as `17-Jul-2026 02:44:25 +0200`."""
    try:
        return datetime.strptime(told.decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _set(uids: Sequence[int]) -> str:
    """Write ascending UIDs as IMAP does: 1:4,7."""
    runs: list[list[int]] = []
    for uid in uids:
        if runs and runs[-1][1] == uid - 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in runs)


def slices(uids: Sequence[int], most: int) -> Iterator[Sequence[int]]:
    """Give them so many at a time."""
    return (uids[start : start + most] for start in range(0, len(uids), most))
