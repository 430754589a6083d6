"""The longest tests begin first, so that no process is left alone with them at the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parent
LONGEST = FOLDER / "test_kill.py"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort them so; the others keep their order."""
    items.sort(key=lambda item: rank((LONGEST, FOLDER), item.path))


def rank(firsts: Sequence[Path], path: Path) -> int:
    """Which of these paths it is in; after all of them, when in none."""
    return next((place for place, first in enumerate(firsts) if path.is_relative_to(first)), len(firsts))
