"""Try Vis-à-vis on this machine, with invented people (nothing to set up; Ctrl-C stops)."""

import argparse
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path

from visavis.project.environment import home

HOST = "127.0.0.1"
MAIL_PORT = 2525
SPAN = 50  # ports tried to find a free one to propose
LABELS = {
    "compose": "Composing sixty days of conversations",
    "people": "Brands, advisers and customers",
    "conversations": "Conversations and promises",
    "search": "What can be searched",
    "journal": "The journal",
}


def run(arguments: list[str]) -> int:
    """Make the demo when there is none, make it look like today, and run it until told to stop."""
    options = parser().parse_args(arguments)
    folder = _folder()
    os.environ["VISAVIS_DATA_DIR"] = str(folder)
    os.environ["VISAVIS_PUBLIC_URL"] = f"http://{HOST}:{options.port}"
    _keep_letters_here(options.mail_port)
    os.environ.setdefault("VISAVIS_LOG_LEVEL", "WARNING")  # the addresses stay in sight
    _leave_other_databases()
    if is_somebodys(folder / "visavis.sqlite3"):
        print(f"The database of {folder} is not a demo: it was left as it is. Unset VISAVIS_DATA_DIR.")
        return 1
    if taken := _taken(options):
        print(taken)
        return 1
    if options.fresh and not set_aside(folder, ask=not options.yes):
        print("Nothing was changed.")
        return 1
    return _start(options, folder)


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = argparse.ArgumentParser(prog="visavis demo", description=__doc__)
    made.add_argument("--port", type=int, default=8000, help="the port to listen on (this machine only)")
    made.add_argument(
        "--mail-port", type=int, default=MAIL_PORT, help="the port where it takes e-mail (as above)"
    )
    made.add_argument("--fresh", action="store_true", help="begin again; the database is kept aside")
    made.add_argument("--yes", action="store_true", help="with --fresh, do not ask")
    made.add_argument("--live", action="store_true", help="invented customers write, colleagues answer")
    made.add_argument("--speed", type=float, default=1.0, help="how fast they live; 1: as people do")
    return made


def folder_of_demo() -> Path:
    """Where the demo is kept: var/demo, or VISAVIS_DATA_DIR when it is given."""
    return Path(os.environ.get("VISAVIS_DATA_DIR") or home() / "var" / "demo").absolute()


def _folder() -> Path:
    folder = folder_of_demo()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _leave_other_databases() -> None:
    """The demo never goes into somebody's database: it has its own, and says so."""
    for name in ("VISAVIS_DATABASE_URL", "VISAVIS_DATABASE_URL_FILE"):
        if os.environ.pop(name, ""):
            print(f"{name} is not used: the demo has a database of its own, and never touches another.")


def _keep_letters_here(port: int) -> None:
    """Invitations and codes leave by the mail server of the demo too, whatever this machine is set to."""
    for name in ("HOST", "PORT", "USER", "PASSWORD", "TLS"):
        os.environ.pop(f"VISAVIS_SMTP_{name}_FILE", None)
        os.environ.pop(f"VISAVIS_SMTP_{name}", None)
    os.environ |= {"VISAVIS_SMTP_HOST": HOST, "VISAVIS_SMTP_PORT": str(port), "VISAVIS_SMTP_TLS": "no"}


def is_somebodys(database: Path) -> bool:
    """Say whether people who are not of the demo have accounts there; looks, and changes nothing."""
    from visavis.demo.people import ADVISERS

    if not database.exists():
        return False
    first = ADVISERS[0].email
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            counted = connection.execute("SELECT count(*), sum(email = ?) FROM domain_adviser", [first])
            people, of_the_demo = counted.fetchone()
    except sqlite3.OperationalError:  # no such table: a start that was cut short
        return False
    return bool(people and not of_the_demo)


# --- Ports --------------------------------------------------------------------------------------------------


def _taken(options: argparse.Namespace) -> str:
    """The sentence about a port that cannot be had; empty when both can."""
    for port, option in ((options.port, "--port"), (options.mail_port, "--mail-port")):
        if not _is_free(port):
            free = _free_port(port + 1)
            return f"Port {port} is taken by another program. Choose another: ./visavis demo {option} {free}"
    return ""


def _is_free(port: int) -> bool:
    from visavis.workers.web import PortTaken, listen

    try:
        listen(HOST, port).close()
    except PortTaken:
        return False
    return True


def _free_port(first: int) -> int:
    return next((port for port in range(first, first + SPAN) if _is_free(port)), first)


# --- Beginning again ----------------------------------------------------------------------------------------


def set_aside(folder: Path, *, ask: bool) -> bool:
    """Rename the database, when there is one and its owner agrees; False when they do not."""
    database = folder / "visavis.sqlite3"
    if not database.exists():
        return True
    if ask and not _agrees(
        f"The present demo will be kept aside in {folder}, and a new one made. Go on? [y/N] "
    ):
        return False
    _empty_log_of(database)
    aside = folder / f"visavis-{datetime.now().astimezone():%Y%m%d-%H%M%S}.sqlite3"
    database.rename(aside)
    (folder / "demo.json").unlink(missing_ok=True)
    print(f"The former database is kept: {aside}")
    return True


def _agrees(question: str) -> bool:
    try:
        return input(question).strip().lower() in {"y", "yes", "o", "oui"}
    except EOFError:
        print()
        return False


def _empty_log_of(database: Path) -> None:
    """Bring what SQLite wrote beside the database into it, so that the file kept aside is whole."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for suffix in ("-wal", "-shm"):
        Path(f"{database}{suffix}").unlink(missing_ok=True)


# --- Starting -----------------------------------------------------------------------------------------------


def _start(options: argparse.Namespace, folder: Path) -> int:
    from . import migrate

    bar = Progress()
    bar("prepare", 0.0)
    migrate.bring_up_to_date(verbosity=0)
    bar("prepare", 1.0)
    from visavis.demo import opening
    from visavis.workers.supervisor import Child, supervise

    link = opening.make_ready(folder, told=bar, is_live=options.live, mail_port=options.mail_port)
    bar.close()
    said = opening.welcome(port=options.port, link=link, is_live=options.live, mail_port=options.mail_port)
    print(said, flush=True)
    others = Child("others", partial(_play, options, folder))
    return supervise(others, host=HOST, port=options.port)


def _play(options: argparse.Namespace, folder: Path) -> int:
    """The process of those whom nobody plays, started by the demo itself."""
    import django

    django.setup(set_prefix=False)
    from visavis.demo import live

    live.play(
        folder, port=options.port, mail_port=options.mail_port, is_live=options.live, speed=options.speed
    )
    return 0


class Progress:
    """Tells what is being done when it takes more than two seconds."""

    def __init__(self, write: Callable[[str], object] = sys.stderr.write) -> None:
        self._write = write
        self._began = time.monotonic()
        self._shown = ""

    def __call__(self, what: str, share: float) -> None:
        """So much (0 to 1) of `what` is done."""
        if time.monotonic() - self._began < 2:
            return
        label = LABELS.get(what, "The database")
        if sys.stderr.isatty():
            done = round(share * 20)
            self._write(f"\r{label:<42} {'█' * done}{'·' * (20 - done)} {share:4.0%}")
            self._shown = label
        elif label != self._shown:
            self._write(f"{label}…\n")
            self._shown = label
        sys.stderr.flush()

    def close(self) -> None:
        """The last line is whole."""
        if self._shown and sys.stderr.isatty():
            self._write("\r" + " " * 72 + "\r")
            sys.stderr.flush()
