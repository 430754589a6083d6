"""A question in the language of each database: FTS5's MATCH and PostgreSQL's tsquery."""

from collections.abc import Iterable, Sequence

from .language import Alternative, Clause, Phrase, Question

# Terms hold letters, digits, `=` and `.` only (analysis.py), so that quoting them is enough in both.


def fts5_match(asked: Question, *, kinds: Sequence[str], brand_ids: Iterable[int]) -> str:
    """The FTS5 expression; kind and brand are terms of the index: a small brand has a short list to walk."""
    scopes = " OR ".join(
        f'".{kind[0]}{int(brand_id)}"' for kind in kinds for brand_id in sorted(set(brand_ids))
    )
    return " AND ".join([f"({scopes})", *(_fts5_clause(clause) for clause in asked.clauses)])


def _fts5_clause(clause: Clause) -> str:
    return "(" + " OR ".join(_fts5(alternative) for alternative in clause) + ")"


def _fts5(alternative: Alternative) -> str:
    if isinstance(alternative, Phrase):
        return '"' + " ".join(alternative.terms) + '"' + ("*" if alternative.is_beginning else "")
    return "(" + " AND ".join(_fts5(phrase) for phrase in alternative.phrases) + ")"


def tsquery(asked: Question) -> str:
    """The text of a tsquery; its lexemes are taken as they are, no parser and no dictionary comes in."""
    return " & ".join(_ts_clause(clause) for clause in asked.clauses)


def _ts_clause(clause: Clause) -> str:
    return "(" + " | ".join(_ts(alternative) for alternative in clause) + ")"


def _ts(alternative: Alternative) -> str:
    if isinstance(alternative, Phrase):
        return " <-> ".join(f"'{term}'" for term in alternative.terms) + (
            ":*" if alternative.is_beginning else ""
        )
    return "(" + " & ".join(_ts(phrase) for phrase in alternative.phrases) + ")"
