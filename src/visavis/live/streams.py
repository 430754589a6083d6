"""The two doors of the live streams, beside Django: `/direct/flux` for the house, `/direct/client` outside.

A stream holds no thread and no database connection: who reads is settled once, in a small pool of threads.
Nothing that opens something (cookie, ticket) is ever logged.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib import auth
from django.db import close_old_connections
from django.http import HttpRequest, parse_cookie

from visavis.domain.conversations.access import conversation_of_pass, pass_for_ticket
from visavis.domain.errors import NotFound
from visavis.domain.journal.queries import entries_after
from visavis.domain.people.access import Rights, rights_of

from .events import AdviserReader, CustomerReader, Reader, block, events_of, once_each
from .hub import Hub, mark

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]
T = TypeVar("T")
A = TypeVar("A")

# Further behind than this, everything is fetched again rather than replayed.
REPLAY_LIMIT = 500
logger = logging.getLogger(__name__)


class Refusal(Exception):
    """The stream is not opened; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Opened:
    """Who reads, and the headers that let a page of another origin read."""

    reader: Reader
    headers: tuple[Header, ...] = ()


class Streams:
    """The ASGI application of `/direct/`."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="streams")
        self.doors = {"/direct/flux": open_for_adviser, "/direct/client": open_for_customer}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: a stream, or a short refusal."""
        started = time.monotonic()
        door = self.doors.get(scope["path"])
        status = 200 if scope["method"] == "GET" else 405
        try:
            if door is None or status != 200:
                status = 404 if door is None else status
                await refuse(send, status)
            else:
                await self._hold(door, scope, receive, send)
        except Refusal as refusal:
            status = refusal.status
            await refuse(send, status)
        finally:
            route = scope["path"].strip("/") if door else "-"
            logger.info("GET %s %s %d ms", route, status, (time.monotonic() - started) * 1000)

    async def _hold(
        self, door: Callable[[Scope], Opened], scope: Scope, receive: Receive, send: Send
    ) -> None:
        generation = self.hub.rights_read
        opened = await self._in_thread(door, scope)
        while generation != self.hub.rights_read:  # rights changed while we read them
            generation = self.hub.rights_read
            opened = await self._in_thread(renewed, opened)
        stream = self.hub.add(opened.reader)
        position = self.hub.position
        disconnection = asyncio.ensure_future(_disconnection(receive))
        disconnection.add_done_callback(lambda _: self.hub.remove(stream))
        try:
            missed = await self._in_thread(partial(missed_since, scope, opened.reader), position)
            await send({"type": "http.response.start", "status": 200, "headers": headers(opened)})
            chunk: bytes | None = _retry() + missed + mark(position)
            while chunk is not None:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                chunk = await stream.take()
            await send({"type": "http.response.body", "body": b""})
        finally:
            self.hub.remove(stream)
            disconnection.cancel()

    async def _in_thread(self, question: Callable[[A], T], argument: A) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.threads, _ask, question, argument)


def _ask(question: Callable[[A], T], argument: A) -> T:
    close_old_connections()
    return question(argument)


async def _disconnection(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _retry() -> bytes:
    """Say when to come back after a cut: not all in the same second."""
    return f"retry: {random.randint(1000, 4000)}\n\n".encode()  # noqa: S311 — spreads reconnections


def headers(opened: Opened) -> list[Header]:
    """Headers of a stream: nobody keeps it, no proxy holds it back."""
    return [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        *opened.headers,
    ]


async def refuse(send: Send, status: int) -> None:
    """Answer without a stream: the browser does not come back by itself."""
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": plain})
    await send({"type": "http.response.body", "body": b""})


# --- Who reads (called in a thread) -------------------------------------------------------------------------


def open_for_adviser(scope: Scope) -> Opened:
    """Return the reader whose session this is."""
    cookies = parse_cookie(header(scope, b"cookie"))
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        raise Refusal(401)
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = auth.get_user(request)
    if not user.is_authenticated or user.pk is None:
        raise Refusal(401)
    return Opened(AdviserReader(_rights_or_refusal(user.pk)))


def open_for_customer(scope: Scope) -> Opened:
    """Return the customer whose ticket this is; the ticket opens nothing any more."""
    token = (parse_qs(scope["query_string"].decode("latin-1")).get("ticket") or [""])[0]
    try:
        ticket = pass_for_ticket(token)
        reader = CustomerReader(conversation_of_pass(ticket).pk)
    except NotFound:
        raise Refusal(401) from None
    return Opened(reader, _cross_origin(scope, ticket.brand.allowed_origins))


def renewed(opened: Opened) -> Opened:
    """Return the same stream with the rights of this instant."""
    if isinstance(opened.reader, AdviserReader):
        return Opened(AdviserReader(_rights_or_refusal(opened.reader.rights.adviser_id)), opened.headers)
    return opened


def _rights_or_refusal(adviser_id: int) -> Rights:
    try:
        rights = rights_of(adviser_id)
    except NotFound:
        raise Refusal(401) from None
    if not rights.is_active:
        raise Refusal(401)
    return rights


def _cross_origin(scope: Scope, allowed: Iterable[str]) -> tuple[Header, ...]:
    """Return the headers for the page that asks, or refuse a page that the brand did not name."""
    origin = header(scope, b"origin")
    if not origin:
        return ()
    own = {urlsplit(settings.PUBLIC_URL).netloc, header(scope, b"host")}
    if origin not in allowed and urlsplit(origin).netloc not in own:
        raise Refusal(403)
    return ((b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"origin"))


# --- What was missed (called in a thread) -------------------------------------------------------------------


def missed_since(scope: Scope, reader: Reader, position: int) -> bytes:
    """Return what this reader missed since their last event, or `reload` when it is too much."""
    last = last_seen(scope)
    if last is None or last == position:
        return b""
    if last > position or position - last > REPLAY_LIMIT:
        return block("reload")
    entries = [
        entry for entry in entries_after(last, limit=REPLAY_LIMIT) if (entry.position or 0) <= position
    ]
    events = once_each(event for entry in entries for event in events_of(entry))
    return b"".join(event.text for event in events if reader.may_know(event))


def last_seen(scope: Scope) -> int | None:
    """Return the position that the browser saw last, from its header or from `?after=`."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("after") or [""]
    value = header(scope, b"last-event-id") or asked[0]
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def header(scope: Scope, name: bytes) -> str:
    """Return one header of the request, or nothing."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""
