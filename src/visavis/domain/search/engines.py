"""A question in the language of each database: FTS5's MATCH and PostgreSQL's tsquery."""

from collections.abc import Collection, Iterable, Sequence

from .language import Alternative, Clause, Phrase, Question

# Terms hold letters, digits, `=` and `.` only (analysis.py), so that quoting them is enough in both.


# Kind and brand are in the indexes: for a small brand or a rare kind, common words cost what it holds, not
# what the house holds. As plain conditions, a small brand and a common word took PostgreSQL half a second.


def scopes(kinds: Collection[str], brand_ids: Collection[int]) -> list[str]:
    """The marks of these kinds in these brands, as the triggers and the generated column write them."""
    return [f"{kind[0]}{brand_id:d}" for kind in sorted(set(kinds)) for brand_id in sorted(set(brand_ids))]


def fts5_match(asked: Question, within: Iterable[str]) -> str:
    """The FTS5 expression; the scope is a term, that no question can ask for since it begins with a dot."""
    where = " OR ".join(f'".{scope}"' for scope in within)
    return " AND ".join([f"({where})", *(_fts5_clause(clause) for clause in asked.clauses)])


def _fts5_clause(clause: Clause) -> str:
    return "(" + " OR ".join(_fts5(alternative) for alternative in clause) + ")"


def _fts5(alternative: Alternative) -> str:
    if isinstance(alternative, Phrase):
        return '"' + " ".join(alternative.terms) + '"' + ("*" if alternative.is_beginning else "")
    return "(" + " AND ".join(_fts5(phrase) for phrase in alternative.phrases) + ")"


def tsquery(asked: Question, within: Sequence[str]) -> str:
    """The text of a tsquery; its lexemes are taken as they are, no parser and no dictionary comes in."""
    return " & ".join(_any(clause, within) for clause in asked.clauses)


def _any(clause: Clause, within: Sequence[str]) -> str:
    return "(" + " | ".join(_ts(alternative, within) for alternative in clause) + ")"


def _ts(alternative: Alternative, within: Sequence[str]) -> str:
    if isinstance(alternative, Phrase):
        return "(" + " | ".join(_in_scope(alternative, scope) for scope in within) + ")"
    return "(" + " & ".join(_ts(phrase, within) for phrase in alternative.phrases) + ")"


def _in_scope(phrase: Phrase, scope: str) -> str:
    words = " <-> ".join(f"'{scope}.{term}'" for term in phrase.terms)
    return words + (":*" if phrase.is_beginning else "")
