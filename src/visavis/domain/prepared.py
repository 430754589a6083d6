"""Queries that are built once in a process, then asked again with other values.

Django takes longer to build and to write a small query than the database to answer it, and a page of the desk
asks two dozen. What is kept is the text of the query and the places of its values; rows are read as ever.
"""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, wraps
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")
Value = int | datetime
Sizes = tuple[tuple[str, type, int], ...]
MOST_KEPT = 512
# No key and no instant of ours: by them the places are found again in what was written.
FIRST_NUMBER = 8_214_365_709_182_736_000
FIRST_INSTANT = datetime(1001, 1, 1, tzinfo=UTC)


def prepared(build: Callable[..., QuerySet[Any, Row]]) -> Callable[..., list[Row]]:
    """The rows of the query that `build` gives; one query, and what it prefetches.

    Arguments by position give the query its shape, and it is built once for each. Those by name are only
    written in it as values: numbers, instants and sets of numbers, never None; `build` looks at none of them.
    """

    @wraps(build)
    def rows(*shape: object, **values: Value | Iterable[int]) -> list[Row]:
        held = {name: _padded(value) for name, value in values.items()}
        sizes = tuple((name, type(value), _size(value)) for name, value in held.items())
        ready = _ready(build, shape, sizes)
        if ready is None:
            return []
        flat = [one for value in held.values() for one in (value if isinstance(value, tuple) else (value,))]
        return list(ready.asked(flat))

    return rows


def _size(value: Value | tuple[int, ...]) -> int:
    return len(value) if isinstance(value, tuple) else 1


def _padded(value: Value | Iterable[int]) -> Value | tuple[int, ...]:
    """A set grows to a power of two by saying its last number again: a few shapes serve every size."""
    if isinstance(value, int | datetime):
        return value
    numbers = tuple(value)
    return numbers + numbers[-1:] * ((1 << (len(numbers) - 1).bit_length()) - len(numbers)) if numbers else ()


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """A query as Django wrote it; slots: where in its parameters which of the values goes."""

    rows: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    parameters: tuple[object, ...]
    slots: tuple[tuple[int, int], ...]

    def asked(self, values: list[Value]) -> QuerySet[Any, Any]:
        """The query with these values, to be read and not narrowed further."""
        connection = connections[DEFAULT_DB_ALIAS]
        parameters = list(self.parameters)
        for slot, index in self.slots:
            parameters[slot] = _adapted(connection, values[index])
        compiler = copy(self.compiler)
        written = self.sql, tuple(parameters)
        vars(compiler).update(connection=connection, as_sql=lambda *_args, **_more: written)
        query = copy(self.rows.query)
        vars(query)["get_compiler"] = lambda *_args, **_more: compiler
        fresh: QuerySet[Any, Any] = self.rows.__class__.__new__(self.rows.__class__)
        vars(fresh).update(vars(self.rows), _query=query)
        return fresh


@lru_cache(maxsize=MOST_KEPT)
def _ready(
    build: Callable[..., QuerySet[Model, Any]],
    shape: tuple[object, ...],
    sizes: tuple[tuple[str, type, int], ...],
) -> _Ready | None:
    """The query built with marks for its values; None when it can find nothing."""
    connection = connections[DEFAULT_DB_ALIAS]
    marks: list[Value] = []
    named: dict[str, object] = {}
    for name, kind, size in sizes:
        new = [_mark(kind, len(marks) + place) for place in range(size)]
        marks += new
        named[name] = frozenset(new) if kind is tuple else new[0]
    rows = build(*shape, **named)
    compiler = rows.query.get_compiler(using=DEFAULT_DB_ALIAS)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    places = {_adapted(connection, mark): index for index, mark in enumerate(marks)}
    slots = tuple((slot, places[held]) for slot, held in enumerate(parameters) if held in places)
    if {index for _slot, index in slots} != set(range(len(marks))):
        # Django wrote a value otherwise than it was given: asked so, the query would find nothing for ever.
        raise LookupError(f"{build.__qualname__}: a value has no place in the query")
    return _Ready(rows=rows, compiler=compiler, sql=sql, parameters=tuple(parameters), slots=slots)


def _mark(kind: type, place: int) -> Value:
    if kind is datetime:
        return FIRST_INSTANT.replace(microsecond=place)
    return FIRST_NUMBER + place


def _adapted(connection: Any, value: Value) -> Any:
    """The value as the database's own module takes it."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
