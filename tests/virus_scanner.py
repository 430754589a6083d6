"""A real ClamAV for tests: its daemon in a folder of its own, with one signature that these tests made.

It runs as whoever runs the tests and asks the network for nothing. Where it is not installed, tests that need it
are skipped aloud; with CI=true they fail.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from visavis.domain.files import scanning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

INSTALL = "apt-get install clamav-daemon"
# Harmless words, which one signature of ours calls a virus.
VIRUS = b"VIS-A-VIS-HARMLESS-TEST-VIRUS-4211"
NAME = "Visavis.Test.UNOFFICIAL"
MOST_BYTES = 1 << 20
SECONDS_TO_START = 20

CONFIGURATION = """
DatabaseDirectory {folder}/signatures
LocalSocket {folder}/clamd
PidFile {folder}/pid
LogFile {folder}/log
TemporaryDirectory {folder}
Foreground yes
StreamMaxLength 1M
MaxThreads 4
SelfCheck 0
"""


@dataclass
class VirusScanner:
    """One clamd: its folder and its process."""

    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """Where it listens."""
        return str(self.folder / "clamd")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [str(program()), "-c", str(self.folder / "clamd.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        limit = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            assert time.monotonic() < limit, "clamd does not answer"
            assert self.process.poll() is None, "clamd ended at once"
            time.sleep(0.05)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.connect(self.address)
            line.sendall(b"zPING\0")
            return line.recv(16) == b"PONG\0"
        return False

    def stop(self) -> None:
        """Stop it; its socket goes with it."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        Path(self.address).unlink(missing_ok=True)
        self.process = None


def program() -> Path | None:
    """Where clamd is; Debian keeps it out of the PATH of ordinary users."""
    found = shutil.which("clamd", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None


@contextlib.contextmanager
def scanner_in(folder: Path) -> Iterator[VirusScanner]:
    """A clamd in that folder, started; stopped at the end."""
    if program() is None:
        pytest.skip(f"ClamAV is missing: {INSTALL}")
    (folder / "signatures").mkdir()
    (folder / "signatures" / "ours.ndb").write_text(f"Visavis.Test:0:*:{VIRUS.hex()}\n", encoding="ascii")
    (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder), encoding="utf-8")
    scanner = VirusScanner(folder)
    try:
        scanner.start()
        yield scanner
    finally:
        scanner.stop()


@pytest.fixture(scope="module")
def one_scanner() -> Iterator[VirusScanner]:
    """A clamd for all the tests of a module. Its path is short: that of a socket has 108 bytes at most."""
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder, scanner_in(Path(folder)) as scanner:
        yield scanner


@pytest.fixture
def virus_scanner(one_scanner: VirusScanner, settings: Settings) -> VirusScanner:
    """The clamd of the module, running, which this installation asks."""
    if one_scanner.process is None:
        one_scanner.start()
    settings.CLAMD = one_scanner.address
    wake()
    return one_scanner


def wake() -> None:
    """Ask again at once, after a scanner was away."""
    scanning._rests_until = 0.0
