"""Writes many rows at once, as fast as each database takes them; knows Django only, as helpdesk does."""

import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql

Row = tuple[object, ...]


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
