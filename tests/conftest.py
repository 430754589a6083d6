"""What every test is given: a database of its own, people, a network that is cut, and skips that are told aloud."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT / "../shared"

# Read by the settings, which are loaded after this file: tests never write into the data of whoever runs them.
if "VISAVIS_TESTS_FOLDER" not in os.environ:  # the processes of xdist inherit it
    os.environ["VISAVIS_TESTS_FOLDER"] = tempfile.mkdtemp(prefix="visavis-tests-")
    os.environ["VISAVIS_TESTS_OWNER"] = str(os.getpid())
os.environ["VISAVIS_DATA_DIR"] = os.environ["VISAVIS_TESTS_FOLDER"]
os.environ["DJANGO_SETTINGS_MODULE"] = "visavis.project.settings"
# Playwright keeps an event loop on the main thread, and Django would refuse every query there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

pytest_plugins = [
    "tests.people",
    "tests.live_site",
    "tests.browser",
    "tests.mail_server",
    "tests.smtp_server",
    "tests.virus_scanner",
]


# --- Settings --------------------------------------------------------------------------------------------------


def pytest_configure() -> None:
    """Settings that only tests have: a password costs nothing to hash, and catalogues are compiled."""
    from django.conf import settings  # noqa: PLC0415 -- the environment above must come first

    from visavis.cli.messages import compile_stale  # noqa: PLC0415 -- found thanks to pytest's pythonpath

    compile_stale()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns when it is missing, and warnings are errors
    sys.addaudithook(refuse_the_network)


def pytest_unconfigure() -> None:
    """The folder of the tests goes with them."""
    if os.environ["VISAVIS_TESTS_OWNER"] == str(os.getpid()):
        shutil.rmtree(os.environ["VISAVIS_TESTS_FOLDER"], ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test about one database is left to the run on that database; `visavis test` makes both."""
    is_postgres = os.environ.get("VISAVIS_DATABASE_URL", "").startswith("postgres")
    other = "sqlite" if is_postgres else "postgres"
    left_out = [
        item
        for item in items
        if item.get_closest_marker(other) or (is_postgres and is_without_database(item))
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    # Files that start processes are the longest: none is left alone with one of them at the end.
    long = {item.path for item in items if PROCESSES.intersection(getattr(item, "fixturenames", ()))}
    items.sort(key=lambda item: (item.path not in long, "workers" not in item.path.parts))


PROCESSES = {"live_site", "new_site", "chromium", "mail_server", "smtp_server", "site"}
# Where tests make installations of their own, whatever fixtures they ask for.
WITH_PROCESSES = {"slow", "workers", "live", "demo", "walks", "benchmarks"}
DATABASE = {"db", "transactional_db", "live_site", "new_site"}


def is_without_database(item: pytest.Item) -> bool:
    """True for a test that reads and writes no database: what it says on SQLite, it says on PostgreSQL."""
    folder = item.path.relative_to(ROOT / "tests").parts[0]
    asked = DATABASE.intersection(getattr(item, "fixturenames", ()))
    return folder not in WITH_PROCESSES and not asked and not item.get_closest_marker("django_db")


@pytest.fixture
def shared() -> Path:
    """The folder of references that stands beside the clone; a test that needs it is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared is absent")
    return SHARED


# --- The network is cut ----------------------------------------------------------------------------------------

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0", "::ffff:127.")  # noqa: S104 -- names, nothing is bound


class NetworkIsCut(BaseException):
    """A test tried to leave this machine; not an Exception, so that no code under test can swallow it."""


def refuse_the_network(event: str, arguments: tuple[object, ...]) -> None:
    """Stop what goes further than this machine, whatever library it comes from."""
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if isinstance(host, str) and host and not host.startswith(LOOPBACK):
        raise NetworkIsCut(f"{event} to {host}")


# --- Skipped aloud, or not at all ------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a skip is a failure, except for what needs ../shared where that folder is absent."""
    del item, call
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if "../shared" not in reason or SHARED.is_dir():
            report.outcome = "failed"
            report.longrepr = f"With CI=true nothing is skipped: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"With CI=true nothing is skipped: {report.longrepr}"
    return report
