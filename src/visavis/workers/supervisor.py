"""`visavis run`: one web process and one worker process, restarted when they die, ended with their parent."""

import gc
import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import FrameType

from django.db import connections
from django.urls import get_resolver

from visavis.project import environment

from . import NAMES, loop
from .lifeline import Lifeline
from .web import serve

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = environment.number("VISAVIS_LONGEST_RESTART_SECONDS", 30)
# A child that lived this long had started well: the next delay is short again.
STEADY_SECONDS = 20.0
STOP_SECONDS = 8.0
logger = logging.getLogger(__name__)


@dataclass
class Child:
    """One process that must be running: it runs `work` until it is told to stop."""

    name: str
    work: Callable[[], object]
    delay: float = FIRST_DELAY_SECONDS
    started_at: float = 0.0
    restart_at: float = 0.0
    process: ForkProcess | None = field(default=None)

    def start(self, line: Lifeline) -> None:
        """Start it, holding the end of the pipe that tells it when we die."""
        self.started_at = time.monotonic()
        self.process = ForkProcess(target=self._live, args=[line], name=self.name, daemon=True)
        self.process.start()

    def _live(self, line: Lifeline) -> None:
        """Be the child."""
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        line.hold()
        name_process(f"visavis {self.name}")
        with suppress(KeyboardInterrupt):
            self.work()

    def look(self) -> bool:
        """See whether it died, and when to start it again; True when it just died."""
        if self.process is None or self.process.is_alive():
            return False
        if time.monotonic() - self.started_at > STEADY_SECONDS:
            self.delay = FIRST_DELAY_SECONDS
        self.restart_at = time.monotonic() + self.delay
        self.delay = min(LONGEST_DELAY_SECONDS, self.delay * 2)
        return True


class Supervisor:
    """Keeps its children running until it is told to stop."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self._stopping = threading.Event()
        self._line = Lifeline()

    def run(self) -> int:
        """Run until SIGTERM or SIGINT; return 0 when every child stopped by itself in time."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_stop)
        for child in self.children:
            child.start(self._line)
        while not self._stopping.wait(0.5):
            self._look_at_children()
        return self._stop()

    def stop(self) -> None:
        """Ask to stop."""
        self._stopping.set()

    def _told_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping.set()

    def _look_at_children(self) -> None:
        for child in self.children:
            if child.look() and child.process is not None:
                code, child.process = child.process.exitcode, None
                logger.warning(
                    "The %s process ended (%s); again in %.1f s", child.name, code, child.delay / 2
                )
            if child.process is None and time.monotonic() >= child.restart_at:
                child.start(self._line)

    def _stop(self) -> int:
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        late = 0
        for process in running:
            process.join(max(0.1, deadline - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
                late += 1
        self._line.close()
        return 1 if late else 0


def supervise(*others: Child, host: str, port: int) -> int:
    """Run the small installation on this address until told to stop; Django is set up."""
    import_once()
    web = Child("web", partial(serve, host=host, port=port))
    return Supervisor([web, Child("worker", partial(loop.run, NAMES)), *others]).run()


def import_once() -> None:
    """Import what both children need before they are forked: they start sooner, and share its memory.

    No connection may cross a fork, and the collector must not write into what is shared.
    """
    get_resolver().url_patterns  # noqa: B018 -- reading them imports the pages
    for name in NAMES:
        loop.task_named(name)
    connections.close_all()
    gc.collect()
    gc.freeze()


def name_process(name: str) -> None:
    """Say in the list of processes what this one is; systems that cannot, do not."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name[:15], encoding="ascii")
