"""Speaks to the mail server of a brand: a letter is taken, refused, put off, or left in doubt."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
import time
from base64 import b64encode
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from visavis.domain.crash_points import here
from visavis.domain.errors import Refused
from visavis.domain.intake.sealing import unseal

from . import oauth
from .faults import CUT, PASSWORD, SEALED, SECURITY, SLOW, Fault, fault_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from visavis.domain.intake.models import Mailbox

CONNECT_SECONDS = 20
# RFC 5321 lets a server think for ten minutes after the last dot; a worker waits five, then there is a doubt.
ANSWER_SECONDS = 60
LAST_ANSWER_SECONDS = 300
# Saying to whom; deliveries/operations.py counts on it (TAKEN_FOR).
ENVELOPE_SECONDS = 60
PIECE = 1 << 16
# What smtplib raises is an OSError too.
LOST = OSError

# Codes of our own, beside those of faults.py; each has its sentence in domain/deliveries/sentences.py.
LATER = "later"  # the server says: not now
RECIPIENTS = "recipients"  # it takes it for none of the addresses
LETTER = "letter"  # it refuses the letter itself
SENDER = "sender"  # it does not let us send from this address
TOO_LARGE = "too_large"


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where letters of a mailbox leave, and as whom. `token` rather than `secret`: XOAUTH2."""

    host: str
    port: int
    security: str
    user: str = ""
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    sender: str = ""


@dataclass(frozen=True)
class Answer:
    """What a server said of one address, or of all: 421 and so on, 4.7.0 and so on, its words."""

    code: int
    status: str
    words: str
    address: str = ""

    @property
    def is_final(self) -> bool:
        """True when it will always say so."""
        return 500 <= self.code < 600


@dataclass(frozen=True)
class Taken:
    """A server took the letter for these addresses; `refused` those that it did not take it for."""

    reached: Sequence[str]
    refused: Sequence[Answer]
    words: str


class NotTaken(Exception):
    """No server took the letter for anybody: later when `is_final` is false; `fault` is told to a person."""

    def __init__(
        self, fault: str, words: str = "", *, is_final: bool, refused: Sequence[Answer] = ()
    ) -> None:
        super().__init__(fault)
        self.fault, self.words, self.is_final, self.refused = fault, words, is_final, refused


class Doubt(Exception):
    """The line broke after we began to tell the letter: the server may have taken it."""


class NotOurs(Exception):
    """Another took the letter over before we told it."""


def send(
    server: Server, recipients: Sequence[str], letter: IO[bytes], *, may_tell: Callable[[], bool]
) -> Taken:
    """Tell the letter to the server, once.

    may_tell: called just before the telling; when it says no, nothing is told (NotOurs).
    Raises NotTaken when the server certainly has it not, Doubt when nobody knows.
    """
    with _session(server) as session:
        reached, refused = _envelope(session, server, recipients, letter)
        if not may_tell():
            raise NotOurs
        _announce(session)
        try:
            _tell(session, letter)
            here("smtp.told")
            answer = _answer(*session.getreply())
        except LOST as error:
            raise Doubt(type(error).__name__) from error
        here("smtp.answered")
        if answer.code // 100 != 2:
            raise _not_taken(answer, recipients)
        return Taken(reached, refused, answer.words)


def try_settings(mailbox: Mailbox) -> Fault | None:
    """Speak to the outgoing server up to the sender, and send nothing; what is wrong, or None.

    The mailbox may be one that is being typed and has no row yet.
    """
    try:
        server = server_of(mailbox)
        with _session(server) as session:
            answer = _answer(*session.mail(server.sender))
            return None if answer.code // 100 == 2 else Fault(SENDER, answer.words)
    except NotTaken as wrong:
        return Fault(wrong.fault, wrong.words)


def server_of(mailbox: Mailbox) -> Server:
    """Return the outgoing server of a mailbox, signed in as for fetching by default. Raises NotTaken."""
    user = mailbox.smtp_user or mailbox.user
    try:
        secret = unseal(mailbox.smtp_secret or mailbox.secret) if mailbox.way == "password" else ""
        token = "" if mailbox.way == "password" else oauth.access_token(mailbox, outgoing=True)
    except Refused as error:
        raise NotTaken(SEALED, is_final=False) from error
    except Fault as fault:
        raise NotTaken(fault.code, fault.detail, is_final=False) from fault
    return Server(
        host=mailbox.smtp_host,
        port=mailbox.smtp_port,
        security=mailbox.smtp_security,
        user=user or (mailbox.address if secret or token else ""),
        secret=secret,
        token=token,
        sender=mailbox.address,
    )


# --- The steps ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _session(server: Server) -> Iterator[smtplib.SMTP]:
    """Give a session that is signed in; whatever breaks until then is known to have told nothing."""
    try:
        session = _connected(server)
    except smtplib.SMTPResponseException as error:
        raise NotTaken(LATER, f"{error.smtp_code} {_bytes(error.smtp_error)}", is_final=False) from error
    except smtplib.SMTPException as error:
        raise NotTaken(CUT, _said(error), is_final=False) from error
    except (OSError, UnicodeError) as error:
        fault = fault_of(error)
        raise NotTaken(fault.code, fault.detail, is_final=False) from error
    try:
        yield session
    except LOST as error:
        raise NotTaken(CUT, _said(error), is_final=False) from error
    finally:
        # Its answer is not waited for: what it took before is written down the sooner.
        with contextlib.suppress(LOST):
            session.putcmd("QUIT")
        session.close()


