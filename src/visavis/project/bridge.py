"""From the ASGI server to Django's synchronous application, on a pool of threads that keep their connections.

Written here rather than taken from a2wsgi, which gives the application a body cut by the network as if it
were whole: half of a message would be accepted. Django's own ASGI entry costs more (docs/operate.md).
"""

import asyncio
import io
import logging
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Environ = dict[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# A file of 15 MB and what surrounds it.
BODY_LIMIT = 16_500_000
# Whole mails, as the largest providers of inbound webhooks bring them, with what their encoding adds.
MAIL_BODY_LIMIT = 60_000_000
MAIL_PREFIX = "/courriel/"
IN_MEMORY = 262_144
PIECE = 65_536
BODY_SECONDS = 60
TOO_LARGE = (
    "Ce fichier est trop lourd pour être reçu\u202f: 15\u00a0Mo au plus. Rien n’a été envoyé.\n"
    "This file is too large to be received: 15 MB at most. Nothing was sent.\n"
)
BAD_REQUEST = (
    "Nous n’avons pas pu lire ce qui a été envoyé. Revenez en arrière et recommencez.\n"
    "We could not read what was sent. Go back and try again.\n"
)
FAILED = (
    "Quelque chose a échoué de notre côté. Ce qui était reçu est gardé\u202f: réessayez dans un instant.\n"
    "Something failed on our side. What was saved is kept: try again in a moment.\n"
)
logger = logging.getLogger(__name__)


class CutShort(Exception):
    """The body never came whole: nothing is done with it, nobody is there to be answered."""


class Refused(Exception):
    """The request does not reach Django."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status)
        self.status = status
        self.sentence = sentence


class Bridge:
    """An ASGI application around a WSGI one."""

    def __init__(self, application: Application, *, threads: int) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="pages")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the whole body, ask the application in a thread, send its answer."""
        try:
            with await whole_body(scope, receive) as body:
                answer = await self._in_thread(Answer, self.application, environ(scope, body))
                await self._send(answer, send)
        except CutShort:
            return
        except Refused as refused:
            await refuse(send, refused)
        except Exception:
            # Whatever Django could not turn into a page; its own message may quote the path.
            logger.exception("A page failed")
            await refuse(send, Refused(500, FAILED))

    async def _send(self, answer: "Answer", send: Send) -> None:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        try:
            # Long answers come piece by piece; between two pieces they hold no thread.
            while answer.more:
                await send({"type": "http.response.body", "body": answer.chunk, "more_body": True})
                await self._in_thread(answer.advance)
            await send({"type": "http.response.body", "body": answer.chunk})
        finally:
            if not answer.is_closed:
                await self._in_thread(answer.close)

    async def _in_thread(self, function: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.threads, function, *arguments)


class Answer:
    """What the application answers; made and advanced in threads, one at a time."""

    def __init__(self, application: Application, environ: Environ) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.chunk = b""
        self.more = True
        self.is_closed = False
        self._chunks = application(environ, self._start)
        self._iterator: Iterator[bytes] = iter(self._chunks)
        try:
            self.advance()
        except BaseException:
            self.close()
            raise

    def advance(self) -> None:
        """Hold the next piece, put together from those of the application, which may be small."""
        pieces, size = [], 0
        for piece in self._iterator:
            pieces.append(piece)
            size += len(piece)
            if size >= PIECE:
                break
        else:
            self.close()
        self.chunk = b"".join(pieces)

    def close(self) -> None:
        """Say to the application that it is over: it gives its connection back."""
        self.more = False
        self.is_closed = True
        getattr(self._chunks, "close", lambda: None)()

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        del exc_info
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return _no_write


async def refuse(send: Send, refused: Refused) -> None:
    """Answer in plain words; nothing else is read from this connection."""
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": refused.status, "headers": plain})
    await send({"type": "http.response.body", "body": refused.sentence.encode()})


def _no_write(_: bytes) -> object:
    raise NotImplementedError


async def whole_body(scope: Scope, receive: Receive) -> IO[bytes]:
    """Return the whole body, or raise: CutShort when it stops half-way, Refused when too large or slow."""
    most = MAIL_BODY_LIMIT if scope["path"].startswith(MAIL_PREFIX) else BODY_LIMIT
    if _announced(scope) > most:
        raise Refused(413, TOO_LARGE)
    body: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 — the caller closes it
    try:
        async with asyncio.timeout(BODY_SECONDS):
            await _fill(body, receive, most)
    except TimeoutError:
        body.close()
        raise Refused(408, BAD_REQUEST) from None
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body


async def _fill(body: IO[bytes], receive: Receive, most: int) -> None:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CutShort
        body.write(message.get("body", b""))
        more = message.get("more_body", False)
        if body.tell() > most:
            raise Refused(413, TOO_LARGE)


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def environ(scope: Scope, body: IO[bytes]) -> Environ:
    """Return the WSGI environment of this request."""
    host, port = scope.get("server") or ("localhost", 0)
    values: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:
            continue  # X_Forwarded_For would pass for X-Forwarded-For
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name in {"CONTENT_LENGTH", "CONTENT_TYPE"} else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        separator = "; " if name == "COOKIE" else ","
        values[key] = f"{values[key]}{separator}{value}" if key in values else value
    if "CONTENT_LENGTH" not in values:
        values["CONTENT_LENGTH"] = str(_size(body))
    return values


def _size(body: IO[bytes]) -> int:
    size = body.seek(0, os.SEEK_END)
    body.seek(0, io.SEEK_SET)
    return size
