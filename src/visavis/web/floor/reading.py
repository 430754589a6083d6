"""What each living part of the floor shows, in as many queries whatever the numbers."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from visavis.channels.registry import BY_NAME, CHANNELS, pairs
from visavis.domain.dispatch.queries import coverage
from visavis.domain.dispatch.waits import expected_waits
from visavis.domain.floor.queries import floor_brands, people, queues, waiting_people
from visavis.domain.intake.queries import has_mailboxes
from visavis.domain.promises.queries import due_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from visavis.channels.registry import Channel
    from visavis.domain.floor.queries import Person, Queue
    from visavis.domain.people.access import Rights
    from visavis.domain.people.models import Team
    from visavis.engine.routing.waiting import Range

    from .picks import Picks

Context = dict[str, object]
ORDER = ("in_conversation", "available", "wrap_up", "unavailable", "pause", "help", "training", "away")
DROPS = 8
ROWS = 50  # people who wait, on one page
FOLDED_FROM = 61  # people: more are shown by team, and searched by name
FOUND = 100  # people whose name matches
PROMISES = 50
PROMISES_READ = 400  # before a site is picked among them


# --- Queues -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Line:
    """One queue as it is shown."""

    queue: Queue
    channel: Channel
    drops: range
    wait: tuple[int, int] | None


def brands_context(asked: Rights) -> Context:
    """The brands that can be picked; one query."""
    return {"brands": sorted(floor_brands(asked), key=lambda brand: brand.name)}


def queues_context(picks: Picks, now: datetime) -> Context:
    """Who waits, by queue, and how true the announced waits were; four queries more for each brand."""
    reached = pairs(has_mailbox=has_mailboxes(picks.rights.brand_ids))
    rows = queues(picks.rights, reached, now=now)
    channels = [(channel.name, channel.is_live, channel.effort) for channel in CHANNELS]
    waits = expected_waits({row.brand for row in rows}, channels, now=now)
    return {
        "lines": [line(row, waits.get((row.brand.pk, row.channel))) for row in rows],
        "live_people": sum(row.people for row in rows if row.is_live),
        "written_people": sum(row.people for row in rows if not row.is_live),
        "coverage": coverage(picks.rights.brand_ids, now=now),
    }


def line(queue: Queue, wait: Range | None) -> Line:
    """Return one queue as it is shown."""
    return Line(
        queue=queue,
        channel=BY_NAME[queue.channel],
        drops=range(min(queue.people, DROPS)) if queue.is_live else range(0),
        wait=(wait.low_seconds, wait.high_seconds) if wait else None,
    )


# --- The people who wait ------------------------------------------------------------------------------------


def waiting_context(picks: Picks, now: datetime) -> Context:
    """One page of the people who wait, the longest wait first; two queries."""
    first = (picks.page - 1) * ROWS
    rows, total = waiting_people(picks.rights, team_ids=picks.team_ids, first=first, limit=ROWS)
    return {
        "waiting": [(row, BY_NAME[row.channel]) for row in rows],
        "waiting_total": total,
        "waiting_from": first + 1,
        "waiting_to": first + len(rows),
        "previous_page": picks.at_page(picks.page - 1).address if picks.page > 1 else None,
        "next_page": picks.at_page(picks.page + 1).address if first + len(rows) < total else None,
        "first_page": picks.at_page(1).address,
    }


# --- The team -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Group:
    """Colleagues in the same state."""

    state: str
    people: list[tuple[Person, Channel | None]]


@dataclass(frozen=True, kw_only=True)
class Folded:
    """A team of a large house: how many are in each state, and who they are when it is unfolded."""

    team: Team
    count: int
    states: list[tuple[str, int]]
    groups: list[Group]
    is_open: bool
    turned: str


def team_context(picks: Picks, now: datetime) -> Context:
    """Who is there: by state; in a large house by team, or those whose name was asked; three queries."""
    everyone = [person for person in people(picks.rights) if picks.keeps(person.adviser)]
    shown = named(everyone, picks.name) if picks.name else everyone
    is_folded = len(everyone) >= FOLDED_FROM and not picks.name
    return {
        "team_count": len(everyone),
        "is_searched": len(everyone) >= FOLDED_FROM or bool(picks.name),
        "found_count": len(shown),
        "states": states(everyone) if is_folded else [],
        "teams": folded(everyone, picks) if is_folded else [],
        "groups": [] if is_folded else groups(shown[:FOUND]),
        "found_more": 0 if is_folded else max(0, len(shown) - FOUND),
    }


def named(persons: Iterable[Person], asked: str) -> list[Person]:
    """Return those in whose name each word asked is found, whatever its accents and capitals."""
    wanted = plain(asked).split()
    return [
        person for person in persons if all(word in plain(person.adviser.displayed_name) for word in wanted)
    ]


def plain(text: str) -> str:
    """Return the text without accents nor capitals."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def states(persons: Iterable[Person]) -> list[tuple[str, int]]:
    """Return how many are in each state that somebody is in."""
    counted = Counter(person.state for person in persons)
    return [(state, counted[state]) for state in ORDER if counted[state]]


def folded(persons: Iterable[Person], picks: Picks) -> list[Folded]:
    """Return the teams of these people, by name."""
    by_team: dict[int, list[Person]] = {}
    for person in persons:
        by_team.setdefault(person.adviser.team_id or 0, []).append(person)
    teams = {person.adviser.team_id or 0: person.adviser.team for person in persons}
    return [
        Folded(
            team=team,
            count=len(by_team[team.pk]),
            states=states(by_team[team.pk]),
            groups=groups(by_team[team.pk]) if team.pk in picks.open_ids else [],
            is_open=team.pk in picks.open_ids,
            turned=picks.turned(team.pk).address,
        )
        for team in sorted(filter(None, teams.values()), key=lambda team: (team.name, team.pk))
    ]


def groups(persons: Iterable[Person]) -> list[Group]:
    """Return colleagues by state, then by first name."""
    ordered = sorted(persons, key=lambda person: (ORDER.index(person.state), person.adviser.displayed_name))
    return [
        Group(state=state, people=[(person, BY_NAME.get(person.channel)) for person in members])
        for state, members in groupby(ordered, key=lambda person: person.state)
    ]


# --- Promises -----------------------------------------------------------------------------------------------


def promises_context(picks: Picks, now: datetime) -> Context:
    """What was promised for the next four hours, the nearest first; one query."""
    due = due_before(picks.rights, now + timedelta(hours=4), limit=PROMISES_READ)
    kept = [promise for promise in due if picks.keeps(promise.adviser)]
    return {"promises": kept[:PROMISES], "promises_more": max(0, len(kept) - PROMISES)}


PARTS: dict[str, Callable[[Picks, datetime], Context]] = {
    "queues": queues_context,
    "waiting": waiting_context,
    "team": team_context,
    "promises": promises_context,
}
