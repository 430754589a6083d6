"""Bytes into text, whatever their label says: a chain of tries that always ends with a text."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

# What a label means on the web and in mail: the larger set that contains it, or the one that people meant.
ALIASES = {
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-ce": "mac_latin2",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "unicode": "utf-16",
    "ansi": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "windows-31j": "cp932",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "cp-850": "cp850",
}
# Codecs of Python that are no charsets of mail: slow on long input, or they run escapes.
NEVER = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
WESTERN = {"cp1252", "iso8859-15", "mac-roman", "cp850", "iso8859-2", "cp1250", "cp437", "cp1254"}
OTHER_SCRIPTS = re.compile("[\u0250-\u1fff\u2e80-\ud7ff]")
# What no database takes, and what nobody reads: controls, halves of pairs, marks of byte order.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
NOISE = re.compile(r"[\s\"'<>;,]+")


def _one_by_one(error: UnicodeError) -> tuple[str, int]:
    """Read the byte that is no UTF-8 as Windows does: in a text that mixes both, each accent survives."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", "replace"), error.end


codecs.register_error("visavis-western", _one_by_one)


def printable(text: str) -> str:
    """Return the text without what cannot be stored or read."""
    return UNPRINTABLE.sub("", text)


@lru_cache(256)
def codec(label: str) -> str | None:
    """Return the name of the codec for this label, or None when there is none."""
    name = NOISE.sub("", label).lower()
    name = ALIASES.get(name, name)
    for spelling in (
        name,
        re.sub(r"^(x-|cs|charset=)", "", name),
        re.sub(r"^(?:cp|windows|win)[-_ ]?", "cp", name),
    ):
        try:
            found = codecs.lookup(spelling).name
        except (LookupError, ValueError):  # ValueError: a NUL inside, or too long a name
            continue
        return None if found.replace("-", "_") in NEVER else ALIASES.get(found, found)
    return None


def decode(data: bytes, label: str = "") -> tuple[str, str]:
    """Return (text, code): what these bytes say, and what was wrong with their label ("" when nothing was).

    Codes: charset_unknown, charset_wrong (the bytes are not of that charset), charset_broken (some are of
    none).
    """
    named = codec(label) if label else "utf-8"
    odd = "charset_unknown" if named is None else ""
    if data[:3] == codecs.BOM_UTF8:
        return data[3:].decode("utf-8", "visavis-western"), odd
    if named in {"utf-8", "cp1252", None} and (wide := _utf16(data)) and (text := _strictly(data, wide)):
        return text, "charset_wrong"
    if named in WESTERN and _is_utf8(data):  # never by chance: accents in Latin-1 do not make valid UTF-8
        return data.decode("utf-8"), "charset_wrong"
    if named and named != "utf-8":
        text = _strictly(data, named)
        if text is not None:
            return text, odd
        odd = "charset_wrong"
    return _by_guess(data, named, odd)


def _by_guess(data: bytes, named: str | None, odd: str) -> tuple[str, str]:
    """Read what its label does not explain: as UTF-8, as its charset with holes, as
    Windows.
    """
    text = _strictly(data, "utf-8")
    if text is not None:
        return text, odd
    if named and named not in {"utf-8", "cp1252"}:
        try:
            return data.decode(named, "replace"), "charset_broken"
        except (LookupError, UnicodeError, ValueError):  # UTF-16 and stateful codecs give up on some input
            return data.decode("cp1252", "replace"), "charset_broken"
    return _mended(data), odd or "charset_broken"


def _mended(data: bytes) -> str:
    """Read UTF-8 with bytes that are none: as Windows in a Western text, as a hole in one of another
    script.
    """
    holed = data.decode("utf-8", "replace")
    others = len(OTHER_SCRIPTS.findall(holed))
    return holed if others > holed.count("\ufffd") else data.decode("utf-8", "visavis-western")


def _strictly(data: bytes, name: str) -> str | None:
    """Return the text when every byte is of that charset."""
    try:
        text = data.decode(name)
    except (LookupError, UnicodeError, ValueError):
        return None
    return text if isinstance(text, str) else None  # a codec such as "hex" gives bytes


def _is_utf8(data: bytes) -> bool:
    """True when there are accents, and all of them are UTF-8."""
    return not data.isascii() and _strictly(data, "utf-8") is not None


def _utf16(data: bytes) -> str:
    """Return the UTF-16 that these bytes must be, if a quarter of them are NUL on one side."""
    if len(data) < 4 or data.count(0) * 4 < len(data):
        return ""
    return "utf-16-be" if data[::2].count(0) > data[1::2].count(0) else "utf-16-le"
