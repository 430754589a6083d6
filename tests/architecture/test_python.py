"""Rules over the Python of the house that neither ruff nor the contracts of imports can see."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tests.architecture.reading import PACKAGE, ROOT, files, our_files, text, tree, where

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAYS_NOTHING = {"manager", "helper", "helpers", "utils", "util", "common", "core", "misc", "base", "handler"} | {
    "process", "data", "info", "do",
}  # fmt: skip
SILENCED = re.compile(r"#\s*(noqa\b|type:\s*ignore|pragma:\s*no cover|fmt:\s*(off|skip)|ruff:|mypy:)")
WITH_A_CODE_AND_A_REASON = re.compile(
    r"#\s*(noqa:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w, -]+\]|pragma: no cover|ruff: noqa: [\w, ]+)"
    r"\s*(--?|#|—)\s*\w|#\s*fmt:"
)


def python_files(under: Path = ROOT) -> list[Path]:
    """Ours, but migrations: Django writes those."""
    return [path for path in files(".py", under=under) if "migrations" not in path.parts]


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a file, with the last name of what is called."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node


def test_every_file_says_what_it_is_for() -> None:
    silent = [where(path) for path in python_files() if not ast.get_docstring(tree(path))]

    assert silent == [], "\n".join(silent)


def test_every_silenced_check_has_its_reason() -> None:
    without = [
        where(path, number)
        for path in [*python_files(), ROOT / "visavis"]
        for number, line in enumerate(text(path).splitlines(), start=1)
        if SILENCED.search(line)
        and "re.compile" not in line
        and not WITH_A_CODE_AND_A_REASON.search(line)
        and not line.startswith(
            "# mypy:"
        )  # mypy reads the whole line; the reason stands above, in the docstring
        if path.parent.name != "architecture"
    ]

    assert without == [], "\n".join(without)


def test_names_say_something() -> None:
    empty = [where(path) for path in python_files() if path.stem in SAYS_NOTHING]
    empty += [
        f"{where(path, node.lineno)}: {node.name}"
        for path in python_files(PACKAGE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and re.split(r"(?=[A-Z])", node.name)[-1].lower() in SAYS_NOTHING - {"data", "do"}
        # Django's own words, when a class of ours is one of those.
        and not any(
            node.name.endswith("Manager") and "Manager" in ast.unparse(parent) for parent in node.bases
        )
    ]

    assert empty == [], "\n".join(empty)


def test_there_are_no_signals() -> None:
    connected = [
        where(path, node.lineno)
        for path in python_files(PACKAGE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        and node.module
        and (node.module == "django.dispatch" or node.module.endswith("signals"))
    ]

    assert connected == [], "\n".join(connected)


def test_rows_are_locked_without_their_keys() -> None:
    """The plain form deadlocks with deferred foreign keys on PostgreSQL: reproduced.

    Who must keep others from pointing at a row, before deleting it, says so on the same line: `# with its key: …`.
    """
    plain = [
        where(path, call.lineno)
        for path in python_files(PACKAGE)
        for name, call in calls(path)
        if name == "select_for_update"
        and "# with its key: " not in text(path).splitlines()[call.end_lineno - 1 if call.end_lineno else 0]
        and not any(word.arg == "no_key" and ast.unparse(word.value) == "True" for word in call.keywords)
    ]

    assert plain == [], "\n".join(plain)


def test_migrations_are_named_and_import_nothing_of_ours() -> None:
    migrations = [path for path in files(".py", under=PACKAGE) if path.parent.name == "migrations"]

    nameless = [where(path) for path in migrations if "_auto_" in path.stem]
    importing = [
        where(path, node.lineno)
        for path in migrations
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("visavis.")
        if ".migrations" not in (node.module or "")
    ]

    assert nameless + importing == [], "\n".join(nameless + importing)


def test_the_command_at_the_root_can_be_read_by_an_old_python() -> None:
    command = text(ROOT / "visavis")

    parsed = ast.parse(command, feature_version=(3, 7))

    assert ast.get_docstring(parsed)


def test_what_stands_beside_the_clone_is_named_in_one_place() -> None:
    beside = "../" + "shared"
    allowed = {ROOT / "tests" / "conftest.py"}

    naming = [
        where(path) for path in our_files() if is_text(path) and beside in text(path) and path not in allowed
    ]

    assert naming == [], "\n".join(naming)


def test_locks_name_no_address() -> None:
    locks = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]

    addresses = [where(path) for path in locks if "://" in text(path)]
    addresses += ["package-lock.json"] if '"resolved"' in text(ROOT / "package-lock.json") else []

    assert addresses == [], "\n".join(addresses)


def is_text(path: Path) -> bool:
    """True for a file that holds text."""
    return b"\0" not in path.read_bytes()[:8000]
