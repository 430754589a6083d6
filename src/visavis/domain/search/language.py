"""What a person types, as a question both engines answer: words (all of them), "exact phrases", beginnings*.

Any text is a question: nothing is refused, there is no other operator, what cannot be searched is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .analysis import STEM_MARK, Token, stems_of, tokens

QUERY_LENGTH = 400
MOST_CLAUSES = 16
PHRASE_WORDS = 32
# A beginning of one or two letters is half the dictionary: it is searched as a word.
SHORTEST_BEGINNING = 3

_QUOTES = str.maketrans(dict.fromkeys("«»“”„‟", '"'))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms one after the other; with `is_beginning` the last one may go on. Most often a single term."""

    terms: tuple[str, ...]
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """Terms that must all be there, anywhere: the pieces of a number written with spaces."""

    phrases: tuple[Phrase, ...]


Alternative = Phrase | AllOf
Clause = tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Clauses that must all hold; each holds when one of its alternatives does. No clause: no hit."""

    clauses: tuple[Clause, ...] = ()

    def __bool__(self) -> bool:
        """False when there is nothing to look for."""
        return bool(self.clauses)


@lru_cache(maxsize=64)
def question(text: str, *, last_is_beginning: bool = False) -> Question:
    """The question `text` asks; with `last_is_beginning`, the last word is still being typed.

    A last word of one or two letters is then left out, unless it is alone: it would hide what it will become.
    A page asks the same for each of its lines, so that the last questions are remembered.
    """
    pieces = text[:QUERY_LENGTH].translate(_QUOTES).split('"')
    clauses: list[Clause] = []
    for index, piece in enumerate(pieces):
        is_typed = last_is_beginning and index == len(pieces) - 1
        clauses += _quoted(piece, is_typed=is_typed) if index % 2 else _words(piece, is_typed=is_typed)
    if last_is_beginning and len(clauses) > 1 and _is_only_begun(pieces[-1]):
        clauses.pop()
    return Question(tuple(dict.fromkeys(clauses))[:MOST_CLAUSES])


def _is_only_begun(piece: str) -> bool:
    """True when the piece ends with one or two letters, and the person has not gone on to the next word."""
    found = list(tokens(piece))
    last = found[-1].parts[-1].surface if found and found[-1].parts else ""
    is_alone = bool(found) and len(found[-1].parts) == 1
    return is_alone and found[-1].end == len(piece) and len(last) < SHORTEST_BEGINNING and last.isalpha()


def _words(text: str, *, is_typed: bool) -> Iterator[Clause]:
    found = list(tokens(text))
    for index, token in enumerate(found):
        follows = text[token.end : token.end + 1]
        is_last = index == len(found) - 1
        if token.parts[0].is_elided and not is_last:
            continue
        if clause := _clause(token, is_beginning=follows == "*"):
            is_begun = is_typed and is_last and not follows
            yield tuple(dict.fromkeys([*clause, *_clause(token, is_beginning=True)])) if is_begun else clause


def _quoted(text: str, *, is_typed: bool) -> Iterator[Clause]:
    """A phrase, word for word; a compound alone in its quotes may also be written in one piece."""
    found = list(tokens(text))
    terms = tuple(part.surface for token in found for part in token.parts if part.surface)[:PHRASE_WORDS]
    if not terms:
        return
    is_beginning = is_typed or text.rstrip().endswith("*")
    wholes = found[0].wholes if len(found) == 1 and len(found[0].parts) > 1 else ()
    yield (_phrase(terms, is_beginning=is_beginning), *(Phrase((whole,)) for whole in wholes))


def _clause(token: Token, *, is_beginning: bool) -> Clause:
    """The ways this word may stand in a text: by its stem, its beginning, in one piece or in several."""
    surfaces = tuple(part.surface for part in token.parts if part.surface)[:PHRASE_WORDS]
    is_whole_only = token.shape in {"code", "amount"}
    found: list[Alternative] = []
    if surfaces and not is_whole_only:
        found += _pieces(token, surfaces, is_beginning=is_beginning)
    if is_whole_only or len(surfaces) > 1:
        for whole in token.wholes:
            found += _one(whole, stems_of(whole), is_beginning=is_beginning and token.shape != "amount")
    return tuple(dict.fromkeys(found))


def _pieces(token: Token, surfaces: tuple[str, ...], *, is_beginning: bool) -> Iterator[Alternative]:
    if len(surfaces) == 1:
        yield from _one(surfaces[0], token.parts[0].stems, is_beginning=is_beginning)
        if token.wholes:  # AB12345, which may be written AB 12345
            yield _phrase(token.wholes, is_beginning=is_beginning)
    elif token.shape == "groups":
        *first, last = surfaces
        yield AllOf((*(Phrase((digits,)) for digits in first), _phrase((last,), is_beginning=is_beginning)))
    else:
        yield _phrase(surfaces, is_beginning=is_beginning)


def _one(surface: str, stems: tuple[str, ...], *, is_beginning: bool) -> list[Phrase]:
    """A word by its stems; by itself when it has none (digits) or is only a beginning."""
    beginning = _phrase((surface,), is_beginning=is_beginning)
    if beginning.is_beginning or not stems:
        return [beginning]
    return [Phrase((STEM_MARK + stem,)) for stem in stems]


def _phrase(terms: tuple[str, ...], *, is_beginning: bool) -> Phrase:
    return Phrase(terms, is_beginning and len(terms[-1]) >= SHORTEST_BEGINNING)
