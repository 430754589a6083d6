"""Writes many rows at once, as fast as each database takes them: the rest of filling waits for this."""

import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from psycopg import sql

from benchmarks.prepared import say

FTS5 = import_module("visavis.domain.migrations.0006_search_words_by_kind")
Row = tuple[object, ...]


def prepare() -> None:
    """What each row would wait for is done at the end, or not at all: full-text index, keys, disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement in (
                "PRAGMA synchronous = OFF",
                "PRAGMA foreign_keys = OFF",
                "PRAGMA cache_size = -400000",
            ):
                cursor.execute(statement)
            for trigger in FTS5.TRIGGERS:
                cursor.execute(f"DROP TRIGGER domain_search_{trigger}")
        else:
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("DROP INDEX domain_search_vector_gin")


def keep(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Write the rows, which give these columns; the others have what the model gives by itself."""
    known = {field.attname: field for field in model._meta.concrete_fields}
    others = [field for name, field in known.items() if name not in names and not field.primary_key]
    same = tuple(field.get_db_prep_save(field.get_default(), connection) for field in others)
    columns = [str(field.column) for field in (*map(known.__getitem__, names), *others)]
    write = _by_statement if connection.vendor == "sqlite" else _by_copy
    with transaction.atomic(), connection.cursor() as cursor:
        write(cursor.cursor, model._meta.db_table, columns, (row + same for row in rows))


def _by_statement(cursor: Any, table: str, columns: list[str], rows: Iterable[Row]) -> None:
    marks = ", ".join("?" * len(columns))
    quoted = ", ".join(f'"{column}"' for column in columns)
    sqlite3.Cursor.executemany(
        cursor, f"INSERT INTO {table} ({quoted}) VALUES ({marks})", map(_for_sqlite, rows)
    )


def _for_sqlite(row: Row) -> list[object]:
    """Instants and keys as Django writes them there."""
    return [
        str(value.replace(tzinfo=None))
        if isinstance(value, datetime)
        else value.hex
        if isinstance(value, uuid.UUID)
        else value
        for value in row
    ]


def _by_copy(cursor: Any, table: str, columns: list[str], rows: Iterable[Row]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def settle(*tables: type[models.Model]) -> None:
    """Numbers go on after ours, statistics are known, indexes are whole."""
    say("indexes and statistics")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)
        if connection.vendor == "sqlite":
            with connection.schema_editor() as editor:
                FTS5.forwards(apps, editor)
            cursor.execute("INSERT INTO domain_search_index (domain_search_index) VALUES ('optimize')")
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(
                "CREATE INDEX domain_search_vector_gin ON domain_searchdocument USING gin (vector) "
                "WITH (fastupdate = on, gin_pending_list_limit = 512)"
            )
            cursor.execute("VACUUM ANALYZE")
