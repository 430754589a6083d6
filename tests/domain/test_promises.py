"""Promises: made, kept, missed, moved with a reason, entrusted; moving counts as not kept."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.domain.people_made import House
from tests.domain.written import chat

from visavis.domain.errors import NotFound, Refused
from visavis.domain.flows.departure import leave
from visavis.domain.people.access import rights
from visavis.domain.promises import operations, queries
from visavis.domain.promises.access import promise_for
from visavis.domain.promises.models import Promise


@pytest.fixture
def promise(house: House) -> Promise:
    """Alice promised David something for tomorrow."""
    return operations.make_promise(
        chat(house).conversation,
        by=house.alice,
        what="Dire quand un technicien passe",
        due_at=timezone.now() + timedelta(days=1),
    )


def test_made_it_is_owed_and_seen_by_the_team_alone(house: House, promise: Promise) -> None:
    assert queries.count_owed(rights(house.alice)) == 1
    assert promise_for(rights(house.bob), promise.pk).pk == promise.pk
    with pytest.raises(NotFound):
        promise_for(rights(house.eve), promise.pk)


def test_chip_follows_the_hour(promise: Promise) -> None:
    due = promise.due_at

    states = [
        queries.chip_state(promise, due - timedelta(hours=3)),
        queries.chip_state(promise, due - timedelta(hours=1)),
        queries.chip_state(promise, due + timedelta(minutes=1)),
    ]

    assert states == ["open", "soon", "late"]


def test_kept_on_time(house: House, promise: Promise) -> None:
    kept = operations.keep_promise(promise, by=house.alice)

    assert (kept.state, queries.chip_state(kept, timezone.now())) == ("kept", "kept")
    with pytest.raises(Refused, match="settled"):
        operations.keep_promise(promise, by=house.alice)


def test_kept_late_stays_missed_and_says_so(house: House, promise: Promise) -> None:
    operations.miss_promise(promise)

    kept = operations.keep_promise(promise, by=house.alice, at=promise.due_at + timedelta(hours=1))

    assert (kept.state, queries.chip_state(kept, timezone.now())) == ("missed", "late_kept")


def test_moved_with_a_reason_counts_as_not_kept(house: House, promise: Promise) -> None:
    later = promise.due_at + timedelta(days=1)

    new = operations.move_promise(promise, by=house.alice, due_at=later, reason="Le technicien est malade")

    promise.refresh_from_db()
    assert (promise.state, promise.moved_to_id, new.state, new.due_at) == ("moved", new.pk, "open", later)


@pytest.mark.parametrize("reason", ["", "  "])
def test_moved_without_a_reason_is_refused(house: House, promise: Promise, reason: str) -> None:
    with pytest.raises(Refused, match="empty_reason"):
        operations.move_promise(
            promise, by=house.alice, due_at=promise.due_at + timedelta(days=1), reason=reason
        )


def test_in_the_past_is_refused(house: House) -> None:
    with pytest.raises(Refused, match="in_the_past"):
        operations.make_promise(
            chat(house).conversation,
            by=house.alice,
            what="Hier",
            due_at=timezone.now() - timedelta(minutes=1),
        )


def test_undone_within_seconds_only_and_by_its_maker(house: House, promise: Promise) -> None:
    with pytest.raises(Refused, match="too_late"):
        operations.undo_promise(promise, by=house.bob)
    Promise.objects.filter(pk=promise.pk).update(made_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(Refused, match="too_late"):
        operations.undo_promise(promise, by=house.alice)
    Promise.objects.filter(pk=promise.pk).update(made_at=timezone.now())

    operations.undo_promise(promise, by=house.alice)

    assert Promise.objects.count() == 0


def test_nobodys_departure_orphans_a_promise(house: House, promise: Promise) -> None:
    leave(house.alice, stand_in=house.bob, by=house.chloe)

    promise.refresh_from_db()
    assert (promise.adviser_id, promise.made_by_id) == (house.bob.pk, house.alice.pk)


def test_a_departure_without_a_stand_in_leaves_the_promise_to_who_decided(
    house: House, promise: Promise
) -> None:
    leave(house.alice, by=house.chloe)

    promise.refresh_from_db()
    assert promise.adviser_id == house.chloe.pk


def test_open_ones_whose_hour_passed_are_found(promise: Promise) -> None:
    assert queries.just_passed(promise.due_at - timedelta(seconds=1)) == []
    assert [row.pk for row in queries.just_passed(promise.due_at + timedelta(seconds=1))] == [promise.pk]
