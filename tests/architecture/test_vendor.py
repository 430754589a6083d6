"""Files of others are the ones we chose: each has its hash written beside it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.architecture.reading import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = sorted(
    path.parent for place in ("src/visavis/web", "tests") for path in (ROOT / place).rglob("SHA256SUMS")
)


def in_words(folder: Path) -> str:
    """The name of a folder in the list of tests."""
    return folder.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("folder", FOLDERS, ids=in_words)
def test_vendored_files_are_the_ones_we_chose(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    chosen = {name.lstrip(" *"): digest for digest, _space, name in (line.partition(" ") for line in lines)}

    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in chosen}

    assert found == chosen


def test_vendored_files_of_the_screens_are_the_ones_we_chose() -> None:
    remake = ROOT / "src" / "visavis" / "web" / "vendor" / "remake.py"

    done = subprocess.run([sys.executable, remake, "--check"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
