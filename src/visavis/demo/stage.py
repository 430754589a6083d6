"""What comes next in the living demo, and when: one thread, one list."""

import heapq
import itertools
import logging
import time
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections

from visavis.domain.errors import NotFound, Refused

from .doors import Closed

SHORTEST_SPEED = 0.1
NAP_SECONDS = 0.2
logger = logging.getLogger(__name__)


class Stage:
    """What comes next, and when."""

    def __init__(self, speed: float) -> None:
        self.speed = max(SHORTEST_SPEED, speed)
        self._next: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self.is_over = False

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Do it in so many seconds of people's time."""
        self.at(time.monotonic() + seconds / self.speed, act)

    def at(self, instant: float, act: Callable[[], None]) -> None:
        """Do it at that instant of the machine's clock."""
        heapq.heappush(self._next, (instant, next(self._order), act))

    def every(self, seconds: float, act: Callable[[], None]) -> None:
        """Do it now and then again, at the machine's pace."""
        act_safely(act)
        self.at(time.monotonic() + seconds, lambda: self.every(seconds, act))

    def waited(self, since: float) -> float:
        """Seconds of people's time since that instant of the machine's clock."""
        return (time.monotonic() - since) * self.speed

    def run(self) -> None:
        """Go on until it is over."""
        while not self.is_over:
            wait = self._next[0][0] - time.monotonic() if self._next else NAP_SECONDS
            if wait > 0:
                time.sleep(min(wait, NAP_SECONDS))
                continue
            act_safely(heapq.heappop(self._next)[2])


def act_safely(act: Callable[[], None]) -> None:
    """One person's trouble does not stop the others."""
    try:
        close_old_connections()
        act()
    except (Closed, Refused, NotFound, DatabaseError) as trouble:
        logger.info("Somebody in the demo could not go on: %s", type(trouble).__name__)
