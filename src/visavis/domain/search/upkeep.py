"""Upkeep of the index of SQLite; PostgreSQL keeps its own.

Each write adds a small piece to the index of FTS5, which puts sixteen of a size together in the middle of a
later write: at a million messages somebody's message then waited twenty seconds (measured). So it is told
never to do so by itself, and a worker does it, some pages at a time.
"""

from django.db import connection

from visavis.domain.journal.record import upkeep

PAGES = 100  # 5 ms, 75 at worst, at a million messages
TELL = "INSERT INTO domain_search_index (domain_search_index, rank) VALUES ('merge', %s)"
CHANGES = "SELECT total_changes()"
NOTHING = 2  # FTS5 counts fewer changes when there was nothing to put together


@upkeep
def put_together(pages: int = PAGES) -> bool:
    """Put about so many pages of small pieces together; True when there may be more. PostgreSQL: nothing."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        before = cursor.execute(CHANGES).fetchone()[0]
        cursor.execute(TELL, [pages])
        return bool(cursor.execute(CHANGES).fetchone()[0] - before >= NOTHING)
