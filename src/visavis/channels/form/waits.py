"""How long somebody who would rather write live may wait, said on the form and on Ma demande."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils import timezone

from visavis.channels.registry import CHANNELS
from visavis.domain.dispatch.waits import expected_waits

if TYPE_CHECKING:
    from datetime import datetime

    from visavis.domain.people.models import Brand

FRESH_SECONDS = 20


def live_wait(brand: Brand, now: datetime) -> tuple[int, int] | None:
    """Return the range of seconds that a newcomer would be told; None when nobody can come."""
    return _reckoned(brand, int(now.timestamp()) // FRESH_SECONDS)


@lru_cache(maxsize=64)
def _reckoned(brand: Brand, tick: int) -> tuple[int, int] | None:
    """Reckon it once every FRESH_SECONDS in a process: each page view asks."""
    live = [(channel.name, channel.is_live, channel.effort) for channel in CHANNELS if channel.is_live]
    ranges = expected_waits([brand], live, now=timezone.now())
    told = next((found for found in ranges.values()), None)
    return (told.low_seconds, told.high_seconds) if told else None
