"""`visavis test`: it counts what ran, tells what did not, and leaves no server behind."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from visavis.cli import throwaway_postgres
from visavis.cli.test import Tally, counted, options_of

REPORT = """<testsuites><testsuite>
<testcase name="one"/>
<testcase name="two"><failure message="no"/></testcase>
<testcase name="three"><error message="no"/></testcase>
<testcase name="four"><skipped type="pytest.skip" message="Chromium is missing"/></testcase>
<testcase name="five"><skipped type="pytest.xfail" message="known"/></testcase>
</testsuite></testsuites>"""


def test_report_is_counted_and_what_was_skipped_is_named(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT, encoding="utf-8")

    tally = counted(report, "SQLite")

    assert tally == Tally(2, 2, 1, ["NOT TRIED  SQLite: four: Chromium is missing"])


def test_two_runs_close_with_one_line() -> None:
    total = Tally(passed=3, failed=0)

    total.add(Tally(passed=2, failed=1, skipped=4))

    assert total.closing_line() == "5 passed, 1 failed, 4 skipped"
    assert Tally(passed=7).closing_line() == "7 passed, 0 failed"


def test_options_that_are_not_ours_go_to_pytest() -> None:
    options, for_pytest = options_of(["--slow", "tests/engine", "-k", "hours"])

    assert (options.slow, options.database, for_pytest) == (True, "both", ["tests/engine", "-k", "hours"])


def test_throwaway_postgres_answers_then_leaves_nothing() -> None:
    try:
        throwaway_postgres.programs()
    except throwaway_postgres.NoPostgres:
        pytest.skip(f"PostgreSQL is missing: {throwaway_postgres.INSTALL}")

    with throwaway_postgres.cluster(is_durable=False) as address:
        with psycopg.connect(address) as connection:
            row = connection.execute("show data_directory").fetchone()
        assert row
        assert Path(row[0]).exists()

    assert not Path(row[0]).exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=2)


def test_program_that_fails_says_what_it_said(tmp_path: Path) -> None:
    program = tmp_path / "initdb"
    program.write_text("#!/bin/sh\necho no room here >&2\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)

    with pytest.raises(throwaway_postgres.CannotRun, match="no room here"):
        throwaway_postgres.run_as(None, program)
