"""The journal: one fact an operation, positions after commits, cursors."""

import contextlib
import uuid
from dataclasses import dataclass

import pytest
from django.db import transaction

from visavis.domain.journal.facts import KNOWN, Fact
from visavis.domain.journal.models import Entry
from visavis.domain.journal.operations import move_cursor
from visavis.domain.journal.queries import cursor_position, entries_after, last_position
from visavis.domain.journal.record import (
    WrongNumberOfFacts,
    cause,
    flow,
    on_recorded,
    operation,
    record,
    upkeep,
)
from visavis.domain.journal.sequencer import has_unnumbered, number_all, number_entries

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class Happened(Fact, verb="tested.happened"):
    """Something that only these tests make happen."""

    count: int = 0


def test_record_keeps_places_apart_from_details() -> None:
    entry = record(Happened(adviser_id=4, brand_id=2, conversation_id=9, count=3))

    assert (
        entry.verb,
        entry.adviser_id,
        entry.team_id,
        entry.brand_id,
        entry.conversation_id,
        entry.facts,
    ) == (
        "tested.happened",
        4,
        None,
        2,
        9,
        {"count": 3},
    )


def test_operation_without_a_fact_is_refused_and_undone() -> None:
    @operation
    def silent() -> None:
        move_cursor("silent", 1)

    with pytest.raises(WrongNumberOfFacts):
        silent()

    assert cursor_position("silent") == 0


def test_operation_with_two_facts_is_refused() -> None:
    @operation
    def chatty() -> None:
        record(Happened())
        record(Happened())

    with pytest.raises(WrongNumberOfFacts):
        chatty()

    assert Entry.objects.count() == 0


def test_upkeep_with_a_fact_is_refused() -> None:
    @upkeep
    def loud() -> None:
        record(Happened())

    with pytest.raises(WrongNumberOfFacts):
        loud()


def test_an_operation_inside_another_counts_its_own_fact() -> None:
    @operation
    def inner() -> None:
        record(Happened(count=1))

    @operation
    def outer() -> None:
        inner()
        record(Happened(count=2))

    outer()

    assert [entry.facts["count"] for entry in Entry.objects.order_by("pk")] == [1, 2]


def test_flow_ties_its_operations_under_one_cause() -> None:
    @operation
    def act() -> None:
        record(Happened())

    @flow
    def both() -> None:
        act()
        act()

    with cause(uuid.UUID(int=7)):
        both()
    both()

    causes = list(Entry.objects.order_by("pk").values_list("cause", flat=True))
    assert causes[0] == causes[1] == uuid.UUID(int=7)
    assert causes[2] == causes[3] != uuid.UUID(int=7)


def test_sequencer_numbers_in_order_of_id_and_goes_on_from_the_last() -> None:
    for count in range(3):
        record(Happened(count=count))

    first = number_entries()
    record(Happened(count=3))
    second = number_all()

    assert (first, second, has_unnumbered(), last_position()) == (3, 1, False, 4)
    assert [(entry.position, entry.facts["count"]) for entry in entries_after(0)] == [
        (1, 0),
        (2, 1),
        (3, 2),
        (4, 3),
    ]


def test_sequencer_works_in_batches() -> None:
    for _ in range(5):
        record(Happened())

    counts = [number_entries(2), number_entries(2), number_entries(2), number_entries(2)]

    assert counts == [2, 2, 1, 0]


def test_entries_after_gives_only_what_has_a_position() -> None:
    record(Happened())
    number_all()
    record(Happened())

    assert [entry.position for entry in entries_after(0)] == [1]


def test_cursor_moves() -> None:
    move_cursor("statistics", 12)
    move_cursor("statistics", 40)

    assert cursor_position("statistics") == 40


@pytest.mark.django_db(transaction=True)
def test_listeners_hear_after_the_commit_and_nothing_when_it_is_rolled_back() -> None:
    heard: list[int] = []
    on_recorded(lambda: heard.append(1))

    with transaction.atomic():
        record(Happened())
        before = len(heard)
    after = len(heard)
    with contextlib.suppress(RuntimeError), transaction.atomic():
        record(Happened())
        raise RuntimeError

    assert (before, after, len(heard)) == (0, 1, 1)


def test_every_fact_of_the_product_carries_only_numbers_codes_and_instants() -> None:
    allowed = {"int", "int | None", "bool", "str", "str | None", "list[int]", "list[str]", "list[list[int]]"}
    texts = {
        f"{verb}.{name}: {kind}"
        for verb, fact in KNOWN.items()
        for name, kind in fact.__annotations__.items()
        if name != "verb" and str(getattr(kind, "__name__", kind)) not in allowed and str(kind) not in allowed
    }

    assert texts == set()
