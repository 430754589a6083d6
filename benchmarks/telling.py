"""How a measure is told: a table on screen and in a text file, and JSON, both kept in benchmarks/results."""

import json
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"
Row = Mapping[str, object]
Taken = dict[str, list[tuple[float, float]]]


def figures(times: Sequence[tuple[float, float]]) -> dict[str, float]:
    """Median and ninety-fifth percentile, in milliseconds; and the median of what Python computed."""
    ordered = sorted(taken for taken, _ in times)
    computed = sorted(own for _, own in times)
    last = len(ordered) - 1
    return {
        "p50_ms": round(ordered[last // 2], 1),
        "p95_ms": round(ordered[min(last, int(last * 0.95 + 0.5))], 1),
        "python_p50_ms": round(computed[last // 2], 1),
    }


def tell(name: str, rows: Sequence[Row]) -> None:
    """Print the table, keep it and its JSON."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [columns, *([str(row.get(column, "")) for column in columns] for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(columns))]
    table = "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    load = os.getloadavg()[0]
    told = {
        "measure": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, load {load:.1f} at the end, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}",
        "rows": list(rows),
    }
    print(table)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    (RESULTS / f"{name}.txt").write_text(f"{told['at']}, {told['machine']}\n\n{table}\n", encoding="utf-8")
