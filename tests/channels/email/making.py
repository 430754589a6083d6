"""Mails made for tests, written as they travel."""

from __future__ import annotations

import resource
from base64 import encodebytes
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = (
    "From: David Martin <david@client.example>\n"
    "To: Netnet <service@netnet.example>\n"
    "Subject: Ma commande\n"
    "Date: Mon, 3 Nov 2025 11:02:00 +0100\n"
    "Message-ID: <m1@client.example>\n"
)
TEXT = "Content-Type: text/plain; charset=utf-8\n\nBonjour\n"


def mail(
    body: str = "Bonjour\n",
    fields: str = "Content-Type: text/plain; charset=utf-8\n",
    *,
    header: str = HEADER,
) -> bytes:
    """A mail with these fields besides the usual ones; lines end as they do on the way."""
    return f"{header}{fields}\n{body}".replace("\n", "\r\n").encode()


def multipart(*parts: str, kind: str = "mixed", boundary: str = "frontiere", header: str = HEADER) -> bytes:
    """A mail of these parts, each with its own fields."""
    body = "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\n"
    return mail(body, f"Content-Type: multipart/{kind}; boundary={boundary}\n", header=header)


def file(data: bytes, fields: str) -> str:
    """A part that carries these bytes in base64."""
    return f"{fields}Content-Transfer-Encoding: base64\n\n{encodebytes(data).decode()}"


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Writing more into a file fails, as on a disk that is full."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
