"""Reading stored bytes."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from .models import StoredFile
from .operations import IN_MEMORY, SHOWN


def content(file: StoredFile) -> Iterator[bytes]:
    """Yield the bytes of `file`, one piece at a time; one query a piece."""
    number, left = 0, file.size
    while left > 0:
        piece = bytes(file.chunks.values_list("content", flat=True).get(number=number))
        yield piece
        number, left = number + 1, left - len(piece)


@contextmanager
def opened(file: StoredFile) -> Iterator[BinaryIO]:
    """Give the bytes of `file` to read from their start, in bounded memory: on disk when they are many."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
        for piece in content(file):
            copy.write(piece)
        copy.seek(0)
        yield cast("BinaryIO", copy)  # does all that one does; its stub does not say so


def is_shown(file: StoredFile) -> bool:
    """True for images, which a page may show; the rest is downloaded."""
    return file.media_type in SHOWN
