"""The one analyser: French text in, the terms both full-text indexes store out.

A text becomes *tokens* (a word, a compound, a number), a token becomes *parts* (what is read one after the
other) and *wholes* (the same, in one piece). A part has a surface (folded, without accents) and stems.
docs/algorithms/search.md tells the choices; nothing here knows a database.
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, pairwise
from typing import Literal

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

# The words that fill French, as surfaces. Where one follows another, a pair says it.
_COMMONEST = (
    "a ai ainsi alors apres as au aucun aussi autre aux avant avec avez avoir avons bien bonjour c car ce "
    "cela ces cet cette chez comme cordialement d dans de depuis des deux dit donc du elle elles en encore "
    "est et etait ete etes etre eu fait faire fois il ils j je jour l la le les leur lui m ma mais me meme "
    "merci mes moi mon n ne ni nos notre nous on ont ou par pas peu peut plus pour pouvez quand que quel qui "
    "qu rien s sa sans se ses si soit son sont suis sur t ta te toujours tout tous tres tu un une veux "
    "voudrais vos votre vous y"
)
COMMONEST = frozenset(_COMMONEST.split())

# Marks that combine with the letter before, and signs of no width: inside a word, they are part of it.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f"
    "\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe00-\ufe0f\ufeff"
)
_APOSTROPHES = "'\u2019\u02bc`\u00b4"
_WORD = rf"[^\W_]++(?:[{_MARKS}]++[^\W_]*+)*+"
_JOINT = rf"[-\u2010\u2011\u2013{_APOSTROPHES}.@_/+&]"
_SPACE = r"[ \u00a0\u202f]"
_GAP = r"[ \u00a0\u202f.\-\u2011/]"
# The counts are bounded: a match that fails is never tried again from each of a million digits.
_TELEPHONE = rf"(?:(?:\+|00)33{_GAP}?(?:\(0\){_GAP}?)?0?|0)[1-9](?:{_GAP}?\d\d){{4}}(?![^\W_])"
_IBAN = rf"[A-Za-z]{{2}}\d{{2}}(?:{_SPACE}\d{{4}}){{2,7}}(?:{_SPACE}[^\W_]{{1,4}})?(?!{_JOINT}?[^\W_])"
_NUMBER = (
    r"(?>\+?\d{1,64}+(?:(?P<gap>" + _GAP + r")\d{1,64}+(?:(?P=gap)\d{1,64}+){0,15}+)?+(?:,\d{1,2}(?!\d))?+)"
    rf"(?!{_JOINT}?[^\W_])"
)
_TOKEN = re.compile(
    rf"(?P<telephone>{_TELEPHONE})|(?P<iban>{_IBAN})|(?P<number>{_NUMBER})"
    rf"|(?P<plain>{_WORD})(?!{_JOINT}[^\W_])|(?P<words>{_WORD}(?:{_JOINT}{_WORD}){{0,31}}+)"
)
_PART = re.compile(_WORD)
_ELISION = re.compile(rf"(?:jusqu|lorsqu|puisqu|quoiqu|qu|[ldjmtscn])(?=[{_APOSTROPHES}])", re.IGNORECASE)
_TODAY = re.compile(rf"aujourd[{_APOSTROPHES}]hui", re.IGNORECASE)
_FUSED = re.compile(r"([a-z]{1,5})(\d{3,})")
# annulees, resilie: words that end so have most often lost their accent, and would have another stem.
_WITHOUT_ACCENT = re.compile(r"(?<=i)es?$|ees?$")
# perdus, finis: Snowball leaves their s.
_PLURAL = re.compile(r"(?<=[a-z]{3}i)s$|(?<=[a-z]{2}[^o]u)s$")
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
    """A word, a compound (rendez-vous, AB-12345, an e-mail) or a number, with its writings in one piece.

    Of a `code` (telephone, IBAN) and of an `amount`, only the whole means something. The parts of `groups`
    are digits separated by spaces: one number, or several.
    """

    start: int
    end: int
    parts: tuple[Part, ...]
    wholes: tuple[str, ...] = ()
    shape: Literal["word", "groups", "code", "amount"] = "word"


# What is indexed of a match: its surfaces, its wholes, its marked stems.
Pieces = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, in order; linear in its length whatever it contains."""
    for match in _TOKEN.finditer(text):
        yield from _read(text, match)


