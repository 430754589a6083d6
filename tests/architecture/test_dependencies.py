"""What we import is declared, what is declared is locked, and what is locked has its reason."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions

from tests.architecture.reading import PACKAGE, ROOT, files, project_settings, text, tree

PROJECT = project_settings()["project"]


def names(requirements: list[str]) -> set[str]:
    """The names of these requirements, as registries compare them."""
    return {normal(re.split(r"[\[<>=~!; ]", requirement, maxsplit=1)[0]) for requirement in requirements}


def normal(name: str) -> str:
    """One spelling for a name: `PyStemmer` and `pystemmer` are the same."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: str) -> set[str]:
    """The names that a lock holds."""
    return names([line for line in text(ROOT / lock).splitlines() if "==" in line])


def imported() -> set[str]:
    """The modules of others that the package imports, by their first name."""
    found = set()
    for path in files(".py", under=PACKAGE):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"visavis"}


def test_what_is_imported_is_declared() -> None:
    declared = names(PROJECT["dependencies"])
    providers = packages_distributions()

    undeclared = {
        module for module in imported() if not declared & {normal(name) for name in providers.get(module, [])}
    }

    assert undeclared == set(), ", ".join(sorted(undeclared))


def test_what_is_declared_is_locked() -> None:
    development = names(PROJECT["optional-dependencies"]["dev"])

    assert names(PROJECT["dependencies"]) - locked("requirements.lock") == set()
    assert development - locked("requirements-dev.lock") == set()
    assert locked("requirements.lock") - locked("requirements-dev.lock") == set()


def test_what_is_declared_has_its_reason() -> None:
    told = text(ROOT / "docs" / "dependencies.md").lower()
    declared = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]

    untold = {name for name in names(declared) if name not in told}

    assert untold == set(), ", ".join(sorted(untold))
