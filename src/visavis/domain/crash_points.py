"""Places where a process can be made to die, so that tests prove that nothing is lost there."""

import os
import signal
from pathlib import Path

_arrivals: dict[str, int] = {}


def here(label: str) -> None:
    """Do nothing, unless a test asked for it: then die at once, as if the power were cut.

    `VISAVIS_CRASH_AT=label` dies at the first arrival of each process, `label:3` at the third.
    `VISAVIS_CRASH_FILE=path` dies when that file holds this label; the file goes first: one process dies.
    """
    if (wanted := os.environ.get("VISAVIS_CRASH_AT")) and _is_time(label, wanted):
        os.kill(os.getpid(), signal.SIGKILL)
    if (path := os.environ.get("VISAVIS_CRASH_FILE")) and _is_written(label, Path(path)):
        os.kill(os.getpid(), signal.SIGKILL)


def _is_time(label: str, wanted: str) -> bool:
    name, _, nth = wanted.partition(":")
    if name != label:
        return False
    _arrivals[label] = _arrivals.get(label, 0) + 1
    return _arrivals[label] == int(nth or 1)


def _is_written(label: str, path: Path) -> bool:
    try:
        if path.read_text(encoding="utf-8") != label:
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    return True
