"""A question in the language of each database: FTS5's MATCH and PostgreSQL's tsquery."""

from collections.abc import Collection, Iterable

from .language import Alternative, Clause, Phrase, Question

# Terms hold letters, digits, `=` and `.` only (analysis.py), so that quoting them is enough in both.


# Kind and brand are terms too: for a small brand or a rare kind, common words cost what the brand holds, not
# what the house holds. (As plain conditions, a small brand and a common word took PostgreSQL half a second.)


def scopes(kinds: Collection[str], brand_ids: Collection[int]) -> list[str]:
    """The terms of these kinds in these brands; no question can ask for one, they begin with a dot."""
    return [f".{kind[0]}{brand_id:d}" for kind in sorted(set(kinds)) for brand_id in sorted(set(brand_ids))]


def fts5_match(asked: Question, within: Iterable[str]) -> str:
    """The FTS5 expression."""
    where = " OR ".join(f'"{scope}"' for scope in within)
    return " AND ".join([f"({where})", *(_fts5_clause(clause) for clause in asked.clauses)])


def _fts5_clause(clause: Clause) -> str:
    return "(" + " OR ".join(_fts5(alternative) for alternative in clause) + ")"


def _fts5(alternative: Alternative) -> str:
    if isinstance(alternative, Phrase):
        return '"' + " ".join(alternative.terms) + '"' + ("*" if alternative.is_beginning else "")
    return "(" + " AND ".join(_fts5(phrase) for phrase in alternative.phrases) + ")"


def tsquery(asked: Question, within: Iterable[str]) -> str:
    """The text of a tsquery; its lexemes are taken as they are, no parser and no dictionary comes in."""
    where = " | ".join(f"'{scope}'" for scope in within)
    return " & ".join([f"({where})", *(_ts_clause(clause) for clause in asked.clauses)])


def _ts_clause(clause: Clause) -> str:
    return "(" + " | ".join(_ts(alternative) for alternative in clause) + ")"


def _ts(alternative: Alternative) -> str:
    if isinstance(alternative, Phrase):
        return " <-> ".join(f"'{term}'" for term in alternative.terms) + (
            ":*" if alternative.is_beginning else ""
        )
    return "(" + " & ".join(_ts(phrase) for phrase in alternative.phrases) + ")"
