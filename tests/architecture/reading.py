"""What the rules about the code read: our own files, as text and as trees."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "visavis"
NOT_OURS = {"node_modules", "vendor", ".venv", "var", "__pycache__"}


@cache
def our_files() -> list[Path]:
    """Every file that is, or is about to be, in the repository, but those of others."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    paths = [ROOT / name for name in listed if name and not NOT_OURS & set(Path(name).parts)]
    return sorted(path for path in paths if path.is_file())


def files(*suffixes: str, under: Path = ROOT) -> list[Path]:
    """Ours with one of these endings, under that folder."""
    return [path for path in our_files() if path.suffix in suffixes and path.is_relative_to(under)]


@cache
def text(path: Path) -> str:
    """The content of a file of text."""
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """A Python file as a tree."""
    return ast.parse(text(path), filename=str(path))


def where(path: Path, line: int = 0) -> str:
    """A place in the code, as one writes it to a colleague."""
    place = path.relative_to(ROOT).as_posix()
    return f"{place}:{line}" if line else place


def project_settings() -> dict[str, Any]:  # TOML that we wrote
    """What pyproject.toml says."""
    return tomllib.loads(text(ROOT / "pyproject.toml"))


def areas_from_the_top() -> list[set[str]]:
    """The areas of the domain in their order, as the contract of imports has them; a set holds siblings."""
    contracts = project_settings()["tool"]["importlinter"]["contracts"]
    [areas] = [contract for contract in contracts if contract.get("containers") == ["visavis.domain"]]
    return [{name.strip(" ()") for name in layer.replace(":", "|").split("|")} for layer in areas["layers"]]
