"""What arrives wrapped: winmail.dat and uuencode are opened, once; what is signed or ciphered is named and
kept.
"""

from __future__ import annotations

import binascii
import re
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from striprtf.striprtf import rtf_to_text

from visavis.channels.email.charsets import decode, printable
from visavis.channels.email.mail import Content, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visavis.channels.email.mail import Spool
    from visavis.channels.email.split import Entity

MOST_ATTACHMENTS = 200  # of one winmail.dat
MOST_ATTRIBUTES = 5000
LARGEST_VALUE = 1 << 20  # bytes of names, properties and texts; attachments themselves are only pointed at

# --- winmail.dat --------------------------------------------------------------------------------------------

SIGNATURE = 0x223E9F78
BODY, ATTACH_START, ATTACH_TITLE, ATTACH_DATA, ATTACH_PROPERTIES, PROPERTIES = (
    0x800C, 0x9002, 0x8010, 0x800F, 0x9005, 0x9003,
)  # fmt: skip
TEXT, HTML, RTF, LONG_NAME, SHORT_NAME, TYPE_TAG, CONTENT_ID, DISPLAY = (
    0x1000, 0x1013, 0x1009, 0x3707, 0x3704, 0x370E, 0x3712, 0x3001,
)  # fmt: skip


@dataclass
class _Held:
    """An attachment of a winmail.dat as its attributes come."""

    content: Content | None = None
    title: str = ""
    properties: dict[int, bytes | str] = field(default_factory=dict)


@dataclass
class Tnef:
    """What a winmail.dat holds; `is_broken` when it ends before it should."""

    text: str = ""
    html: str = ""
    attachments: list[Part] = field(default_factory=list)
    is_broken: bool = False


def tnef(content: Content) -> Tnef | None:
    """Open a winmail.dat; None when it is none. Attachments are windows on the same bytes: nothing is
    copied.
    """
    if content.read(4) != struct.pack("<I", SIGNATURE):
        return None
    opened = Tnef()
    held: list[_Held] = []
    for name, value in _attributes(content, opened):
        if name == ATTACH_START:
            held.append(_Held())
            if len(held) > MOST_ATTACHMENTS:
                opened.is_broken = True
                break
        elif name == BODY:
            opened.text = opened.text or decode(value.read(LARGEST_VALUE).rstrip(b"\0"), "")[0]
        elif name == PROPERTIES:
            _take_bodies(opened, _properties(value.read(LARGEST_VALUE)))
        elif held:
            _take_attachment(held[-1], name, value)
    opened.attachments = [_part(one, one.content) for one in held if one.content]
    return opened


def _attributes(content: Content, opened: Tnef) -> Iterator[tuple[int, Content]]:
    """Yield (name, value) of each attribute; a length that goes beyond the end breaks the file there."""
    at = 6
    for _count in range(MOST_ATTRIBUTES):
        head = content.read(9, skip=at)
        if len(head) < 9:
            return
        _level, name, _type, size = struct.unpack("<BHHI", head)
        value = content.window(at + 9, size)
        opened.is_broken |= value.size < size
        yield name, value
        at += 9 + size + 2


def _take_attachment(held: _Held, name: int, value: Content) -> None:
    """Note one attribute of an attachment."""
    if name == ATTACH_TITLE:
        held.title = decode(value.read(1000).rstrip(b"\0"), "")[0]
    elif name == ATTACH_DATA:
        held.content = value
    elif name == ATTACH_PROPERTIES:
        held.properties = _properties(value.read(LARGEST_VALUE))


def _part(held: _Held, content: Content) -> Part:
    """Make an attachment, under the longest name it has."""
    known = held.properties
    name = next((str(known[key]) for key in (LONG_NAME, DISPLAY, SHORT_NAME) if known.get(key)), held.title)
    content_id = str(known.get(CONTENT_ID, ""))
    return Part(
        name=_bare(name) or "attachment",
        media_type=printable(str(known.get(TYPE_TAG, ""))).strip().lower() or "application/octet-stream",
        content_id=_bare(content_id).strip("<>"),
        is_inline=bool(content_id),
        content=content,
    )


