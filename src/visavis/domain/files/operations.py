"""Storing bytes: the type is sniffed, the size is limited, the same content is kept once."""

import hashlib
from collections.abc import Iterable, Iterator

import puremagic
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.errors import Refused, TooMany
from visavis.domain.journal.record import upkeep

from .models import FileChunk, StoredFile

CHUNK = 262_144
HEAD = 8192
# What a browser shows without executing anything; all else is offered as a download.
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"


@upkeep
def store(chunks: Iterable[bytes]) -> StoredFile:
    """The bytes are kept; returns their row. Refused (TooMany) above MAX_FILE_BYTES, and when empty."""
    pieces = list(_cut(chunks))
    size = sum(len(piece) for piece in pieces)
    if size == 0:
        raise Refused("empty_file", _("This file is empty. Choose another one."))
    sha256 = hashlib.sha256(b"".join(pieces)).hexdigest()
    known = StoredFile.objects.filter(sha256=sha256).first()
    if known:
        return known
    file = StoredFile.objects.create(
        sha256=sha256, size=size, media_type=sniffed(pieces[0][:HEAD]), stored_at=timezone.now()
    )
    FileChunk.objects.bulk_create(
        [FileChunk(file=file, number=number, content=piece) for number, piece in enumerate(pieces)]
    )
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


def _cut(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield pieces of CHUNK bytes, refusing as soon as the whole is too large."""
    waiting, total = b"", 0
    for chunk in chunks:
        total += len(chunk)
        if total > settings.MAX_FILE_BYTES:
            most = settings.MAX_FILE_BYTES // 1_000_000
            raise TooMany(
                "file_too_large", _("This file is over %(most)s MB. Send a smaller one.") % {"most": most}
            )
        waiting += chunk
        while len(waiting) >= CHUNK:
            yield waiting[:CHUNK]
            waiting = waiting[CHUNK:]
    if waiting:
        yield waiting
