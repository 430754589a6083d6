"""French public holidays, offline."""

from collections.abc import Iterable
from datetime import date

from holidays.countries.france import France


def french_holidays(years: Iterable[int], subdivision: str | None = None) -> frozenset[date]:
    """The public holidays of these years, as dates.

    subdivision: where customs differ, by its code: "57", "67", "68" (Moselle and Alsace), "971" to "988"
    (overseas); None for the eleven days of the whole country.  NotImplementedError when it is not known.
    """
    calendar = France(subdiv=subdivision, years=list(years))  # type: ignore[no-untyped-call]  # untyped library
    return frozenset(calendar)
