"""How much memory a process of many threads keeps to itself."""

import contextlib
import ctypes

# glibc gives each thread a heap of its own, up to eight for a processor, and what a heap was once given it
# keeps: a large mail, handled by several threads one after the other, stayed in each. Python's threads rarely
# allocate at the same instant, so that two heaps are enough.
HEAPS = 2
M_ARENA_MAX = -8  # malloc.h


def share_heaps() -> None:
    """All threads to come share a few heaps; with another C library than glibc nothing changes."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)
