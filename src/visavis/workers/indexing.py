"""Indexing: what search writes in small pieces is put together a little at a time."""

from visavis.domain.search.upkeep import put_together
from visavis.live import bell

WAKES_ON: bell.Topic | None = None
EVERY_SECONDS = 5.0
REST_SECONDS = 0.2


def tick() -> bool:
    """Put some pages together; True when there are more."""
    return put_together()
