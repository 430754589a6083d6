"""The worker process: one thread a task, each woken by the bell, with a slow look as a safety net."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import FrameType

from django.conf import settings
from django.db import close_old_connections, connections

from visavis.domain.journal.record import cause
from visavis.live import bell
from visavis.project.access_log import told

from . import NAMES, heartbeats, lifeline, memory, running

LONGEST_REST_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 2.0
BEAT_SECONDS = 15
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """One thing done again and again."""

    name: str
    tick: Callable[[], bool]
    wakes_on: bell.Topic | None
    every_seconds: float
    rest_seconds: float


class Thread(threading.Thread):
    """Runs one task until told to stop."""

    def __init__(self, task: Task) -> None:
        super().__init__(name=task.name, daemon=True)
        self.task = task
        self.now = threading.Event()
        self.turned_at = time.time()
        self._stopping = False

    def ear(self, ring: bell.Ring) -> None:
        """Hear the bell."""
        if ring == self.task.wakes_on:
            self.now.set()

    def stop(self) -> None:
        """Finish the present turn, and no other."""
        self._stopping = True
        self.now.set()

    def run(self) -> None:
        """Turn at once when there was work, else at the bell or after a while; after failures, slower."""
        failures = 0
        while not self._stopping:
            self.now.clear()
            started = time.monotonic()
            again, failures = self._turn(failures)
            self._rest(time.monotonic() - started)
            if failures:
                self.now.clear()
                self.now.wait(min(LONGEST_REST_SECONDS, 0.2 * 2 ** min(failures, 10)))
            elif not again and not self._stopping:
                self.now.wait(self.task.every_seconds)
        connections["default"].close()

    def _rest(self, worked: float) -> None:
        """Rest twice as long as it worked, for a task that wants it: with a bell that never ends, and much
        that waits, the others of the process still have two thirds of it.
        """
        if self.task.rest_seconds:
            time.sleep(min(LONGEST_PAUSE_SECONDS, max(self.task.rest_seconds, 2 * worked)))

    def _turn(self, failures: int) -> tuple[bool, int]:
        try:
            close_old_connections()
            with cause():
                again = self.task.tick()
        except Exception as error:  # a task must outlive what it meets; the next turn tries again
            failed = "The task %s failed: %s"
            logger.error(failed, self.name, told(error))  # noqa: TRY400 -- a traceback holds values
            connections["default"].close()
            return False, failures + 1
        self.turned_at = time.time()
        return again, 0


def task_named(name: str) -> Task:
    """Return the task of the module of this name."""
    module = import_module(f"visavis.workers.{name}")
    rest = getattr(module, "REST_SECONDS", 0.0)
    return Task(name, module.tick, module.WAKES_ON, module.EVERY_SECONDS, rest)


def run(names: Sequence[str] = NAMES) -> None:
    """Run these tasks until SIGTERM or SIGINT; each finishes its turn."""
    memory.share_heaps()  # before the first thread, which would have its own
    lifeline.follow()
    running.hold(settings.DATA_DIR)
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threads = [Thread(task_named(name)) for name in names]
    ringing = bell.start()
    for thread in threads:
        ringing.listen(thread.ear)
        thread.start()
    logger.info("Working: %s", " ".join(names))
    while not stopping.wait(BEAT_SECONDS if all_beat(threads) else 1):
        pass
    for thread in threads:
        thread.stop()
    for thread in threads:
        thread.join(3)
    bell.stop()


def all_beat(threads: Sequence[Thread]) -> bool:
    """Say which tasks turn, for `visavis check`; True when it could be said."""
    turning = {thread.name: thread.turned_at for thread in threads if thread.is_alive()}
    try:
        close_old_connections()
        heartbeats.beat(turning, process=f"{socket.gethostname()}:{os.getpid()}")
    except Exception as error:  # the database may be away: the tasks already say so
        logger.warning("The heartbeat was not written: %s", type(error).__name__)
        connections["default"].close()
        return False
    return True
