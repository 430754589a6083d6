"""What a mail says, once read: frozen values that hold no bytes, but windows on a file that holds them."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

IN_MEMORY = 1 << 20  # bytes of one mail that are kept in memory; beyond that they go to a temporary file
CHUNK = 1 << 16

Kind = Literal["ordinary", "auto_reply", "automatic", "list", "bounce", "receipt", "complaint", "loop"]
Verdict = Literal["pass", "fail", "none", "unverified"]


class Unreadable(Exception):
    """This mail is not opened, and goes to quarantine as it came; `code` says why.

    Bombs: too_large, too_deep, too_many_parts, headers_too_large, too_many_headers.
    Not mail: empty, not_a_mail, outlook_file (an .msg, which no mail server sends).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Spool:
    """One temporary file for all that a mail carries: in memory while it is small, on disk after that."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- closed with the mail
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add these bytes at the end."""
        self._file.seek(self.size)
        self._file.write(data)
        self.size += len(data)

    def read(self, start: int, size: int) -> bytes:
        """Return at most `size` bytes from `start`."""
        self._file.seek(start)
        return self._file.read(size)

    def close(self) -> None:
        """Give the disk back; windows on it can no longer be read."""
        self._file.close()

    def __del__(self) -> None:
        self.close()


@dataclass(frozen=True)
class Content:
    """A window on the spool: the decoded bytes of one part."""

    spool: Spool = field(repr=False, compare=False)
    start: int
    size: int

    def read(self, limit: int = -1, *, skip: int = 0) -> bytes:
        """Return the bytes after `skip`, at most `limit` of them (all by default: only for what is known to
        be small).
        """
        left = max(0, self.size - skip)
        return self.spool.read(self.start + skip, left if limit < 0 else min(limit, left))

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in pieces of 64 kB: this is how a large attachment is stored."""
        for skip in range(0, self.size, CHUNK):
            yield self.read(CHUNK, skip=skip)

    def window(self, start: int, size: int) -> Content:
        """Return a window inside this one, cut where this one ends."""
        start = min(start, self.size)
        return Content(self.spool, self.start + start, min(size, self.size - start))

    def open(self) -> io.BufferedReader:
        """Return these bytes as a file to read."""
        return io.BufferedReader(_Reading(self), CHUNK)


class _Reading(io.RawIOBase):
    """A content as a raw file, for whoever wants one."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # Buffer is 3.12
        data = self._content.read(len(buffer), skip=self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


@dataclass(frozen=True)
class Address:
    """Somebody: a name as they write it (perhaps empty), and an address in lower-case domain."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """An attachment: `is_inline` when the HTML shows it, by its `content_id`."""

    name: str
    media_type: str
    content_id: str
    is_inline: bool
    content: Content

    @property
    def size(self) -> int:
        """In bytes, decoded."""
        return self.content.size


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; the pieces of a mail joined together are its text, to the last space."""

    kind: Literal["said", "quoted", "signature"]
    text: str


@dataclass(frozen=True)
class Authentication:
    """What the brand's own server found, and nobody else's word for it."""

    spf: Verdict = "unverified"
    dkim: Verdict = "unverified"
    dmarc: Verdict = "unverified"


@dataclass(frozen=True, kw_only=True)
class Failed:
    """One recipient that a delivery report names; `status` is the RFC 3463 code ("5.1.1") or empty."""

    address: str
    is_permanent: bool
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """A delivery report: who was not reached, and the Message-ID of what did not arrive, when it says so."""

    failed: tuple[Failed, ...]
    original_message_id: str = ""

    @property
    def is_permanent(self) -> bool:
        """Trying again would not help anybody here."""
        return all(failed.is_permanent for failed in self.failed)


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """An event of a calendar part; `method` is REQUEST, CANCEL, REPLY… and all-day events have dates."""

    method: str
    uid: str
    summary: str
    starts: datetime | date | None
    ends: datetime | date | None
    place: str
    organiser: str
    description: str
    repeats: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """An address behind a link: what is `shown` names another site than where it goes when `is_deceptive`."""

    shown: str
    address: str
    is_deceptive: bool


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail that was read.

    `text` is what one reads; `shown` is the same text in pieces. `html` is harmless, and empty when there
    was none; `remote_images` counts those it may load on demand. `kind` and `why` say what sort of sender
    this is; `oddities` what had to be repaired; `sealed` what is signed or ciphered. `reported_id`: the
    Message-ID of which a report speaks, good news or bad. `marks` are our own
    headers, read back; `tags` are what stands after the + of an address it was sent to, `subject_tags` what
    stands in [#…]. `fingerprint` is equal for the same mail taken twice.
    """

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    from_: tuple[Address, ...]
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    return_path: str | None
    subject: str
    language: str
    text: str
    html: str
    remote_images: int
    links: tuple[Link, ...]
    shown: tuple[Piece, ...]
    attachments: tuple[Part, ...]
    invitations: tuple[Invitation, ...]
    sealed: tuple[str, ...]
    kind: Kind
    why: str
    authentication: Authentication
    is_marked_spam: bool
    bounce: Bounce | None
    reported_id: str
    marks: tuple[str, ...]
    tags: tuple[str, ...]
    subject_tags: tuple[str, ...]
    fingerprint: str
    oddities: tuple[str, ...]
    size: int
