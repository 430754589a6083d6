"""A prepared house of a million messages, made once and kept outside the tree: on SQLite and on PostgreSQL.

It stands in VISAVIS_BENCHMARK_CACHE (by default ~/.cache/visavis-benchmarks) and is made again when the corpus, the
analyser's terms or the first migrations change; later migrations are run on it. Making it is not measured. PostgreSQL is the server of VISAVIS_BENCHMARK_POSTGRESQL
(by default postgresql://postgres@127.0.0.1); where there is none, that half is skipped aloud.
"""

import hashlib
import os
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks import corpus
from visavis.domain.search.analysis import body_terms

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/visavis"
POSTGRESQL = "postgresql://postgres@127.0.0.1"
LAYOUT = ROOT / "benchmarks/filling.py"


def cache_folder() -> Path:
    """Where what was prepared is kept."""
    default = Path.home() / ".cache" / "visavis-benchmarks"
    folder = Path(os.environ.get("VISAVIS_BENCHMARK_CACHE") or default)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def fingerprint(*paths: Path) -> str:
    """A short mark of the content of these files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def mark_of_texts() -> str:
    """A short mark of what the corpus says and of what the analyser makes of it, tried on its first texts."""
    made = "\n".join(f"{text}\n{body_terms(text)}" for text in corpus.texts(1_000))
    return hashlib.sha256(made.encode() + Path(corpus.__file__).read_bytes()).hexdigest()[:12]


def say(sentence: str) -> None:
    """Tell what is being done, with the time."""
    print(f"{time.strftime('%H:%M:%S')} {sentence}", file=sys.stderr, flush=True)


def analysed(count: int) -> Path:
    """A file of texts with their terms: the analysis is the longest part, and the same for every engine."""
    mark = mark_of_texts()
    path = cache_folder() / f"texts-{count}-{mark}.sqlite3"
    if path.exists():
        return path
    say(f"analysing {count:,} texts")
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with sqlite3.connect(partial) as connection:
        connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE said (number INTEGER PRIMARY KEY, text TEXT, terms TEXT)"
        )
        with ProcessPoolExecutor() as pool:
            said = pool.map(_said, enumerate(corpus.texts(count), start=1), chunksize=2_000)
            connection.executemany("INSERT INTO said VALUES (?, ?, ?)", said)
    connection.close()
    partial.rename(path)
    path.with_suffix(".mark").write_text(mark)
    return path


def _said(numbered: tuple[int, str]) -> tuple[int, str, str]:
    number, text = numbered
    return number, text, body_terms(text)


@dataclass(frozen=True, kw_only=True)
class House:
    """One prepared house: the engine, and the environment in which the product finds it."""

    engine: str
    environment: dict[str, str]

    def run(self, *arguments: str, typed: str = "") -> str:
        """Run Python in this house, in a process of its own, typing this to it; give what it printed."""
        return subprocess.run(
            [sys.executable, *arguments],
            env=os.environ | self.environment,
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            input=typed,
            text=True,
        ).stdout


def houses(count: int) -> list[House]:
    """The prepared houses, made if they are not there: SQLite, and PostgreSQL where there is a server."""
    texts = analysed(count)
    first = [SOURCE / "domain/migrations" / name for name in ("0001_initial.py", "0002_search_index.py")]
    mark = fingerprint(texts.with_suffix(".mark"), LAYOUT, *first)
    with ThreadPoolExecutor() as pool:  # each in its own process: the threads only wait
        made = list(pool.map(lambda make: make(count, mark), (on_sqlite, on_postgresql)))
    found = [house for house in made if house]
    for house in found:
        house.run("-m", "visavis", "migrate")
    return found


def on_sqlite(count: int, mark: str) -> House:
    """The house in one file."""
    folder = cache_folder() / f"house-{count}-{mark}"
    house = House(engine="SQLite", environment=_environment(folder, f"sqlite://{folder / 'visavis.sqlite3'}"))
    if not (folder / "ready").exists():
        folder.mkdir(exist_ok=True)
        for left in folder.glob("visavis.sqlite3*"):
            left.unlink()
        _fill(house, count)
        (folder / "ready").touch()
    return house


def on_postgresql(count: int, mark: str) -> House | None:
    """The house in a database of its own, or nothing when no server answers."""
    server = os.environ.get("VISAVIS_BENCHMARK_POSTGRESQL", POSTGRESQL).rstrip("/")
    name = f"visavis_benchmark_{count}_{mark}"
    try:
        connection = psycopg.connect(f"{server}/postgres", autocommit=True)
    except psycopg.OperationalError:
        say(f"PostgreSQL is skipped: no server answers at {server} (VISAVIS_BENCHMARK_POSTGRESQL says where)")
        return None
    folder = cache_folder() / f"house-{count}-{mark}-postgresql"
    folder.mkdir(exist_ok=True)
    house = House(engine="PostgreSQL", environment=_environment(folder, f"{server}/{name}"))
    with connection:  # closes it
        is_ready = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if not (is_ready and (folder / "ready").exists()):
        with psycopg.connect(f"{server}/postgres", autocommit=True) as again:
            again.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            again.execute(f'CREATE DATABASE "{name}"')
        _fill(house, count)
        (folder / "ready").touch()
    return house


def _environment(folder: Path, url: str) -> dict[str, str]:
    return {
        "VISAVIS_DATA_DIR": str(folder),
        "VISAVIS_DATABASE_URL": url,
        "VISAVIS_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "visavis.project.settings",
        "PYTHONPATH": f"{SOURCE.parent}{os.pathsep}{ROOT}",
    }


def _fill(house: House, count: int) -> None:
    say(f"filling {house.engine} with {count:,} messages")
    house.run("-m", "visavis", "migrate")
    house.run("-m", "benchmarks.filling", str(count))


if __name__ == "__main__":
    houses(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
