"""A question in the language of each database: FTS5's MATCH and PostgreSQL's tsquery."""

from collections.abc import Collection

from .language import Alternative, Clause, Phrase, Question

# Terms hold letters, digits, `=` and `.` only (analysis.py), so that quoting them is enough in both.


# Kind and brand are in the indexes: for a small brand, common words cost what it holds, not what all hold.
Scopes = dict[str, list[str]]


def scopes(kinds: Collection[str], brand_ids: Collection[int]) -> Scopes:
    """The terms of these brands by kind, as triggers and column write them; none can be asked for."""
    return {
        kind[0]: [f".{kind[0]}{brand_id:d}" for brand_id in sorted(set(brand_ids))]
        for kind in sorted(set(kinds))
    }


def fts5_match(asked: Question, within: Scopes) -> str:
    """The FTS5 expression."""
    where = " OR ".join(f'"{scope}"' for of_kind in within.values() for scope in of_kind)
    return " AND ".join([f"({where})", *(_fts5_clause(clause) for clause in asked.clauses)])


def _fts5_clause(clause: Clause) -> str:
    return "(" + " OR ".join(_fts5(alternative) for alternative in clause) + ")"


def _fts5(alternative: Alternative) -> str:
    if isinstance(alternative, Phrase):
        return '"' + " ".join(alternative.terms) + '"' + ("*" if alternative.is_beginning else "")
    return "(" + " AND ".join(_fts5(phrase) for phrase in alternative.phrases) + ")"


def tsquery(asked: Question, within: Scopes) -> str:
    """The text of a tsquery; its lexemes are taken as they are, no parser and no dictionary comes in."""
    return " | ".join(f"({_of_kind(asked, kind, brands)})" for kind, brands in within.items())


def _of_kind(asked: Question, kind: str, brands: list[str]) -> str:
    where = " | ".join(f"'{brand}'" for brand in brands)
    return " & ".join([f"({where})", *(_ts_clause(clause, kind) for clause in asked.clauses)])


def _ts_clause(clause: Clause, kind: str) -> str:
    return "(" + " | ".join(_ts(alternative, kind) for alternative in clause) + ")"


def _ts(alternative: Alternative, kind: str) -> str:
    if isinstance(alternative, Phrase):
        words = " <-> ".join(f"'{kind}.{term}'" for term in alternative.terms)
        return words + (":*" if alternative.is_beginning else "")
    return "(" + " & ".join(_ts(phrase, kind) for phrase in alternative.phrases) + ")"