def tokens_among(text: str, is_wanted: Callable[[Pieces], bool]) -> Iterator[Token]:
    """The tokens whose terms are wanted, in order: the others are not taken apart: most of the work."""
    for match in _TOKEN.finditer(text):
        if is_wanted(_indexed(text, match)):
            yield from _read(text, match)


def _read(text: str, match: re.Match[str]) -> Iterable[Token]:
    if match.lastgroup in {"plain", "words"}:
        return _words(text, match.start(), match.end())
    return (_MAKERS[str(match.lastgroup)](text, match),)


def terms(text: str, *, words: int, repeats: int, size: int = DOCUMENT_BYTES) -> str:
    """What the index stores: surfaces in reading order, then wholes, marked stems and pairs, between spaces.

    At most `words` words are read, a word stands at most `repeats` times (then a hole keeps its place), and
    the whole stays near `size` bytes: so no text, whatever it is, can be refused by either index.
    """
    found = (_indexed(text, match) for match in _TOKEN.finditer(text))
    kept = list(islice(found, repeats))
    run = [surface for surfaces, _, _ in kept for surface in surfaces]
    if len(kept) == repeats or len(run) > repeats:  # otherwise no limit can be met
        run, kept = _bounded(chain(kept, found), words=words, repeats=repeats, size=size)
    apart = [
        piece
        for whole in dict.fromkeys(whole for _, wholes, _ in kept for whole in wholes)
        for piece in (HOLE, whole)
    ]
    stems = dict.fromkeys(stem for _, _, stems in kept for stem in stems)
    return " ".join([*run, *apart, *stems, *pairs(run)])


def pairs(run: Sequence[str]) -> list[str]:
    """Which of the commonest words follow each other, as terms: a phrase of them is found by these."""
    found = {f"{STEM_MARK}{a}.{b}" for a, b in pairwise(run) if a in COMMONEST and b in COMMONEST}
    return sorted(found)


def is_pair(term: str) -> bool:
    """True for a term that serves phrases only."""
    return term.startswith(STEM_MARK) and "." in term


def _bounded(
    found: Iterable[Pieces], *, words: int, repeats: int, size: int
) -> tuple[list[str], list[Pieces]]:
    """The surfaces, with holes, and what is kept of a text that might be too long."""
    run: list[str] = []
    kept: list[Pieces] = []
    seen: dict[str, int] = {}
    for pieces in found:
        surfaces, wholes, _stems = pieces
        kept.append(pieces)
        for surface in surfaces:
            count = seen[surface] = seen.get(surface, 0) + 1
            run.append(surface if count <= repeats else HOLE)
            # A surface and up to two stems are stored once each, a position each time.
            size -= 8 if count > 1 else 8 + 3 * len(surface.encode())
        size -= sum(3 * len(whole.encode()) for whole in wholes)
        if len(run) >= words or size <= 0:
            break
    return run[:words], kept


def _indexed(text: str, match: re.Match[str]) -> Pieces:
    """Surfaces, wholes and marked stems of what was matched."""
    return _plain(match[0][:256]) if match.lastgroup == "plain" else _pieces(_read(text, match))


def _pieces(found: Iterable[Token]) -> Pieces:
    """Surfaces, wholes and marked stems of the tokens: what is indexed of them."""
    found = tuple(found)
    parts = [part for token in found for part in token.parts if part.surface]
    wholes = tuple(whole for token in found for whole in token.wholes)
    stems = [stem for part in parts for stem in part.stems] + [
        stem for whole in wholes for stem in stems_of(whole)
    ]
    return tuple(part.surface for part in parts), wholes, tuple(STEM_MARK + stem for stem in stems)


@lru_cache(maxsize=2**16)
def _plain(raw: str) -> Pieces:
    """The same for a word alone: nine tokens in ten, so that it is worth remembering."""
    return _pieces(_words(raw, 0, len(raw)))


