"""The bridge to Django: whole bodies only, bounded, headers that cannot be forged, answers in pieces."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from visavis.project import bridge
from visavis.project.bridge import BODY_LIMIT, Bridge

if TYPE_CHECKING:
    from collections.abc import Iterable


def scope(
    *, method: str = "POST", headers: Iterable[tuple[bytes, bytes]] = (), query: bytes = b""
) -> dict[str, Any]:
    """What the server says of a request."""
    return {
        "type": "http",
        "method": method,
        "path": "/écrire/",
        "query_string": query,
        "http_version": "1.1",
        "headers": list(headers),
        "client": ("192.0.2.7", 4000),
        "server": ("127.0.0.1", 8000),
    }


def ask(
    application: bridge.Application, asked: dict[str, Any], messages: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Send a request through the bridge and give what it answered."""
    waiting, sent = list(messages), []

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Bridge(application, threads=1)(asked, receive, send))
    return sent


def piece(body: bytes, *, more: bool = False) -> dict[str, Any]:
    """One piece of a body."""
    return {"type": "http.request", "body": body, "more_body": more}


class Recorder:
    """An application that remembers what it was given and answers what it is told to."""

    def __init__(self, *answer: bytes) -> None:
        self.answer = answer or (b"ok",)
        self.environ: dict[str, Any] = {}
        self.body = b""
        self.calls = 0

    def __call__(self, environ: dict[str, Any], start_response: bridge.StartResponse) -> Iterable[bytes]:
        self.calls += 1
        self.environ, self.body = environ, environ["wsgi.input"].read()
        start_response("201 Created", [("Content-Type", "text/plain")])
        return iter(self.answer)


def test_body_in_pieces_is_given_whole() -> None:
    application = Recorder()

    sent = ask(application, scope(), [piece(b"bon", more=True), piece(b"jour")])

    assert application.body == b"bonjour"
    assert [message.get("status") for message in sent] == [201, None]
    assert b"".join(message.get("body", b"") for message in sent) == b"ok"


def test_body_cut_by_the_network_is_not_given_at_all() -> None:
    application = Recorder()

    sent = ask(application, scope(), [piece(b"bon", more=True), {"type": "http.disconnect"}])

    assert application.calls == 0
    assert sent == []


@pytest.mark.parametrize("is_announced", [True, False])
def test_body_too_large_is_refused_in_both_languages(is_announced: bool) -> None:
    application = Recorder()
    headers = [(b"content-length", str(BODY_LIMIT + 1).encode())] if is_announced else []

    sent = ask(application, scope(headers=headers), [piece(b"x" * (BODY_LIMIT + 1))])

    assert application.calls == 0
    assert sent[0]["status"] == 413
    assert "trop lourd" in sent[1]["body"].decode()
    assert "too large" in sent[1]["body"].decode()


def test_body_too_slow_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "BODY_SECONDS", 0.05)
    sent = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(5)
        return piece(b"")

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Bridge(Recorder(), threads=1)(scope(), receive, send))

    assert sent[0]["status"] == 408


def test_header_with_an_underscore_does_not_pass_for_another() -> None:
    application = Recorder()

    ask(application, scope(headers=[(b"x_forwarded_for", b"10.0.0.1")]), [piece(b"")])

    assert "HTTP_X_FORWARDED_FOR" not in application.environ
    assert application.environ["REMOTE_ADDR"] == "192.0.2.7"


def test_path_and_query_arrive_as_wsgi_wants_them() -> None:
    application = Recorder()

    ask(application, scope(query="nom=Zoé".encode()), [piece(b"")])

    assert application.environ["PATH_INFO"].encode("latin-1").decode() == "/écrire/"
    assert application.environ["QUERY_STRING"].encode("latin-1").decode() == "nom=Zoé"


def test_long_answer_comes_in_pieces() -> None:
    application = Recorder(b"a" * 50_000, b"b" * 50_000, b"c" * 50_000)

    sent = ask(application, scope(method="GET"), [piece(b"")])

    assert len(sent) == 3
    assert len(b"".join(message.get("body", b"") for message in sent)) == 150_000
    assert [message.get("more_body", False) for message in sent[1:]] == [True, False]


def test_failure_is_told_without_its_message(caplog: pytest.LogCaptureFixture) -> None:
    def failing(environ: dict[str, Any], start_response: bridge.StartResponse) -> Iterable[bytes]:
        raise ValueError("the words of David")

    sent = ask(failing, scope(), [piece(b"")])

    assert sent[0]["status"] == 500
    assert "the words of David" not in sent[1]["body"].decode()
    assert [record.message for record in caplog.records] == ["A page failed"]
