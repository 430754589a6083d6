"""Places where a process can be made to die, so that tests prove that nothing is lost there."""

import os
import signal

_arrivals: dict[str, int] = {}


def here(label: str) -> None:
    """Do nothing, unless VISAVIS_CRASH_AT names this label: then die at once, as if the power were cut.

    `VISAVIS_CRASH_AT=label` dies at the first arrival, `label:3` at the third.
    """
    wanted = os.environ.get("VISAVIS_CRASH_AT")
    if not wanted:
        return
    name, _, nth = wanted.partition(":")
    if name != label:
        return
    _arrivals[label] = _arrivals.get(label, 0) + 1
    if _arrivals[label] == int(nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
