"""Mails that come by four doors while everything is killed: what was sent, and what each door said of it."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import smtplib
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from tests.live_site import ROOT

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from tests.live_site import LiveSite

PLACE = re.compile(r"Affaire ([0-9]+), courrier ([0-9]+)\.")


@dataclass(frozen=True)
class Sent:
    """One mail; `end` is what becomes of it the first time it is read."""

    raw: bytes
    end: str

    @property
    def digest(self) -> str:
        """By which its bytes are known again."""
        return sha256(self.raw).hexdigest()


def strand(number: int, chance: random.Random) -> list[Sent]:
    """What one customer sends, in their order: a letter and what follows it; robots, reports and wrecks among them."""
    letters = [letter(number, place, chance) for place in range(chance.choice((1, 1, 2, 3, 5, 8)))]
    if chance.random() < 0.15:
        twin = chance.choice(letters).raw
        letters.append(
            Sent(b"Received: from elsewhere by here; Mon, 16 Nov 2026 10:00:09 +0100\r\n" + twin, "twin")
        )
    if chance.random() < 0.08:
        letters.append(Sent(robot(number), "auto_reply"))
    if chance.random() < 0.08:
        letters.append(Sent(returned(number), "bounce"))
    if chance.random() < 0.04:
        # No NUL nor lone end of line: IMAP servers write those anew.
        wreck = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(byte | 128 for byte in chance.randbytes(600))
        letters.append(Sent(wreck + b"\r\n", "quarantined"))
    return letters


def letter(number: int, place: int, chance: random.Random) -> Sent:
    """The letter of this place; one in thirty is large."""
    answers = f"In-Reply-To: <{number}.{place - 1}@client.example>\r\n" if place else ""
    length = chance.randrange(300_000, 900_000) if chance.random() < 0.03 else chance.randrange(10, 4000)
    filling = "\r\n".join(["Rien de plus." * 5] * (length // 67))
    text = (
        f"From: Client {number} <client{number}@client.example>\r\nTo: bonjour@netnet.example\r\n"
        f"Message-ID: <{number}.{place}@client.example>\r\n{answers}Subject: Affaire {number}\r\n"
        f"Date: Mon, 16 Nov 2026 10:{place:02}:00 +0100\r\n\r\n"
        f"Affaire {number}, courrier {place}.\r\n{filling}\r\n"
    )
    return Sent(text.encode(), "accepted")


def robot(number: int) -> bytes:
    """An absence of somebody who is of no conversation."""
    return (
        f"From: absent{number}@client.example\r\nTo: bonjour@netnet.example\r\nMessage-ID: <absent.{number}@client.example>\r\n"
        "Auto-Submitted: auto-replied\r\nSubject: Absence\r\n\r\nJe rentre lundi.\r\n"
    ).encode()


def returned(number: int) -> bytes:
    """A delivery report about a letter that nobody here knows."""
    return (
        f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.client.example\r\nTo: bonjour@netnet.example\r\n"
        f"Message-ID: <returned.{number}@mx.client.example>\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\n\r\nIt did not arrive.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.client.example\r\n\r\nFinal-Recipient: rfc822; x{number}@client.example\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    ).encode()


@dataclass
class Said:
    """What the doors said, counted from outside."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    kept: dict[int, tuple[str, str]] = field(
        default_factory=dict
    )  # the number told: by which door, which bytes
    piped: list[str] = field(default_factory=list)
    lost: dict[str, int] = field(default_factory=dict)  # handed over whole, and no answer came
    later: dict[str, int] = field(default_factory=dict)
    twice: list[int] = field(default_factory=list)

    def number(self, number: int, door: str, mail: Sent) -> None:
        """A door said that it kept this mail under this number."""
        with self.lock:
            if number in self.kept:
                self.twice.append(number)
            self.kept[number] = (door, mail.digest)

    def count(self, counts: dict[str, int], door: str) -> None:
        """One more at this door."""
        with self.lock:
            counts[door] = counts.get(door, 0) + 1


