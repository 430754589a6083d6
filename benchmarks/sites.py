"""Sites started for a measure, on each database that answers, and how a measure is told: a table and JSON."""

import contextlib
import json
import os
import platform
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from tests.live.speaking import BEHIND_A_PROXY
from tests.live_site import LiveSite, site_in

RESULTS = Path(__file__).resolve().parent / "results"
Row = Mapping[str, object]


def servers() -> Iterator[tuple[str, str]]:
    """SQLite, and PostgreSQL when VISAVIS_BENCHMARK_POSTGRES (or VISAVIS_DATABASE_URL) says where it is."""
    yield "sqlite", ""
    url = os.environ.get("VISAVIS_BENCHMARK_POSTGRES") or os.environ.get("VISAVIS_DATABASE_URL", "")
    if not url.startswith("postgres"):
        print("PostgreSQL is left out: VISAVIS_BENCHMARK_POSTGRES does not say where it is.")
        return
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url):
        yield "postgresql", url


@contextlib.contextmanager
def site_on(url: str) -> Iterator[LiveSite]:
    """A started site on this database, forgotten at the end."""
    former = os.environ.get("VISAVIS_DATABASE_URL")
    os.environ["VISAVIS_DATABASE_URL"] = url
    try:
        with (
            tempfile.TemporaryDirectory(prefix="visavis-measure-") as folder,
            site_in(Path(folder), environment=BEHIND_A_PROXY | {"VISAVIS_LOG_LEVEL": "WARNING"}) as site,
        ):
            yield site
    finally:
        os.environ.pop("VISAVIS_DATABASE_URL")
        if former is not None:
            os.environ["VISAVIS_DATABASE_URL"] = former


def tell(name: str, rows: Sequence[Row]) -> None:
    """Print a table, then JSON, and keep the JSON in benchmarks/results."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    widths = [max(len(column), *(len(str(row.get(column, ""))) for row in rows)) for column in columns]
    for line in (dict(zip(columns, columns, strict=True)), *rows):
        print(
            "  ".join(
                str(line.get(column, "")).rjust(width) for column, width in zip(columns, widths, strict=True)
            )
        )
    told = {
        "measure": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end, {platform.python_version()}",
        "rows": list(rows),
    }
    print(json.dumps(told))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value under which `share` of them lie; 0 when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
