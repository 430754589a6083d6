"""By when to promise: in the working time of the brand, on its clock, whatever the season."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from visavis.domain.people.models import Brand
from visavis.domain.promises.due import due_hours, outside_hours

PARIS, COTONOU = ZoneInfo("Europe/Paris"), ZoneInfo("Africa/Porto-Novo")
NINE_TO_SIX = [[540, 1080]]
WITH_A_PAUSE = [[540, 720], [840, 1080]]
WEEK = [NINE_TO_SIX] * 5 + [[[540, 720]], []]


def brand(week: list[list[list[int]]] = WEEK, *, zone: ZoneInfo = PARIS, holiday_region: str = "FR") -> Brand:
    """A brand of these hours: nothing of it is read from the database."""
    return Brand(hours=week, time_zone=zone.key, holiday_region=holiday_region)


def at(day: str, clock: str, *, zone: ZoneInfo = PARIS) -> datetime:
    """That time on the wall of the zone."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone)


def offered(of: Brand, now: datetime, *, zone: ZoneInfo = PARIS) -> list[tuple[str, int, str]]:
    """What is offered, its hour as the wall of the zone shows it."""
    return [
        (found.kind, found.count, found.due_at.astimezone(zone).strftime("%a %d %H:%M"))
        for found in due_hours(of, now=now)
    ]


def test_on_a_morning_of_work() -> None:
    assert offered(brand(), at("2026-11-16", "10:42")) == [
        ("hours", 2, "Mon 16 12:45"),
        ("hours", 4, "Mon 16 14:45"),
        ("morning", 1, "Tue 17 10:00"),
        ("days", 1, "Tue 17 10:45"),
        ("days", 3, "Thu 19 10:45"),
    ]


def test_at_the_end_of_the_day_hours_go_on_the_next_one() -> None:
    assert offered(brand(), at("2026-11-16", "17:00")) == [
        ("hours", 2, "Tue 17 10:00"),  # the next morning at ten is the same instant: it is offered once
        ("hours", 4, "Tue 17 12:00"),
        ("days", 1, "Tue 17 17:00"),
        ("days", 3, "Thu 19 17:00"),
    ]


def test_at_night_days_are_counted_from_the_next_opening() -> None:
    assert offered(brand(), at("2026-11-16", "23:30")) == [
        ("morning", 1, "Tue 17 10:00"),
        ("hours", 2, "Tue 17 11:00"),
        ("hours", 4, "Tue 17 13:00"),
        ("days", 1, "Wed 18 09:00"),
        ("days", 3, "Fri 20 09:00"),
    ]


def test_a_short_day_ends_what_would_be_later() -> None:
    found = offered(brand(), at("2026-11-20", "16:20"))

    assert ("days", 1, "Sat 21 12:00") in found
    assert ("morning", 1, "Sat 21 10:00") in found


def test_a_pause_is_waited_for() -> None:
    found = offered(brand([WITH_A_PAUSE] * 5 + [[], []]), at("2026-11-16", "11:10"))

    assert ("hours", 2, "Mon 16 15:15") in found  # fifty minutes before the pause, seventy after
    assert ("morning", 1, "Tue 17 10:00") in found


def test_no_work_is_promised_on_a_holiday() -> None:
    """Thursday 24 December 2026: Christmas is a Friday, the brand is closed on Saturdays and Sundays."""
    found = offered(brand([NINE_TO_SIX] * 5 + [[], []]), at("2026-12-24", "17:00"))

    assert found == [
        ("hours", 2, "Mon 28 10:00"),
        ("hours", 4, "Mon 28 12:00"),
        ("days", 1, "Mon 28 17:00"),
        ("days", 3, "Wed 30 17:00"),
    ]


def test_a_brand_that_works_on_holidays_does() -> None:
    assert ("morning", 1, "Fri 25 10:00") in offered(brand(holiday_region=""), at("2026-12-24", "11:00"))


def test_when_clocks_go_back_hours_keep_their_place_on_the_wall() -> None:
    """In the night of Sunday 25 October 2026, Paris goes from UTC+2 to UTC+1."""
    saturday, monday = at("2026-10-24", "11:00"), due_hours(brand(), now=at("2026-10-24", "11:00"))

    found = {(hour.kind, hour.count): hour.due_at for hour in monday}

    assert found["hours", 2] == at("2026-10-26", "10:00")
    assert found["days", 1] == at("2026-10-26", "11:00")
    assert (found["days", 1].astimezone(UTC) - saturday.astimezone(UTC)).total_seconds() == 49 * 3600


