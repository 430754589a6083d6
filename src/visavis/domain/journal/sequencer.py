"""The one sequencer: gives positions to committed entries, so that a forward reader misses none.

Identifiers do not follow commits on PostgreSQL: a reader by `id` skips what commits late. Entries are
therefore
appended without a position, and numbered here, in batches, in `id` order among what is committed.
"""

from django.db import connection

from .record import upkeep

BATCH = 2000
_LOCK = 7_414_001

_NUMBER = """
UPDATE domain_entry SET position = batch.base + batch.n
FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n,
             (SELECT COALESCE(MAX(position), 0) FROM domain_entry) AS base
      FROM domain_entry WHERE position IS NULL ORDER BY id LIMIT %s) AS batch
WHERE domain_entry.id = batch.id
"""


@upkeep
def number_entries(batch: int = BATCH) -> int:
    """Give positions to at most `batch` committed entries; return how many.

    Two at once: the second waits its turn.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            row = cursor.fetchone()
            if not (row and row[0]):
                return 0
        cursor.execute(_NUMBER, [batch])
        return int(cursor.rowcount)


def number_all() -> int:
    """Number until nothing is left; return how many. For tests, loading and start-up."""
    total = 0
    while done := number_entries():
        total += done
    return total


def has_unnumbered() -> bool:
    """True when a committed entry waits for its position (one indexed read, no write lock)."""
    with connection.cursor() as cursor:  # no transaction: on SQLite ours begin by taking the write lock
        cursor.execute("SELECT 1 FROM domain_entry WHERE position IS NULL LIMIT 1")
        return cursor.fetchone() is not None
