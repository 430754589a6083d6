"""The command line: `visavis <command> …`.

Every module of this folder that has a `run(arguments: list[str]) -> int` is a command. Its name is the
module's, with dashes for underscores, and the first line of its docstring is what `visavis` alone prints
about it. A new command is a new file. It sets Django up itself when it needs it: `visavis test` must not.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import os
import pkgutil
import sys
from pathlib import Path
from typing import Protocol, cast

FOLDER = Path(__file__).parent
USAGE = """usage: visavis <command> [options]

{commands}

`visavis <command> --help` tells the options of one."""


class Command(Protocol):
    """A module of this folder that people call by its name."""

    __doc__: str | None

    def run(self, arguments: list[str]) -> int:
        """Do it; what is returned is the exit code of the program."""
        ...


def main(arguments: list[str] | None = None) -> int:
    """Run the command that was asked for; 2 when there is no such command, like the tools around us."""
    given = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.project.settings")
    # NumPy's threads serve matrices larger than ours, and a process that has threads must not be forked.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if not given or given[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0 if given else 2
    command = find(given[0])
    if command is None:
        print(f"There is no command “{given[0]}”.\n\n{usage()}", file=sys.stderr)
        return 2
    with contextlib.suppress(OSError):  # a full disk must not keep a mail, nor `check`, from being treated
        importlib.import_module("visavis.cli.messages").compile_stale()
    try:
        return command.run(given[1:])
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def find(name: str) -> Command | None:
    """The command of that name, imported only now: each pays for its own imports."""
    module_name = name.replace("-", "_")
    if module_name not in module_names():
        return None
    module = importlib.import_module(f"visavis.cli.{module_name}")
    # A module is an object with a docstring and functions; only the type checker needs to be told.
    return cast("Command", module) if hasattr(module, "run") else None


def usage() -> str:
    """The list of commands, one line each; read and not imported: it is there even when one is broken."""
    return USAGE.format(commands="\n".join(filter(None, map(summary, module_names()))))


def summary(module_name: str) -> str:
    """The line about one command; nothing when that module is not one."""
    module = ast.parse((FOLDER / f"{module_name}.py").read_text(encoding="utf-8"))
    if not any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in module.body):
        return ""
    first_line = (ast.get_docstring(module) or "").partition("\n")[0]
    return f"  {module_name.replace('_', '-'):14}{first_line}"


def module_names() -> list[str]:
    """The modules of this folder, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))
