"""Hours of a brand, for the engine of working time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from visavis.engine.working_time import Hours, add_working, is_open, next_opening

from .holiday_regions import holidays_of_region
from .models import Brand


def hours_of(brand: Brand, *, around: datetime) -> Hours:
    """Return the opening hours of `brand`, with the public holidays of the year of `around` and the next."""
    holidays = holidays_of_region(brand.holiday_region, [around.year, around.year + 1])
    week = tuple(tuple((start, end) for start, end in day) for day in brand.hours)
    return Hours(week=week, zone=ZoneInfo(brand.time_zone), holidays=holidays)


def answer_due(brand: Brand, *, is_live: bool, at: datetime) -> datetime:
    """Return by when an answer is promised to someone who writes at `at`.

    Live: so many seconds from now, or from the next opening. Written: in working seconds.
    """
    hours = hours_of(brand, around=at)
    if not is_live:
        return (
            add_working(hours, at, brand.written_promise_seconds)
            if any(brand.hours)
            else at + timedelta(days=2)
        )
    start = at if is_open(hours, at) else next_opening(hours, at) or at
    return start + timedelta(seconds=brand.live_promise_seconds)


def opening(brand: Brand, at: datetime) -> tuple[bool, datetime | None]:
    """Return whether the brand is open at `at`, and otherwise when it opens next (None: not known)."""
    hours = hours_of(brand, around=at)
    return (True, None) if is_open(hours, at) else (False, next_opening(hours, at))
