"""One field of multipart/form-data, read where it lies: Django limits fields, and holds them in memory."""

from __future__ import annotations

import mmap
import re
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PIECE = 65_536
MOST_FIELDS = 200
MOST_HEADERS = 16_384
_BOUNDARY = re.compile(r'\bboundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_NAME = re.compile(rb'content-disposition:[^\r\n]*?;\s*name="?([^";\r\n]+)', re.IGNORECASE)


class NotAForm(Exception):
    """The body is not what its type says."""


def field_of(body: IO[bytes], content_type: str, names: Iterable[str]) -> Iterator[bytes] | None:
    """Return the bytes of the first field that has one of these names, piece by piece; None without any.

    The body is copied to disk once, and looked at there: memory is bounded whatever its size.
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise NotAForm
    delimiter = b"--" + (found[1] or found[2]).encode("latin-1", "replace")
    with ExitStack() as opened:
        spool = opened.enter_context(TemporaryFile())
        for piece in iter(lambda: body.read(PIECE), b""):
            spool.write(piece)
        spool.flush()
        if spool.tell() == 0:
            raise NotAForm
        whole = opened.enter_context(mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ))
        place = _place_of(whole, delimiter, {name.encode() for name in names})
        return _pieces(whole, place, opened.pop_all()) if place else None


def _place_of(whole: mmap.mmap, delimiter: bytes, wanted: set[bytes]) -> tuple[int, int] | None:
    """Where the field begins and ends."""
    start = 0 if whole[: len(delimiter)] == delimiter else whole.find(b"\r\n" + delimiter) + 2
    if start == 1:
        raise NotAForm
    for _field in range(MOST_FIELDS):
        headers = start + len(delimiter)
        if whole[headers : headers + 2] == b"--":
            return None
        begins = whole.find(b"\r\n\r\n", headers, headers + MOST_HEADERS)
        ends = whole.find(b"\r\n" + delimiter, begins + 2)
        if begins < 0 or ends < 0:
            raise NotAForm  # cut short: half a mail is no mail
        name = _NAME.search(whole[headers : begins + 2])
        if name and name[1] in wanted and ends > begins + 4:
            return begins + 4, ends
        start = ends + 2
    raise NotAForm


def _pieces(whole: mmap.mmap, place: tuple[int, int], opened: ExitStack) -> Iterator[bytes]:
    with opened:
        for start in range(place[0], place[1], PIECE):
            yield whole[start : min(start + PIECE, place[1])]
