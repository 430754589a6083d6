"""Clients for the tests of live screens and of crashes: a customer who writes in the chat, and who listens."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.live_site import LiveSite

# A customer comes from an address of their own, so that the limits by address are not what is tested.
BEHIND_A_PROXY = {"VISAVIS_TRUSTED_PROXIES": "1"}

MAKE_HOUSE = """
import json
import time
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from tests.domain.people_made import make_house
from visavis.domain.journal.sequencer import has_unnumbered, number_all
from visavis.domain.people.models import Brand
house = make_house()
Brand.objects.update(hours=[[[0, 1440]]] * 7)
# What made the house must be old news before anybody listens: the site may not run yet, or its sequencer be late.
for _ in range(100):
    number_all()
    if not has_unnumbered():
        break
    time.sleep(0.05)
time.sleep(0.5)

def session_of(adviser):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(adviser.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = adviser.get_session_auth_hash()
    session.save()
    return session.session_key

people = {name: getattr(house, name) for name in ("alice", "bob", "chloe", "eve", "paul", "ada")}
print(json.dumps({
    "netnet": house.netnet.pk, "locacar": house.locacar.pk,
    **{name: {"id": who.pk, "session": session_of(who)} for name, who in people.items()},
}))
"""


def make_house(site: LiveSite) -> dict[str, Any]:
    """Make the house of the tests in this site; give ids, and a session for each person."""
    told = json.loads(site.execute(MAKE_HOUSE).splitlines()[-1])
    assert isinstance(told, dict)
    return told


@dataclass
class Customer:
    """David, writing in the chat of a brand through the real door."""

    port: int
    brand: str = "netnet"
    address: str = field(default_factory=lambda: f"10.{uuid.uuid4().int % 250}.{uuid.uuid4().int % 250}.7")
    token: str = ""

    def open(self) -> Customer:
        """Open a session."""
        status, told = self.post("session", {"name": "David", "language": "fr"})
        assert status == 201, told
        self.token = told["token"]
        return self

    def say(self, text: str, key: str | None = None) -> tuple[int, dict[str, Any]]:
        """Say something; gives the status and the answer."""
        return self.post("messages", {"key": key or str(uuid.uuid4()), "text": text})

    def ticket(self) -> str:
        """Give a ticket for the stream."""
        status, told = self.post("ticket", {})
        assert status == 200, told
        return str(told["ticket"])

    def post(self, door: str, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json", "X-Forwarded-For": self.address}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            connection.request("POST", f"/clavardage/{self.brand}/{door}", json.dumps(given), headers)
            answer = connection.getresponse()
            body = answer.read()
            return answer.status, json.loads(body) if body[:1] == b"{" else {"raw": body.decode()}
        finally:
            connection.close()


OPEN: list[Listener] = []


def everyone_leaves() -> None:
    """Close every stream that a test left open."""
    while OPEN:
        OPEN.pop().close()


@dataclass
class Listener:
    """Someone who holds a stream, in a thread, and remembers what they were told and when."""

    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 0
    answer_headers: dict[str, str] = field(default_factory=dict)
    events: list[tuple[str, int, int]] = field(default_factory=list)
    instants: list[float] = field(default_factory=list)
    last_id: str = ""
    has_ended: threading.Event = field(default_factory=threading.Event)
    _raw: socket.socket | None = None
    _answer: http.client.HTTPResponse | None = None

    def open(self) -> Listener:
        """Connect, and begin to listen; returns when the stream is open or was refused."""
        OPEN.append(self)
        self._raw = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        lines = [f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        self._raw.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = http.client.HTTPResponse(self._raw)
        answer.begin()
        self._answer = answer
        self.status = answer.status
        self.answer_headers = {name.lower(): value for name, value in answer.getheaders()}
        if self.status == 200:
            threading.Thread(target=self._listen, args=(answer,), daemon=True).start()
            self.wait_for(lambda: bool(self.last_id))
        return self

    def close(self) -> None:
        """Leave; leaving twice is leaving."""
        if self._raw is not None:
            with contextlib.suppress(OSError):
                self._raw.shutdown(socket.SHUT_RDWR)
            if self.status == 200:
                self.has_ended.wait(2)
            if self._answer is not None:
                self._answer.close()
            self._raw.close()
            self._raw = None

    def wait_for(self, condition: Callable[[], bool], seconds: float = 10) -> bool:
        """Wait until it is so; False when it never was."""
        limit = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > limit:
                return False
            time.sleep(0.01)
        return True

    def told(self, kind: str, number: int | None = None, seconds: float = 10) -> bool:
        """Wait for an event of this type (about this number)."""
        return self.wait_for(
            lambda: any(event[0] == kind and number in {None, event[1]} for event in list(self.events)),
            seconds,
        )

    def _listen(self, answer: http.client.HTTPResponse) -> None:
        try:
            while line := answer.readline():
                if line.startswith(b"data:"):
                    told = json.loads(line[5:])
                    self.events.append((told["type"], told["number"], told["position"]))
                    self.instants.append(time.monotonic())
                elif line.startswith(b"id:"):
                    self.last_id = line[3:].strip().decode()
        except (OSError, ValueError, http.client.HTTPException):
            pass
        self.has_ended.set()


def adviser_listens(site: LiveSite, session: str, *, after: int | None = None) -> Listener:
    """Give an open stream of this person of the house."""
    headers = {"Cookie": f"visavis={session}"}
    if after is not None:
        headers["Last-Event-ID"] = str(after)
    return Listener(site.port, "/direct/flux", headers).open()
