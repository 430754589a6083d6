"""The one analyser: French text in, the terms both full-text indexes store out.

A text becomes *tokens* (a word, a compound, a number), a token becomes *parts* (what is read one after the other)
and *wholes* (the same, written in one piece). A part has a surface (folded, without accents) and stems.
docs/algorithms/search.md tells the choices; nothing here knows a database.
"""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

TERM_BYTES = 64
TITLE_WORDS = 500
BODY_WORDS = 8_000
DOCUMENT_BYTES = 400_000
# PostgreSQL keeps at most 255 positions of a lexeme; FTS5 keeps all. Both are given the same, fewer.
TITLE_REPEATS = 50
BODY_REPEATS = 200

STEM_MARK = "="
HOLE = "="

# Marks that combine with the letter before, and signs of no width: inside a word, they are part of it.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f"
    "\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe00-\ufe0f\ufeff"
)
_APOSTROPHES = "'\u2019\u02bc`\u00b4"
_WORD = rf"[^\W_]++(?:[{_MARKS}]++[^\W_]*+)*+"
_JOINT = rf"[-\u2010\u2011\u2013{_APOSTROPHES}.@_/+&]"
_GAP = r"[ \u00a0\u202f.\-\u2011/]"
# The counts are bounded so that a failed match is never tried again from each of a million digits.
_IBAN = rf"(?>[A-Za-z]{{2}}\d{{2}}(?:[ \u00a0\u202f]\d{{4}}){{2,7}}(?:[ \u00a0\u202f][^\W_]{{1,4}})?)(?!{_JOINT}?[^\W_])"
_NUMBER = (
    rf"(?>\+?\d{{1,64}}+(?: ?\(0\) ?\d++)?(?:{_GAP}\d{{1,64}}+){{0,15}}+(?:,\d{{1,2}}(?!\d))?)(?!{_JOINT}?[^\W_])"
)
_TOKEN = re.compile(rf"(?P<iban>{_IBAN})|(?P<number>{_NUMBER})|(?P<words>{_WORD}(?:{_JOINT}{_WORD})*+)")
_PART = re.compile(_WORD)
_ELISION = re.compile(rf"(?:jusqu|lorsqu|puisqu|quoiqu|qu|[ldjmtscn])(?=[{_APOSTROPHES}])", re.IGNORECASE)
_TODAY = re.compile(rf"aujourd[{_APOSTROPHES}]hui", re.IGNORECASE)
_FUSED = re.compile(r"([a-z]{1,5})(\d{3,})")
_NO_WIDTH = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe00-\ufe0f\ufeff]")


@dataclass(frozen=True, slots=True)
class Part:
    """One word as it is read, from `start` to `end` in the text; `is_elided` for the l’ of l’eau."""

    start: int
    end: int
    surface: str
    stems: tuple[str, ...]
    is_elided: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a compound (rendez-vous, AB-12345, an e-mail) or a number, with the ways to write it in one piece.

    `is_exact`: only the whole means something (a telephone number, an amount). `is_spaced`: its parts are
    separated by spaces, so they may as well be words of their own.
    """

    start: int
    end: int
    parts: tuple[Part, ...]
    wholes: tuple[str, ...] = ()
    is_exact: bool = False
    is_spaced: bool = False


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, in order; linear in its length whatever it contains."""
    for match in _TOKEN.finditer(text):
        if match["words"] is not None:
            yield from _words(text, match.start(), match.end())
        else:
            token = _iban(text, match) if match["number"] is None else _number(text, match)
            if token.parts:
                yield token


def terms(text: str, *, words: int, repeats: int, size: int = DOCUMENT_BYTES) -> str:
    """What the index stores: surfaces in reading order, then wholes, then marked stems, separated by spaces.

    At most `words` words are read, a word stands at most `repeats` times (then a hole keeps its place), and the
    whole stays near `size` bytes: so no text, whatever it is, can be refused by either index.
    """
    run: list[str] = []
    wholes: dict[str, None] = {}
    stems: dict[str, None] = {}
    seen: Counter[str] = Counter()
    for token in tokens(text):
        for part in token.parts:
            seen[part.surface] += 1
            run.append(part.surface if seen[part.surface] <= repeats else HOLE)
            size -= len(part.surface) * 4 + 4 if seen[part.surface] == 1 else 4
            stems.update(dict.fromkeys(part.stems))
        for whole in token.wholes:
            wholes[whole] = None
            size -= len(whole) * 4
            stems.update(dict.fromkeys(stems_of(whole)))
        if len(run) >= words or size <= 0:
            break
    apart = [piece for whole in wholes for piece in (HOLE, whole)]
    return " ".join([*run[:words], *apart, *(STEM_MARK + stem for stem in stems)])


def title_terms(text: str) -> str:
    """Terms of a title: a subject, a name."""
    return terms(text, words=TITLE_WORDS, repeats=TITLE_REPEATS, size=40_000)


def body_terms(text: str) -> str:
    """Terms of a body: a message, what is known of a person."""
    return terms(text, words=BODY_WORDS, repeats=BODY_REPEATS)


def surface_of(raw: str) -> str:
    """A word folded and without accents: `Œuvres` gives `oeuvres`; empty when nothing can be searched in it."""
    return _forms(raw[:256])[0]


