"""Opening hours, and the time that passes only while they are open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from .clock import stretches

MINUTES_A_DAY = 1_440
HORIZON_DAYS = 3_653  # ten years: what does not open by then never does

Span = tuple[int, int]
"""From a minute of the day to another, on the wall clock: (540, 1080) is 9:00 to 18:00."""


class NeverOpen(ValueError):
    """A duration in working time was asked of hours that do not open in the ten years that follow."""


@dataclass(frozen=True)
class Hours:
    """When a service is open: spans for each day of the week, Monday first, on the wall clock of a zone.

    Spans of a day are in order and apart, within 0 to 1440; a night is written as two spans (1320, 1440)
    and (0, 360).  A holiday is closed from midnight to midnight.

    When clocks go forward, hours that do not exist are not open; when they go back, an hour that
    the clock shows twice is open twice.
    """

    week: tuple[tuple[Span, ...], ...]
    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("hours are given for the seven days of the week")
        for spans in self.week:
            _refuse_disorder(spans)

    def on(self, day: date) -> tuple[Span, ...]:
        """The spans of this date."""
        return () if day in self.holidays else self.week[day.weekday()]


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether the service is open at this instant; the minute of closing is closed."""
    local = _aware(at).astimezone(hours.zone)
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in hours.on(local.date()))


def next_opening(hours: Hours, at: datetime) -> datetime | None:
    """The first instant from `at` on when the service is open: `at` itself if it is; None if it never is."""
    if is_open(hours, at):
        return at.astimezone(hours.zone)
    start = _aware(at).timestamp()
    opening = next((opened for opened, closed in _openings(hours, at) if closed > start), None)
    return None if opening is None else datetime.fromtimestamp(opening, hours.zone)


def add_working(hours: Hours, start: datetime, seconds: float) -> datetime:
    """The first instant when so many working seconds have passed since `start`, in the zone of the hours.

    A duration that ends with the day ends at closing time, not at the next opening.
    seconds: ≥ 0.  Raises NeverOpen when the service does not open any more.
    """
    if seconds < 0:
        raise ValueError("working time only goes forward")
    now, left = _aware(start).timestamp(), float(seconds)
    if not left:
        return start.astimezone(hours.zone)
    for opened, closed in _openings(hours, start):
        begins = max(opened, now)
        if closed - begins >= left:
            return datetime.fromtimestamp(begins + left, hours.zone)
        left -= max(0, closed - begins)
    raise NeverOpen(f"{seconds} working seconds do not pass in the ten years after {start}")


def working_seconds(hours: Hours, start: datetime, end: datetime) -> float:
    """The working seconds between two instants; negative when `end` comes before `start`."""
    if end < start:
        return -working_seconds(hours, end, start)
    first, last = _aware(start).timestamp(), _aware(end).timestamp()
    total = 0.0
    for opened, closed in _openings(hours, start, until=end):
        total += max(0, min(closed, last) - max(opened, first))
    return total


def _openings(hours: Hours, start: datetime, until: datetime | None = None) -> Iterator[tuple[int, int]]:
    """Each stretch of real time (seconds since 1970) the service is open, from the day of `start` on."""
    day = start.astimezone(hours.zone).date()
    last = until.astimezone(hours.zone).date() if until else day + timedelta(days=HORIZON_DAYS)
    while day <= last:
        yield from _openings_on(hours, day)
        day += timedelta(days=1)


def _openings_on(hours: Hours, day: date) -> list[tuple[int, int]]:
    """The stretches of one local day, in order of real time."""
    spans = hours.on(day)
    if not spans:
        return []
    # Midnight of that day if the wall clock were UTC: real time = this + minutes − offset.
    midnight = (day - date(1970, 1, 1)).days * 86_400
    return [
        (opened, closed)
        for start, end, offset in stretches(hours.zone, day)
        for opens, closes in spans
        if (opened := max(start, midnight + opens * 60 - offset))
        < (closed := min(end, midnight + closes * 60 - offset))
    ]


def _refuse_disorder(spans: tuple[Span, ...]) -> None:
    edges = [minute for span in spans for minute in span]
    if any(start >= end for start, end in spans) or any(one > other for one, other in pairwise(edges)):
        raise ValueError(f"spans of a day are in order and apart: {spans}")
    if edges and not 0 <= edges[0] <= edges[-1] <= MINUTES_A_DAY:
        raise ValueError(f"spans of a day stand between 0 and 1440 minutes: {spans}")


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("an instant needs its zone: this datetime is naive")
    return at