def _connected(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        session: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=CONNECT_SECONDS, context=context
        )
    else:
        session = smtplib.SMTP(server.host, server.port, timeout=CONNECT_SECONDS)
    try:
        if session.sock is not None:
            session.sock.settimeout(ANSWER_SECONDS)
        session.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            _cover(session, context)
        _sign_in(session, server)
    except BaseException:
        session.close()
        raise
    return session


def _cover(session: smtplib.SMTP, context: ssl.SSLContext) -> None:
    """Go on under TLS; never in the open instead."""
    if not session.has_extn("starttls"):
        raise NotTaken(SECURITY, is_final=False)
    session.starttls(context=context)
    session.ehlo_or_helo_if_needed()


def _sign_in(session: smtplib.SMTP, server: Server) -> None:
    """A password, or a token (XOAUTH2); nothing for a server of the house that asks for nothing."""
    if not server.user:
        return
    try:
        if server.token:
            _by_token(session, server)
        elif server.secret:
            session.login(server.user, server.secret)
    except smtplib.SMTPAuthenticationError as error:
        raise NotTaken(PASSWORD, _bytes(error.smtp_error), is_final=False) from error
    except smtplib.SMTPNotSupportedError as error:
        raise NotTaken(PASSWORD, _said(error), is_final=False) from error


def _by_token(session: smtplib.SMTP, server: Server) -> None:
    told = f"user={server.user}\x01auth=Bearer {server.token}\x01\x01"
    code, words = session.docmd("AUTH", "XOAUTH2 " + b64encode(told.encode()).decode("ascii"))
    if code == 334:  # the reason of the refusal, which wants an empty line for an answer
        code, words = session.docmd("")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, words)


def _envelope(
    session: smtplib.SMTP, server: Server, recipients: Sequence[str], letter: IO[bytes]
) -> tuple[list[str], list[Answer]]:
    """Say who sends, and to whom; raises NotTaken when nobody is left."""
    options = [f"size={_size(letter)}"] if session.has_extn("size") else []
    answer = _answer(*session.mail(server.sender, options))
    if answer.code // 100 != 2:
        fault = TOO_LARGE if answer.code == 552 or answer.status == "5.3.4" else SENDER
        raise NotTaken(fault if answer.is_final else LATER, answer.words, is_final=answer.is_final)
    reached, refused = [], []
    limit = time.monotonic() + ENVELOPE_SECONDS
    for address in recipients:
        if time.monotonic() > limit:
            raise NotTaken(SLOW, is_final=False)
        answer = _recipient(session, address)
        if answer.code // 100 == 2:
            reached.append(address)
        else:
            refused.append(answer)
    if not reached:
        is_final = all(one.is_final for one in refused)
        first = next((one for one in refused if one.is_final == is_final), Answer(550, "", "", ""))
        raise NotTaken(RECIPIENTS if is_final else LATER, first.words, is_final=is_final, refused=refused)
    return reached, refused


def _recipient(session: smtplib.SMTP, address: str) -> Answer:
    """Say one address; those that only SMTPUTF8 could say are refused here, with the code of RFC 6531."""
    wired = _wired(address)
    if not wired.isascii():
        return Answer(553, "5.6.7", "553 5.6.7 non-ASCII address", address)
    return _answer(*session.rcpt(wired), address=address)


def _announce(session: smtplib.SMTP) -> None:
    """DATA; until it says 354, nothing of the letter was told."""
    answer = _answer(*session.docmd("DATA"))
    if answer.code != 354:
        raise _not_taken(answer, ())


def _tell(session: smtplib.SMTP, letter: IO[bytes]) -> None:
    """The lines, those that begin with a dot with one more, and the last dot alone."""
    if session.sock is None:
        raise smtplib.SMTPServerDisconnected
    letter.seek(0)
    held: list[bytes] = []
    size = 0
    for line in letter:
        held.append(b"." + line if line.startswith(b".") else line)
        size += len(line)
        if size > PIECE:
            session.sock.sendall(b"".join(held))
            held, size = [], 0
    session.sock.settimeout(LAST_ANSWER_SECONDS)
    session.sock.sendall(b"".join(held) + b".\r\n")


def _not_taken(answer: Answer, recipients: Sequence[str]) -> NotTaken:
    """Every address shares what the server said of the whole letter."""
    fault = LETTER if answer.is_final else LATER
    if answer.code == 552 or answer.status in {"5.3.4", "5.2.3"}:
        fault = TOO_LARGE
    shared = [Answer(answer.code, answer.status, answer.words, address) for address in recipients]
    return NotTaken(fault, answer.words, is_final=answer.is_final, refused=shared)


# --- Words ----------------------------------------------------------------------------------------------


def _answer(code: int, words: bytes, *, address: str = "") -> Answer:
    said = _bytes(words)
    found = re.match(r"([245]\.\d{1,3}\.\d{1,3})\b", said)
    if code == -1:  # smtplib's word for a line that broke
        raise smtplib.SMTPServerDisconnected(said)
    return Answer(code, found[1] if found else "", f"{code} {said}"[:300], address)


def _bytes(words: bytes | str) -> str:
    said = words if isinstance(words, str) else words.decode("utf-8", "replace")
    return re.sub(r"[\x00-\x1f\x7f]+", " ", said).strip()[:300]


def _said(error: Exception) -> str:
    return _bytes(str(error)) or type(error).__name__


def _wired(address: str) -> str:
    """An address as it goes over the wire: its domain in ASCII, when it can be."""
    local, _at, domain = address.rpartition("@")
    with contextlib.suppress(UnicodeError):
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    return address


def _size(letter: IO[bytes]) -> int:
    letter.seek(0, 2)
    return letter.tell()
