"""Run the tests on SQLite, then on PostgreSQL; `--slow` for the long ones, the rest goes to pytest."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from visavis.cli import throwaway_postgres

if TYPE_CHECKING:
    from types import FrameType

ROOT = Path(__file__).resolve().parents[3]
NOTHING_TO_RUN = 5  # pytest's exit code
# The engine has no database, nor have the rules about the code or the first start: once is enough.
SAME_ON_BOTH = ("engine", "architecture", "cli")

TOOLS = (
    (("chromium", "chromium-browser", "google-chrome"), "Chromium", "apt-get install chromium libatomic1"),
    (("xgettext",), "The check of translations", "apt-get install gettext"),
    (("dovecot", "/usr/sbin/dovecot"), "Dovecot", "apt-get install dovecot-imapd"),
    (("postfix", "/usr/sbin/postfix"), "Postfix", "apt-get install postfix"),
    (("clamd", "/usr/sbin/clamd"), "ClamAV", "apt-get install clamav-daemon"),
)


@dataclass
class Tally:
    """What a run of pytest counted, and what it did not run, with the reason."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count the other's tests too."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.notes += other.notes

    def closing_line(self) -> str:
        """All runs in one line, in the form that every tool reads."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def run(arguments: list[str]) -> int:
    """Both databases, one after the other; 0 when every test that ran has passed."""
    options, for_pytest = options_of(arguments)
    if importlib.util.find_spec("pytest") is None:
        print("The tests need the tools of developers: run ./visavis test in a clone.", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, stop)
    started = time.monotonic()
    total = Tally()
    try:
        if options.database in {"both", "sqlite"}:
            total.add(on_sqlite(for_pytest, is_slow=options.slow))
        if options.database in {"both", "postgresql"}:
            total.add(on_postgres(for_pytest, is_slow=options.slow))
    except KeyboardInterrupt:
        print("\nStopped before the end.", flush=True)
        total.failed += 1
    tell(total, seconds=time.monotonic() - started)
    return int(bool(total.failed) or not total.passed)


def options_of(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Our own options, and those that go to pytest as they are."""
    parser = argparse.ArgumentParser(prog="visavis test", description=__doc__)
    parser.add_argument(
        "--slow", action="store_true", help="also the long ones: random crashes, corpora, fuzzing"
    )
    parser.add_argument("--database", choices=("both", "sqlite", "postgresql"), default="both")
    return parser.parse_known_args(arguments)


class Ended(KeyboardInterrupt):
    """We were asked to end by a signal that our children did not get, unlike Ctrl-C in a terminal."""


def stop(_number: int, _frame: FrameType | None) -> None:
    """A request to end is Ctrl-C: what was started is stopped."""
    raise Ended


# --- The two runs ---------------------------------------------------------------------------------------


def on_sqlite(for_pytest: list[str], *, is_slow: bool) -> Tally:
    """Everything, on the database that people get by default."""
    announce("on SQLite")
    marks = "" if is_slow else "not slow"
    return pytest("SQLite", ["-m", marks, *for_pytest], database="")


def on_postgres(for_pytest: list[str], *, is_slow: bool) -> Tally:
    """What has to do with the database, on a PostgreSQL of its own; in a browser too, when slow."""
    announce("on PostgreSQL")
    try:
        with throwaway_postgres.cluster(is_durable=is_slow) as address:
            marks = "" if is_slow else "not slow and not browser"
            ignored = [f"--ignore={ROOT / 'tests' / folder}" for folder in SAME_ON_BOTH]
            chosen = ["-m", marks, *ignored, *for_pytest]
            return pytest("PostgreSQL", chosen, database=address)
    except throwaway_postgres.NoPostgres:
        note = f"NOT TRIED  PostgreSQL is missing, so half of the tests: {throwaway_postgres.INSTALL}"
        return Tally(failed=int(nothing_may_be_skipped()), notes=[note])
    except throwaway_postgres.CannotRun as error:
        return Tally(failed=1, notes=[f"PostgreSQL did not start: {error}"])


def announce(where: str) -> None:
    """A title in the output, which is long."""
    print(f"\n======== The tests {where} ========", flush=True)


def pytest(label: str, arguments: list[str], *, database: str) -> Tally:
    """Run pytest in its own process and count."""
    with tempfile.TemporaryDirectory(prefix="visavis-counts-") as folder:
        report = Path(folder) / "report.xml"
        workers = [] if any(word.startswith(("-n", "--pdb")) for word in arguments) else ["-n", at_once()]
        # The order of files is ours (tests/conftest.py): xdist would take those with few tests last.
        order = ["--dist=loadfile", "--no-loadscope-reorder"]
        command = [sys.executable, "-m", "pytest", "-q", *workers, *order, f"--junitxml={report}"]
        environment = {**os.environ, "VISAVIS_DATABASE_URL": database}
        code = wait_for([*command, "--durations=10", *arguments], environment)
        if code == NOTHING_TO_RUN:
            return Tally()
        tally = counted(report, label) if report.exists() else Tally()
        if code != 0 and not tally.failed:
            tally.failed = 1
            tally.notes.append(f"{label}: pytest ended with code {code}")
        return tally


def wait_for(command: list[str], environment: dict[str, str]) -> int:
    """Run the command to its end; when we are interrupted, it gets the time to close what it opened."""
    with subprocess.Popen(command, env=environment, cwd=ROOT) as process:
        try:
            return process.wait()
        except KeyboardInterrupt as interruption:
            if isinstance(interruption, Ended):
                process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            raise


def at_once() -> str:
    """How many tests run at once: one more than there are cores, since many wait; five at most."""
    return str(min(4, os.cpu_count() or 1) + 1)


def counted(report: Path, label: str) -> Tally:
    """Read the counts from pytest's report."""
    tally = Tally()
    for case in ElementTree.parse(report).getroot().iter("testcase"):  # noqa: S314 -- our own file, just written
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            tally.failed += 1
        elif skipped is not None and skipped.get("type") != "pytest.xfail":
            tally.skipped += 1
            tally.notes.append(f"NOT TRIED  {label}: {case.get('name')}: {skipped.get('message')}")
        else:
            tally.passed += 1
    return tally


# --- What was not run is told aloud ---------------------------------------------------------------------


def nothing_may_be_skipped() -> bool:
    """True on the machine that decides whether a change may land."""
    return os.environ.get("CI") == "true"


def tell(total: Tally, *, seconds: float) -> None:
    """The end of the run: what was not tried and how to try it, the time, and one line that counts."""
    print(f"\n======== {seconds:.0f} s in all ========")
    missing = [(what, line) for names, what, line in TOOLS if not any(map(shutil.which, names))]
    for what, line in missing:
        print(f"NOT TRIED  {what} is missing: {line}")
    for note in sorted(set(total.notes)):
        print(note)
    if missing and nothing_may_be_skipped():
        total.failed += len(missing)
    print(total.closing_line(), flush=True)
