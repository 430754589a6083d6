"""Opening hours as they are kept: seven days, Monday first, each a list of [start, end] in minutes."""

from itertools import pairwise

from django.utils.translation import gettext as _

from visavis.domain.errors import Refused

MINUTES_OF_DAY = 24 * 60
Week = list[list[list[int]]]


def checked_week(week: Week) -> Week:
    """Return the week with each day in order; refused when a range is upside down or meets another."""
    if len(week) != 7:
        raise Refused("week_length", _("A week has seven days."))
    return [checked_day(day) for day in week]


def checked_day(day: list[list[int]]) -> list[list[int]]:
    """Return the openings of one day in order; refused when one is upside down or meets another."""
    ranges = sorted(day)
    for start, end in ranges:
        if not 0 <= start < end <= MINUTES_OF_DAY:
            raise Refused("hours_upside_down", _("Closing comes after opening, on the same day."))
    for (_start, end), (start, _end) in pairwise(ranges):
        if start < end:
            raise Refused("hours_overlap", _("Two openings of the same day overlap."))
    return ranges
