"""By when one promises: what is offered, what is said of an hour, and what a form chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.domain.errors import Refused
from visavis.domain.promises.due import DueHour, due_hours, outside_hours
from visavis.web.design import tell

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import QueryDict

    from visavis.domain.people.models import Brand

OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One hour to choose: what the form sends, how it is called, and when it falls on the reader's clock."""

    value: str
    name: str
    when: str


def choices(brand: Brand, *, now: datetime) -> list[Choice]:
    """Return the hours to choose, the nearest first; none for a brand without hours."""
    return [
        Choice(value=hour.due_at.isoformat(), name=_name(hour, now), when=_when(hour, now))
        for hour in due_hours(brand, now=now)
    ]


def clock_there(brand: Brand, *, now: datetime) -> str:
    """Return what the clock of the brand shows, when it is not the reader's; otherwise nothing."""
    there = now.astimezone(ZoneInfo(brand.time_zone))
    return "" if there.utcoffset() == timezone.localtime(now).utcoffset() else tell.clock(there)


def outside_told(brand: Brand, at: datetime, *, now: datetime) -> str:
    """Return the sentence for an hour when nobody works; nothing for an hour of work."""
    found = outside_hours(brand, at)
    if found is None:
        return ""
    words = {"day": tell.dated(found.day, "EEEE"), "brand": brand.name}
    told = {
        "holiday": _("It is a public holiday: nobody works."),
        "day": _("It is a %(day)s: nobody works.") % words,
        "hour": _("It is outside the hours of %(brand)s: nobody works then.") % words,
    }[found.why]
    if found.opens_at is None:
        return told
    return f"{told} {_('First working moment: %(at)s.') % {'at': said(found.opens_at, now=now)}}"


def said(at: datetime, *, now: datetime) -> str:
    """Return a moment on the reader's clock, its day always named: aujourd’hui 16 h 30, lundi 9 h."""
    there, here = timezone.localtime(at), timezone.localtime(now)
    if there.date() != here.date():
        return tell.near_moment(there, now=here)
    return _("%(day)s %(time)s") % {"day": tell.near_day(there, today=here), "time": tell.clock(there)}


def chosen(given: QueryDict) -> datetime:
    """Return the instant that a form chose, or that was typed on the reader's clock.

    Refused when there is none.
    """
    choice = given.get("when", OTHER)[:40]
    at = instant(given.get("due_at", "")[:40] if choice == OTHER else choice)
    if at is None:
        raise Refused("no_hour", _("Say by when: a day and an hour."))
    return at


def instant(typed: str) -> datetime | None:
    """Return the instant that these words say, in the reader's zone unless they name another."""
    try:
        at = parse_datetime(typed)
    except ValueError:
        return None
    return timezone.make_aware(at) if at and timezone.is_naive(at) else at


def _name(hour: DueHour, now: datetime) -> str:
    words = {"count": hour.count}
    if hour.kind == "hours":
        return tell.glued(
            ngettext("In %(count)s working hour", "In %(count)s working hours", hour.count) % words
        )
    if hour.kind == "days":
        return tell.glued(
            ngettext("In %(count)s working day", "In %(count)s working days", hour.count) % words
        )
    told = said(hour.due_at, now=now)
    return told[:1].upper() + told[1:]


def _when(hour: DueHour, now: datetime) -> str:
    return "" if hour.kind == "morning" else said(hour.due_at, now=now)
