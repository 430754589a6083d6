"""Who runs on this data folder: each process shares a lock, and what must run alone takes it whole."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "running.lock"


class StillRunning(Exception):
    """A process of this installation runs."""


def hold(folder: Path) -> int:
    """Say that a process runs here, until it ends, however it ends."""
    descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep every process of this installation from running meanwhile; StillRunning when one does."""
    descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise StillRunning from None
    finally:
        os.close(descriptor)
