"""By when to promise: hours of a brand that one may offer, and what to know of an hour when nobody works."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from visavis.domain.people.hours import hours_of
from visavis.domain.people.models import Brand
from visavis.engine.working_time import Hours, add_working, is_open, next_opening, working_seconds

WORKING_HOURS = (2, 4)
WORKING_DAYS = (1, 3)
MORNING = time(10)
HOUR, QUARTER = 3600, 900  # seconds; every zone is whole quarters of an hour from UTC
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

Kind = Literal["hours", "morning", "days"]
Closed = Literal["holiday", "day", "hour"]


@dataclass(frozen=True, kw_only=True)
class DueHour:
    """One hour to offer: so many working `hours` or `days` from now, or the next working `morning`."""

    kind: Kind
    count: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class OutsideHours:
    """Nobody works then: it is a `holiday`, a `day` of rest, or another `hour`; `day` is the brand's own."""

    why: Closed
    day: date
    opens_at: datetime | None


def due_hours(brand: Brand, *, now: datetime) -> list[DueHour]:
    """Return the hours to offer, each once, the nearest first; no query.

    None for a brand that keeps no hours: it has no working time to count.
    """
    if not any(brand.hours):
        return []
    offered: dict[float, DueHour] = {}  # by real time: an hour that the clock shows twice is two hours
    for found in _offered(hours_of(brand, around=now), now):
        offered.setdefault(found.due_at.timestamp(), found)
    return [offered[at] for at in sorted(offered)]


def outside_hours(brand: Brand, at: datetime) -> OutsideHours | None:
    """Return why nobody works at `at`, and when someone does next; None when someone does; no query.

    Closing time counts as working: what is due then was done before. So does every hour of a brand that
    keeps none.
    """
    hours = hours_of(brand, around=at)
    if not any(brand.hours) or is_open(hours, at) or is_open(hours, at - MINUTE):
        return None
    day = at.astimezone(hours.zone).date()
    why: Closed = "hour" if hours.on(day) else "holiday" if day in hours.holidays else "day"
    return OutsideHours(why=why, day=day, opens_at=next_opening(hours, at))


def _offered(hours: Hours, now: datetime) -> Iterator[DueHour]:
    """Some may fall at the same instant: the first says how it is called."""
    for count in WORKING_HOURS:
        due_at = _to_the_quarter(hours, add_working(hours, now, count * HOUR))
        yield DueHour(kind="hours", count=count, due_at=due_at)
    tomorrow = _working_day(hours, after=now.astimezone(hours.zone).date(), count=1)
    yield DueHour(kind="morning", count=1, due_at=_held(hours, tomorrow, MORNING))
    start = next_opening(hours, now) or now
    for count in WORKING_DAYS:
        day = _working_day(hours, after=start.date(), count=count)
        due_at = _to_the_quarter(hours, _held(hours, day, start.time()))
        yield DueHour(kind="days", count=count, due_at=due_at)


def _working_day(hours: Hours, *, after: date, count: int) -> date:
    """The day by which so many days with hours have begun since `after`."""
    day = after
    while count:
        day += DAY
        count -= bool(hours.on(day))
    return day


def _held(hours: Hours, day: date, wall: time) -> datetime:
    """That time of a working day; in a pause its end; before or after the hours, their beginning or end."""
    at = _on_the_wall(hours, day, wall.hour * 60 + wall.minute)
    opens_at = next_opening(hours, at)
    if opens_at is not None and opens_at.date() == day:
        return opens_at
    return _on_the_wall(hours, day, hours.on(day)[-1][1])


def _on_the_wall(hours: Hours, day: date, minutes: int) -> datetime:
    """The instant when the clock of the brand shows it; one that the clock skips is an hour later."""
    midnight = datetime.combine(day, time(), hours.zone)
    # Adding moves the hands of the clock; there and back by UTC mends an hour that does not exist.
    return (midnight + timedelta(minutes=minutes)).astimezone(UTC).astimezone(hours.zone)


def _to_the_quarter(hours: Hours, at: datetime) -> datetime:
    """The next quarter of an hour when work goes on until then; otherwise the minute itself."""
    rounded = datetime.fromtimestamp(-(-at.timestamp() // QUARTER) * QUARTER, hours.zone)
    if working_seconds(hours, at, rounded) == rounded.timestamp() - at.timestamp():
        return rounded
    return at.replace(second=0, microsecond=0)
