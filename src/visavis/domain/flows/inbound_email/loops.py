"""Robots that answer each other: seen by who wrote the last exchanges, and cut."""

from datetime import timedelta

from visavis.domain.conversations.correspondence import exchanges_with

from .cases import Case

# So many of the last exchanges within so long, ours written by nobody of us.
LOOKED_AT = 10
LOOP_WITHIN = timedelta(hours=1)
LEAST_OF_EACH = 4


def last_exchanges(case: Case) -> list[list[object]]:
    """Return the last ten exchanges with the sender, newest first: [direction, message, instant]."""
    if not case.address:
        return []
    since = case.now - LOOP_WITHIN
    rows = exchanges_with(case.brand.pk, case.address, since=since, limit=LOOKED_AT)
    return [[row.direction, row.pk, row.written_at.isoformat()] for row in rows]


def is_loop(case: Case) -> bool:
    """True when robots answer each other: what we said lately to this sender was written by nobody of us."""
    if not case.address:
        return False
    since = case.now - LOOP_WITHIN
    rows = exchanges_with(case.brand.pk, case.address, since=since, limit=LOOKED_AT)
    ours = [row for row in rows if row.direction == "out"]
    theirs = len(rows) - len(ours)
    by_nobody = all(row.adviser_id is None for row in ours)
    return by_nobody and len(ours) >= LEAST_OF_EACH and theirs >= LEAST_OF_EACH
