"""What `docs/algorithms` says of the engine is true: its examples are run."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs" / "algorithms"


@pytest.mark.parametrize("name", ["routing", "waiting", "working_time"])
def test_the_examples_of_the_documentation_hold(name: str) -> None:
    failed, tried = doctest.testfile(str(DOCS / f"{name}.md"), module_relative=False)

    assert tried > 5
    assert not failed
