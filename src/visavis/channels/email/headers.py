"""Fields of a header: encoded words, addresses, parameters, dates and identifiers, as they are written and
not as they should be.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from visavis.channels.email.charsets import codec, decode
from visavis.channels.email.mail import Address

LONGEST = 64 << 10  # characters of one field that are read
MOST_ADDRESSES = 500

# --- Text ---------------------------------------------------------------------------------------------------

# =?charset*language?B or Q?text?= ; the text may hold blanks, and a question mark in Q, where mailers are
# careless.
WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?(.*?)(?:\?=(?![\dA-F]{2}\S{0,80}\?=)|\Z)")
FOLD = re.compile(r"\r?\n[ \t]*|\r")
CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def text(raw: bytes) -> str:
    """Return what an unstructured field says: unfolded, decoded, without control characters, on one line."""
    value = raw[:LONGEST].strip()
    decoded = decode_words(FOLD.sub(" ", _loose(value)))
    return CONTROLS.sub("", re.sub(r"[\t\r\n]+", " ", decoded)).strip()


def _loose(raw: bytes) -> str:
    """Decode raw bytes: ASCII as it should be, UTF-8 as it may be, else by the chain."""
    return raw.decode("ascii") if raw.isascii() else decode(raw)[0]


def decode_words(value: str) -> str:
    """Decode encoded words (RFC 2047); those side by side are joined before they are decoded.

    A character cut over two words is so made whole, as broken mailers need; a word that cannot be read stays
    as it is.
    """
    if "=?" not in value:
        return value
    out: list[str] = []
    pending: list[bytes] = []
    charset = ""
    end = 0
    for word in WORD.finditer(value):
        between = value[end : word.start()]
        name = word[1].split("*")[0]
        data = _word_bytes(word[2], word[3])
        if data is None:
            continue
        if pending and (between.strip() or codec(name) != codec(charset)):
            out.append(decode(b"".join(pending), charset)[0])
            pending = []
        if between.strip() or not end:
            out.append(between)
        pending.append(data)
        charset, end = name, word.end()
    if pending:
        out.append(decode(b"".join(pending), charset)[0])
    return "".join(out) + value[end:]


def _word_bytes(encoding: str, payload: str) -> bytes | None:
    """Return the bytes of one word, None when they cannot be read."""
    try:
        data = payload.encode("utf-8")
        if encoding in "qQ":
            return binascii.a2b_qp(data.replace(b"\n", b""), header=True)
        characters = re.sub(rb"[^A-Za-z0-9+/]", b"", data.replace(b"-", b"+").replace(b"_", b"/"))
        characters = characters[: len(characters) - (len(characters) % 4 == 1)]
        return binascii.a2b_base64(characters + b"=" * (-len(characters) % 4))
    except (binascii.Error, UnicodeError):
        return None


# --- Addresses ----------------------------------------------------------------------------------------------

# An encoded word, a quoted string, an angle, a comment, a separator, or anything else.
TOKEN = re.compile(
    r'=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=|"(?:[^"\\]|\\.)*"|<[^<>]*>|\((?:[^()]|\([^()]*\))*\)|[,:;]|'
    r'(?:[^"<>(),:;=]|=(?!\?))+|["<>()=]'
)
# It begins where a word does: a search from each letter would be quadratic.
BARE = re.compile(r"(?<![^\s<>()\[\],;:\"])[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+|\"[^\"]+\"@[^\s<>,;]+")


def addresses(raw: bytes) -> tuple[Address, ...]:
    """Return the people of an address field, in order; groups are opened, and what holds no address is
    passed over.

    The structure is read before words are decoded: a name that decodes to an address is a name.
    """
    value = FOLD.sub(" ", _loose(raw[:LONGEST].strip()))
    found = _mailboxes(value)
    if not found and "=?" in value:  # a mailer that encoded the address too
        found = _mailboxes(decode_words(value))
    return tuple(found)


def _mailboxes(value: str) -> list[Address]:
    """Cut at commas and semicolons that are outside of quotes and comments; `Dupré, Anne <a@…>` is one."""
    people: list[Address] = []
    name: list[str] = []
    family = ""  # what stood before a comma, and was nobody
    angle, comment = "", ""
    for piece in [*TOKEN.findall(value), ","]:
        if piece[0] == "(" and len(piece) > 1:
            comment = piece[1:-1]
        elif piece[0] == "<" and len(piece) > 1:
            angle = angle or piece[1:-1]
        elif piece in {",", ";"}:
            told = "".join(name)
            person = _mailbox(family + told.strip() if angle else told, angle, comment)
            people += [person] if person else []
            family = f"{told.strip()}, " if piece == "," and not person and told.strip() else ""
            name, angle, comment = [], "", ""
        elif piece == ":" and not angle and "@" not in "".join(name):
            name = []  # the name of a group
        else:
            name.append(piece)
        if len(people) >= MOST_ADDRESSES:
            break
    return people


def _mailbox(name: str, angle: str, comment: str) -> Address | None:
    """Make one person out of what stood between two commas."""
    if angle.strip():
        address = angle.rsplit(":", 1)[-1] if angle.startswith("@") else angle
    else:
        bare = BARE.search(name)
        if not bare:
            return None
        address, name = bare[0], (name[: bare.start()] + name[bare.end() :]).strip() or comment
    address = _address(address)
    return Address(_name(name or comment), address) if address else None


def _name(value: str) -> str:
    """Unquote and decode a display name; quotes around the whole, single ones too, say nothing."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    value = CONTROLS.sub("", decode_words(value)).strip()
    return re.sub(r"""^(['"])(.*)\1$""", r"\2", value).strip()


