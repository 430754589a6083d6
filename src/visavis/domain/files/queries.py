"""Reading stored bytes."""

from collections.abc import Iterator

from .models import StoredFile
from .operations import SHOWN


def content(file: StoredFile) -> Iterator[bytes]:
    """Yield the bytes of `file`, one piece at a time; one query a piece."""
    for number in range(file.chunks.count()):
        yield bytes(file.chunks.get(number=number).content)


def is_shown(file: StoredFile) -> bool:
    """True for images, which a page may show; the rest is downloaded."""
    return file.media_type in SHOWN
