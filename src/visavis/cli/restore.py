"""Put back what `visavis backup` saved; what was here is kept aside. Stop the site first."""

import argparse
import contextlib
import json
import shutil
import sqlite3
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import django

from visavis.workers.running import StillRunning, alone

from . import migrate
from .backup import FORMAT, KEPT, LABEL, POSTGRES, SQLITE, ToolMissing, postgres_tool

BESIDE_SQLITE = ("", "-wal", "-shm")


class Unfit(Exception):
    """This file is not a backup that can be put back here."""


def run(arguments: list[str]) -> int:
    """Put the backup back, or say why not."""
    parser = argparse.ArgumentParser(prog="visavis restore", description=__doc__)
    parser.add_argument("file", type=Path, help="a file made by visavis backup")
    path = parser.parse_args(arguments).file
    django.setup(set_prefix=False)
    from django.conf import settings

    try:
        with alone(settings.DATA_DIR):
            put_back(path, settings.DATABASES["default"], settings.DATA_DIR)
    except StillRunning:
        print("The site runs on this data. Stop it first, then restore.", file=sys.stderr)
        return 1
    except (Unfit, ToolMissing, OSError, tarfile.TarError) as error:
        print(f"{path} cannot be put back: {error}", file=sys.stderr)
        return 1
    migrate.bring_up_to_date(verbosity=0)
    print(
        "Everything is back as it was in the backup. What stood here before is kept beside, named “before-…”."
    )
    return 0


def put_back(path: Path, database: Mapping[str, object], folder: Path) -> None:
    """Replace the database and the kept files by those of the backup, keeping the former ones aside."""
    aside = f"before-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        found = unpack(path, Path(scratch))
        is_sqlite = str(database["ENGINE"]).endswith("sqlite3")
        expected = SQLITE if is_sqlite else POSTGRES
        if found != expected:
            raise Unfit(f"it holds {found}, and this installation needs {expected}")
        if is_sqlite:
            put_sqlite_back(Path(scratch) / SQLITE, Path(str(database["NAME"])), aside)
        else:
            dump = str(Path(scratch) / POSTGRES)
            options = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
            postgres_tool("pg_restore", database, *options, dump)
        for name in KEPT:
            replace(Path(scratch) / "data" / name, folder / name, aside)


def unpack_one(archive: tarfile.TarFile, member: tarfile.TarInfo, scratch: Path) -> None:
    """Write one file of the archive in `scratch`, with the rights it had; Unfit for what is not a file in it.

    By hand: the Python of Debian 12 has no `filter` for extractall, which would do the same.
    """
    target = (scratch / member.name).resolve()
    if not target.is_relative_to(scratch.resolve()) or not (member.isfile() or member.isdir()):
        raise Unfit(f"it holds {member.name}, which no backup does")
    if member.isdir():
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = archive.extractfile(member)
    if content is None:
        raise Unfit(f"{member.name} cannot be read in it")
    with content, target.open("wb") as file:
        shutil.copyfileobj(content, file)
    target.chmod(member.mode & 0o755)


def unpack(path: Path, scratch: Path) -> str:
    """Unpack the backup in `scratch`; return the name of its database. Unfit when it is something else."""
    with tarfile.open(path, mode="r:gz") as archive:
        for member in archive:
            unpack_one(archive, member, scratch)
    label = scratch / LABEL
    if not label.exists():
        raise Unfit("it was not made by visavis backup")
    told = json.loads(label.read_text(encoding="utf-8"))
    if told.get("format") != FORMAT:
        raise Unfit(f"its format is {told.get('format')}, and this version reads {FORMAT}")
    return str(told["database"])


def put_sqlite_back(copy: Path, target: Path, aside: str) -> None:
    """Put a checked copy in the place of the file and of what SQLite keeps beside it."""
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise Unfit("its database is damaged")
    for suffix in BESIDE_SQLITE:
        beside = target.with_name(target.name + suffix)
        if beside.exists():
            beside.rename(target.with_name(f"{aside}-{target.name}{suffix}"))
    copy.rename(target)
    target.chmod(0o600)


def replace(copy: Path, target: Path, aside: str) -> None:
    """Put a kept file or folder in its place."""
    if not copy.exists():
        return
    if target.exists():
        target.rename(target.with_name(f"{aside}-{target.name}"))
    copy.rename(target)
    if target.is_file():
        target.chmod(0o600)
