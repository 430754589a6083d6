"""The clock on the wall of a zone: the stretches of real time during which its offset does not change."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 86_400


class Stretch(NamedTuple):
    """From `start` to `end` (seconds since 1970), wall clock = real time + `offset` seconds."""

    start: int
    end: int
    offset: int


@lru_cache(maxsize=4096)
def stretches(zone: ZoneInfo, day: date) -> tuple[Stretch, ...]:
    """The stretches that cover a local day: one as a rule, two on the nights when the clock is changed.

    The clock is taken to change at most once in the two days around.
    """
    noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
    # No zone is further than 14 hours from UTC: this window holds the whole local day.
    start, end = noon - DAY - DAY // 4, noon + DAY + DAY // 4
    before, after = _offset(zone, start), _offset(zone, end)
    if before == after:
        return (Stretch(start, end, before),)
    change = _change(zone, start, end)
    return Stretch(start, change, before), Stretch(change, end, after)


def _offset(zone: ZoneInfo, at: int) -> int:
    """Seconds to add to real time to read the wall clock."""
    return int((datetime.fromtimestamp(at, zone).utcoffset() or timedelta()).total_seconds())


def _change(zone: ZoneInfo, low: int, high: int) -> int:
    """The first second of the new offset, by halving."""
    old = _offset(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == old:
            low = middle
        else:
            high = middle
    return high