class Sender(threading.Thread):
    """Sends strands by one door, each mail until the door says that it is kept, before the next one."""

    def __init__(self, strands: Sequence[list[Sent]], send: Callable[[Sent], bool], pace: Pace) -> None:
        super().__init__(daemon=True)
        self.strands, self.send, self.pace = strands, send, pace
        self.error: BaseException | None = None

    def run(self) -> None:
        """Send everything."""
        try:
            for mail in (mail for strand_ in self.strands for mail in strand_):
                self.pace.wait()
                limit = time.monotonic() + 180
                while not self.send(mail):
                    assert time.monotonic() < limit, "a door stays closed"
                    time.sleep(0.1)
                self.pace.one_more()
        except BaseException as error:
            self.error = error


class Pace:
    """Lets mails go as the kills go, so that each falls on a site at work."""

    def __init__(self, mails: int, kills: int) -> None:
        self.mails, self.kills = mails, kills
        self.gone = self.killed = 0
        self._lock = threading.Condition()

    def wait(self) -> None:
        """Wait until it is this mail's time."""
        with self._lock:
            self._lock.wait_for(lambda: self.gone * self.kills <= self.mails * (self.killed + 1), 180)

    def one_more(self, mails: int = 1) -> None:
        """A mail has gone."""
        with self._lock:
            self.gone += mails

    def kill(self) -> None:
        """Something was killed."""
        with self._lock:
            self.killed += 1
            self._lock.notify_all()

    def is_behind(self) -> bool:
        """True when the mails of this kill have not all gone."""
        return self.gone * self.kills < self.mails * self.killed


# --- Doors ------------------------------------------------------------------------------------------------------


def by_lmtp(mail: Sent, *, port: int, to: str, said: Said) -> bool:
    """Hand it over once; True when it is kept."""
    try:
        with contextlib.closing(smtplib.LMTP("127.0.0.1", port, timeout=60)) as client:
            client.ehlo_or_helo_if_needed()
            client.mail("client@client.example")
            if client.rcpt(to)[0] != 250:
                said.count(said.later, "lmtp")
                return False
            client.putcmd("data")
            if client.getreply()[0] != 354:
                return False
            client.send(mail.raw.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            try:
                code, told = client.getreply()
            except (OSError, smtplib.SMTPException):
                said.count(said.lost, "lmtp")
                return False
    except (OSError, smtplib.SMTPException):
        return False
    if code != 250:
        assert code in {451, 452}, code
        said.count(said.later, "lmtp")
        return False
    said.number(int(told.rsplit(b" ", 1)[1]), "lmtp", mail)
    return True


def by_http(mail: Sent, *, port: int, token: str, said: Said) -> bool:
    """Post it once; True when it is kept."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.connect()
    except OSError:
        return False
    try:
        connection.request("POST", f"/courriel/{token}", mail.raw, {"Content-Type": "message/rfc822"})
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException):
        said.count(said.lost, "webhook")
        return False
    finally:
        connection.close()
    if answer.status != 200:
        assert answer.status in {429, 503}, answer.status
        said.count(said.later, "webhook")
        return False
    said.number(int(json.loads(body)["arrival"]), "webhook", mail)
    return True


def by_pipe(mail: Sent, *, site: LiveSite, to: str, said: Said, chance: random.Random) -> bool:
    """Pipe it once; one in two is killed somewhere on the way. True for exit code 0."""
    with subprocess.Popen(
        [sys.executable, "-m", "visavis", "receive-email", "--to", to],
        env=site.environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as program:
        killing = threading.Timer(chance.uniform(0.2, 4), program.kill)
        if chance.random() < 0.5:
            killing.start()
        with contextlib.suppress(BrokenPipeError):
            program.communicate(mail.raw)
        code = program.wait(120)
        killing.cancel()
    if code == 0:
        with said.lock:
            said.piped.append(mail.digest)
        return True
    assert code in {75, -9}, code
    said.count(said.lost if code < 0 else said.later, "pipe")
    return False
