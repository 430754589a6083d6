"""A child must not outlive its parent: it holds a pipe that closes when the parent dies, however it dies."""

import os
import signal
import threading
import time
from collections.abc import Callable

VARIABLE = "VISAVIS_LIFELINE"
PATIENCE_SECONDS = 5


class Lifeline:
    """The pipe, made by the parent; nobody else may keep its end open."""

    def __init__(self) -> None:
        self._read_end, self._write_end = os.pipe()

    def hold(self) -> None:
        """In a child that was just forked: keep the end that tells, leave the other one to the parent."""
        os.close(self._write_end)
        os.environ[VARIABLE] = str(self._read_end)

    def close(self) -> None:
        """In the parent: let go of both ends."""
        os.close(self._read_end)
        os.close(self._write_end)


def follow() -> None:
    """In a child: stop cleanly when the parent dies, and at once if that takes too long."""
    number = os.environ.pop(VARIABLE, "")
    if number:
        watch(int(number), _stop)


def watch(descriptor: int, then: Callable[[], None]) -> None:
    """Call `then`, in a thread, when the other end of the pipe closes."""

    def wait() -> None:
        os.read(descriptor, 1)
        then()

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
