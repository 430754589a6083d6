"""What others ask of search: who answers a question, newest first, and where the words stand in a text."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from .engines import fts5_match, scopes, tsquery
from .highlighting import Fragment, excerpt, highlight
from .language import question
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
    if connection.vendor == "sqlite":
        found = SearchDocument.objects.raw(_SQLITE, [fts5_match(asked, within), edge, limit])
    else:
        statement = _postgresql(kinds=sorted(set(kinds)))
        recent = RECENT * (5 if asked.has_phrase else 1)
        values = {"asked": tsquery(asked, within), "edge": edge, "limit": limit, "recent": recent}
        found = SearchDocument.objects.raw(statement, values)
    return [Hit(d.kind, d.object_id, d.brand_id, d.conversation_number, d.at, d.position) for d in found]


_COLUMNS = "d.id, d.kind, d.object_id, d.brand_id, d.conversation_number, d.at, d.position"
# CROSS JOIN keeps the order of the tables: walk the index from the newest, look up the few that answer.
_SQLITE = f"""
    SELECT {_COLUMNS} FROM domain_search_index f CROSS JOIN domain_searchdocument d ON d.position = f.rowid
    WHERE f.domain_search_index MATCH %s AND f.rowid < %s ORDER BY f.rowid DESC LIMIT %s
"""  # noqa: S608 -- constants only


def _postgresql(*, kinds: list[str]) -> str:
    """The statement: the newest read one by one, then all the others by GIN.

    GIN knows no order: a common word is best read from the newest, a rare one asked of GIN and sorted. Which
    it is, the planner guesses from statistics, and where they deceive it (a word that is common, but in other
    brands; common words that never follow each other) it walks a million messages: half a minute. So the walk
    is bounded, and `+ 0` forbids it beyond. For a phrase more are read: GIN knows its words, not their order.
    """
    known = [Kind(kind).value for kind in kinds]
    of_kind = f"d.kind = '{known[0]}'" if len(known) == 1 else f"d.kind IN {tuple(known)}"
    newest = f"domain_searchdocument d WHERE {of_kind} AND d.position < %(edge)s ORDER BY d.position DESC"
    return f"""
        WITH newest AS MATERIALIZED (
            SELECT * FROM (SELECT {_COLUMNS}, d.vector FROM {newest} LIMIT %(recent)s) d
            WHERE d.vector @@ %(asked)s::tsquery ORDER BY d.position DESC LIMIT %(limit)s
        )
        SELECT {_COLUMNS} FROM newest d
        UNION ALL (
            SELECT {_COLUMNS} FROM domain_searchdocument d
            WHERE (SELECT count(*) FROM newest) < %(limit)s AND d.vector @@ %(asked)s::tsquery
            AND d.position + 0 <= (SELECT d.position FROM {newest} OFFSET %(recent)s LIMIT 1)
            ORDER BY d.position + 0 DESC LIMIT %(limit)s
        )
        ORDER BY position DESC LIMIT %(limit)s
    """  # noqa: S608 -- constants only: the kinds are checked, the rest are parameters