def title_terms(text: str) -> str:
    """Terms of a title: a subject, a name."""
    return terms(text, words=TITLE_WORDS, repeats=TITLE_REPEATS, size=40_000)


def body_terms(text: str) -> str:
    """Terms of a body: a message, what is known of a person."""
    return terms(text, words=BODY_WORDS, repeats=BODY_REPEATS)


def surface_of(raw: str) -> str:
    """A word folded and without accents: `Œuvres` gives `oeuvres`; empty when nothing is left."""
    return _forms(raw[:256])[0]


def stems_of(raw: str) -> tuple[str, ...]:
    """The stems of a word, as it is and as if typed without accents; none for what has digits."""
    return _forms(raw[:256])[1]


@lru_cache(maxsize=2**16)
def _forms(raw: str) -> tuple[str, tuple[str, ...]]:
    folded = _folded(raw)
    surface = _cut(_bare(folded))
    if not surface.isalpha():
        return surface, ()
    stem = _stemmer().stemWord
    written, plain = (
        _cut(_bare(stem(folded))),
        _bare(stem(_PLURAL.sub("", _WITHOUT_ACCENT.sub("é", surface)))),
    )
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
        start = elision.end() + 1
        yield Token(part.start, part.end, (part,), _name(part, text[start:end]))
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


def _name(article: Part, rest: str) -> tuple[str, ...]:
    """N’Diaye and d’Angelo are also written Ndiaye and Dangelo."""
    found = _PART.match(rest)
    return (_cut(article.surface + surface_of(found[0])),) if found and rest[:1].isupper() else ()


def _wholes(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """A compound in one piece (rendezvous, ab12345); a reference in one piece, cut in two (ab, 12345)."""
    if len(parts) == 1:
        fused = _FUSED.fullmatch(parts[0].surface)
        return fused.groups() if fused else ()
    return (_cut("".join(part.surface for part in parts[:TERM_BYTES])),)


def _spelt(text: str, match: re.Match[str]) -> tuple[Part, ...]:
    return tuple(_part(text, *part.span()) for part in _PART.finditer(text, match.start(), match.end()))


def _iban(text: str, match: re.Match[str]) -> Token:
    parts = _spelt(text, match)
    return Token(match.start(), match.end(), parts, (_cut("".join(part.surface for part in parts)),), "code")


def _telephone(text: str, match: re.Match[str]) -> Token:
    """A French number, as dialled at home: +33 6 12… and 06.12… are 0612…"""
    digits = _digits(match[0].replace("(0)", ""))
    return Token(match.start(), match.end(), _spelt(text, match), ("0" + digits[-9:],), "code")


def _number(text: str, match: re.Match[str]) -> Token:
    """Digits in groups: an amount (1 234,50 is 1234.5), a number from abroad (without +), or simply long."""
    raw, parts = match[0], _spelt(text, match)
    if amount := _amount(raw):
        return Token(match.start(), match.end(), parts, (amount,), "amount")
    digits = _digits(raw)
    if raw.startswith("+") or (raw.startswith("00") and 10 <= len(digits) <= 17):
        return Token(match.start(), match.end(), parts, (_cut(digits.removeprefix("00")),), "code")
    wholes = (_cut(digits),) if len(parts) > 1 else ()
    is_spaced = match["gap"] in {" ", "\u00a0", "\u202f"}
    return Token(match.start(), match.end(), parts, wholes, "groups" if is_spaced else "word")


_MAKERS = {"telephone": _telephone, "iban": _iban, "number": _number}


def _digits(raw: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", raw) if c.isdigit())


def _amount(raw: str) -> str:
    """The amount in its plainest writing (12,50 gives 12.5), or nothing when this is no amount."""
    units, comma, cents = raw.partition(",")
    if not comma:
        units, _, cents = raw.partition(".")
        if not (units.isdigit() and cents.isdigit() and len(cents) <= 2):
            return ""
    units, cents = _digits(units), _digits(cents).rstrip("0")
    return _cut(f"{units}.{cents}" if cents else units)


_local = threading.local()


def _stemmer() -> Stemmer.Stemmer:
    """One stemmer a thread: they must not be shared."""
    stemmer: Stemmer.Stemmer | None = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("french")
    return stemmer
