"""A PostgreSQL cluster for one run of the tests: started on a free port, gone at the end, whatever happens.

PostgreSQL refuses to run as root, so root lends it to the user `postgres` (or `nobody`); anybody else runs it
as themselves. Nothing is asked of a cluster that is already there.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

INSTALL = "apt-get install postgresql"
ROLE = "visavis"


class NoPostgres(Exception):
    """The server's programs are not on this machine."""


class CannotRun(Exception):
    """One of PostgreSQL's programs failed."""


def programs() -> Path:
    """The folder of initdb and pg_ctl, of the newest version that is here."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(debian, key=lambda path: int(path.parent.parent.name))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgres


@contextlib.contextmanager
def cluster(*, is_durable: bool) -> Iterator[str]:
    """The address of a running, empty server, for as long as the block lasts.

    is_durable: commits reach the disk, as in production; without it the tests are faster, and no less true as
    long as nobody kills the server.
    """
    folder = Path(tempfile.mkdtemp(prefix="visavis-postgres-"))
    try:
        with running(folder, is_durable=is_durable) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(folder: Path, *, is_durable: bool) -> Iterator[str]:
    """A server whose data, socket and log are all in that folder."""
    binaries, owner, port = programs(), unprivileged_user(), free_port()
    if owner:
        shutil.chown(folder, owner)
    options = [
        f"-p {port} -h 127.0.0.1 -k {folder}",
        "-c max_connections=200 -c shared_buffers=128MB -c log_min_messages=warning",
    ]
    if not is_durable:
        options.append("-c fsync=off -c synchronous_commit=off -c full_page_writes=off")
    data = folder / "data"
    run_as(owner, binaries / "initdb", *initdb_options(data))
    control = (binaries / "pg_ctl", f"--pgdata={data}", "--silent", "--wait")
    try:
        run_as(owner, *control, f"--log={folder / 'log'}", f"--options={' '.join(options)}", "start")
        yield f"postgresql://{ROLE}@127.0.0.1:{port}/postgres"
    finally:
        with contextlib.suppress(CannotRun):
            run_as(owner, *control, "--mode=immediate", "stop")


def initdb_options(data: Path) -> list[str]:
    """A cluster in UTF-8, that sorts alike on every machine, and trusts whoever is on this one."""
    options = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", f"--username={ROLE}", "--no-sync"]
    return [*options, f"--pgdata={data}"]


def unprivileged_user() -> str | None:
    """Who runs the server when we are root; None when we are not, and run it ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def run_as(owner: str | None, *command: str | Path) -> None:
    """Run one of PostgreSQL's programs as that user; what it says is shown only when it fails."""
    lent = ["runuser", "-u", owner, "--"] if owner else []
    words = [*lent, *map(str, command)]
    # pg_ctl leaves a server behind that keeps the pipes open: a file, then, and not a pipe.
    with tempfile.TemporaryFile() as said:
        # In a session of its own: Ctrl-C is for us, and we stop the server ourselves.
        done = subprocess.run(words, stdout=said, stderr=said, cwd="/", check=False, start_new_session=True)
        if done.returncode != 0:
            said.seek(0)
            raise CannotRun(said.read().decode(errors="replace"))


def free_port() -> int:
    """A port that nobody listens on, now."""
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        port: int = candidate.getsockname()[1]
        return port