def _bare(name: str) -> str:
    """Return a name without folders and what cannot be written."""
    return printable(re.split(r"[/\\]", name)[-1]).strip()[:200]


def _take_bodies(opened: Tnef, known: dict[int, bytes | str]) -> None:
    """Keep the bodies: HTML, text, or the words of the RTF."""
    html, rtf = known.get(HTML, ""), known.get(RTF, b"")
    opened.html = printable(html if isinstance(html, str) else decode(html)[0])
    opened.text = printable(opened.text or str(known.get(TEXT, "")))
    if isinstance(rtf, bytes) and rtf and not opened.text and not opened.html:
        opened.text = rtf_words(rtf)


FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
VARIABLE = {0x0D, 0x1E, 0x1F, 0x0102}


def _properties(data: bytes) -> dict[int, bytes | str]:
    """Read MAPI properties: the texts and the bytes; the rest is passed over. What is broken ends the
    list.
    """
    found: dict[int, bytes | str] = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _index in range(min(count, MOST_ATTRIBUTES)):
            at = _property(data, at, found)
    except struct.error:
        pass  # cut: what was read stays
    return found


def _property(data: bytes, at: int, found: dict[int, bytes | str]) -> int:
    """Read one property; return where the next starts. Raises struct.error where the data ends."""
    kind, name = struct.unpack_from("<HH", data, at)
    at += 4
    if name >= 0x8000:
        at = _past_name(data, at)
    is_many, kind = bool(kind & 0x1000), kind & 0x0FFF
    if kind in FIXED:
        count = struct.unpack_from("<I", data, at)[0] if is_many else 1
        return _within(data, at + 4 * is_many + FIXED[kind] * count)
    if kind not in VARIABLE:
        raise struct.error(f"property of type {kind}")
    (count,) = struct.unpack_from("<I", data, at)
    at += 4
    for _index in range(min(count, MOST_ATTRIBUTES)):
        (size,) = struct.unpack_from("<I", data, at)
        value = data[at + 4 : at + 4 + size]
        found.setdefault(name, _value(kind, value))
        at = _within(data, at + 4 + size + (-size % 4))
    return at


def _value(kind: int, value: bytes) -> bytes | str:
    """Return a text for the kinds that are texts."""
    if kind == 0x1F:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    if kind == 0x1E:
        return decode(value.rstrip(b"\0"))[0]
    return value


def _past_name(data: bytes, at: int) -> int:
    """Pass over the name of a named property."""
    (kind,) = struct.unpack_from("<I", data, at + 16)
    if kind == 0:
        return at + 24
    (size,) = struct.unpack_from("<I", data, at + 20)
    return _within(data, at + 24 + size + (-size % 4))


def _within(data: bytes, at: int) -> int:
    """Return this place; struct.error when it is after the end."""
    if at > len(data):
        raise struct.error("after the end")
    return at


# --- Compressed RTF (MS-OXRTFCP) ----------------------------------------------------------------------------

DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
LARGEST_RTF = 512 << 10


def rtf_words(data: bytes) -> str:
    """Return the words of a compressed RTF; "" when it cannot be read."""
    plain = _decompressed(data)
    try:
        words: str = rtf_to_text(  # type: ignore[no-untyped-call] # published without types
            plain.decode("latin-1"), encoding="cp1252", errors="replace"
        )
    except (ValueError, LookupError, UnicodeError, IndexError, KeyError, TypeError, AttributeError):
        return ""  # an RTF that its reader does not expect
    return words.strip()


def _decompressed(data: bytes) -> bytes:
    """Undo LZFu: references into a ring of 4 kB that starts with the commonest words of RTF."""
    if len(data) < 16:
        return b""
    _size, raw_size, kind, _check = struct.unpack_from("<IIII", data)
    if kind == 0x414C454D:  # "MELA": not compressed
        return data[16 : 16 + min(raw_size, LARGEST_RTF)]
    if kind != 0x75465A4C:
        return b""
    out = bytearray(DICTIONARY)
    base = len(DICTIONARY)
    at: int | None = 16
    while at is not None and at < len(data) and len(out) - base < LARGEST_RTF:
        at = _run(data, at, out)
    return bytes(out[base:])


