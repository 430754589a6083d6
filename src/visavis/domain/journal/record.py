"""Writing the journal: `@operation` wants exactly one fact, `@upkeep` none, `@flow` ties several
operations.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction
from django.utils import timezone

from .facts import Fact
from .models import Entry

P = ParamSpec("P")
R = TypeVar("R")

_cause: ContextVar[uuid.UUID | None] = ContextVar("cause", default=None)
_facts_in_operation: ContextVar[list[int] | None] = ContextVar("facts_in_operation", default=None)
_is_in_flow: ContextVar[bool] = ContextVar("is_in_flow", default=False)
_listeners: list[Callable[[], None]] = []


class WrongNumberOfFacts(AssertionError):
    """An operation recorded no fact or several, or an upkeep recorded one."""


@contextmanager
def cause(value: uuid.UUID | None = None) -> Iterator[uuid.UUID]:
    """Tie together all the facts recorded inside: what one message, one click or one tick set off."""
    here = value or uuid.uuid4()
    token = _cause.set(here)
    try:
        yield here
    finally:
        _cause.reset(token)


def on_recorded(listener: Callable[[], None]) -> None:
    """Call `listener` after each commit that recorded something (the bell registers itself here)."""
    if listener not in _listeners:
        _listeners.append(listener)


def record(fact: Fact, *, at: datetime | None = None) -> Entry:
    """Append `fact` in the present transaction; its position comes after the commit, from the sequencer."""
    entry = Entry.objects.create(
        at=at or timezone.now(),
        verb=fact.verb,
        cause=_cause.get() or uuid.uuid4(),
        adviser_id=fact.adviser_id,
        team_id=fact.team_id,
        brand_id=fact.brand_id,
        conversation_id=fact.conversation_id,
        facts=fact.details(),
    )
    counter = _facts_in_operation.get()
    if counter is not None:
        counter[0] += 1
    for listener in _listeners:
        transaction.on_commit(listener)
    return entry


def operation(verb: Callable[P, R]) -> Callable[P, R]:
    """One verb = one function = one transaction = one fact."""
    return _counted(verb, expected=1)


def upkeep(verb: Callable[P, R]) -> Callable[P, R]:
    """Heartbeats, drafts, read marks, cursors and claims: written, but no fact of the business."""
    return _counted(verb, expected=0)


def flow(verb: Callable[P, R]) -> Callable[P, R]:
    """Several operations of several areas in one transaction, under one cause."""

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        is_part = _is_in_flow.get()
        token = _is_in_flow.set(True)
        try:
            with cause(_cause.get()), transaction.atomic(savepoint=not is_part):
                return verb(*args, **kwargs)
        finally:
            _is_in_flow.reset(token)

    return run


def _counted(verb: Callable[P, R], *, expected: int) -> Callable[P, R]:
    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        # A part of a flow or of an operation fails with the whole: a savepoint would be two more queries.
        is_part = _is_in_flow.get() or _facts_in_operation.get() is not None
        counter = [0]
        token = _facts_in_operation.set(counter)
        try:
            with transaction.atomic(savepoint=not is_part):
                result = verb(*args, **kwargs)
                if counter[0] != expected:
                    raise WrongNumberOfFacts(
                        f"{verb.__qualname__} recorded {counter[0]} facts, not {expected}"
                    )
        finally:
            _facts_in_operation.reset(token)
        return result

    return run
