"""The loop of a task: woken by the bell, outliving its failures, telling that it turns."""

from __future__ import annotations

import platform
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from visavis.workers import NAMES, heartbeats, memory
from visavis.workers.loop import Task, Thread, task_named

if TYPE_CHECKING:
    from collections.abc import Callable


HEAPS = """
import ctypes, sys, threading
from visavis.workers.memory import share_heaps
if sys.argv[1] == "shared":
    share_heaps()
barrier = threading.Barrier(6)
def work():
    barrier.wait()
    held = bytearray(100_000)
    barrier.wait()
for thread in (threads := [threading.Thread(target=work) for _ in range(6)]):
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


def thread_of(tick: Callable[[], bool], *, every_seconds: float = 30.0, rest_seconds: float = 0.0) -> Thread:
    """A thread that does this when "advanced" is rung."""
    return Thread(Task("test", tick, "advanced", every_seconds, rest_seconds))


def test_every_task_says_when_it_wakes() -> None:
    tasks = [task_named(name) for name in NAMES]

    assert [task.name for task in tasks] == list(NAMES)
    assert all(0 < task.every_seconds <= 60 for task in tasks)


def test_task_turns_again_while_there_is_work_then_at_the_bell() -> None:
    turns, idle = [], threading.Event()

    def tick() -> bool:
        turns.append(1)
        if len(turns) >= 3:
            idle.set()
        return len(turns) < 3

    thread = thread_of(tick)
    thread.start()
    assert idle.wait(5)
    time.sleep(0.1)
    before = len(turns)
    thread.ear("recorded")
    time.sleep(0.1)
    unmoved = len(turns)
    thread.ear("advanced")
    time.sleep(0.2)
    thread.stop()
    thread.join(5)

    assert (before, unmoved, len(turns) >= 4) == (3, 3, True)


def test_task_outlives_its_failures_and_does_not_quote_them(caplog: pytest.LogCaptureFixture) -> None:
    turns, done = [], threading.Event()

    def tick() -> bool:
        turns.append(1)
        if len(turns) == 1:
            raise ValueError("the words of David")
        done.set()
        return False

    thread = thread_of(tick)
    thread.start()

    assert done.wait(5)
    thread.stop()
    thread.join(5)
    assert "ValueError at" in caplog.text
    assert "David" not in caplog.text


@pytest.mark.django_db
def test_task_that_does_not_turn_is_silent() -> None:
    now = time.time()

    heartbeats.beat(dict.fromkeys(NAMES, now) | {"dispatcher": now - 300}, process="here:1")

    assert list(heartbeats.silent()) == ["dispatcher"]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has one heap")
def test_threads_share_a_few_heaps() -> None:
    counted = [
        subprocess.check_output([sys.executable, "-c", HEAPS, how]).count(b"<heap nr=")
        for how in ("each its own", "shared")
    ]

    assert counted[0] > memory.HEAPS
    assert counted[1] <= memory.HEAPS
