"""What a site holds, compared with what its customers were told: straight from its database, whatever runs."""

from __future__ import annotations

import http.client
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.live.speaking import Customer
    from tests.live_site import LiveSite

# Colleagues enough that nobody's rest between two contacts (twenty seconds) is what a test waits for.
AVAILABLE = """
from datetime import timedelta
from django.utils import timezone
from tests.domain.people_made import account
from visavis.domain.people.models import Adviser
from visavis.domain.presence.models import Presence
from visavis.domain.presence.operations import set_presence
alice = Adviser.objects.get(email="alice@example.fr")
colleagues = [account(f"Colleague{number}", "adviser", alice.team) for number in range(30)]
Adviser.objects.filter(team=alice.team).update(capacity=5000)
for adviser in Adviser.objects.filter(pk__in=[alice.pk, *(colleague.pk for colleague in colleagues)]):
    set_presence(adviser, "available")
Presence.objects.update(heard_at=timezone.now() + timedelta(days=1))
"""


def rows(site: LiveSite, query: str) -> list[tuple[Any, ...]]:
    """Ask the database of the site, whatever its processes do."""
    url = site.environment["VISAVIS_DATABASE_URL"]
    if url.startswith("postgres"):
        with psycopg.connect(url) as connection:
            return connection.execute(query.encode()).fetchall()
    with closing(sqlite3.connect(site.folder / "visavis.sqlite3", timeout=10)) as file:
        return file.execute(query).fetchall()


def wait_for(condition: Callable[[], bool], seconds: float = 40) -> None:
    """Wait until it is so; fails when it never is."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.1)


def say_until_accepted(david: Customer, text: str, key: str) -> list[int]:
    """Send the same message, as the widget does, until it is accepted; give the statuses seen (0: no answer)."""
    statuses = []
    limit = time.monotonic() + 180
    while time.monotonic() < limit:
        try:
            status, _ = david.say(text, key)
        except (OSError, http.client.HTTPException):
            status = 0
        statuses.append(status)
        if status in {200, 201}:
            return statuses
        time.sleep(0.3)
    raise AssertionError(statuses)


def everything_numbered(site: LiveSite) -> None:
    """Every fact ends with its position, and positions follow each other without a hole."""
    wait_for(lambda: rows(site, "SELECT count(*) FROM domain_entry WHERE position IS NULL") == [(0,)])
    [(count, last, different)] = rows(
        site, "SELECT count(*), max(position), count(DISTINCT position) FROM domain_entry"
    )
    assert count == last == different