def _address(value: str) -> str:
    """Return the address without blanks, its domain in lower case; "" for what is none."""
    value = CONTROLS.sub("", re.sub(r"\s+", "", value)).removeprefix("mailto:")
    local, at, domain = value.rpartition("@")
    return f"{local}@{domain.lower().rstrip('.')}" if at and local and domain and len(value) <= 320 else ""


# --- Parameters ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parameters:
    """The value of a field such as Content-Type (in lower case), and its parameters, decoded."""

    value: str
    items: dict[str, str]

    def get(self, name: str) -> str:
        """Return that parameter, "" when there is none."""
        return self.items.get(name, "")


# name=value; a value in quotes, or all that stands before the next semicolon: file names with blanks come
# unquoted.
PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))')
CONTINUED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?\Z")


def parameters(raw: bytes) -> Parameters:
    """Read `value; name=value…` with continuations and charsets (RFC 2231), and the encoded words that have
    no right there.
    """
    value = FOLD.sub(" ", _loose(raw[:LONGEST]))
    head, semicolon, rest = value.partition(";")
    found = [
        (match[1].lower(), re.sub(r"\\([\"\\])", r"\1", match[2]) if match[3] is None else match[3].strip())
        for match in PARAMETER.finditer(semicolon + rest)
    ]
    items = _joined([(name, value) for name, value in found if "*" in name])
    for name, plain in found:
        if "*" not in name and name not in items:
            items[name] = CONTROLS.sub("", decode_words(plain)).strip()
    return Parameters(re.sub(r"\(.*?\)|\s", "", head).lower(), items)


def _joined(found: list[tuple[str, str]]) -> dict[str, str]:
    """Put together the pieces of RFC 2231, in the order of their numbers."""
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, value in found:
        if match := CONTINUED.match(name):
            pieces.setdefault(match[1], []).append((int(match[2] or 0), bool(match[3]), value))
    return {name: _assembled(sorted(held)) for name, held in pieces.items()}


def _assembled(pieces: list[tuple[int, bool, str]]) -> str:
    """Decode charset'language'%41… pieces, and those that are plain."""
    charset, data = "", b""
    for index, (_number, is_encoded, piece) in enumerate(pieces):
        value = piece
        if index == 0 and is_encoded and value.count("'") >= 2:
            charset, _language, value = value.split("'", 2)
        data += unquote_to_bytes(value) if is_encoded else value.encode("utf-8", "surrogateescape")
    decoded = decode(data, charset)[0]
    return CONTROLS.sub("", decode_words(decoded)).strip()


# --- Dates and identifiers ----------------------------------------------------------------------------------

YEARS = range(1970, 2200)  # outside of these a clock is broken, and other zones may overflow
MONTHS = dict(
    zip(
        ["jan", "fév", "mar", "avr", "mai", "juin", "juil", "aoû", "sep", "oct", "nov", "déc"],
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        strict=True,
    )
)
FRENCH = re.compile(
    r"(?i)\b(janv?|f[ée]vr?|mars?|avr|mai|juin|juil|ao[ûu]t?|sept?|oct|nov|d[ée]c)[a-zéû]*\.?"
)


def date(raw: bytes) -> datetime | None:
    """Return the instant that a Date says, with its zone (UTC when it says none); None when it says nothing
    one can read.
    """
    value = re.sub(r"\s+", " ", text(raw))[:200]
    for spelling in (value, FRENCH.sub(_english_month, value), re.sub(r"^[^\d]*", "", value)):
        try:
            found = parsedate_to_datetime(spelling)
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found if found.year in YEARS else None
    return _iso(value)


def _iso(value: str) -> datetime | None:
    """Read 2025-11-03T10:12:00Z, which some programs write."""
    try:
        found = datetime.fromisoformat(value)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
    except (ValueError, OverflowError):
        return None
    return found if found.year in YEARS else None


def _english_month(match: re.Match[str]) -> str:
    """Return the English month for a French one."""
    name = match[1].lower().replace("fe", "fé").replace("aou", "aoû").replace("de", "dé")
    return next((english for french, english in MONTHS.items() if name.startswith(french[:4])), match[0])


def identifiers(raw: bytes) -> tuple[str, ...]:
    """Return the identifiers of a Message-ID, In-Reply-To or References, without angles, each once, the last
    100.
    """
    value = re.sub(r"\s+", " ", _loose(raw[:LONGEST]))
    found = re.findall(r"<\s*([^<>]{1,998}?)\s*>", value)
    if not found:  # no angles
        found = [word for word in re.split(r"[\s,;]+", value) if "@" in word]
    return tuple(dict.fromkeys(CONTROLS.sub("", one.replace(" ", "")) for one in found))[-100:]
