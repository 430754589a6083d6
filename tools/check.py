"""`make check`: format, lint, types, contracts, migrations, translations, words and the fast tests.

Two checks run at a time, each is told in a line as it ends, and what failed is shown whole at the end. With
names (`python tools/check.py lint types`) only those are run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON_SOURCES = [name for name in ("src", "tests", "tools", "benchmarks") if (ROOT / name).is_dir()]
FAST = ("engine", "domain", "architecture", "cli")
FAST_TESTS = [f"tests/{name}" for name in FAST if (ROOT / "tests" / name).is_dir()]
AT_ONCE = 2
LINES_SHOWN = 60


@dataclass(frozen=True)
class Check:
    """One command; without the program it `needs` it is not tried, and `install` brings that program."""

    name: str
    command: tuple[str, ...]
    needs: str = ""
    install: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a check ended: ok, failed, or not tried."""

    check: Check
    state: str
    output: str
    seconds: float


def python(*arguments: str) -> tuple[str, ...]:
    """A command of our environment."""
    return (sys.executable, *arguments)


# The longest first: the others fill the second core meanwhile.
CHECKS = (
    Check("types", python("-m", "mypy", *PYTHON_SOURCES)),
    Check(
        "tests",
        python("-m", "pytest", "-q", "-n2", "--dist=loadfile", "-m", "not slow and not browser", *FAST_TESTS),
    ),
    Check("types of ./visavis", python("-m", "mypy", "visavis")),
    Check("templates", python("-m", "djlint", "--lint", "--quiet", "src")),
    Check("format", python("-m", "ruff", "format", "--check", "--output-format=concise", ".")),
    Check("lint", python("-m", "ruff", "check", "--output-format=concise", ".")),
    Check("contracts", (str(Path(sys.executable).with_name("lint-imports")),)),
    Check("settings", python("-m", "django", "check", "--fail-level", "WARNING")),
    Check("migrations", python("-m", "django", "makemigrations", "--check", "--dry-run")),
    Check(
        "translations",
        python("-m", "visavis.cli.messages", "--check"),
        needs="xgettext",
        install="apt-get install gettext",
    ),
    Check("scripts", python("tools/scripts.py"), needs="npm", install="apt-get install npm"),
    Check("English words", python("tools/english.py")),
    Check(
        "French words",
        python("tools/french.py"),
        needs="hunspell",
        install="apt-get install hunspell hunspell-fr",
    ),
)


def main(wanted: list[str]) -> int:
    """Run the checks; 1 when one fails, or when one could not be tried and nothing may be skipped."""
    chosen = [check for check in CHECKS if not wanted or check.name in wanted]
    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(run, chosen))
    for outcome in outcomes:
        if outcome.state == "FAILED":
            print(f"\n======== {outcome.check.name} ========\n{shortened(outcome.output)}")
    bad = [outcome.check.name for outcome in outcomes if outcome.state == "FAILED"]
    skipped = [outcome.check.name for outcome in outcomes if outcome.state == "NOT TRIED"]
    print(f"\n{len(chosen)} checks in {time.monotonic() - started:.0f} s.", end=" ")
    print(f"To mend: {', '.join(bad)}." if bad else "All is well." if not skipped else "The rest is well.")
    return int(bool(bad) or (bool(skipped) and os.environ.get("CI") == "true"))


def run(check: Check) -> Outcome:
    """Run one check and tell its name, its outcome and its time."""
    started = time.monotonic()
    if check.needs and shutil.which(check.needs) is None:
        outcome = Outcome(check, "NOT TRIED", f"{check.needs} is missing: {check.install}", 0)
        print(f"  NOT TRIED  {check.name}: {outcome.output}", flush=True)
        return outcome
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "visavis.project.settings",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    state = "FAILED" if done.returncode else "ok"
    outcome = Outcome(check, state, done.stdout, time.monotonic() - started)
    print(f"  {state:9}  {check.name}  ({outcome.seconds:.0f} s)", flush=True)
    return outcome


def shortened(output: str) -> str:
    """The first lines, and how many follow: nobody mends the ninetieth before the first."""
    lines = output.rstrip().splitlines()
    rest = [f"… and {len(lines) - LINES_SHOWN} more lines"] if len(lines) > LINES_SHOWN else []
    return "\n".join(lines[:LINES_SHOWN] + rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
