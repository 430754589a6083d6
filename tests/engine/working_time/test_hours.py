"""Working time: examples anyone can check, the nights when clocks change, and a minute-by-minute oracle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.engine.working_time import (
    Hours,
    NeverOpen,
    add_working,
    french_holidays,
    is_open,
    next_opening,
    working_seconds,
)

PARIS = ZoneInfo("Europe/Paris")
HOUR = 3600
OFFICE = ((540, 1080),)  # 9:00 to 18:00
OFFICE_HOURS = Hours(week=(OFFICE,) * 5 + ((), ()), zone=PARIS)
ALWAYS = Hours(week=(((0, 1440),),) * 7, zone=PARIS)
NEVER = Hours(week=((),) * 7, zone=PARIS)
SPRING = date(2027, 3, 28)  # 2:00 becomes 3:00
AUTUMN = date(2026, 10, 25)  # 3:00 becomes 2:00 again


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


# --- Examples --------------------------------------------------------------------------------------------------


def test_four_working_hours_from_friday_17_end_on_monday_at_noon() -> None:
    assert add_working(OFFICE_HOURS, paris("2026-11-20 17:00"), 4 * HOUR) == paris("2026-11-23 12:00")


def test_a_duration_that_ends_with_the_day_ends_at_closing_time() -> None:
    assert add_working(OFFICE_HOURS, paris("2026-11-20 17:00"), HOUR) == paris("2026-11-20 18:00")


def test_no_time_at_all_is_now_even_when_closed() -> None:
    sunday = paris("2026-11-22 15:00")

    assert add_working(OFFICE_HOURS, sunday, 0) == sunday


def test_lunch_does_not_count() -> None:
    hours = Hours(week=(((540, 720), (840, 1080)),) * 7, zone=PARIS)

    assert add_working(hours, paris("2026-11-20 11:30"), HOUR) == paris("2026-11-20 14:30")
    assert working_seconds(hours, paris("2026-11-20 11:30"), paris("2026-11-20 14:30")) == HOUR


def test_a_public_holiday_is_closed() -> None:
    hours = Hours(week=OFFICE_HOURS.week, zone=PARIS, holidays=french_holidays([2026]))

    assert not is_open(hours, paris("2026-12-25 10:00"))
    assert add_working(hours, paris("2026-12-24 17:00"), 4 * HOUR) == paris("2026-12-28 12:00")


def test_the_minute_of_opening_is_open_and_the_minute_of_closing_is_not() -> None:
    assert is_open(OFFICE_HOURS, paris("2026-11-20 09:00"))
    assert is_open(OFFICE_HOURS, paris("2026-11-20 17:59:59"))
    assert not is_open(OFFICE_HOURS, paris("2026-11-20 18:00"))


def test_next_opening_is_now_when_open_and_else_the_first_minute() -> None:
    assert next_opening(OFFICE_HOURS, paris("2026-11-20 10:15")) == paris("2026-11-20 10:15")
    assert next_opening(OFFICE_HOURS, paris("2026-11-20 18:00")) == paris("2026-11-23 09:00")
    assert next_opening(OFFICE_HOURS, paris("2026-11-20 07:00")) == paris("2026-11-20 09:00")


def test_hours_are_read_on_the_wall_of_the_brand_wherever_the_question_comes_from() -> None:
    from_cotonou = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Africa/Porto-Novo"))  # 9:30 in Paris too

    assert is_open(OFFICE_HOURS, from_cotonou)
    assert is_open(OFFICE_HOURS, datetime(2026, 11, 20, 8, 0, tzinfo=UTC))
    assert not is_open(OFFICE_HOURS, datetime(2026, 11, 20, 17, 0, tzinfo=UTC))


def test_time_measured_backwards_is_negative() -> None:
    assert working_seconds(OFFICE_HOURS, paris("2026-11-23 10:00"), paris("2026-11-20 17:00")) == -2 * HOUR


def test_a_service_that_never_opens_says_so() -> None:
    assert next_opening(NEVER, paris("2026-11-20 10:00")) is None
    with pytest.raises(NeverOpen):
        add_working(NEVER, paris("2026-11-20 10:00"), 1)


def test_what_is_not_an_instant_or_not_forward_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        is_open(OFFICE_HOURS, datetime(2026, 11, 20, 10))  # noqa: DTZ001 -- what is refused
    with pytest.raises(ValueError, match="forward"):
        add_working(OFFICE_HOURS, paris("2026-11-20 10:00"), -1)


@pytest.mark.parametrize(
    "week",
    [
        ((),) * 6,
        (((600, 540),),) + ((),) * 6,
        (((540, 700), (690, 800)),) + ((),) * 6,
        (((-1, 700),),) + ((),) * 6,
        (((1000, 1441),),) + ((),) * 6,
    ],
)
def test_hours_in_disorder_are_refused(week: tuple[tuple[tuple[int, int], ...], ...]) -> None:
    with pytest.raises(ValueError, match="day"):
        Hours(week=week, zone=PARIS)


# --- The nights when clocks change -----------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 11, 20), 24)])
def test_a_day_open_all_day_has_23_24_or_25_hours(day: date, hours: int) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=PARIS)

    assert working_seconds(ALWAYS, midnight, midnight + timedelta(days=1)) == hours * HOUR
    assert add_working(ALWAYS, midnight, hours * HOUR) == midnight + timedelta(days=1)


def test_an_hour_that_does_not_exist_is_never_open() -> None:
    night = Hours(week=((),) * 6 + (((120, 180),),), zone=PARIS)  # Sundays, 2:00 to 3:00
    saturday = paris("2027-03-27 12:00")

    assert working_seconds(night, saturday, saturday + timedelta(days=2)) == 0
    assert next_opening(night, saturday) == paris("2027-04-04 02:00")


def test_an_hour_that_the_clock_shows_twice_is_open_twice() -> None:
    night = Hours(week=((),) * 6 + (((120, 180),),), zone=PARIS)

    assert working_seconds(night, paris("2026-10-24 12:00"), paris("2026-10-26 12:00")) == 2 * HOUR


def test_a_duration_across_the_spring_night_loses_an_hour_of_wall_clock() -> None:
    assert add_working(ALWAYS, paris("2027-03-28 01:00"), 2 * HOUR) == paris("2027-03-28 04:00")


# --- Properties ------------------------------------------------------------------------------------------------

minutes_of_a_day = st.lists(st.integers(0, 1440), max_size=6, unique=True).map(sorted)
spans = minutes_of_a_day.map(lambda edges: tuple(zip(edges[::2], edges[1::2], strict=False)))
zones = st.sampled_from(
    [
        "Europe/Paris",
        "Africa/Porto-Novo",
        "America/Martinique",
        "Pacific/Auckland",
        "Africa/Cairo",
        "Australia/Lord_Howe",
    ]
).map(ZoneInfo)
# Around both changes of the clock of each zone, and an ordinary week.
days = st.sampled_from(
    ["2026-03-28", "2026-04-05", "2026-04-24", "2026-09-27", "2026-10-04", "2026-10-25", "2026-10-30"]
)
instants = st.builds(
    lambda day, minutes: datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=minutes),
    days,
    st.integers(-1440, 3 * 1440),
)
weeks = st.builds(
    Hours,
    week=st.lists(spans, min_size=7, max_size=7).map(tuple),
    zone=zones,
    holidays=st.sets(days.map(date.fromisoformat), max_size=2).map(frozenset),
)


def minutes_open(hours: Hours, start: datetime, end: datetime) -> int:
    """The oracle: look at the clock on the wall at each minute."""
    count, at = 0, start
    while at < end:
        local = at.astimezone(hours.zone)
        minute = local.hour * 60 + local.minute
        is_holiday = local.date() in hours.holidays
        count += not is_holiday and any(first <= minute < last for first, last in hours.week[local.weekday()])
        at += timedelta(minutes=1)
    return count


@settings(max_examples=60, deadline=None)
@given(weeks, instants, st.integers(0, 2 * 1440))
def test_working_seconds_agree_with_a_clock_watched_minute_by_minute(
    hours: Hours, start: datetime, minutes: int
) -> None:
    end = start + timedelta(minutes=minutes)

    assert working_seconds(hours, start, end) == 60 * minutes_open(hours, start, end)


@settings(max_examples=200, deadline=None)
@given(weeks, instants, st.integers(1, 100 * HOUR))
def test_adding_then_measuring_gives_the_duration_back(hours: Hours, start: datetime, seconds: int) -> None:
    if not any(hours.week):
        return

    end = add_working(hours, start, seconds)

    assert working_seconds(hours, start, end) == seconds
    assert working_seconds(hours, start, end - timedelta(seconds=1)) == seconds - 1, "and no sooner"


@settings(max_examples=200, deadline=None)
@given(weeks, instants)
def test_the_next_opening_is_open_and_nothing_was_open_before(hours: Hours, at: datetime) -> None:
    opening = next_opening(hours, at)

    if opening is not None:
        assert is_open(hours, opening)
        assert working_seconds(hours, at, opening) == 0


@settings(max_examples=100, deadline=None)
@given(weeks, instants, st.integers(0, 5000), st.integers(0, 5000))
def test_two_durations_in_a_row_are_their_sum(hours: Hours, start: datetime, first: int, then: int) -> None:
    middle, end = start + timedelta(minutes=first), start + timedelta(minutes=first + then)

    assert working_seconds(hours, start, middle) + working_seconds(hours, middle, end) == working_seconds(
        hours, start, end
    )
