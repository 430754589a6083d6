"""French public holidays, offline."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any


@cache
def _france() -> Any:  # the library is untyped
    """The library's class for France, from its file.

    By its name, Python would load two hundred countries with it: half a second in each process. What is left
    is a tenth, in those that ask.
    """
    import holidays  # noqa: PLC0415 -- slow: it brings the calendars of every religion

    path = Path(holidays.__file__).parent / "countries" / "france.py"
    spec = spec_from_file_location("holidays_france", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"no France in {path}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.France


def french_holidays(years: Iterable[int], subdivision: str | None = None) -> frozenset[date]:
    """The public holidays of these years, as dates.

    subdivision: where customs differ, by its code: "57", "67", "68" (Moselle and Alsace), "971" to "988"
    (overseas); None for the eleven days of the whole country.  NotImplementedError when it is not known.
    """
    return frozenset(_france()(subdiv=subdivision, years=list(years)))
