"""The one formatter: how an instant, a day, a duration, a wait, a sum or a count is told to a reader.

Everything is pure: instants are given in the reader's zone, and the language may be given (otherwise it is
the active one). Words come from the catalogue, names of days and signs of numbers from CLDR through Babel.
Inside a figure, spaces never break: « 10 h 42 », « 1 280 », « 4,26 € ».
"""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import phonenumbers
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils.translation import get_language, gettext, ngettext, override, pgettext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

NO_BREAK = "\u00a0"
MINUTE, HOUR, DAY = 60, 3600, 86_400
# "English" alone is American to CLDR; our readers write the day before the month.
REGION = {"en": "en_GB", "fr": "fr_FR"}


def clock(at: datetime | time, *, exact: bool = False, language: str | None = None) -> str:
    """10 h 42 · 10:42. On the hour « 17 h », unless `exact` asks for « 17 h 00 », to stand in a column."""
    with speaking(language):
        words = {"hour": at.hour, "minute": f"{at.minute:02d}"}
        if at.minute == 0 and not exact:
            return glued(pgettext("time on the hour", "%(hour)s:00") % words)
        return glued(pgettext("time of day", "%(hour)s:%(minute)s") % words)


def day(on: date, *, today: date | None = None, language: str | None = None) -> str:
    """Lundi 16 novembre, in lower case; with the year when it is not that of `today`."""
    pattern = "EEEE d MMMM y" if today and on.year != today.year else "EEEE d MMMM"
    return dated(on, pattern, language=language)


def near_day(on: date, *, today: date, language: str | None = None) -> str:
    """Aujourd’hui, demain, hier; the weekday within six days; otherwise 16 novembre, or 16 novembre 2025."""
    distance = (plain(on) - plain(today)).days
    with speaking(language):
        if -1 <= distance <= 1:
            return {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}[distance]
        if 1 < distance < 7:
            return dated(on, "EEEE")
        return dated(on, "d MMMM" if on.year == today.year else "d MMMM y")


def day_title(on: date, *, today: date, language: str | None = None) -> str:
    """Aujourd’hui, Hier, Lundi 16 novembre: what stands above the messages of a day."""
    with speaking(language):
        is_near = -1 <= (plain(on) - plain(today)).days <= 1
        told = near_day(on, today=today) if is_near else day(on, today=today)
        return told[:1].upper() + told[1:]


def short_day(on: date, *, today: date, language: str | None = None) -> str:
    """12 janv., for a narrow column; another year's: oct. 2025."""
    return dated(on, "d MMM" if on.year == today.year else "MMM y", language=language)


def moment(at: datetime, *, today: date | None = None, language: str | None = None) -> str:
    """Lundi 16 novembre, 10 h 42."""
    with speaking(language):
        return gettext("%(day)s, %(time)s") % {"day": day(at, today=today), "time": clock(at)}


def near_moment(at: datetime, *, now: datetime, language: str | None = None) -> str:
    """10 h 42 today; demain 10 h 30, vendredi 17 h, 16 novembre 17 h; the day alone for another year."""
    with speaking(language):
        if at.date() == now.date():
            return clock(at)
        near = near_day(at, today=now)
        if at.year != now.year and abs(at - now) > timedelta(days=7):
            return near
        return gettext("%(day)s %(time)s") % {"day": near, "time": clock(at)}


def duration(seconds: float, *, language: str | None = None) -> str:
    """An exact length: 25 s, 3 min 10, 2 h 05, 2 jours 3 h."""
    total = max(0, round(seconds))
    days, hours, minutes = total // DAY, total % DAY // HOUR, total % HOUR // MINUTE
    with speaking(language):
        if total < MINUTE:
            return counted_seconds(total)
        if total < HOUR:
            return minutes_and_seconds(minutes, total % MINUTE)
        if total < DAY:
            return hours_and_minutes(hours, minutes)
        told = counted_days(days)
        return f"{told} {hours_and_minutes(hours, 0)}" if hours else told


