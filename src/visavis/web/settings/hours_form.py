"""The week of a brand: for each day up to three openings, typed as hours, and the public holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from visavis.domain.errors import Refused
from visavis.domain.people.holiday_regions import REGIONS, region_told
from visavis.domain.people.weekly_hours import MINUTES_OF_DAY, Week, checked_day
from visavis.web.account.forms import OneOf

from .forms import Settings

OPENINGS = 3
MONDAY = date(2024, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day as the template shows it."""

    name: str
    openings: list[tuple[forms.BoundField, forms.BoundField]]
    errors: list[str]


class WeekForm(Settings):
    """Seven days; an empty line is no opening. 00:00 as an end is midnight."""

    holiday_region = OneOf(label=_("Closed on the public holidays of"))

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holiday_region"].choices = [(r, region_told(r)) for r in REGIONS]  # type: ignore[attr-defined] # in the reader's language
        self.wrong: dict[int, str] = {}
        for day in range(7):
            for number in range(OPENINGS):
                opening: list[int | None] = [*week[day][number]] if number < len(week[day]) else [None, None]
                for part, minutes in zip(("start", "end"), opening, strict=True):
                    self.fields[f"{part}_{day}_{number}"] = time_field(
                        minutes, day=day, number=number, part=part
                    )

    def clean(self) -> dict[str, Any]:
        """Check each day by itself, so that what is wrong is told beside it."""
        given = super().clean() or self.cleaned_data
        week: Week = []
        for day in range(7):
            try:
                week.append(checked_day(self.typed(day)))
            except Refused as refusal:
                self.wrong[day] = refusal.sentence
                week.append([])
        if self.wrong:
            raise forms.ValidationError(_("Some hours are to put right; nothing was saved yet."))
        given["week"] = week
        return given

    def typed(self, day: int) -> list[list[int]]:
        """Return the openings typed for a day, in minutes."""
        openings = []
        for number in range(OPENINGS):
            start, end = (self.cleaned_data.get(f"{part}_{day}_{number}") for part in ("start", "end"))
            if start is None and end is None:
                continue
            if start is None or end is None:
                raise Refused("hours_half", gettext("An opening has a beginning and an end."))
            begins, ends = (at.hour * 60 + at.minute for at in (start, end))
            openings.append([begins, ends or MINUTES_OF_DAY])
        return openings

    def days(self) -> list[Day]:
        """Return the week for the template."""
        return [
            Day(
                name=date_format(MONDAY.replace(day=1 + day), "l"),
                openings=[
                    (self[f"start_{day}_{number}"], self[f"end_{day}_{number}"]) for number in range(OPENINGS)
                ],
                errors=[self.wrong[day]] if day in self.wrong else [],
            )
            for day in range(7)
        ]


def time_field(minutes: int | None, *, day: int, number: int, part: str) -> forms.TimeField:
    """Return one hour of the week, named for those who do not see where it stands."""
    weekday = date_format(MONDAY.replace(day=1 + day), "l")
    words = {"day": weekday, "number": number + 1}
    label = (
        _("%(day)s, opening %(number)d, from") if part == "start" else _("%(day)s, opening %(number)d, to")
    )
    return forms.TimeField(
        required=False,
        initial="" if minutes is None else f"{minutes // 60 % 24:02d}:{minutes % 60:02d}",
        input_formats=["%H:%M", "%H:%M:%S", "%Hh%M", "%Hh", "%H h %M", "%H h", "%H.%M", "%H"],
        # Not type="time": browsers show it in their own language, with AM and PM beside a French page.
        widget=forms.TimeInput(
            attrs={"class": "input", "aria-label": str(label) % words, "autocomplete": "off", "maxlength": 8},
            format="%H:%M",
        ),
    )
