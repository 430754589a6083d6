"""Sites started for a measure, on each database that answers."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
from psycopg import sql
from tests.live.speaking import BEHIND_A_PROXY
from tests.live_site import LiveSite, free_port, installation, new_database

from benchmarks import prepared


def servers() -> Iterator[tuple[str, str]]:
    """SQLite, and PostgreSQL where VISAVIS_BENCHMARK_POSTGRESQL says (by default, this machine)."""
    yield "sqlite", ""
    server = os.environ.get("VISAVIS_BENCHMARK_POSTGRESQL", prepared.POSTGRESQL).rstrip("/")
    url = f"{server}/postgres"
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        print(
            f"PostgreSQL is skipped: no server answers at {server} (VISAVIS_BENCHMARK_POSTGRESQL says where)"
        )
        return
    yield "postgresql", url


@contextlib.contextmanager
def site_on(url: str) -> Iterator[LiveSite]:
    """A migrated site on this server, not started; forgotten at the end."""
    with tempfile.TemporaryDirectory(prefix="visavis-measure-") as folder, new_database(url) as database:
        site = installation(Path(folder), database, BEHIND_A_PROXY | {"VISAVIS_LOG_LEVEL": "WARNING"})
        try:
            site.command("migrate")
            yield site
        finally:
            site.stop()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value under which `share` of them lie; 0 when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def copies(count: int) -> Iterator[tuple[str, LiveSite]]:
    """Sites on copies of the prepared houses, so that these stay as they are."""
    for house in prepared.houses(count):
        with tempfile.TemporaryDirectory(prefix="visavis-measure-") as name, copied(house, Path(name)) as url:
            port = free_port()
            told = {"VISAVIS_DATA_DIR": name, "VISAVIS_DATABASE_URL": url, "VISAVIS_LOG_LEVEL": "WARNING"}
            environment = dict(os.environ) | house.environment | BEHIND_A_PROXY | told
            site = LiveSite(folder=Path(name), port=port, environment=environment)
            try:
                yield house.engine.lower(), site
            finally:
                site.stop()


@contextlib.contextmanager
def copied(house: prepared.House, folder: Path) -> Iterator[str]:
    """Copy the database of a house; give its address."""
    url = house.environment["VISAVIS_DATABASE_URL"]
    former = Path(house.environment["VISAVIS_DATA_DIR"])
    if url.startswith("sqlite"):
        for file in former.glob("visavis.sqlite3*"):
            shutil.copy(file, folder)
        yield f"sqlite://{folder / 'visavis.sqlite3'}"
        return
    server, _, name = url.rpartition("/")
    copy = f"{name}_copy"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy)))
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(copy), sql.Identifier(name))
        connection.execute(made)
        try:
            yield f"{server}/{copy}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(copy)))
