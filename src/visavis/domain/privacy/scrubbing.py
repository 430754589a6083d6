"""After an erasure: what the database's own files still hold of rows that are gone."""

import time
from contextlib import closing

from django.db import connection

STEP = 500  # pages of the index merged at once, so that nobody waits for long
SECONDS = 5.0
PATIENCE_MS = 1000
USUAL_MS = 20_000


def scrub() -> None:
    """Merge the search index, which keeps deleted words until then, and empty the write-ahead log.

    SQLite only: PostgreSQL writes over dead rows at its next vacuum, by itself.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    _merge_index()
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout={USUAL_MS}")


def _merge_index() -> None:
    """Merge by steps until nothing is left to merge; a negative count begins anew, says FTS5."""
    until = time.monotonic() + SECONDS
    pages = -STEP
    with closing(connection.cursor()) as cursor:
        while time.monotonic() < until:
            before = cursor.execute("SELECT total_changes()").fetchone()[0]
            cursor.execute(
                "INSERT INTO domain_search_index (domain_search_index, rank) VALUES ('merge', %s)", [pages]
            )
            if cursor.execute("SELECT total_changes()").fetchone()[0] - before < 2:
                return
            pages = STEP
