"""A simulated day at a chat desk, played with `decide` itself: who arrives, who waits, who takes whom.

Two brands, some advisers for both; chats side by side (three at most), shifts and lunches, people who give up,
one busy hour in the morning and one in the afternoon; and, by `World`, what a day may have of its own: a burst of
contacts, half of the desks cut off, answers that take longer.  Everything is drawn from one seed.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from math import exp, log
from random import Random
from statistics import median
from typing import TYPE_CHECKING

from tests.engine.routing.drawn import LOCACAR, NETNET, POLICY, a_contact, a_desk, a_picture

from visavis.engine.routing import decide
from visavis.engine.routing.instants import instant
from visavis.engine.routing.waiting import MANY, Outcome, Range, expected_wait, standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from visavis.engine.routing import Contact, Desk, Snapshot

OPENS, CLOSES = 9 * 3600, 19 * 3600
DAY = 1_800_000_000 // 86_400 * 86_400
PROMISE_SECONDS = 300
CHAT_EFFORT = 2
ROOM = 6
STARTS = (0, 0, 0, 1800, 3600, 7200)
OFTEN = 0.7  # spread of the logarithm of how long chats last


@dataclass(frozen=True)
class Spell:
    """Some part of the day, in hours, in which something is `times` what it is otherwise."""

    start: float
    end: float
    times: float

    def at(self, second: float) -> float:
        return self.times if self.start * 3600 <= second % 86_400 < self.end * 3600 else 1.0


NOTHING = Spell(0, 0, 1)


@dataclass(frozen=True)
class World:
    """What kind of day it is.

    load: contacts that arrive in the busiest hour, against what the desks could take; mood: how much days differ.
    burst: contacts come so many times as often.   slow: chats last so many times as long.
    cut: this share of the desks is cut off; what lay on them waits again.
    starts: when advisers may begin, in seconds after opening.  english: the share of contacts in English, which one
    desk in three speaks.
    """

    advisers: int = 14
    load: float = 0.95
    mood: float = 0.08
    patience_seconds: int = 1500
    lasts_seconds: int = 480
    starts: tuple[int, ...] = STARTS
    burst: Spell = NOTHING
    slow: Spell = NOTHING
    cut: Spell = Spell(0, 0, 0)
    english: float = 0


WORLDS = {
    "calm": World(load=0.5),
    "quiet": World(load=0.65),
    "moderate": World(load=0.85),
    "busy": World(load=1.05),
    "busy, 30 advisers": World(advisers=30, load=1.0),
    "small team": World(advisers=5, load=0.9),
    "burst of contacts": World(load=0.75, burst=Spell(11, 12, 2.2)),
    "half cut off": World(load=0.8, cut=Spell(14, 15, 0.5)),
    "longer chats": World(load=0.8, slow=Spell(13, 17, 1.5)),
    "two shifts": World(load=0.6, starts=(0, 0, 5 * 3600)),
    "two languages": World(load=0.9, english=0.12),
}


@dataclass
class Announced:
    """One range told to one customer, and what came."""

    told: Range
    at: int
    waited: int = -1  # until it is over


@dataclass
class Adviser:
    """One desk of the day; `chats` are those open, by number."""

    desk: Desk
    shift: tuple[int, int]
    lunch: int
    cut: tuple[int, int]
    chats: dict[int, Contact] = field(default_factory=dict)
    last_end: int | None = None

    def is_present(self, at: int) -> bool:
        away = (self.lunch, self.lunch + 2700), self.cut
        return self.shift[0] <= at < self.shift[1] and not any(start <= at < end for start, end in away)

    def may_take(self, at: int) -> bool:
        has_room = CHAT_EFFORT * (len(self.chats) + 1) <= ROOM
        is_rested = self.last_end is None or at - self.last_end >= POLICY.rest_seconds
        return has_room and is_rested and self.is_present(at)


@dataclass
class Queue:
    """What a brand has learnt from its waits; kept from one day to the next where days follow each other."""

    occupations: list[int] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass
class Day:
    """The state of the day, and its calendar of things to come."""

    seed: int
    world: World = field(default_factory=World)
    queues: dict[int, Queue] = field(default_factory=lambda: defaultdict(Queue))
    announced: list[Announced] = field(default_factory=list)
    answered_at_once: int = 0
    gave_up: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.order = count()
        self.calendar: list[tuple[int, int, Callable[[int], None]]] = []
        self.waiting: dict[int, Contact] = {}
        self.told: dict[int, Announced] = {}
        self.desks = [self._adviser(number) for number in range(self.world.advisers)]

    # --- The day -------------------------------------------------------------------------------------------

    def play(self) -> Day:
        self._draw_arrivals()
        for adviser in self.desks:
            for at in (adviser.shift[0], adviser.lunch + 2700, adviser.cut[1]):
                self._plan(at, self._look)
            self._plan(adviser.cut[0], partial(self._give_back, adviser))
        while self.calendar:
            at, _, happen = heapq.heappop(self.calendar)
            happen(at)
        return self

    def _plan(self, at: int, happen: Callable[[int], None]) -> None:
        heapq.heappush(self.calendar, (at, next(self.order), happen))

    def _adviser(self, number: int) -> Adviser:
        start = OPENS + self.random.choice(self.world.starts)
        brands = self.random.choice([{NETNET}, {NETNET, LOCACAR}, {NETNET, LOCACAR}, {LOCACAR}])
        lunch = start + self.random.randint(6, 9) * 1800
        cut = self.world.cut if number < self.world.cut.times * self.world.advisers else NOTHING
        return Adviser(
            a_desk(
                101 + number,
                brand_ids=frozenset(brands),
                languages=frozenset({"fr", "en"} if number % 3 == 0 else {"fr"}),
            ),
            shift=(DAY + start, DAY + start + 9 * 3600),
            lunch=DAY + lunch,
            cut=(DAY + int(cut.start * 3600), DAY + int(cut.end * 3600)),
        )

    def _draw_arrivals(self) -> None:
        """A Poisson stream, thinned to the shape of the day."""
        world = self.world
        mood = exp(self.random.gauss(0, world.mood))  # some days are busier than others
        highest = max(world.burst.times, 1.0)
        rate = world.load * mood * world.advisers * 3 / (world.lasts_seconds * 1.125) * 1.25
        at = float(OPENS)
        for number in count(1):
            at += self.random.expovariate(rate * highest)
            if at >= CLOSES:
                return
            if self.random.random() * highest < shape(at) * world.burst.at(at):
                self._plan(DAY + int(at), partial(self._arrive, number))

    # --- What happens ----------------------------------------------------------------------------------------

    def _arrive(self, number: int, at: int) -> None:
        contact = a_contact(
            number,
            brand_id=NETNET if self.random.random() < 0.6 else LOCACAR,
            language="en" if self.random.random() < self.world.english else "fr",
            waiting_since=at,
            promised_by=at + PROMISE_SECONDS,
            effort=CHAT_EFFORT,
            known_adviser_id=self.random.choice(
                [None, None, None, 101 + self.random.randrange(self.world.advisers)]
            ),
            wants_person=self.random.random() < 0.03,
        )
        self._wait(contact, at)
        if number not in self.waiting:
            self.answered_at_once += 1

    def _wait(self, contact: Contact, at: int) -> None:
        """It waits from now; who is not taken at once is told a range, and may give up."""
        patience = int(self.random.expovariate(1 / self.world.patience_seconds)) + 30
        self.waiting[contact.id] = contact
        self._look(at)
        if contact.id in self.waiting:
            told = self._range(contact, at)
            if told:
                self.told[contact.id] = Announced(told, at)
            self._plan(at + patience, partial(self._give_up, contact.id))

    def _range(self, contact: Contact, at: int) -> Range | None:
        queue = self.queues[contact.brand_id]
        where = standing(contact, self._snapshot(at), POLICY)
        return expected_wait(
            where,
            occupations=queue.occupations[-100:],
            outcomes=queue.outcomes[-MANY:],
            rest_seconds=POLICY.rest_seconds,
        )

    def _give_up(self, number: int, _at: int) -> None:
        if self.waiting.pop(number, None):
            self.gave_up += 1
            self.told.pop(number, None)

    def _give_back(self, adviser: Adviser, at: int) -> None:
        """The desk is cut off: what lay there waits again."""
        left, adviser.chats = adviser.chats, {}
        for contact in left.values():
            self._wait(contact, at)

    def _look(self, at: int) -> None:
        """The dispatcher looks at the whole picture, and again a second later while it finds something to do."""
        if not self.waiting or not any(adviser.may_take(at) for adviser in self.desks):
            return
        for decision in (decisions := decide(self._snapshot(at), POLICY, instant(at))):
            self._take(decision.contact_id, self.desks[decision.adviser_id - 101], at)
        if decisions and self.waiting:
            self._plan(at + 1, self._look)

    def _take(self, number: int, adviser: Adviser, at: int) -> None:
        contact = adviser.chats[number] = self.waiting.pop(number)
        ordinary = exp(self.random.gauss(log(self.world.lasts_seconds) - OFTEN**2 / 2, OFTEN))
        crowded = 0.85 + 0.1 * len(adviser.chats)
        lasts = int(ordinary * crowded * self.world.slow.at(at)) + 20
        self._plan(at + lasts, partial(self._end, adviser, contact, lasts))
        announced = self.told.pop(number, None)
        if announced:
            self._settle(contact, announced, at)

    def _settle(self, contact: Contact, announced: Announced, at: int) -> None:
        announced.waited = at - announced.at
        self.announced.append(announced)
        self.queues[contact.brand_id].outcomes.append(Outcome(announced.told, announced.waited))

    def _end(self, adviser: Adviser, contact: Contact, lasted: int, at: int) -> None:
        if adviser.chats.pop(contact.id, None):
            adviser.last_end = at
            self.queues[contact.brand_id].occupations.append(lasted)
            self._plan(at + POLICY.rest_seconds, self._look)

    def _snapshot(self, at: int) -> Snapshot:
        desks = [
            replace(
                adviser.desk,
                room=ROOM - CHAT_EFFORT * len(adviser.chats),
                load=CHAT_EFFORT * len(adviser.chats),
                last_contact_ended_at=adviser.last_end,
            )
            for adviser in self.desks
            if adviser.is_present(at)
        ]
        return a_picture(list(self.waiting.values()), desks)

    # --- What came of it -------------------------------------------------------------------------------------

    @property
    def inside(self) -> int:
        """How many true waits fell inside their announced range."""
        return sum(one.told.holds(one.waited) for one in self.announced)

    @property
    def median_wait(self) -> float:
        """In seconds, of those who were told a range and answered."""
        return median(one.waited for one in self.announced)

    @property
    def median_wait_of_all(self) -> float:
        """In seconds, of all who were answered, those who were at once with them."""
        return median([*(one.waited for one in self.announced), *[0] * self.answered_at_once])

    @property
    def median_width(self) -> float:
        """Of the ranges told, in seconds."""
        return median(one.told.high_seconds - one.told.low_seconds for one in self.announced)

    @property
    def median_ahead(self) -> float:
        """How many stood before those who were told a range."""
        return median(one.told.ahead for one in self.announced)


def shape(at: float) -> float:
    """How busy the day is at this second, from 0 to 1: busy at half past ten and at three."""
    hour = at / 3600
    return 0.45 + 0.55 * max(exp(-((hour - 10.5) ** 2) / 0.8), 0.95 * exp(-((hour - 15) ** 2) / 1.2))
