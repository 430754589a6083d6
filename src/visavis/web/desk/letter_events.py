"""The invitations of a letter, on the clock of who reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from visavis.web.design.templatetags.design import clock, day, moment

from . import letter_words as words

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Event:
    """An invitation of a calendar."""

    method: str
    title: str
    when: str
    repeats: str
    place: str
    organiser: str
    description: str


def event_told(event: Mapping[str, str]) -> Event:
    return Event(
        method=words.method_told(event.get("method", "")),
        title=event.get("summary", ""),
        when=when_told(event.get("starts", ""), event.get("ends", "")),
        repeats=words.repeats_told(event.get("repeats", "")),
        place=event.get("place", ""),
        organiser=event.get("organiser", ""),
        description=event.get("description", ""),
    )


def when_told(starts: str, ends: str) -> str:
    """From when to when, on the reader's clock; days for what lasts all day, whose end is the day after."""
    first, last = _instant(starts), _instant(ends)
    if not isinstance(first, datetime):
        return _days(first, last)
    if not isinstance(last, datetime):
        return moment(first)
    is_same_day = timezone.localtime(first).date() == timezone.localtime(last).date()
    told = {"first": moment(first), "last": clock(last) if is_same_day else moment(last)}
    return _("%(first)s to %(last)s") % told


def _days(first: date | None, last: date | None) -> str:
    if first is None:
        return ""
    final = last - timedelta(days=1) if last else first
    return (
        day(first)
        if final <= first
        else _("%(first)s to %(last)s") % {"first": day(first), "last": day(final)}
    )


def _instant(written: str) -> datetime | date | None:
    """Return the instant; one without a zone is on the clock of the house."""
    try:
        found = parse_datetime(written) if "T" in written else None
        if found:
            return timezone.make_aware(found) if timezone.is_naive(found) else found
        return parse_date(written[:10])
    except ValueError:
        return None
