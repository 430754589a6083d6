"""Save everything in one file: database, secret key, letters not sent. The site may run meanwhile."""

import argparse
import contextlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import django

FORMAT = 1
KEPT = ("secret_key", "outgoing_mail")
LABEL = "visavis.json"
SQLITE, POSTGRES = "database.sqlite3", "database.dump"


def run(arguments: list[str]) -> int:
    """Write the file; nothing is written over."""
    parser = argparse.ArgumentParser(prog="visavis backup", description=__doc__)
    parser.add_argument("file", type=Path, help="the file to write, for example saturday.tar.gz")
    path = parser.parse_args(arguments).file
    django.setup(set_prefix=False)
    try:
        size = save(path)
    except FileExistsError:
        print(f"{path} exists already. Choose another name: nothing is written over.", file=sys.stderr)
        return 1
    except ToolMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    print(f"Everything is in {path} ({size / 1_000_000:.1f} MB). It holds secrets: keep it as you keep them.")
    return 0


class ToolMissing(Exception):
    """PostgreSQL's own tool is not here, or refused."""


def save(path: Path) -> int:
    """Write the backup, readable by its owner alone; return its size in bytes."""
    from django.conf import settings

    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with (
            os.fdopen(descriptor, "wb") as file,
            tempfile.TemporaryDirectory(dir=path.parent) as scratch,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as archive,
        ):
            database = copy_of_database(settings.DATABASES["default"], Path(scratch))
            add_label(archive, database.name)
            archive.add(database, arcname=database.name)
            for name in KEPT:
                if (settings.DATA_DIR / name).exists():
                    archive.add(settings.DATA_DIR / name, arcname=f"data/{name}")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path.stat().st_size


def add_label(archive: tarfile.TarFile, database: str) -> None:
    """Say in the file what it is, so that `restore` refuses what it cannot read."""
    from visavis import __version__

    label = {"format": FORMAT, "version": __version__, "database": database}
    told = json.dumps(label | {"made_at": datetime.now(UTC).isoformat()}).encode()
    entry = tarfile.TarInfo(LABEL)
    entry.size = len(told)
    archive.addfile(entry, io.BytesIO(told))


def copy_of_database(database: Mapping[str, object], scratch: Path) -> Path:
    """Return a whole and consistent copy of the database, made while others write."""
    if str(database["ENGINE"]).endswith("sqlite3"):
        copy = scratch / SQLITE
        with (
            contextlib.closing(sqlite3.connect(str(database["NAME"]))) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        return copy
    copy = scratch / POSTGRES
    postgres_tool("pg_dump", database, "--format=custom", "--no-owner", f"--file={copy}")
    return copy


def postgres_tool(name: str, database: Mapping[str, object], *arguments: str) -> None:
    """Run pg_dump or pg_restore on our database; ToolMissing with a sentence when it cannot."""
    if shutil.which(name) is None:
        raise ToolMissing(f"{name} is missing. On Debian: apt install postgresql-client")
    places = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    told = {variable: str(database[key]) for variable, key in places.items() if database.get(key)}
    done = subprocess.run(
        [name, *arguments, f"--dbname={database['NAME']}"],
        env=os.environ | told,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ToolMissing(f"{name} refused: {done.stderr.strip()}")
