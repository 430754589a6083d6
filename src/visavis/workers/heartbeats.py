"""When each task last turned, kept in the shared cache so that `visavis check` sees workers of any host."""

import time
from collections.abc import Mapping

from django.core.cache import cache
from django.db import transaction

from . import NAMES

KEY = "worker:{name}"
KEPT_SECONDS = 30 * 24 * 3600
SILENT_SECONDS = 60


def beat(turning: Mapping[str, float], *, process: str) -> None:
    """Write down when each task last turned: one transaction, so one write to the disk."""
    with transaction.atomic():
        for name, turned_at in turning.items():
            cache.set(KEY.format(name=name), {"turned_at": turned_at, "process": process}, KEPT_SECONDS)


def silent() -> dict[str, float | None]:
    """Return the tasks that nobody has done for a minute, with how long ago in seconds; None when never."""
    now = time.time()
    found = cache.get_many([KEY.format(name=name) for name in NAMES])
    ages = {name: _age(found.get(KEY.format(name=name)), now) for name in NAMES}
    return {name: age for name, age in ages.items() if age is None or age > SILENT_SECONDS}


def _age(value: object, now: float) -> float | None:
    if not isinstance(value, dict):
        return None
    turned_at = value.get("turned_at")
    return now - turned_at if isinstance(turned_at, float) else None
