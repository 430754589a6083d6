"""The command at the root of a clone, where something is missing: a sentence that says what to do, and an exit code."""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A clone in a folder with a space and an accent, without its environment."""
    folder = tmp_path / "ma copie d’été"
    folder.mkdir()
    for name in ("visavis", "requirements.lock", "requirements-dev.lock"):
        shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture
def command() -> ModuleType:
    """The file `visavis`, as a module."""
    loader = SourceFileLoader("first_start", str(ROOT / "visavis"))
    spec = importlib.util.spec_from_loader("first_start", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ./visavis of that copy from another folder."""
    return subprocess.run(
        [sys.executable, str(folder / "visavis"), *arguments],
        cwd="/",
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_missing_lock_is_told_in_a_sentence(copy: Path) -> None:
    (copy / "requirements.lock").unlink()

    done = start(copy, "demo")

    assert (done.returncode, done.stderr) == (
        1,
        "requirements.lock is missing beside ./visavis: this copy is not whole.\n",
    )


def test_python_without_venv_names_the_one_package(copy: Path) -> None:
    # Where Debian keeps ensurepip apart, looking for it finds nothing.
    without_ensurepip = (
        "import sys, importlib.util as util, runpy\n"
        "real = util.find_spec\n"
        "util.find_spec = lambda name: None if name == 'ensurepip' else real(name)\n"
        f"runpy.run_path({str(copy / 'visavis')!r}, run_name='__main__')"
    )

    done = subprocess.run(
        [sys.executable, "-c", without_ensurepip, "demo"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert f"apt-get install python{sys.version_info[0]}" in done.stderr
    assert not (copy / ".venv").exists()


def test_a_system_that_refuses_is_told_in_a_sentence(command: ModuleType) -> None:
    denied = command.sentence_about(PermissionError(errno.EACCES, "Permission denied", "/srv/copy"))
    full = command.sentence_about(OSError(errno.ENOSPC, "No space left on device"))

    assert denied == "You may not write /srv/copy. Run this as the owner of the folder, or copy it elsewhere."
    assert full == "The disk is full. Make room (about 500 MB), then run the same command again."


@pytest.mark.slow
def test_no_network_is_told_in_a_sentence(copy: Path) -> None:
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1"}

    done = start(copy, "demo", **nowhere, PIP_CONFIG_FILE=os.devnull, PIP_FIND_LINKS="")

    assert done.returncode == 1
    assert "does not reach the package index" in done.stderr
