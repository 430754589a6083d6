"""`visavis run`: one web process and one worker process, restarted when they die, ended with their parent."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

from visavis.project import environment

from . import lifeline

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = environment.number("VISAVIS_LONGEST_RESTART_SECONDS", 30)
# A child that lived this long had started well: the next delay is short again.
STEADY_SECONDS = 20.0
STOP_SECONDS = 8.0
logger = logging.getLogger(__name__)


@dataclass
class Child:
    """One process that must be running."""

    name: str
    arguments: Sequence[str]
    delay: float = FIRST_DELAY_SECONDS
    started_at: float = 0.0
    restart_at: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self, *, lifeline_end: int) -> None:
        """Start it, holding the end of the pipe that tells it when we die."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "visavis", *self.arguments],
            env={**os.environ, lifeline.VARIABLE: str(lifeline_end)},
            pass_fds=[lifeline_end],
        )

    def look(self) -> bool:
        """See whether it died, and when to start it again; True when it just died."""
        if self.process is None or self.process.poll() is None:
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
        self._read_end, self._write_end = os.pipe()

    def run(self) -> int:
        """Run until SIGTERM or SIGINT; return 0 when every child stopped by itself in time."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_stop)
        for child in self.children:
            child.start(lifeline_end=self._read_end)
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
                code, child.process = child.process.returncode, None
                logger.warning(
                    "The %s process ended (%d); again in %.1f s", child.name, code, child.delay / 2
                )
            if child.process is None and time.monotonic() >= child.restart_at:
                child.start(lifeline_end=self._read_end)

    def _stop(self) -> int:
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        late = 0
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                late += 1
        os.close(self._read_end)
        os.close(self._write_end)
        return 1 if late else 0


def supervise(*, host: str, port: int) -> int:
    """Run the small installation on this address until told to stop."""
    web = Child("web", ["web", "--host", host, "--port", str(port)])
    return Supervisor([web, Child("worker", ["worker"])]).run()
