"""The bytes of a mail into its parts, as they stream by: nothing large is held, nothing endless is followed.

The parts are decoded on their way into one spool. The standard parser would hold the whole mail several
times over, and follows any depth. What is forwarded (message/rfc822) is one part, never opened: a mail
inside a mail costs nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO, Protocol

from visavis.channels.email.headers import Parameters, parameters
from visavis.channels.email.mail import CHUNK, Content, Spool, Unreadable
from visavis.channels.email.transfer import decoder

if TYPE_CHECKING:
    from collections.abc import Iterator


class Decoder(Protocol):
    """Takes the bytes of a part as they travelled, gives them as they were."""

    broken: bool

    def feed(self, data: bytes) -> bytes: ...

    def finish(self) -> bytes: ...


@dataclass(frozen=True)
class Limits:
    """Beyond these a mail is a bomb, or as good as one. Sizes in bytes, as received."""

    size: int = 150 << 20  # the largest that Exchange can be told to send
    depth: int = 30  # of multiparts inside one another; real mail stays under ten
    parts: int = 1000
    fields: int = 2000  # in one header
    header: int = 512 << 10  # one header
    headers: int = 2 << 20  # all of them


@dataclass
class Entity:
    """One part: its fields in order (names in lower case, raw values), and either children or a content."""

    fields: list[tuple[str, bytes]]
    content: Content
    kind: Parameters
    children: list[Entity] = field(default_factory=list)
    is_broken: bool = False

    @property
    def media_type(self) -> str:
        """Such as text/plain; that of the standard when none is said."""
        return self.kind.value

    def get(self, name: str) -> bytes:
        """Return the first field of that name, raw, or nothing."""
        return next((value for known, value in self.fields if known == name), b"")

    def all(self, name: str) -> list[bytes]:
        """Return every field of that name, from the top."""
        return [value for known, value in self.fields if known == name]

    def walk(self) -> Iterator[Entity]:
        """Yield this part, then those inside, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+\Z")
# What a header may hold when it is not clear whether a header goes on.
KNOWN = re.compile(
    rb"(?i)(?:x-[\w-]+|received|from|to|cc|bcc|subject|date|message-id|mime-version|reply-to|sender|"
    rb"return-path|"
    rb"references|in-reply-to|content-[a-z-]+|list-[a-z-]+|dkim-signature|authentication-results|arc-[a-z-]+|"
    rb"delivered-to|auto-submitted|precedence|importance|organization|thread-[a-z]+|user-agent)[ \t]*:"
)
OUTLOOK_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def split(stream: BinaryIO, *, limits: Limits = Limits()) -> tuple[Entity, list[str]]:
    """Return (the whole as a tree of parts, codes of what was repaired); the contents are in one spool.

    Reads the stream once, to its end. Raises Unreadable beyond the limits, and for what is no mail.
    """
    splitter = _Splitter(_Source(stream, limits), Spool(), limits)
    splitter.skip_blank()
    root = splitter.entity((), default="text/plain")
    splitter.source.drain()
    return root, list(dict.fromkeys(splitter.oddities))


# --- Where bytes come from ----------------------------------------------------------------------------------


@dataclass
class _Met:
    """The boundary that ended a part: whose (0 is outermost), and whether it was the last."""

    level: int
    is_last: bool


