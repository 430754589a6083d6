"""The picture kept with an offer: small, and decided again the same."""

from __future__ import annotations

import zlib
from contextlib import suppress
from dataclasses import fields, replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.routing.drawn import ALICE, NOW, POLICY, a_contact, a_desk, a_picture, drawn_picture

from visavis.engine.routing import (
    Contact,
    Desk,
    Picture,
    Policy,
    Snapshot,
    UnreadablePicture,
    Weights,
    decide,
    explain,
    picture,
    reopen,
)
from visavis.engine.routing.columns import SPELLINGS, Numbers, Unreadable
from visavis.engine.routing.pictures import LARGEST

pictures = st.builds(drawn_picture, st.integers(0, 10**6), st.integers(0, 12), st.integers(0, 30))


@settings(max_examples=100, deadline=None)
@given(pictures)
def test_a_picture_holds_everything(snapshot: Snapshot) -> None:
    policy = Policy(version=12, weights=Weights(known=7), rest_seconds=33, unpromised_seconds=61)

    assert reopen(picture(snapshot, policy, NOW)) == Picture(snapshot, policy, NOW)


@settings(max_examples=40, deadline=None)
@given(pictures)
def test_a_past_decision_is_decided_again_with_the_same_reasons(snapshot: Snapshot) -> None:
    for decision in decide(snapshot, POLICY, NOW):
        again = reopen(picture(snapshot, POLICY, NOW, decision))

        assert decision in again.decide()
        then, now = (
            explain(snapshot, POLICY, NOW, decision),
            explain(again.snapshot, again.policy, again.now, decision),
        )
        assert (now.chosen, now.runner_up) == (then.chosen, then.runner_up)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("contacts", "desks"), [(5, 30), (30, 60), (30, 100), (12, 250)])
def test_an_offer_of_a_typical_pool_takes_two_kilobytes_at_most(contacts: int, desks: int, seed: int) -> None:
    snapshot = drawn_picture(seed, contacts, desks)
    decisions = decide(snapshot, POLICY, NOW)

    kept = [picture(snapshot, POLICY, NOW, decision) for decision in decisions[:3]]

    assert decisions
    assert max(map(len, kept)) <= LARGEST
    assert all(decision in reopen(one).decide() for decision, one in zip(decisions[:3], kept, strict=True))


def test_a_large_pool_is_cut_down_to_what_bears_on_the_offer() -> None:
    """One contact waits before 800 advisers: all but those it might have gone to are left out."""
    snapshot = drawn_picture(4, 1, 800)
    (decision,) = decide(snapshot, POLICY, NOW)

    kept = picture(snapshot, POLICY, NOW, decision)

    assert len(picture(snapshot, POLICY, NOW)) > LARGEST >= len(kept)
    assert reopen(kept).decide() == [decision]


def test_what_is_not_linked_to_the_offer_is_left_out_first() -> None:
    """Two brands that share nobody: the offer of one leaves the other out."""
    here = [a_desk(ALICE + number, skills={number: 3}) for number in range(40)]
    random = Random(5)
    there = [
        a_desk(
            1000 + number,
            brand_ids=frozenset({9}),
            skills={skill: random.randint(1, 5) for skill in range(12)},
        )
        for number in range(400)
    ]
    contacts = [a_contact(1), a_contact(2), a_contact(3, brand_id=9)]
    snapshot = a_picture(contacts, here + there)
    decision = next(one for one in decide(snapshot, POLICY, NOW) if one.contact_id == 1)

    again = reopen(picture(snapshot, POLICY, NOW, decision))

    assert [contact.id for contact in again.snapshot.contacts] == [1, 2]
    assert [desk.id for desk in again.snapshot.desks] == [desk.id for desk in here]
    assert decision in again.decide()


@pytest.mark.parametrize(("contacts", "desks"), [(120, 60), (60, 300), (40, 900)])
def test_even_where_hundreds_are_linked_each_offer_takes_two_kilobytes_at_most(
    contacts: int, desks: int
) -> None:
    snapshot = drawn_picture(11, contacts, desks)
    for decision in decide(snapshot, POLICY, NOW)[::8]:
        kept = picture(snapshot, POLICY, NOW, decision)

        assert len(kept) <= LARGEST
        assert decision in reopen(kept).decide()


def test_the_whole_is_kept_when_nothing_smaller_decides_the_same() -> None:
    """A decision that this picture does not give: no part of it gives it either."""
    snapshot = drawn_picture(4, 2, 800)
    decision = replace(decide(snapshot, POLICY, NOW)[0], score=1)

    assert picture(snapshot, POLICY, NOW, decision) == picture(snapshot, POLICY, NOW)


def test_every_field_has_a_spelling() -> None:
    assert SPELLINGS.keys() == {field.name for kind in (Contact, Desk) for field in fields(kind)}


@given(st.lists(st.integers(-(2**50), 2**50)))
def test_numbers_come_back_from_their_bytes(numbers: list[int]) -> None:
    assert Numbers.of(Numbers(numbers).as_bytes()) == numbers


def test_numbers_that_stop_too_early_are_refused() -> None:
    with pytest.raises(Unreadable):
        Numbers().take()


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\x63\x01",
        b"\x01\x01",
        b"\x01\x01not compressed",
        b"\x01\x01" + zlib.compress(Numbers([1, 2, 20, 600]).as_bytes()),
    ],
)
def test_bytes_that_are_not_a_picture_are_refused(damaged: bytes) -> None:
    with pytest.raises(UnreadablePicture):
        reopen(damaged)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_picture_is_refused_or_is_another_picture(place: int, byte: int) -> None:
    kept = bytearray(picture(drawn_picture(1, 3, 5), POLICY, NOW))
    kept[place % len(kept)] = byte

    with suppress(UnreadablePicture):
        reopen(bytes(kept))
