"""A simulated day at a chat desk, played with `decide` itself: who arrives, who waits, who takes whom.

Two brands, some advisers for both; chats side by side (three at most), shifts and lunches, people who give up,
one busy hour in the morning and one in the afternoon.  Everything is drawn from one seed.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from math import exp, log
from random import Random
from typing import TYPE_CHECKING

from tests.engine.routing.drawn import LOCACAR, NETNET, POLICY, a_contact, a_desk, a_picture

from visavis.engine.routing import decide
from visavis.engine.routing.instants import instant
from visavis.engine.routing.waiting import Outcome, Range, expected_wait, standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from visavis.engine.routing import Contact, Snapshot

OPENS, CLOSES = 9 * 3600, 19 * 3600
DAY = 1_800_000_000 // 86_400 * 86_400
PROMISE_SECONDS = 300
CHAT_EFFORT = 2


@dataclass
class Announced:
    """One range told to one customer, and what came."""

    contact: Contact
    told: Range
    waited: int | None = None


@dataclass
class Adviser:
    """One desk of the day."""

    id: int
    brands: frozenset[int]
    shift: tuple[int, int]
    lunch: int
    open_chats: int = 0
    last_end: int | None = None

    def is_present(self, at: int) -> bool:
        return self.shift[0] <= at < self.shift[1] and not self.lunch <= at < self.lunch + 2700


@dataclass
class Day:
    """The state of the day, and its calendar of things to come."""

    seed: int
    advisers: int = 30
    load: float = 0.95
    announced: list[Announced] = field(default_factory=list)
    answered_at_once: int = 0
    gave_up: int = 0
    occupations: list[int] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.order = count()
        self.calendar: list[tuple[int, int, Callable[[int], None]]] = []
        self.waiting: dict[int, Contact] = {}
        self.told: dict[int, Announced] = {}
        self.desks = [self._adviser(number) for number in range(self.advisers)]
        self.decide_at: int | None = None

    # --- The day -------------------------------------------------------------------------------------------

    def play(self) -> Day:
        self._draw_arrivals()
        for adviser in self.desks:
            for at in (adviser.shift[0], adviser.lunch + 2700):
                self._plan(at, self._look)
        while self.calendar:
            at, _, happen = heapq.heappop(self.calendar)
            happen(at)
        return self

    def _plan(self, at: int, happen: Callable[[int], None]) -> None:
        heapq.heappush(self.calendar, (at, next(self.order), happen))

    def _adviser(self, number: int) -> Adviser:
        start = OPENS + self.random.choice([0, 0, 0, 1800, 3600, 7200])
        brands = self.random.choice([{NETNET}, {NETNET, LOCACAR}, {NETNET, LOCACAR}, {LOCACAR}])
        lunch = start + self.random.randint(6, 9) * 1800
        return Adviser(101 + number, frozenset(brands), (DAY + start, DAY + start + 9 * 3600), DAY + lunch)

    def _draw_arrivals(self) -> None:
        """A Poisson stream, thinned to the shape of the day."""
        mood = exp(self.random.gauss(0, 0.08))  # some days are busier than others
        highest = 1.0
        at, rate = float(OPENS), self.load * mood * self.advisers * 3 / 540 * 1.25
        for number in count(1):
            at += self.random.expovariate(rate * highest)
            if at >= CLOSES:
                return
            if self.random.random() < shape(at):
                arrive = partial(self._arrive, number)
                self._plan(DAY + int(at), arrive)

    # --- What happens ----------------------------------------------------------------------------------------

    def _arrive(self, number: int, at: int) -> None:
        brand = NETNET if self.random.random() < 0.6 else LOCACAR
        contact = a_contact(
            number,
            brand_id=brand,
            waiting_since=at,
            promised_by=at + PROMISE_SECONDS,
            effort=CHAT_EFFORT,
            known_adviser_id=self.random.choice(
                [None, None, None, 101 + self.random.randrange(self.advisers)]
            ),
            wants_person=self.random.random() < 0.03,
        )
        self.waiting[number] = contact
        patience = int(self.random.expovariate(1 / 1500)) + 30
        self._look(at)
        if number not in self.waiting:
            self.answered_at_once += 1
            return
        told = expected_wait(
            standing(contact, self._snapshot(at), POLICY),
            occupations=self.occupations,
            outcomes=self.outcomes,
        )
        if told:
            self.told[number] = Announced(contact, told)
        self._plan(at + patience, lambda when: self._give_up(number))

    def _give_up(self, number: int) -> None:
        if self.waiting.pop(number, None):
            self.gave_up += 1
            self.told.pop(number, None)

    def _look(self, at: int) -> None:
        """The dispatcher looks at the whole picture, and again a second later while it finds something to do."""
        if not self.waiting:
            return
        for decision in (decisions := decide(self._snapshot(at), POLICY, instant(at))):
            self._take(decision.contact_id, self.desks[decision.adviser_id - 101], at)
        if decisions and self.waiting:
            self._plan(at + 1, self._look)

    def _take(self, number: int, adviser: Adviser, at: int) -> None:
        contact = self.waiting.pop(number)
        adviser.open_chats += 1
        spread = 0.7
        lasts = (
            int(exp(self.random.gauss(log(480) - spread**2 / 2, spread)) * (0.85 + 0.1 * adviser.open_chats))
            + 20
        )
        self._plan(at + lasts, lambda when: self._end(adviser, when, lasts))
        announced = self.told.pop(number, None)
        if announced:
            announced.waited = at - contact.waiting_since
            self.announced.append(announced)
            self.outcomes.append(Outcome(announced.told, announced.waited))

    def _end(self, adviser: Adviser, at: int, lasted: int) -> None:
        adviser.open_chats -= 1
        adviser.last_end = at
        self.occupations.append(lasted)
        self._plan(at + POLICY.rest_seconds, self._look)

    def _snapshot(self, at: int) -> Snapshot:
        desks = [
            a_desk(
                adviser.id,
                brand_ids=adviser.brands,
                room=6 - CHAT_EFFORT * adviser.open_chats,
                load=CHAT_EFFORT * adviser.open_chats,
                last_contact_ended_at=adviser.last_end,
                is_present=adviser.is_present(at),
            )
            for adviser in self.desks
        ]
        return a_picture(list(self.waiting.values()), desks)

    # --- What came of it -------------------------------------------------------------------------------------

    @property
    def coverage(self) -> float:
        """The share of true waits inside their announced range."""
        return sum(one.told.holds(one.waited or 0) for one in self.announced) / len(self.announced)


def shape(at: float) -> float:
    """How busy the day is at this second, from 0 to 1: busy at half past ten and at three."""
    hour = at / 3600
    return 0.45 + 0.55 * max(exp(-((hour - 10.5) ** 2) / 0.8), 0.95 * exp(-((hour - 15) ** 2) / 1.2))
