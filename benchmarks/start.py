"""The start of `demo`: from nothing to the first page, then a second start; and `run` on an empty folder.

`python -m benchmarks.start`. The environment is there (its making is a matter of network: tests/slow/test_fresh_debian).
`cpu_seconds` is what all processes computed until they were stopped, right after the first page.
"""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.live_site import ROOT, free_port

from benchmarks.telling import Row, tell

PATIENCE_SECONDS = 600


def main() -> None:
    """Measure and tell."""
    with (
        tempfile.TemporaryDirectory(prefix="visavis-measure-") as demo,
        tempfile.TemporaryDirectory(prefix="visavis-measure-") as empty,
    ):
        tell(
            "start",
            [
                {"start": "demo, from nothing", **started(Path(demo), "demo")},
                {"start": "demo, again", **started(Path(demo), "demo")},
                {"start": "demo --live, again", **started(Path(demo), "demo", "--live")},
                {"start": "run, from nothing", **started(Path(empty), "run")},
                {"start": "run, again", **started(Path(empty), "run")},
            ],
        )


def started(folder: Path, *arguments: str) -> Row:
    """Start it in this folder, wait for its first page, and stop it."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VISAVIS_")}
    environment |= {"VISAVIS_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "visavis", *arguments, "--port", str(port)]
    before, began = computed(), time.monotonic()
    with (folder / "start.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
    try:
        wait_for_a_page(port, process)
        seconds = time.monotonic() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
    return {"first_page_seconds": round(seconds, 1), "cpu_seconds": round(computed() - before, 1)}


def wait_for_a_page(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when a page comes back."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < limit:
        assert process.poll() is None, "it ended"
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20).close()
            return
        time.sleep(0.05)
    raise AssertionError("no page")


def computed() -> float:
    """Seconds of processor of the processes that ended, and of their own."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
