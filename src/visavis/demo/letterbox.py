"""The letters that the house of the demo wrote: one file each, in a folder beside its database. No Django here."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from email import message_from_bytes, policy
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

FOLDER = "mail"
MOST_KEPT = 2000  # letters: a demo that lives for weeks must not fill a disk
PIECE = 65_536
TO = "X-Envelope-To"


class Letterbox:
    """Letters, numbered in the order in which they came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER
        self._lock = threading.Lock()

    def keep(self, letter: IO[bytes], recipients: list[str]) -> int:
        """The letter lies in the folder, whole; its recipients stand on top, as on an envelope. Its number."""
        with self._lock:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            number = self.last() + 1
            path = self._path(number)
            part = path.with_suffix(".part")
            with part.open("wb") as file:
                file.write(f"{TO}: {', '.join(recipients)}\r\n".encode())
                while piece := letter.read(PIECE):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            self._path(number - MOST_KEPT).unlink(missing_ok=True)
        return number

    def last(self) -> int:
        """The number of the last letter; 0 when there is none."""
        return max(self._numbers(), default=0)

    def letter(self, number: int) -> EmailMessage | None:
        """The letter of that number, read as mail programs read it."""
        with suppress(FileNotFoundError):
            return message_from_bytes(self.raw(number), policy=policy.default)
        return None

    def raw(self, number: int) -> bytes:
        """Its bytes; FileNotFoundError when there is none."""
        return self._path(number).read_bytes()

    def letters(self, *, after: int = 0) -> Iterator[tuple[int, EmailMessage]]:
        """Give the letters after this number, oldest first."""
        for number in sorted(self._numbers()):
            if number > after and (found := self.letter(number)) is not None:
                yield number, found

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06}.eml"

    def _numbers(self) -> list[int]:
        return [int(path.stem) for path in self.folder.glob("*.eml") if path.stem.isdigit()]


def text_of(letter: EmailMessage) -> str:
    """Its words, without the HTML beside them."""
    body = letter.get_body(("plain", "html"))
    return str(body.get_content()).replace("\r\n", "\n").strip() if body else ""


def is_automatic(letter: EmailMessage) -> bool:
    """True when no person wrote it: an acknowledgement."""
    return "Auto-Submitted" in letter
