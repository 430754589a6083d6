"""What others ask of search: who answers a question, newest first, and where the words stand in a text."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from .engines import Scopes, fts5_checks, fts5_match, scopes, tsquery
from .highlighting import Fragment, excerpt, highlight
from .language import Question, question
from .models import Kind, SearchDocument

__all__ = ["Fragment", "Hit", "excerpt", "highlight", "matching"]

MOST_HITS = 200
RECENT = 4_000
_FARTHEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Hit:
    """One person, conversation or message found; `position` is what the next page gives as `before`."""

    kind: str
    object_id: int
    brand_id: int
    conversation_number: int | None
    at: datetime
    position: int


def matching(
    query_text: str,
    *,
    brand_ids: Collection[int],
    kinds: Collection[str],
    before: int | None = None,
    limit: int = 50,
    last_is_beginning: bool = False,
) -> list[Hit]:
    """What answers `query_text` in these brands, newest first, at most `limit`, older than position `before`.

    One query, or none when there is nothing to look for or nowhere to look. Any text is accepted.
    """
    asked = question(query_text, last_is_beginning=last_is_beginning)
    if not (asked and brand_ids and kinds):
        return []
    edge = _FARTHEST if before is None else max(-_FARTHEST, min(_FARTHEST, before))
    limit = max(0, min(limit, MOST_HITS))
    within = scopes(kinds, brand_ids)
    ask = _sqlite if connection.vendor == "sqlite" else _postgresql
    found = SearchDocument.objects.raw(*ask(asked, within, edge=edge, limit=limit))
    return [Hit(d.kind, d.object_id, d.brand_id, d.conversation_number, d.at, d.position) for d in found]


Asked = tuple[str, dict[str, object]]
_COLUMNS = "d.id, d.kind, d.object_id, d.brand_id, d.conversation_number, d.at, d.position"


def _sqlite(asked: Question, within: Scopes, *, edge: int, limit: int) -> Asked:
    """The statement: those of the newest that answer; where they fill no page, those of all the others.

    FTS5 walks a word from its newest and stops after a page, but merges whole lists for a beginning: among
    the newest it is asked for first letters only, and the terms tell. What is still looked for is rare.
    """
    checks, values = fts5_checks(asked)
    # CROSS JOIN keeps the order of the tables: walk the index from the newest, look up the few that answer.
    matched = "domain_search_index f CROSS JOIN domain_searchdocument d ON d.position = f.rowid"
    oldest = f"coalesce((SELECT d.position FROM {_newest(within)} LIMIT 1 OFFSET %(recent)s), {-_FARTHEST})"  # noqa: S608 -- constants only
    last = f"AND {checks} ORDER BY f.rowid DESC LIMIT %(limit)s"
    statement = f"""
        WITH newest AS MATERIALIZED (
            SELECT {_COLUMNS} FROM {matched}
            WHERE f.domain_search_index MATCH %(relaxed)s AND f.rowid < %(edge)s AND f.rowid > {oldest} {last}
        ), others AS MATERIALIZED (
            SELECT {_COLUMNS} FROM {matched} WHERE f.domain_search_index MATCH
                CASE WHEN (SELECT count(*) FROM newest) < %(limit)s THEN %(strict)s ELSE '""' END
            AND f.rowid < %(edge)s AND f.rowid <= {oldest} {last}
        )
        SELECT * FROM newest UNION ALL SELECT * FROM others ORDER BY position DESC LIMIT %(limit)s
    """  # noqa: S608 -- constants only: the rest are parameters
    relaxed, strict = fts5_match(asked, within, is_relaxed=True), fts5_match(asked, within)
    named = {"relaxed": relaxed, "strict": strict, "edge": edge, "limit": limit, "recent": RECENT}
    return statement, named | values


def _postgresql(asked: Question, within: Scopes, *, edge: int, limit: int) -> Asked:
    """The statement: the newest read one by one, more of them if some answered, then all the others by GIN.

    GIN knows no order: a common word is best read from the newest, a rare one asked of GIN and sorted. Which
    it is, the planner guesses from statistics, and where they deceive it (a word that is common, but in other
    brands; common words that never stand together) it walks a million messages: half a minute. So the walk
    is bounded, and `+ 0` forbids it beyond. What none of the first few says is rare: GIN at once.
    GIN is asked the pairs of a phrase; `IS TRUE` keeps the phrase itself for what it gives.
    """
    newest = _newest(within)
    exact, wide = tsquery(asked, within), tsquery(asked, within, is_relaxed=True)
    checked = "" if exact == wide else "AND (d.vector @@ %(asked)s::tsquery) IS TRUE"
    statement = f"""
        WITH few AS MATERIALIZED (
            SELECT * FROM (SELECT {_COLUMNS}, d.vector FROM {newest} LIMIT %(few)s) d
            WHERE d.vector @@ %(asked)s::tsquery ORDER BY d.position DESC LIMIT %(limit)s
        ), more AS MATERIALIZED (
            SELECT * FROM (SELECT {_COLUMNS}, d.vector FROM {newest} OFFSET %(few)s LIMIT %(recent)s) d
            WHERE (SELECT count(*) FROM few) BETWEEN 1 AND %(limit)s - 1
            AND d.vector @@ %(asked)s::tsquery ORDER BY d.position DESC LIMIT %(limit)s
        )
        SELECT {_COLUMNS} FROM few d
        UNION ALL SELECT {_COLUMNS} FROM more d
        UNION ALL (
            SELECT {_COLUMNS} FROM domain_searchdocument d
            WHERE (SELECT count(*) FROM few) + (SELECT count(*) FROM more) < %(limit)s
            AND d.vector @@ %(wide)s::tsquery {checked}
            AND d.position + 0 <= (
                SELECT d.position FROM {newest} LIMIT 1
                OFFSET %(few)s + CASE WHEN EXISTS (SELECT FROM few) THEN %(recent)s ELSE 0 END
            )
            ORDER BY d.position + 0 DESC LIMIT %(limit)s
        )
        ORDER BY position DESC LIMIT %(limit)s
    """  # noqa: S608 -- constants only: the rest are parameters
    read = {"few": RECENT // 8, "recent": RECENT}
    return statement, read | {"asked": exact, "wide": wide, "edge": edge, "limit": limit}


def _newest(within: Scopes) -> str:
    """The documents of these kinds before the edge, the newest first."""
    kinds = [kind.value for kind in Kind if kind.value[0] in within]
    of_kind = f"d.kind = '{kinds[0]}'" if len(kinds) == 1 else f"d.kind IN {tuple(kinds)}"
    return f"domain_searchdocument d WHERE {of_kind} AND d.position < %(edge)s ORDER BY d.position DESC"
