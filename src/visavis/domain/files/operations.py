"""Storing bytes: the type is sniffed, the size is limited, the same content is kept once."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

import puremagic
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.errors import Refused, TooMany
from visavis.domain.journal.record import upkeep

from .models import FileChunk, StoredFile

CHUNK = 262_144
HEAD = 8192
IN_MEMORY = 1_000_000
# What a browser shows without executing anything; all else is offered as a download.
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class Spooled:
    """Bytes that wait outside of any transaction, on disk when they are many; `content` is at its start."""

    content: IO[bytes]
    size: int
    sha256: str
    is_whole: bool


@contextmanager
def spooled(chunks: Iterable[bytes], *, most: int) -> Iterator[Spooled]:
    """Gather the bytes before a transaction begins, so that none waits for the network; memory is bounded.

    At most `most` bytes are kept; `is_whole` says whether that was all.
    """
    with SpooledTemporaryFile(max_size=IN_MEMORY) as content:
        digest, size, is_whole = hashlib.sha256(), 0, True
        for chunk in chunks:
            kept = chunk[: most - size]
            content.write(kept)
            digest.update(kept)
            size += len(kept)
            if len(kept) < len(chunk):
                is_whole = False
                break
        content.seek(0)
        yield Spooled(content, size, digest.hexdigest(), is_whole)


def store(chunks: Iterable[bytes], *, most: int | None = None) -> StoredFile:
    """The bytes are kept, in a transaction that begins when all are here; returns their row.

    Refused: see `measured`.
    """
    with measured(chunks, most=most) as found:
        return store_spooled(found)


@contextmanager
def measured(chunks: Iterable[bytes], *, most: int | None = None) -> Iterator[Spooled]:
    """Gather the bytes of one file. Refused (TooMany) above `most` (MAX_FILE_BYTES), and when empty."""
    most = settings.MAX_FILE_BYTES if most is None else most
    with spooled(chunks, most=most) as found:
        if not found.is_whole:
            sentence = _("This file is over %(most)s MB. Send a smaller one.")
            raise TooMany("file_too_large", sentence % {"most": most // 1_000_000})
        if found.size == 0:
            raise Refused("empty_file", _("This file is empty. Choose another one."))
        yield found


@upkeep
def store_spooled(found: Spooled, *, media_type: str = "") -> StoredFile:
    """The bytes are kept, one piece in memory at a time; returns their row, the known one if any.

    `media_type` is said by whoever knows it for sure, and sniffed otherwise. Even nothing can be kept.
    """
    known = StoredFile.objects.filter(sha256=found.sha256).first()
    if known:
        return known
    head = found.content.read(HEAD)
    found.content.seek(0)
    file, is_new = StoredFile.objects.get_or_create(
        sha256=found.sha256,
        defaults={
            "size": found.size,
            "media_type": media_type or sniffed(head),
            "stored_at": timezone.now(),
        },
    )
    if not is_new:  # another process kept the same at the same instant
        return file
    pieces = iter(lambda: found.content.read(CHUNK), b"")
    for number, piece in enumerate(pieces):
        FileChunk.objects.create(file=file, number=number, content=piece)
    return file


def sniffed(head: bytes) -> str:
    """Return the media type that the first bytes show; never what the sender said.

    HTML, SVG and XML are text: their type as such would let a browser execute them.
    """
    try:
        found = str(puremagic.from_string(head, mime=True))
    except (puremagic.PureError, ValueError):
        found = ""
    if found in SHOWN or found == "application/pdf":
        return found
    if b"\x00" not in head:
        try:
            head.decode("utf-8")
        except UnicodeDecodeError:
            return UNKNOWN
        return TEXT
    safe = (
        found.startswith(("audio/", "video/", "application/")) and "html" not in found and "xml" not in found
    )
    return found if safe else UNKNOWN
