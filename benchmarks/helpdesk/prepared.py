"""django-helpdesk, installed and filled with our texts: made once, kept beside our prepared houses."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from benchmarks.prepared import POSTGRESQL, ROOT, House, analysed, cache_folder, fingerprint, say

VERSION = "2.6.1"
FILES = [ROOT / "benchmarks/helpdesk" / name for name in ("filling.py", "settings.py")]


class Helpdesk(House):
    """One filled helpdesk, run by the Python of its own environment."""

    def run(self, *arguments: str, typed: str = "") -> str:
        """Run Python there, and give what it printed."""
        return subprocess.run(
            [python(), *arguments],
            env=os.environ | self.environment,
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            input=typed,
            text=True,
        ).stdout


def python() -> Path:
    """The Python of helpdesk's environment, made if it is not there."""
    folder = cache_folder() / f"helpdesk-{VERSION}"
    program = folder / "bin/python"
    if not (folder / "ready").exists():
        say(f"installing django-helpdesk {VERSION}")
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        wanted = [f"django-helpdesk=={VERSION}", "psycopg[binary]"]
        subprocess.run([program, "-m", "pip", "install", "--quiet", *wanted], check=True)
        (folder / "ready").touch()
    return program


def helpdesks(count: int) -> list[Helpdesk]:
    """Filled helpdesks: on SQLite, and on PostgreSQL where there is a server."""
    python()
    texts = analysed(count)
    mark = fingerprint(texts.with_suffix(".mark"), *FILES)
    with ThreadPoolExecutor() as pool:
        made = list(pool.map(lambda make: make(texts, count, mark), (on_sqlite, on_postgresql)))
    return [helpdesk for helpdesk in made if helpdesk]


def on_sqlite(texts: Path, count: int, mark: str) -> Helpdesk:
    """In one file."""
    path = cache_folder() / f"helpdesk-{count}-{mark}.sqlite3"
    ready = path.with_suffix(".ready")
    helpdesk = Helpdesk(engine="SQLite", environment=environment_of(f"sqlite://{path}"))
    if not ready.exists():
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()
        _fill(helpdesk, texts, count)
        ready.touch()
    return helpdesk


def on_postgresql(texts: Path, count: int, mark: str) -> Helpdesk | None:
    """In a database of its own, or nothing when no server answers."""
    server = os.environ.get("VISAVIS_BENCHMARK_POSTGRESQL", POSTGRESQL).rstrip("/")
    name = f"helpdesk_benchmark_{count}_{mark}"
    ready = cache_folder() / f"{name}.ready"
    try:
        connection = psycopg.connect(f"{server}/postgres", autocommit=True)
    except psycopg.OperationalError:
        return None
    helpdesk = Helpdesk(engine="PostgreSQL", environment=environment_of(f"{server}/{name}"))
    with connection:  # closes it
        is_there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if is_there and ready.exists():
            return helpdesk
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    _fill(helpdesk, texts, count)
    ready.touch()
    return helpdesk


def environment_of(url: str) -> dict[str, str]:
    """Where helpdesk finds its database and its settings."""
    return {
        "HELPDESK_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "benchmarks.helpdesk.settings",
        "PYTHONPATH": str(ROOT),
    }


def _fill(helpdesk: Helpdesk, texts: Path, count: int) -> None:
    say(f"filling django-helpdesk on {helpdesk.engine} with the same {count:,} messages")
    helpdesk.run("-m", "django", "migrate", "-v0")
    helpdesk.run("-m", "benchmarks.helpdesk.filling", str(texts), str(count))