def _run(data: bytes, at: int, out: bytearray) -> int | None:
    """Undo one byte of flags and the eight things it announces; return where the next starts, None at the
    end.

    The ring is what was written last: a place in it is one in the last 4096 bytes of `out`.
    """
    flags = data[at]
    at += 1
    for bit in range(8):
        if not flags >> bit & 1:
            if at >= len(data):
                return None
            out.append(data[at])
            at += 1
            continue
        reference = int.from_bytes(data[at : at + 2], "big")
        back = (len(out) - (reference >> 4)) % 4096
        if at + 1 >= len(data) or back == 0:
            return None
        for _index in range((reference & 15) + 2):
            out.append(out[-back] if back <= len(out) else 0)
        at += 2
    return at


# --- uuencode -----------------------------------------------------------------------------------------------

BEGIN = re.compile(r"(?m)^begin [0-7]{3,4} ([^\r\n]{1,200})\r?$")
LINE = re.compile(r"[ -`]{1,90}\Z")
MOST_FILES = 50


def uudecoded(text: str, spool: Spool) -> tuple[str, list[Part]]:
    """Take the files out of a text that carries them between begin and end; return (what is left, the
    files).
    """
    if "begin " not in text:
        return text, []
    parts: list[Part] = []
    kept, at = [], 0
    for match in BEGIN.finditer(text):
        if match.start() < at or len(parts) >= MOST_FILES:
            continue
        decoded = _until_end(text, match.end() + 1)
        if decoded is None:
            continue
        data, after = decoded
        start = spool.size
        spool.write(data)
        name = match[1].strip()
        parts.append(_file(name, Content(spool, start, len(data))))
        kept.append(text[at : match.start()])
        at = after
    return "".join([*kept, text[at:]]), parts


def _file(name: str, content: Content) -> Part:
    return Part(
        name=_bare(name) or "attachment",
        media_type="application/octet-stream",
        content_id="",
        is_inline=False,
        content=content,
    )


def _until_end(text: str, at: int) -> tuple[bytes, int] | None:
    """Return (the bytes, where the text goes on); None when this is no uuencode after all."""
    out: list[bytes] = []
    while at < len(text):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        line = text[at:stop].rstrip("\r")
        at = stop + 1
        if line == "end":
            return b"".join(out), min(at, len(text))
        if not line.strip() or line == "`":
            continue
        if not LINE.match(line):
            return None
        try:
            out.append(binascii.a2b_uu(line.encode("ascii")))
        except (binascii.Error, ValueError):
            size = ((ord(line[0]) - 32 & 63) * 4 + 5) // 3  # some encoders add a character
            try:
                out.append(binascii.a2b_uu(line[:size].encode("ascii")))
            except (binascii.Error, ValueError):
                return None
    return None


# --- Signed, ciphered ---------------------------------------------------------------------------------------


def seals(root: Entity, body: str) -> tuple[str, ...]:
    """Name what is signed or ciphered: smime_signed, smime_encrypted, pgp_signed, pgp_encrypted. Nothing is
    verified.
    """
    found = {_seal(part) for part in root.walk()}
    if "-----BEGIN PGP MESSAGE-----" in body:
        found.add("pgp_encrypted")
    if "-----BEGIN PGP SIGNED MESSAGE-----" in body:
        found.add("pgp_signed")
    return tuple(sorted(found - {""}))


def _seal(part: Entity) -> str:
    """Name what one part says of itself."""
    kind = part.media_type
    if kind == "application/pgp-encrypted":
        return "pgp_encrypted"
    if kind == "application/pgp-signature":
        return "pgp_signed"
    if kind in {"application/pkcs7-signature", "application/x-pkcs7-signature"}:
        return "smime_signed"
    if kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        return "smime_signed" if "signed" in part.kind.get("smime-type") else "smime_encrypted"
    return ""