def rough(seconds: float, *, language: str | None = None) -> str:
    """A length as one says it, never longer than it is: moins de 1 min, 52 min, 1 h 05, 2 jours."""
    total = max(0, int(seconds))
    with speaking(language):
        if total < MINUTE:
            return glued(gettext("less than %(count)s min") % {"count": 1})
        if total < HOUR:
            return minutes_and_seconds(total // MINUTE, 0)
        if total < DAY:
            return hours_and_minutes(total // HOUR, total % HOUR // MINUTE)
        return counted_days(total // DAY)


def wait_range(low: float, high: float, *, language: str | None = None) -> str:
    """A wait in a sentence: entre 2 et 7 min, moins de 2 min, environ 3 min, entre 40 min et 2 h."""
    with speaking(language):
        return ranged(
            low,
            high,
            between=gettext("between %(low)s and %(high)s"),
            about=gettext("about %(high)s"),
        )


def span(low: float, high: float, *, language: str | None = None) -> str:
    """The same wait in a table: 2 à 7 min, moins de 2 min, 3 min, 40 min à 2 h."""
    with speaking(language):
        return ranged(low, high, between=gettext("%(low)s to %(high)s"), about="%(high)s")


def until(at: datetime, *, now: datetime, language: str | None = None) -> str:
    """Dans 1 h 18; once past, il y a 12 min."""
    seconds = (at - now).total_seconds()
    with speaking(language):
        if seconds >= 0:
            return gettext("in %(length)s") % {"length": rough(seconds)}
        return gettext("%(length)s ago") % {"length": rough(-seconds)}


def money(amount: Decimal | float, *, currency: str = "EUR", language: str | None = None) -> str:
    """4,26 €; a whole sum without its zeros: 900 €."""
    with speaking(language):
        whole = amount == int(amount)
        pattern = {"fr": "#,##0\u00a0¤" if whole else "#,##0.00\u00a0¤"}.get(
            spoken(), "¤#,##0" if whole else "¤#,##0.00"
        )
        told = format_currency(amount, currency, format=pattern, locale=locale(), currency_digits=False)
        return unbroken(told)


def count(number: float, *, language: str | None = None) -> str:
    """1 280; decimals are kept, as the language writes them: 1,55."""
    with speaking(language):
        return unbroken(format_decimal(number, locale=locale()))


def percent(part: float, *, language: str | None = None) -> str:
    """82 % for 0.82, rounded to the unit."""
    with speaking(language):
        return unbroken(format_percent(part, locale=locale()))


def filesize(octets: int, *, language: str | None = None) -> str:
    """850 ko, 1,2 Mo: what a person sees of a file's weight."""
    with speaking(language):
        if octets < 1_000:
            return glued(ngettext("%(count)s byte", "%(count)s bytes", octets) % {"count": octets})
        if octets < 1_000_000:
            return glued(gettext("%(count)s kB") % {"count": count(round(octets / 1_000))})
        return glued(gettext("%(count)s MB") % {"count": count(round(octets / 1_000_000, 1))})


def phone(number: str, *, region: str = "FR") -> str:
    """09 70 00 00 12; from elsewhere with its country: +229 01 23…; what is no number is left as it is."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    is_home = parsed.country_code == phonenumbers.country_code_for_region(region)
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return glued(phonenumbers.format_number(parsed, style))


def listed(names: Sequence[str], *, language: str | None = None) -> str:
    """A, B et C."""
    with speaking(language):
        return format_list([str(name) for name in names], locale=locale())


# --- What the functions above share -------------------------------------------------------------------------


def speaking(language: str | None) -> AbstractContextManager[None]:
    """The language to speak meanwhile; without one, the active language."""
    return override(language) if language else nullcontext()


def spoken() -> str:
    """The code of the language in use, without its region."""
    return (get_language() or "fr").split("-")[0]


def locale() -> Locale:
    """What CLDR knows of the language in use."""
    return locale_of(spoken())


def locale_of(language: str) -> Locale:
    """What CLDR knows of a language."""
    return Locale.parse(REGION.get(language, language))


def dated(on: date, pattern: str, *, language: str | None = None) -> str:
    """The day in that CLDR pattern; the number stays with its month, and French says « 1er »."""
    with speaking(language):
        return dated_in(spoken(), plain(on), pattern)


@lru_cache(maxsize=4096)
def dated_in(language: str, on: date, pattern: str) -> str:
    """The day in that language; kept, as a list tells the same few days on all its lines."""
    told = format_date(on, format=pattern, locale=locale_of(language))
    if language == "fr" and on.day == 1 and "d" in pattern:
        told = " ".join("1er" if word == "1" else word for word in told.split(" "))
    return glued_number(told)


def ranged(low: float, high: float, *, between: str, about: str) -> str:
    """Both ends in the widest unit that keeps them true: the low end is rounded down, the high end up."""
    if high <= 90 * MINUTE:
        first, last = int(low // MINUTE), max(1, math.ceil(high / MINUTE))
        if first == 0:
            return glued(gettext("less than %(count)s min") % {"count": last})
        words = {"low": str(first), "high": minutes_and_seconds(last, 0)}
        return (about if first == last else between) % words
    if high <= 2 * DAY:
        first, last = int(low // HOUR), math.ceil(high / HOUR)
        lowest = str(first) if first else minutes_and_seconds(max(1, int(low // MINUTE)), 0)
        return (about if first == last else between) % {"low": lowest, "high": hours_and_minutes(last, 0)}
    first, last = int(low // DAY), math.ceil(high / DAY)
    lowest = str(first) if first else hours_and_minutes(max(1, int(low // HOUR)), 0)
    return (about if first == last else between) % {"low": lowest, "high": counted_days(last)}


def counted_seconds(seconds: int) -> str:
    return glued(gettext("%(count)s s") % {"count": seconds})


def minutes_and_seconds(minutes: int, seconds: int) -> str:
    """3 min, or 3 min 10."""
    if not seconds:
        return glued(gettext("%(count)s min") % {"count": minutes})
    return glued(gettext("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": f"{seconds:02d}"})


def hours_and_minutes(hours: int, minutes: int) -> str:
    """2 h, or 2 h 05."""
    if not minutes:
        return glued(gettext("%(count)s h") % {"count": hours})
    return glued(gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": f"{minutes:02d}"})


def counted_days(days: int) -> str:
    return glued(ngettext("%(count)s day", "%(count)s days", days) % {"count": days})


def plain(on: date) -> date:
    """The day of an instant, or the day itself: `datetime` is a `date` that does not subtract from one."""
    return on.date() if isinstance(on, datetime) else on


def glued(text: str) -> str:
    """The text with no place to break it."""
    return text.replace(" ", NO_BREAK)


def glued_number(text: str) -> str:
    """The number of the day held to its month: « lundi 16 novembre » may break after « lundi » only."""
    words = text.split(" ")
    told = words[0]
    for before, word in pairwise(words):
        told += (NO_BREAK if before[0].isdigit() and not word.isdigit() else " ") + word
    return told


def unbroken(text: str) -> str:
    """One kind of space inside figures, whichever CLDR prefers this year."""
    return text.replace("\u202f", NO_BREAK).replace(" ", NO_BREAK)
