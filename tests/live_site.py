"""The real program, in its own processes, with its own data: for browser tests, walks and crashes.

`live_site` is shared by the tests of a module; `new_site()` makes others (a crash test kills its own). A site runs on
SQLite, or on PostgreSQL with a database of its own when VISAVIS_DATABASE_URL says where the server is.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from tests.inside import Inside

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 60
SECONDS_TO_STOP = 15
_ports = itertools.count(os.getpid())  # so that two runs seldom try the same


class NewSite(Protocol):
    """Makes a site that is not started yet; what is in `environment` is added to that of its processes."""

    def __call__(self, *, environment: dict[str, str] | None = None) -> LiveSite: ...


@dataclass
class LiveSite:
    """One installation: its folder, its database, its port, and its processes when it is started."""

    folder: Path
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    inside: Inside = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.inside = Inside(ROOT, self.folder)

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What its processes wrote so far."""
        path = self.folder / "run.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def command(self, *arguments: str, timeout: float = 120) -> str:
        """Run `visavis …` on this installation and give what it printed; fails when the command fails."""
        return self.python("-m", "visavis", *arguments, timeout=timeout)

    def execute(self, code: str, timeout: float = 120) -> str:
        """Run these lines of Python inside this installation, Django set up, and give what they printed.

        The tests' own database is another one: this is the way to put people and conversations in a live site.
        """
        status, said, complained = self.inside.execute(code, environment=self.environment, timeout=timeout)
        assert status == 0, f"{code}: {status}\n{said}\n{complained}"
        return said

    def python(self, *arguments: str, timeout: float) -> str:
        """Run Python in the environment of this installation."""
        done = subprocess.run(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, *arguments: str) -> None:
        """Start `visavis run` and wait until it answers."""
        with (self.folder / "run.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "visavis", "run", "--port", str(self.port), *arguments],
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that kill() takes the children too
            )
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        """Return when a page comes back; fails when the program ends, is too slow, or fails to answer."""
        limit = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < limit:
            assert self.process is None or self.process.poll() is None, f"it ended at once:\n{self.log}"
            try:
                urllib.request.urlopen(self.url + "/connexion/", timeout=5).close()  # noqa: S310 -- our own address
            except urllib.error.HTTPError as answer:
                if answer.code < 500:
                    return
                raise AssertionError(f"it answers {answer.code}:\n{self.log[-4000:]}") from answer
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"no answer after {SECONDS_TO_START} s:\n{self.log}")

    def stop(self) -> None:
        """Ask it to stop, as Ctrl-C does, and wait; what is left is killed."""
        self.inside.end()
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(SECONDS_TO_STOP)
        self.kill()

    def kill(self) -> None:
        """Kill -9 the program and its children: what a power cut leaves of them."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(SECONDS_TO_STOP)
        self.process = None


def free_port() -> int:
    """A port that nobody listens on, nor will before it is used: systems give others by themselves, and each
    process of a run looks among its own.
    """
    first = 20_000 + 1_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        port = first + next(_ports) % 1_000
        with contextlib.suppress(OSError), socket.socket() as candidate:
            candidate.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def site_in(folder: Path, *, environment: dict[str, str]) -> Iterator[LiveSite]:
    """A migrated installation in that folder, not started; stopped and forgotten at the end."""
    model = migrated_once()
    shutil.copytree(model.folder, folder, dirs_exist_ok=True)
    with new_database(model.environment["VISAVIS_DATABASE_URL"], like=model_name()) as database:
        site = installation(folder, database, environment)
        try:
            yield site
        finally:
            site.stop()


def installation(folder: Path, database: str, environment: dict[str, str]) -> LiveSite:
    """What is in that folder and database (an address, or nothing for SQLite), on a port of its own."""
    port = free_port()
    inherited = {key: value for key, value in os.environ.items() if key != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    own = {
        "VISAVIS_DATA_DIR": str(folder),
        "VISAVIS_DATABASE_URL": database,
        "VISAVIS_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "visavis.project.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUNBUFFERED": "1",
    }
    return LiveSite(folder=folder, port=port, environment=inherited | own | environment)


# --- Migrated once, copied for each site ------------------------------------------------------------------------


def migrated_once() -> LiveSite:
    """The installation that the others are copies of: migrations take seconds, and a run has a dozen sites."""
    common = Path(os.environ["VISAVIS_TESTS_FOLDER"])
    folder = common / "migrated"
    server = os.environ.get("VISAVIS_DATABASE_URL", "")
    database = of_server(server, model_name()) if server.startswith("postgres") else ""
    model = installation(folder, database, {})
    with (common / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other processes of the run wait for it
        if not folder.exists():
            if database:
                on_server(server, "create database {}", model_name())
            folder.mkdir()
            model.command("migrate")
    return model


@contextlib.contextmanager
def new_database(server: str, *, like: str = "template1") -> Iterator[str]:
    """The address of a new database on that server, for as long as it is needed; nothing when there is none."""
    if not server:
        yield ""
        return
    name = f"visavis_live_{os.getpid()}_{time.monotonic_ns()}"
    on_server(server, "create database {} template {}", name, like)
    try:
        yield of_server(server, name)
    finally:
        on_server(server, "drop database {} with (force)", name)


def model_name() -> str:
    """The database that the others of this run are copies of, on PostgreSQL."""
    return f"visavis_live_{os.environ['VISAVIS_TESTS_OWNER']}_migrated"


def of_server(server: str, name: str) -> str:
    """The address of a database of this server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def on_server(server: str, statement: str, *names: str) -> None:
    """Make or drop databases, from the one that every server has."""
    with psycopg.connect(of_server(server, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def pytest_unconfigure() -> None:
    """The model goes with the run that made it."""
    server = os.environ.get("VISAVIS_DATABASE_URL", "")
    if server.startswith("postgres") and os.environ["VISAVIS_TESTS_OWNER"] == str(os.getpid()):
        on_server(server, "drop database if exists {} with (force)", model_name())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """The tests' own database, which Django makes after this, is such a copy too: it finds nothing to migrate."""
    model = migrated_once()
    with contextlib.ExitStack() as stack:
        if connection.vendor == "postgresql":
            connection.settings_dict["TEST"]["TEMPLATE"] = model_name()
        else:
            # In memory, and there for as long as one connection holds it.
            name = connection.creation._get_test_db_name()  # type: ignore[attr-defined]  # not in the stubs
            held = stack.enter_context(contextlib.closing(sqlite3.connect(name, uri=True)))
            with contextlib.closing(sqlite3.connect(model.folder / "visavis.sqlite3")) as migrated:
                migrated.backup(held)
        yield


@pytest.fixture(scope="module")
def live_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """The real program, started, for all the tests of a module."""
    with site_in(tmp_path_factory.mktemp("site"), environment={}) as site:
        site.start()
        yield site


@pytest.fixture
def new_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewSite]:
    """Installations of one test alone, migrated but not started: it starts them, and may kill them."""
    with contextlib.ExitStack() as stack:

        def make(*, environment: dict[str, str] | None = None) -> LiveSite:
            folder = tmp_path_factory.mktemp("site")
            return stack.enter_context(site_in(folder, environment=environment or {}))

        yield make
