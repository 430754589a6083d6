"""The page of the floor, and the part of it that lives."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from visavis.channels.registry import BY_NAME, CHANNELS, Channel, pairs
from visavis.domain.dispatch.queries import coverage
from visavis.domain.dispatch.waits import expected_waits
from visavis.domain.errors import NotFound
from visavis.domain.floor.queries import Person, Queue, people, queues, waiting_people
from visavis.domain.people.access import Rights, rights
from visavis.domain.promises.queries import due_before
from visavis.engine.routing.waiting import Range

ORDER = ("in_conversation", "available", "wrap_up", "unavailable", "pause", "help", "training", "away")
DROPS = 8


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


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """Show the floor to who looks after it."""
    return render(request, "floor/floor.html", context(request))


@login_required
def live(request: HttpRequest) -> HttpResponse:
    """Show its living part alone."""
    return render(request, "floor/floor.html#live", context(request))


def context(request: HttpRequest) -> dict[str, object]:
    """What the floor shows now; twelve queries, whatever the numbers.

    NotFound for who does not lead nor plan.
    """
    asked = rights(request.user)
    if not (asked.leads or asked.role == "planner"):
        raise NotFound
    shown = chosen(asked, request.GET.get("marque", ""))
    now = timezone.now()
    rows = queues(shown, pairs(), now=now)
    covered = coverage(shown.brand_ids, now=now)
    waiting = waiting_people(shown, limit=100)
    return {
        "lines": lines(rows, now=now),
        "live_people": sum(row.people for row in rows if row.is_live),
        "written_people": sum(row.people for row in rows if not row.is_live),
        "waiting": [(row, BY_NAME[row.channel]) for row in waiting],
        "groups": groups(people(shown)),
        "promises": due_before(shown, now + timedelta(hours=4)),
        "coverage": covered,
        "brands": sorted(
            {row.brand for row in queues(asked, pairs()[:1], now=now)}, key=lambda brand: brand.name
        ),
        "chosen": request.GET.get("marque", ""),
        "now": now,
    }


def chosen(asked: Rights, number: str) -> Rights:
    """Return the rights narrowed to one brand, when it is one of theirs."""
    if number.isdecimal() and len(number) < 18 and int(number) in asked.brand_ids:
        return replace(asked, brand_ids=frozenset({int(number)}))
    return asked


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