def test_an_hour_that_the_clock_shows_twice_is_worked_twice() -> None:
    by_night = brand([[[0, 360]]] * 7, holiday_region="")

    found = due_hours(by_night, now=at("2026-10-25", "01:00"))

    assert found[0].due_at.astimezone(UTC) == datetime(2026, 10, 25, 1, tzinfo=UTC)  # 2:00 on the wall, again
    assert found[1].due_at.astimezone(PARIS).strftime("%H:%M") == "04:00"


def test_an_hour_that_the_clock_skips_is_the_next_one() -> None:
    by_night = brand([[[0, 360]]] * 7, holiday_region="")

    found = {
        hour.count: hour.due_at
        for hour in due_hours(by_night, now=at("2026-03-28", "02:30"))
        if hour.kind == "days"
    }

    assert found[1].astimezone(PARIS).strftime("%a %d %H:%M") == "Sun 29 03:30"


def test_a_brand_of_another_zone_counts_on_its_own_clock() -> None:
    """In summer Cotonou is an hour behind Paris."""
    there = brand([NINE_TO_SIX] * 5 + [[], []], zone=COTONOU, holiday_region="")

    found = offered(there, at("2026-07-14", "18:30", zone=PARIS))

    assert found == [
        ("morning", 1, "Wed 15 11:00"),
        ("hours", 2, "Wed 15 11:30"),
        ("hours", 4, "Wed 15 13:30"),
        ("days", 1, "Wed 15 18:30"),
        ("days", 3, "Fri 17 18:30"),
    ]


def test_it_is_still_open_there_when_it_is_closed_here() -> None:
    there = brand([NINE_TO_SIX] * 5 + [[], []], zone=COTONOU, holiday_region="")

    assert outside_hours(there, at("2026-07-15", "18:30", zone=PARIS)) is None
    assert outside_hours(brand(), at("2026-07-15", "18:30", zone=PARIS)) is not None


def test_closing_time_is_not_moved_to_a_quarter_when_nobody_works() -> None:
    odd = brand([[[540, 1070]]] * 5 + [[], []])  # until 17:50

    assert ("hours", 2, "Mon 16 17:48") in offered(odd, at("2026-11-16", "15:48"))


def test_a_brand_without_hours_offers_none_and_is_never_outside_them() -> None:
    empty = brand([[] for _day in range(7)])

    assert due_hours(empty, now=at("2026-11-16", "10:42")) == []
    assert outside_hours(empty, at("2026-11-15", "03:00")) is None


@pytest.mark.parametrize(
    "now", ["2026-11-16T10:42", "2026-11-20T17:59", "2026-12-31T23:59", "2027-05-01T12:00"]
)
@pytest.mark.parametrize("zone", [PARIS, COTONOU])
def test_what_is_offered_is_to_come_and_worked(now: str, zone: ZoneInfo) -> None:
    of, moment = brand(zone=zone), datetime.fromisoformat(now).replace(tzinfo=PARIS)

    found = due_hours(of, now=moment)

    assert 4 <= len(found) <= 5
    assert [hour for hour in found if hour.due_at <= moment or outside_hours(of, hour.due_at)] == []


@pytest.mark.parametrize(
    ("day", "clock", "why", "opens"),
    [
        ("2026-11-22", "15:00", "day", "Mon 23 09:00"),
        ("2026-11-16", "03:00", "hour", "Mon 16 09:00"),
        ("2026-11-16", "21:00", "hour", "Tue 17 09:00"),
        ("2026-12-25", "10:00", "holiday", "Sat 26 09:00"),
        ("2026-10-25", "02:30", "day", "Mon 26 09:00"),
    ],
)
def test_an_hour_when_nobody_works_says_why_and_when_someone_does(
    day: str, clock: str, why: str, opens: str
) -> None:
    found = outside_hours(brand(), at(day, clock))

    assert found is not None
    assert found.opens_at is not None
    assert (found.why, found.day.isoformat()) == (why, day)
    assert found.opens_at.astimezone(PARIS).strftime("%a %d %H:%M") == opens


@pytest.mark.parametrize("clock", ["09:00", "12:30", "18:00"])
def test_an_hour_of_work_has_nothing_to_say(clock: str) -> None:
    assert outside_hours(brand(), at("2026-11-16", clock)) is None
