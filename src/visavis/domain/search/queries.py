"""What others ask of search: who answers a question, newest first, and where the words stand in a text."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from .engines import fts5_match, scopes, tsquery
from .highlighting import Fragment, excerpt, highlight
from .language import question
from .models import SearchDocument

__all__ = ["Fragment", "Hit", "excerpt", "highlight", "matching"]

MOST_HITS = 200
RECENT = 2_500
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
        found = SearchDocument.objects.raw(
            _POSTGRESQL_PHRASE if asked.has_phrase else _POSTGRESQL,
            {
                "asked": tsquery(asked, within),
                "kinds": sorted(set(kinds)),
                "edge": edge,
                "limit": limit,
                "recent": RECENT,
            },
        )
    return [Hit(d.kind, d.object_id, d.brand_id, d.conversation_number, d.at, d.position) for d in found]


_COLUMNS = "d.id, d.kind, d.object_id, d.brand_id, d.conversation_number, d.at, d.position"
# CROSS JOIN keeps the order of the tables: walk the index from the newest, look up the few that answer.
_SQLITE = f"""
    SELECT {_COLUMNS} FROM domain_search_index f CROSS JOIN domain_searchdocument d ON d.position = f.rowid
    WHERE f.domain_search_index MATCH %s AND f.rowid < %s ORDER BY f.rowid DESC LIMIT %s
"""  # noqa: S608 -- constants only
# GIN knows no order, so the newest are read first: a common word fills the page there. A word that does not
# has few answers (2 % at most), which GIN gives whole. Left alone, the planner walks a million messages for a
# word that is common, but in other brands (`+ 0` forbids that walk). A phrase of common words is the one case
# left to it: GIN would have each text read again for the order of its words.
_POSTGRESQL = f"""
    WITH newest AS MATERIALIZED (
        SELECT * FROM (
            SELECT {_COLUMNS}, d.vector FROM domain_searchdocument d
            WHERE d.kind = ANY(%(kinds)s) AND d.position < %(edge)s
            ORDER BY d.position DESC LIMIT %(recent)s
        ) d WHERE d.vector @@ %(asked)s::tsquery ORDER BY d.position DESC LIMIT %(limit)s
    )
    SELECT {_COLUMNS} FROM newest d
    UNION ALL (
        SELECT {_COLUMNS} FROM domain_searchdocument d
        WHERE (SELECT count(*) FROM newest) < %(limit)s AND d.vector @@ %(asked)s::tsquery AND d.position < (
            SELECT d.position FROM domain_searchdocument d
            WHERE d.kind = ANY(%(kinds)s) AND d.position < %(edge)s
            ORDER BY d.position DESC OFFSET %(recent)s - 1 LIMIT 1
        )
        ORDER BY d.position + 0 DESC LIMIT %(limit)s
    )
    ORDER BY position DESC LIMIT %(limit)s
"""  # noqa: S608 -- constants only
_POSTGRESQL_PHRASE = _POSTGRESQL.replace("ORDER BY d.position + 0 DESC", "ORDER BY d.position DESC")
