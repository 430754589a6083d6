"""A question in the language of each database: FTS5's MATCH and PostgreSQL's tsquery."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from .analysis import STEM_MARK, pairs
from .language import Alternative, Phrase, Question

FTS5_PREFIX = 4  # the letters, after the kind, of the longest beginnings that have an index of their own
_SAID = "(' ' || d.title_terms || ' = ' || d.body_terms || ' ')"

# Terms hold letters, digits, `=` and `.` only (analysis.py), so that quoting them is enough in both.


# Kind and brand are in the indexes: for a small brand, common words cost what it holds, not what all hold.
Scopes = dict[str, list[str]]


def scopes(kinds: Collection[str], brand_ids: Collection[int]) -> Scopes:
    """The terms of these brands by kind, as triggers and column write them; none can be asked for."""
    return {
        kind[0]: [f".{kind[0]}{brand_id:d}" for brand_id in sorted(set(brand_ids))]
        for kind in sorted(set(kinds))
    }


def fts5_match(asked: Question, within: Scopes, *, is_relaxed: bool = False) -> str:
    """The FTS5 expression: who may answer; `fts5_checks` says who does.

    Relaxed, it is walked from the newest: FTS5 merges whole lists first for a beginning that has no index of
    its own, so that only its first letters are asked for.
    """
    kinds = (Fts5(kind, is_relaxed).question(asked, brands) for kind, brands in within.items())
    return " OR ".join(f"({kind})" for kind in kinds)


@dataclass(frozen=True, slots=True)
class Fts5:
    """How things are asked about one kind; a word begins with its kind, as in the triggers."""

    kind: str
    is_relaxed: bool

    def question(self, asked: Question, brands: list[str]) -> str:
        """All clauses, in one of the brands."""
        where = " OR ".join(f'"{brand}"' for brand in brands)
        clauses = (" OR ".join(map(self.alternative, clause)) for clause in asked.clauses)
        return " AND ".join(f"({one})" for one in (where, *clauses))

    def alternative(self, alternative: Alternative) -> str:
        """A phrase, or several that must all be there."""
        if isinstance(alternative, Phrase):
            return self.phrase(alternative)
        return "(" + " AND ".join(map(self.phrase, alternative.phrases)) + ")"

    def phrase(self, phrase: Phrase) -> str:
        """By its pairs and the words in none of them; in order, from whole lists, where there is no pair."""
        *first, last = apart(phrase) or phrase.terms
        end = "*" if phrase.is_beginning else ""
        if end and self.is_relaxed and len(last) > FTS5_PREFIX:
            last = last[:FTS5_PREFIX]
        elif tuple(first) == phrase.terms[:-1]:
            return self.words(phrase.terms) + end
        return "(" + " AND ".join([*(self.words([word]) for word in first), self.words([last]) + end]) + ")"

    def words(self, terms: Iterable[str]) -> str:
        """Words in a row."""
        return '"' + " ".join(f"{self.kind}.{term}" for term in terms) + '"'


def fts5_checks(asked: Question) -> tuple[str, dict[str, str]]:
    """The condition that a document `d` answers, and its values: each is looked for in the terms of `d`."""
    values: dict[str, str] = {}

    def stands(alternative: Alternative) -> str:
        if isinstance(alternative, Phrase):
            name = f"said{len(values)}"
            values[name] = " " + " ".join(alternative.terms) + ("" if alternative.is_beginning else " ")
            return f"instr({_SAID}, %({name})s)"
        return "(" + " AND ".join(stands(phrase) for phrase in alternative.phrases) + ")"

    clauses = ["(" + " OR ".join(map(stands, clause)) + ")" for clause in asked.clauses]
    return " AND ".join(clauses), values


def tsquery(asked: Question, within: Scopes, *, is_relaxed: bool = False) -> str:
    """The text of a tsquery; its lexemes are taken as they are, no parser and no dictionary comes in.

    Relaxed, it asks only which documents may answer: a phrase that has pairs is these and its other words.
    """
    return " | ".join(f"({Ts(kind, is_relaxed).question(asked, brands)})" for kind, brands in within.items())


@dataclass(frozen=True, slots=True)
class Ts:
    """How things are asked about one kind; a lexeme begins with its kind, as in the column."""

    kind: str
    is_relaxed: bool

    def question(self, asked: Question, brands: list[str]) -> str:
        """All clauses, in one of the brands."""
        where = " | ".join(f"'{brand}'" for brand in brands)
        clauses = (" | ".join(map(self.alternative, clause)) for clause in asked.clauses)
        return " & ".join(f"({one})" for one in (where, *clauses))

    def alternative(self, alternative: Alternative) -> str:
        """A phrase, or several that must all be there."""
        if isinstance(alternative, Phrase):
            return self.phrase(alternative)
        return "(" + " & ".join(map(self.phrase, alternative.phrases)) + ")"

    def phrase(self, phrase: Phrase) -> str:
        """Words in a row; relaxed, its pairs and the words in none of them."""
        end = ":*" if phrase.is_beginning else ""
        terms = (apart(phrase) if self.is_relaxed else None) or phrase.terms
        row = " & " if terms is not phrase.terms else " <-> "
        return "(" + row.join(f"'{self.kind}.{term}'" for term in terms) + end + ")"


def apart(phrase: Phrase) -> tuple[str, ...]:
    """The pairs of a phrase and its words that are in none, the beginning last; nothing where no pair is."""
    whole = phrase.terms[:-1] if phrase.is_beginning else phrase.terms
    followed = pairs(whole)
    covered = {word for pair in followed for word in pair.removeprefix(STEM_MARK).split(".")}
    alone = [word for word in whole if word not in covered]
    begun = phrase.terms[-1:] if phrase.is_beginning else ()
    return tuple(dict.fromkeys((*followed, *alone, *begun))) if followed else ()