def stems_of(raw: str) -> tuple[str, ...]:
    """The stems of a word, as written and as written without accents (annulée: annul, annule); none with digits."""
    return _forms(raw[:256])[1]


@lru_cache(maxsize=2**16)
def _forms(raw: str) -> tuple[str, tuple[str, ...]]:
    folded = _folded(raw)
    surface = _cut(_bare(folded))
    if not surface.isalpha():
        return surface, ()
    stem = _stemmer().stemWord
    written, plain = _cut(_bare(stem(folded))), stem(surface)
    return surface, (written,) if written == plain else (written, plain)


def _folded(raw: str) -> str:
    """Small letters, œ and æ spelt out, one code point for a letter and its accent, nothing invisible."""
    if raw.isascii():
        return raw.lower()
    text = _NO_WIDTH.sub("", unicodedata.normalize("NFKC", raw)).casefold()
    return unicodedata.normalize("NFC", text.replace("œ", "oe").replace("æ", "ae"))


def _bare(folded: str) -> str:
    """Without accents, and without anything that is neither letter nor digit."""
    if folded.isascii():
        return folded
    kept = (c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return "".join(c for c in unicodedata.normalize("NFC", "".join(kept)) if c.isalnum())


def _cut(term: str) -> str:
    """The term, or its first bytes when it is longer than any word."""
    return term if len(term) * 4 <= TERM_BYTES else term.encode()[:TERM_BYTES].decode(errors="ignore")


def _words(text: str, start: int, end: int) -> Iterator[Token]:
    """A word or a compound; an elided article (l’, qu’) comes out on its own, marked."""
    while elision := _ELISION.match(text, start, end):
        part = _part(text, start, elision.end(), is_elided=True)
        yield Token(start, elision.end(), (part,))
        start = elision.end() + 1
    if today := _TODAY.fullmatch(text, start, end):
        surface = "aujourdhui"
        yield Token(start, end, (Part(start, today.end(), surface, stems_of(surface)),))
        return
    spans = [match.span() for match in _PART.finditer(text, start, end)]
    parts = tuple(part for part in (_part(text, *span) for span in spans) if part.surface)
    if parts:
        yield Token(start, end, parts, _wholes(parts))


def _part(text: str, start: int, end: int, *, is_elided: bool = False) -> Part:
    raw = text[start:end]
    return Part(start, end, surface_of(raw), stems_of(raw), is_elided)


def _wholes(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """A compound in one piece (rendezvous, ab12345); a reference already in one piece, cut in two (ab, 12345)."""
    if len(parts) == 1:
        fused = _FUSED.fullmatch(parts[0].surface)
        return fused.groups() if fused else ()
    return (_cut("".join(part.surface for part in parts[:TERM_BYTES])),)


def _iban(text: str, match: re.Match[str]) -> Token:
    parts = tuple(_part(text, *span.span()) for span in _PART.finditer(text, match.start(), match.end()))
    return Token(match.start(), match.end(), parts, (_cut("".join(part.surface for part in parts)),))


def _number(text: str, match: re.Match[str]) -> Token:
    """Digits in groups: an amount (1 234,50 is 1234.5), a telephone number (+33 6… is 06…), or simply long."""
    raw = unicodedata.normalize("NFKC", match[0])
    parts = tuple(_part(text, *span.span()) for span in _PART.finditer(text, match.start(), match.end()))
    if amount := _amount(raw):
        return Token(match.start(), match.end(), parts, (amount,), is_exact=True)
    digits = "".join(c for c in raw.replace("(0)", "") if c.isdigit())
    if telephone := _telephone(raw, digits):
        return Token(match.start(), match.end(), parts, (telephone,), is_exact=True)
    wholes = (_cut(digits),) if len(parts) > 1 else ()
    return Token(match.start(), match.end(), parts, wholes, is_spaced=" " in raw)


def _amount(raw: str) -> str:
    """The amount in its plainest writing, or nothing when this is no amount: `12,50` and `12.5` give `12.5`."""
    euros, comma, cents = raw.partition(",")
    if not comma:
        euros, comma, cents = raw.partition(".")
        if not (euros.isdigit() and cents.isdigit() and len(cents) <= 2):
            return ""
    units = "".join(c for c in euros if c.isdigit())
    cents = cents.rstrip("0")
    return _cut(f"{units}.{cents}" if cents else units)


def _telephone(raw: str, digits: str) -> str:
    """The number as dialled at home (0612345678) or with its country (22997123456), or nothing."""
    if raw.startswith("+33") or (digits.startswith("0033") and len(digits) == 13):
        national = digits[2:] if raw.startswith("+") else digits[4:]
        return "0" + national.removeprefix("0")
    if raw.startswith("+"):
        return digits if 8 <= len(digits) <= 15 else ""
    if digits.startswith("00") and 10 <= len(digits) <= 17:
        return digits[2:]
    return digits if len(digits) == 10 and digits.startswith("0") else ""


_local = threading.local()


def _stemmer() -> Stemmer.Stemmer:
    """One stemmer a thread: they must not be shared."""
    stemmer: Stemmer.Stemmer | None = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("french")
    return stemmer
