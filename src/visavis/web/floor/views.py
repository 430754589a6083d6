"""The page of the floor, and the part of it that lives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils import timezone

from visavis.channels.registry import BY_NAME, CHANNELS, pairs
from visavis.domain.dispatch.queries import coverage
from visavis.domain.dispatch.waits import expected_waits
from visavis.domain.floor.queries import people, queues, waiting_people
from visavis.domain.people.access import floor_rights, rights, visible_teams
from visavis.domain.promises.queries import due_before

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from visavis.channels.registry import Channel
    from visavis.domain.floor.queries import Person, Queue
    from visavis.domain.people.access import Rights
    from visavis.domain.people.models import Adviser, Site
    from visavis.engine.routing.waiting import Range

ORDER = ("in_conversation", "available", "wrap_up", "unavailable", "pause", "help", "training", "away")
DROPS = 8
MOST = 100  # rows shown of what may be endless
READ = 400  # rows read before a site is picked among them


@dataclass(frozen=True, kw_only=True)
class Line:
    """One queue as it is shown."""

    queue: Queue
    channel: Channel
    drops: range
    wait: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Colleagues in the same state."""

    state: str
    people: list[tuple[Person, Channel | None]]


@dataclass(frozen=True, kw_only=True)
class Picks:
    """What the reader picked: a brand, a site, or all of them."""

    rights: Rights
    brand_id: int | None
    site_id: int | None
    team_ids: frozenset[int]
    sites: list[Site]

    def keeps(self, adviser: Adviser | None) -> bool:
        """True for who is of the site picked; what nobody has yet is everybody's."""
        return not self.team_ids or adviser is None or adviser.team_id in self.team_ids

    @property
    def asked_again(self) -> str:
        """The same picks, as the end of an address."""
        return urlencode({"marque": self.brand_id or "", "site": self.site_id or ""})


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """Show the floor to who looks after it."""
    return render(request, "floor/floor.html", context(request))


@login_required
def live(request: HttpRequest) -> HttpResponse:
    """Show its living part alone."""
    return render(request, "floor/floor.html#live", context(request))


def context(request: HttpRequest) -> dict[str, object]:
    """What the floor shows now; as many queries whatever the numbers, four more for each brand.

    NotFound for who does not lead nor plan.
    """
    asked = floor_rights(rights(request.user))
    picks = picked(asked, request)
    now = timezone.now()
    rows = queues(picks.rights, pairs(), now=now)
    return {
        "picks": picks,
        "lines": lines(rows, now=now),
        "live_people": sum(row.people for row in rows if row.is_live),
        "written_people": sum(row.people for row in rows if not row.is_live),
        **people_shown(picks, now=now),
        "coverage": coverage(picks.rights.brand_ids, now=now),
        "brands": sorted(
            {row.brand for row in queues(asked, pairs()[:1], now=now)}, key=lambda brand: brand.name
        ),
        "now": now,
    }


def people_shown(picks: Picks, *, now: datetime) -> dict[str, object]:
    """Who waits, who is there, what is promised: of the site that was picked, or of all of them."""
    waiting = [row for row in waiting_people(picks.rights, limit=READ) if picks.keeps(row.adviser)]
    team = [person for person in people(picks.rights) if picks.keeps(person.adviser)]
    promises = due_before(picks.rights, now + timedelta(hours=4), limit=READ)
    return {
        "waiting": [(row, BY_NAME[row.channel]) for row in waiting[:MOST]],
        "team_count": len(team),
        "groups": groups(team),
        "promises": [promise for promise in promises if picks.keeps(promise.adviser)][:MOST],
    }


def picked(asked: Rights, request: HttpRequest) -> Picks:
    """Return what the reader picked among their own brands and sites; anything else picks nothing."""
    brand_id, site_id = number(request, "marque"), number(request, "site")
    teams = list(visible_teams(asked))
    sites = {team.site_id: team.site for team in teams}
    narrowed = replace(asked, brand_ids=frozenset({brand_id})) if brand_id in asked.brand_ids else asked
    here = frozenset(team.pk for team in teams if team.site_id == site_id)
    return Picks(
        rights=narrowed,
        brand_id=brand_id if brand_id in asked.brand_ids else None,
        site_id=site_id if here else None,
        team_ids=here,
        sites=sorted(sites.values(), key=lambda site: site.name),
    )


def number(request: HttpRequest, name: str) -> int | None:
    """Return a number of the address, or None."""
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 18 else None


def lines(rows: list[Queue], *, now: datetime) -> list[Line]:
    """Return queues with their drops and their expected waits."""
    channels = [(channel.name, channel.is_live, channel.effort) for channel in CHANNELS]
    waits = expected_waits({row.brand for row in rows}, channels, now=now)
    return [line(row, waits.get((row.brand.pk, row.channel))) for row in rows]


def line(queue: Queue, wait: Range | None) -> Line:
    """Return one queue as it is shown."""
    return Line(
        queue=queue,
        channel=BY_NAME[queue.channel],
        drops=range(min(queue.people, DROPS)) if queue.is_live else range(0),
        wait=(wait.low_seconds, wait.high_seconds) if wait else None,
    )


def groups(persons: Iterable[Person]) -> list[Group]:
    """Return colleagues by state, then by first name."""
    ordered = sorted(persons, key=lambda person: (ORDER.index(person.state), person.adviser.displayed_name))
    return [
        Group(state=state, people=[(person, BY_NAME.get(person.channel)) for person in members])
        for state, members in groupby(ordered, key=lambda person: person.state)
    ]