class _Source:
    """Lines for headers and blocks for bodies, out of one stream, counted."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._buffer = b""
        self._at = 0
        self._is_over = False
        self._has_old_ends: bool | None = None  # lines that end with CR alone
        self.size = 0

    def line(self) -> bytes:
        """Return the next line with its end, b"" when there is none left; one longer than a header comes in
        pieces.
        """
        while (end := self._buffer.find(b"\n", self._at)) < 0:
            if len(self._buffer) - self._at > self._limits.header or not self._fill():
                end = len(self._buffer) - 1
                break
        line = self._buffer[self._at : end + 1]
        self._at = end + 1
        return line

    def back(self, line: bytes) -> None:
        """Give back a line that was read too many."""
        self._buffer = line + self._buffer[self._at :]
        self._at = 0

    def _starts(self, prefix: bytes) -> bool:
        """True when what comes next starts so."""
        while len(self._buffer) - self._at < len(prefix) and self._fill():
            pass
        return self._buffer.startswith(prefix, self._at)

    def blocks(self, boundaries: tuple[bytes, ...]) -> Iterator[bytes | _Met]:
        """Yield the body up to the next boundary in large blocks, then the boundary met (nothing at the end).

        The end of line before a boundary belongs to it. Blocks are cut anywhere.
        """
        if not boundaries:
            yield from self._rest()
            return
        pattern, longest = _pattern(boundaries)
        held = b""  # an end of line that is the body's unless a boundary follows
        is_line_start = True
        while True:
            if is_line_start and self._starts(b"--"):
                line = self.line()
                if met := _match(line, boundaries):
                    yield met
                    return
                body = line.rstrip(b"\r\n")
                yield held + body
                held = b""
                self._at -= len(line) - len(body)  # its end may be that before the next boundary
            is_line_start = False
            start = self._at
            if found := pattern.search(self._buffer, start):
                self._at = found.start() + 1
                block = self._buffer[start : self._at]
                body = block[:-2] if block.endswith(b"\r\n") else block[:-1]
                yield held + body
                held, is_line_start = block[len(body) :], True
                continue
            self._at = max(start, len(self._buffer) - longest)  # a boundary may be cut there
            if self._at > start:
                yield held + self._buffer[start : self._at]
                held = b""
            if not self._fill():
                yield held + self._buffer[self._at :]
                self._at = len(self._buffer)
                return

    def drain(self) -> None:
        """Read what is left, so that its size is counted too."""
        for _block in self._rest():
            pass

    def _rest(self) -> Iterator[bytes]:
        """Yield all that is left."""
        while self._at < len(self._buffer) or self._fill():
            yield self._buffer[self._at :]
            self._at = len(self._buffer)

    def _fill(self) -> bool:
        """Read some more; False at the end."""
        if self._is_over:
            return False
        data = self._stream.read(CHUNK)
        self._is_over = not data
        self.size += len(data)
        if self.size > self._limits.size:
            raise Unreadable("too_large")
        if self._has_old_ends is None and data:
            self._has_old_ends = b"\n" not in data and b"\r" in data and b"\r\n" not in data
        if self._has_old_ends:
            data = data.replace(b"\r", b"\n")
        self._buffer = self._buffer[self._at :] + data
        self._at = 0
        return not self._is_over


@lru_cache(64)
def _pattern(boundaries: tuple[bytes, ...]) -> tuple[re.Pattern[bytes], int]:
    """Return what finds a line that may be one of these boundaries, and the length of the longest such
    start.
    """
    names = {re.escape(boundary) for boundary in boundaries}
    return re.compile(rb"\n--(?:" + b"|".join(sorted(names)) + rb")"), max(map(len, boundaries)) + 4


def _match(line: bytes, boundaries: tuple[bytes, ...]) -> _Met | None:
    """Return the boundary that this line is, the innermost first."""
    text = line.rstrip()
    for level in range(len(boundaries) - 1, -1, -1):
        delimiter = b"--" + boundaries[level]
        if text == delimiter:
            return _Met(level, is_last=False)
        if text == delimiter + b"--":
            return _Met(level, is_last=True)
    return None


# --- The tree -----------------------------------------------------------------------------------------------


class _Splitter:
    """Builds the tree, and counts what a bomb would be made of."""

    def __init__(self, source: _Source, spool: Spool, limits: Limits) -> None:
        self.source = source
        self.oddities: list[str] = []
        self._spool = spool
        self._limits = limits
        self._parts = 0
        self._headers_size = 0
        self._met: _Met | None = None
        self._is_rereading = False  # once, not inside itself: it would double the bytes each time

    def entity(self, boundaries: tuple[bytes, ...], *, default: str) -> Entity:
        """Read one part, up to the boundary that ends it, which `_met` then holds."""
        self._parts += 1
        if self._parts > self._limits.parts:
            raise Unreadable("too_many_parts")
        fields = self._header(boundaries)
        kind = _kind(fields, default)
        if kind.value.startswith("multipart/") and self._met is None:
            return self._multipart(fields, kind, boundaries)
        return self._leaf(fields, kind, boundaries)

    def skip_blank(self) -> None:
        """Pass over the empty lines that some put before the header; a file of Outlook is told at once."""
        for _count in range(20):
            line = self.source.line()
            if line.startswith(OUTLOOK_FILE):
                raise Unreadable("outlook_file")
            if line.strip(b"\r\n\xef\xbb\xbf"):
                self.source.back(line.removeprefix(b"\xef\xbb\xbf"))
                return

    def _leaf(
        self, fields: list[tuple[str, bytes]], kind: Parameters, boundaries: tuple[bytes, ...]
    ) -> Entity:
        """Decode a body into the spool."""
        start = self._spool.size
        decoding = decoder(_first(fields, "content-transfer-encoding"))
        if self._met is None:
            self._body(boundaries, decoding)
        content = Content(self._spool, start, self._spool.size - start)
        return Entity(fields, content, kind, is_broken=decoding.broken)

    def _body(self, boundaries: tuple[bytes, ...], decoding: Decoder) -> None:
        """Write a body through its decoder, up to a boundary or the end."""
        self._met = None
        for block in self.source.blocks(boundaries):
            if isinstance(block, _Met):
                self._met = block
            elif block:
                self._spool.write(decoding.feed(block))
        self._spool.write(decoding.finish())

    def _multipart(
        self, fields: list[tuple[str, bytes]], kind: Parameters, around: tuple[bytes, ...]
    ) -> Entity:
        """Read the parts between boundaries; without any, what is there is a text."""
        if len(around) >= self._limits.depth:
            raise Unreadable("too_deep")
        boundary = kind.get("boundary").rstrip().encode("utf-8", "surrogateescape")
        if not boundary:
            return self._guessed(fields, kind, around)
        boundaries = (*around, boundary)
        start = self._spool.size
        self._body(boundaries, decoder(b""))
        before = Content(self._spool, start, self._spool.size - start)
        if self._met is None or self._met.level < len(around):
            return self._reread(Entity(fields, before, kind))
        parts = self._children(boundaries, of=kind.value)
        return Entity(fields, Content(self._spool, self._spool.size, 0), kind, parts)

    def _children(self, boundaries: tuple[bytes, ...], *, of: str) -> list[Entity]:
        """Read parts while this multipart's own boundary says that another follows; then skip what follows
        the last.
        """
        mine = len(boundaries) - 1
        children: list[Entity] = []
        default = "message/rfc822" if of == "multipart/digest" else "text/plain"
        while self._met and self._met.level == mine:
            if self._met.is_last:
                self._skip(boundaries)
            else:
                self._met = None
                children.append(self.entity(boundaries, default=default))
            if self._met is None:
                self.oddities.append("boundary_not_closed")
        return children

    def _skip(self, boundaries: tuple[bytes, ...]) -> None:
        """Pass over what follows the last part, up to a boundary of what is around.

        A part of its own that follows all the same is read; that boundary is the outer one's where both have
        the same.
        """
        *around, mine = boundaries
        start = self._spool.size
        self._body(boundaries, decoder(b""))
        if self._spool.size > start and self._spool.read(start, 4096).strip():
            self.oddities.append("text_after_parts")
        if self._met and self._met.level == len(around):
            self.oddities.append("boundary_used_again")
            if mine in around:
                self._met.level = around.index(mine)
        elif self._met is None:
            self._met = _Met(-1, is_last=True)  # closed, and nothing follows

    def _guessed(
        self, fields: list[tuple[str, bytes]], kind: Parameters, around: tuple[bytes, ...]
    ) -> Entity:
        """Read a multipart that does not say its boundary."""
        start = self._spool.size
        self._body(around, decoder(b""))
        return self._reread(Entity(fields, Content(self._spool, start, self._spool.size - start), kind))

    def _reread(self, entity: Entity) -> Entity:
        """Look for the boundary that a multipart must have meant, and read its body again with that one."""
        guess = b"" if self._is_rereading else _boundary_in(entity.content.read(CHUNK))
        if not guess:
            self.oddities.append("boundary_missing")
            kind = Parameters("text/plain", {})
            return Entity(entity.fields, entity.content, kind)
        self.oddities.append("boundary_guessed")
        met, source, self._is_rereading = self._met, self.source, True
        inner = _Source(entity.content.open(), self._limits)
        self.source = inner
        start = self._spool.size
        self._body((guess,), decoder(b""))
        children = self._children((guess,), of=entity.media_type)
        self.source, self._met, self._is_rereading = source, met, False
        return Entity(entity.fields, Content(self._spool, start, 0), entity.kind, children)

    # --- Headers ---

    def _header(self, boundaries: tuple[bytes, ...]) -> list[tuple[str, bytes]]:
        """Read the fields up to the empty line; `_met` is set when a boundary cuts them short."""
        self._met = None
        fields: list[list[bytes]] = []
        size = 0
        while line := self.source.line():
            size += len(line)
            if size > self._limits.header:
                raise Unreadable("headers_too_large")
            if not line.strip(b"\r\n"):
                break
            if boundaries and line.startswith(b"--") and (met := _match(line, boundaries)):
                self._met = met
                break
            if not self._take(line, fields):
                self.source.back(line)
                self.oddities.append("header_not_ended")
                break
            if len(fields) > self._limits.fields:
                raise Unreadable("too_many_headers")
        self._headers_size += size
        if self._headers_size > self._limits.headers:
            raise Unreadable("headers_too_large")
        return [(name.decode("ascii").lower(), b"".join(lines)) for name, *lines in fields]

    def _take(self, line: bytes, fields: list[list[bytes]]) -> bool:
        """Add a line to the fields; False when it can only be the start of the body."""
        if line[:1] in {b" ", b"\t"}:
            if fields:
                fields[-1].append(line)
            return bool(fields) or not line.strip()
        if matched := FIELD.match(line):
            fields.append([matched[1], matched[2]])
            return True
        if not fields and line.startswith((b"From ", b">From ")):
            return True  # the envelope of a mailbox file
        following = self.source.line()
        self.source.back(following)
        if KNOWN.match(following):  # a fold that lost its space, or rubbish between two fields
            self.oddities.append("header_broken")
            if fields:
                fields[-1].append(b" " + line)
            return True
        return False


def _kind(fields: list[tuple[str, bytes]], default: str) -> Parameters:
    """Return the media type and its parameters; one that makes no sense is the default."""
    kind = parameters(_first(fields, "content-type"))
    value = kind.value.lower()
    if value == "text":  # old mailers say no more
        value = "text/plain"
    if not MEDIA_TYPE.match(value):
        value = default if not value else "application/octet-stream" if "/" not in value else default
    return Parameters(value, kind.items)


def _first(fields: list[tuple[str, bytes]], name: str) -> bytes:
    return next((value for known, value in fields if known == name), b"")


def _boundary_in(data: bytes) -> bytes:
    """Return what must be the boundary: a line of two dashes that a Content- field follows."""
    found = re.search(rb"(?m)^--([^\r\n]{1,200}?)[ \t]*\r?\n(?=Content-|content-)", data)
    return found[1] if found else b""
