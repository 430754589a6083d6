"""How bytes travelled: base64 and quoted-printable undone as they stream by, however broken."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from visavis.channels.email.split import Decoder

LONGEST_HELD = 1 << 17  # bytes of a line that nothing ends, with the block that goes on with it
NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_")
)
URL_SAFE = bytes.maketrans(b"-_", b"+/")


class AsIs:
    """7bit, 8bit, binary, and what nobody knows."""

    broken = False

    def feed(self, data: bytes) -> bytes:
        """Return the same."""
        return data

    def finish(self) -> bytes:
        """Nothing is held."""
        return b""


class Base64:
    """Four characters are three bytes; the rest (blank, rubbish, paddings in the middle) is passed over."""

    def __init__(self) -> None:
        self.broken = False
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """Return what these characters and those held say."""
        kept = self._held + data.translate(URL_SAFE, NOT_BASE64)
        if b"=" in kept:
            *whole, kept = re.split(rb"=+", kept)
            out = b"".join(map(self._decode, whole))
        else:
            out = b""
        cut = len(kept) - len(kept) % 4
        self._held = kept[cut:]
        return out + binascii.a2b_base64(kept[:cut])

    def finish(self) -> bytes:
        """Return the last bytes, whose padding was missing."""
        return self._decode(self._held)

    def _decode(self, characters: bytes) -> bytes:
        """Decode what a padding ends; a character alone is too little for a byte."""
        if len(characters) % 4 == 1:
            self.broken = True
            characters = characters[:-1]
        return binascii.a2b_base64(characters + b"=" * (-len(characters) % 4))


class QuotedPrintable:
    """Lines with =XX; whole lines are decoded, the last one is held until it is whole."""

    broken = False

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """Return the lines that are whole."""
        data = self._held + data
        cut = data.rfind(b"\n") + 1
        if not cut and len(data) > 1 << 16:  # no line: cut where no sequence is
            cut = max(data.rfind(b" "), len(data) - 3 if b"=" not in data[-3:] else 0)
        self._held = data[cut:]
        return binascii.a2b_qp(data[:cut])

    def finish(self) -> bytes:
        """Return the line that nothing ended."""
        return binascii.a2b_qp(self._held)


class UUEncoded:
    """What stands between begin and end, line by line."""

    def __init__(self) -> None:
        self.broken = False
        self._held = b""
        self._is_inside: bool | None = None  # None: not yet

    def feed(self, data: bytes) -> bytes:
        """Return what the whole lines say."""
        *lines, self._held = (self._held + data)[-LONGEST_HELD:].split(b"\n")
        return b"".join(map(self._line, lines))

    def finish(self) -> bytes:
        """Return what the line that nothing ended says."""
        return self._line(self._held)

    def _line(self, line: bytes) -> bytes:
        line = line.rstrip(b"\r")
        if self._is_inside is None and line.startswith(b"begin "):
            self._is_inside = True
        elif self._is_inside and line == b"end":
            self._is_inside = False
        elif self._is_inside and line:
            return self._decoded(line)
        return b""

    def _decoded(self, line: bytes) -> bytes:
        size = (((line[0] - 32) & 63) * 4 + 5) // 3  # some encoders add a character at the end
        try:
            return binascii.a2b_uu(line[:size])
        except binascii.Error:
            self.broken = True
            return b""


def decoder(encoding: bytes) -> Decoder:
    """Return the decoder for a Content-Transfer-Encoding; what nobody knows is left as it is."""
    name = re.sub(rb"[^a-z0-9-]", b"", encoding.split(b";")[0].lower())
    if name in {b"base64", b"base-64", b"b64"}:
        return Base64()
    if name in {b"quoted-printable", b"quotedprintable", b"qp"}:
        return QuotedPrintable()
    if name in {b"x-uuencode", b"uuencode", b"x-uue", b"uue"}:
        return UUEncoded()
    return AsIs()
