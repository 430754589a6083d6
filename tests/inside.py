"""Lines of Python inside an installation, each in a process of its own, without paying for Django's start each time.

A process starts Django once and forks for each request: what runs there may die as any process may, and leaves
nothing to the next one. It ends when whoever asks closes its standard input.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Inside:
    """The process that forks, for one installation; started when it is first needed."""

    folder: Path  # where it runs
    data: Path  # where it may write what was said
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)
    _environment: dict[str, str] = field(default_factory=dict, repr=False)
    _busy: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def execute(self, code: str, *, environment: dict[str, str], timeout: float) -> tuple[int, str, str]:
        """Run these lines; the exit code (below zero: the signal), what was printed, what was complained of."""
        with self._busy:
            process = self._started(environment)
            assert process.stdin
            assert process.stdout
            said, complained = self.data / "inside.said", self.data / "inside.complained"
            clock = threading.Timer(timeout, process.kill)
            clock.start()
            try:
                process.stdin.write(json.dumps([code, str(said), str(complained)]) + "\n")
                process.stdin.flush()
                told = process.stdout.readline()
            finally:
                clock.cancel()
            assert told, f"no end after {timeout} s, or Django does not start"
            return int(told), said.read_text(encoding="utf-8"), complained.read_text(encoding="utf-8")

    def end(self) -> None:
        """End it, if it was started."""
        process, self._process = self._process, None
        if process and process.stdin and process.stdout:
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.stdout.close()
            process.wait(30)

    def _started(self, environment: dict[str, str]) -> subprocess.Popen[str]:
        """Start it anew when it died, or when processes of the installation are to see other variables."""
        if self._process and (self._process.poll() is not None or self._environment != environment):
            self.end()
        if self._process is None:
            self._environment = dict(environment)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.inside"],
                env=environment,
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._process


# --- In that process --------------------------------------------------------------------------------------------


def fork_for_each() -> int:
    """Answer each request with the exit code of its process; in that process, return what it is."""
    import django  # noqa: PLC0415 -- in that process alone

    django.setup()
    from django.contrib.auth.hashers import PBKDF2PasswordHasher  # noqa: PLC0415 -- Django is set up by now

    # A third of a second for each person of each house; the site believes such a password all the same.
    PBKDF2PasswordHasher.iterations = 1000
    for line in sys.stdin:
        code, said, complained = json.loads(line)
        import_for(code)
        child = os.fork()
        if child == 0:
            return run(code, said=said, complained=complained)
        _child, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 -- this is the answer
    return 0


def import_for(code: str) -> None:
    """Import here, once for all, what these lines will import; what cannot be, they will complain of."""
    import ast  # noqa: PLC0415 -- as above
    from importlib import import_module  # noqa: PLC0415 -- as above

    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module:
            with suppress(ImportError):
                import_module(node.module)


def run(code: str, *, said: str, complained: str) -> int:
    """Run these lines as a program, which is heard in two files."""
    import traceback  # noqa: PLC0415 -- as above

    for number, path in ((0, os.devnull), (1, said), (2, complained)):
        how = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        opened = os.open(path, how, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    try:
        exec(compile(code, "<inside>", "exec"), {"__name__": "__main__"})  # noqa: S102 -- the lines of a test
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(fork_for_each())
