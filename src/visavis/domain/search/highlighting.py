"""Where the words of a question stand in the original text: the indexes only know terms."""

from collections.abc import Iterator

from .analysis import STEM_MARK, Part, Pieces, Token, stems_of, tokens, tokens_among
from .language import AllOf, Phrase, Question, question

Fragment = tuple[str, bool]
READ = 60_000
EXCERPT = 220
BEFORE = 60


def highlight(text: str, query: str, *, last_is_beginning: bool = False) -> list[Fragment]:
    """The text in fragments, in order, True for those that answer; together they are the text, unchanged."""
    asked = question(query, last_is_beginning=last_is_beginning)
    return _cut(text, _spans(text[:READ], asked), start=0, end=len(text))


def excerpt(text: str, query: str, *, last_is_beginning: bool = False) -> list[Fragment]:
    """About two lines of the text around its first answer, in fragments; `…` stands for what is left out."""
    asked = question(query, last_is_beginning=last_is_beginning)
    spans = _spans(text[:READ], asked)
    start = _word_start(text, max(0, spans[0][0] - BEFORE)) if spans else 0
    end = len(text) if len(text) - start <= EXCERPT else _word_end(text, start + EXCERPT)
    fragments = _cut(text, [(a, min(b, end)) for a, b in spans if start <= a < end], start=start, end=end)
    return [*([("… ", False)] if start else []), *fragments, *([(" …", False)] if end < len(text) else [])]


def _word_start(text: str, index: int) -> int:
    """The start of a word near `index`, so that no word is cut in two unless it is endless."""
    space = text.find(" ", index, index + 30)
    return index if index == 0 or space < 0 else space + 1


def _word_end(text: str, index: int) -> int:
    space = text.rfind(" ", index - 30, index)
    return index if space < 0 else space


def _cut(text: str, spans: list[tuple[int, int]], *, start: int, end: int) -> list[Fragment]:
    fragments: list[Fragment] = []
    for left, right in spans:
        fragments += [(text[start:left], False), (text[left:right], True)]
        start = right
    fragments.append((text[start:end], False))
    return [fragment for fragment in fragments if fragment[0]]


def _spans(text: str, asked: Question) -> list[tuple[int, int]]:
    """Where something answers, in order, without overlap."""
    phrases = list(_phrases(asked))
    found = _tokens_of(text, phrases)
    spans = sorted({span for phrase in phrases for span in _standing(phrase, found)})
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _tokens_of(text: str, phrases: list[Phrase]) -> list[Token]:
    """The tokens where the phrases may stand: all of them when an order of words is looked for."""
    if any(len(phrase.terms) > 1 for phrase in phrases):
        return list(tokens(text))
    exact = {phrase.terms[0] for phrase in phrases if not phrase.is_beginning}
    beginnings = tuple(phrase.terms[0] for phrase in phrases if phrase.is_beginning)

    def is_wanted(pieces: Pieces) -> bool:
        surfaces, wholes, stems = pieces
        if not (exact.isdisjoint(stems) and exact.isdisjoint(surfaces) and exact.isdisjoint(wholes)):
            return True
        return any(term.startswith(beginnings) for term in surfaces + wholes)

    return list(tokens_among(text, is_wanted))


def _phrases(asked: Question) -> Iterator[Phrase]:
    for clause in asked.clauses:
        for alternative in clause:
            yield from alternative.phrases if isinstance(alternative, AllOf) else (alternative,)


def _standing(phrase: Phrase, found: list[Token]) -> Iterator[tuple[int, int]]:
    parts = [part for token in found for part in token.parts if part.surface]
    if len(phrase.terms) == 1:
        term = phrase.terms[0]
        yield from (
            (part.start, part.end) for part in parts if _is_said(term, part, is_beginning=phrase.is_beginning)
        )
        yield from ((token.start, token.end) for token in found if _is_whole(phrase, token))
        return
    size = len(phrase.terms)
    for start in range(len(parts) - size + 1):
        there = parts[start : start + size]
        if [part.surface for part in there[:-1]] == list(phrase.terms[:-1]) and _is_said(
            phrase.terms[-1], there[-1], is_beginning=phrase.is_beginning
        ):
            yield there[0].start, there[-1].end


def _is_said(term: str, part: Part, *, is_beginning: bool) -> bool:
    if term.startswith(STEM_MARK):
        return term[1:] in part.stems
    return part.surface.startswith(term) if is_beginning else part.surface == term


def _is_whole(phrase: Phrase, token: Token) -> bool:
    term = phrase.terms[0]
    if term.startswith(STEM_MARK):
        return any(term[1:] in stems_of(whole) for whole in token.wholes)
    return any(whole.startswith(term) if phrase.is_beginning else whole == term for whole in token.wholes)
