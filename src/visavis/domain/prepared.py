"""Queries that are built once in a process, then asked again with other values, several in one journey.

Django takes longer to build and to write a small query than the database to answer it, and a page of the desk
asks two dozen. What is kept is the text of the query and the places of its values; rows are read as ever.
To a server, each journey there and back takes longer than the answer: a page that knows what it will ask says
it first (`together`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, update_wrapper
from typing import Any, Generic, TypeVar, cast

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


@dataclass(frozen=True)
class Question:
    """A prepared query with its values, that nobody asked yet."""

    build: Callable[..., QuerySet[Any, Any]]
    shape: tuple[object, ...]
    held: tuple[tuple[str, Value | tuple[int, ...]], ...]

    @property
    def ready(self) -> "_Ready | None":
        """The query as it was built; None when it can find nothing."""
        sizes = tuple((name, type(value), _size(value)) for name, value in self.held)
        return _ready(self.build, self.shape, sizes)

    @property
    def values(self) -> list[Value]:
        """Its values, in the order in which they were given."""
        return [one for _, value in self.held for one in (value if isinstance(value, tuple) else (value,))]


Answers = dict[Question, list[tuple[Any, ...]]]
_answers: ContextVar[Answers | None] = ContextVar("answers", default=None)


class Prepared(Generic[Row]):
    """A query that is built once for each shape."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self.build = build
        update_wrapper(self, build)

    def __call__(self, *shape: object, **values: Value | Iterable[int]) -> list[Row]:
        """Return its rows: those that came `together` with others, or those of one query made now."""
        question = self.question(*shape, **values)
        ready = question.ready
        if ready is None:
            return []
        came = (_answers.get() or {}).pop(question, None)
        return list(ready.asked(question.values, came))

    def question(self, *shape: object, **values: Value | Iterable[int]) -> Question:
        """Return it with these values, to be asked together with others; no query."""
        held = tuple((name, _padded(value)) for name, value in values.items())
        return Question(self.build, shape, held)


def prepared(build: Callable[..., QuerySet[Any, Row]]) -> Prepared[Row]:
    """The rows of the query that `build` gives; one query, and what it prefetches.

    Arguments by position give the query its shape, and it is built once for each. Those by name are only
    written in it as values: numbers, instants and sets of numbers, never None; `build` looks at none of them.
    """
    return Prepared(build)


@contextmanager
def together(*questions: Question) -> Iterator[None]:
    """Ask a server all this in one journey; inside, whoever asks one of them takes the rows that came, once.

    Nothing else changes: what is asked again, or with other values, is another query. What writes in between
    stays outside, or reads what was before it. SQLite is no journey away: there, each is asked when it is.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    is_far = connection.vendor == "postgresql" and not connection.settings_dict["OPTIONS"].get(
        "server_side_binding"  # then the server takes one question at a time
    )
    token = _answers.set(_asked_at_once(questions) if is_far else {})
    try:
        yield
    finally:
        _answers.reset(token)


def _asked_at_once(questions: Iterable[Question]) -> Answers:
    written = {
        question: ready.written(question.values) for question in questions if (ready := question.ready)
    }
    if not written:
        return {}
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        values = [value for _, parameters in written.values() for value in parameters]
        cursor.execute("; ".join(sql for sql, _ in written.values()), cast("list[Value]", values))
        found: Answers = {}
        for question in written:
            found[question] = cursor.fetchall()
            cursor.nextset()
    return found


def with_related(owner: Model, name: str, rows: Sequence[Model]) -> None:
    """Give a row those that stand with it, as Django's prefetch does: reading them asks nothing more."""
    manager = getattr(owner, name)
    related = manager.get_queryset() if rows else manager.model.objects.none()
    vars(related).update(_result_cache=list(rows), _prefetch_done=True)
    vars(owner).setdefault("_prefetched_objects_cache", {})[name] = related


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
    """A query as Django wrote it; slots: where in its parameters which of the values goes.

    converters: how what the database gives becomes what its fields hold.
    """

    rows: QuerySet[Any, Any]
    compiler: SQLCompiler
    converters: dict[Any, Any]
    sql: str
    parameters: tuple[object, ...]
    slots: tuple[tuple[int, int], ...]

    def written(self, values: list[Value]) -> tuple[str, tuple[object, ...]]:
        """Its text, and these values among its parameters."""
        connection = connections[DEFAULT_DB_ALIAS]
        parameters = list(self.parameters)
        for slot, index in self.slots:
            parameters[slot] = _adapted(connection, values[index])
        return self.sql, tuple(parameters)

    def asked(self, values: list[Value], came: list[tuple[Any, ...]] | None) -> QuerySet[Any, Any]:
        """The query with these values, to be read, not narrowed; it asks nothing when its rows came."""
        compiler = copy(self.compiler)
        vars(compiler).update(
            connection=connections[DEFAULT_DB_ALIAS], get_converters=lambda _fields: self.converters
        )
        if came is None:
            written = self.written(values)
            vars(compiler).update(as_sql=lambda *_args, **_more: written)
        else:
            rows = [row[: compiler.col_count] for row in came] if compiler.has_extra_select else came
            vars(compiler).update(execute_sql=lambda *_args, **_more: [rows])
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
    converters = compiler.get_converters([field for field, *_ in compiler.select[: compiler.col_count]])
    return _Ready(
        rows=rows,
        compiler=compiler,
        converters=converters,
        sql=sql,
        parameters=tuple(parameters),
        slots=slots,
    )


def _mark(kind: type, place: int) -> Value:
    if kind is datetime:
        return FIRST_INSTANT.replace(microsecond=place)
    return FIRST_NUMBER + place


def _adapted(connection: Any, value: Value) -> Any:
    """The value as the database's own module takes it."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
