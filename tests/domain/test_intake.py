"""The public doors: turns counted, senders kept out."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from tests.domain.people_made import NOW, House, make_house

from visavis.domain.errors import NotFound, TooMany
from visavis.domain.intake.access import block_for
from visavis.domain.intake.models import RateCount
from visavis.domain.intake.operations import block_sender, forget_old_turns, lift_block, take_turn
from visavis.domain.intake.queries import block_of_conversation, blocks_of, is_blocked
from visavis.domain.intake.sources import client_address, source_of_address, source_of_identity
from visavis.domain.journal.models import Entry
from visavis.domain.people.access import rights

HERE = "203.0.113.7"


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.mark.django_db
def test_turns_beyond_the_limit_are_told_when_to_come_back() -> None:
    for _turn in range(3):
        take_turn("form:netnet", "a", limit=3, window_seconds=60, at=NOW + timedelta(seconds=10))

    with pytest.raises(TooMany) as refusal:
        take_turn("form:netnet", "a", limit=3, window_seconds=60, at=NOW + timedelta(seconds=20))

    assert refusal.value.retry_seconds == 40
    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_another_source_another_door_and_another_window_count_apart() -> None:
    take_turn("form:netnet", "a", limit=1, window_seconds=60, at=NOW)

    take_turn("form:netnet", "b", limit=1, window_seconds=60, at=NOW)
    take_turn("form:locacar", "a", limit=1, window_seconds=60, at=NOW)
    take_turn("form:netnet", "a", limit=1, window_seconds=60, at=NOW + timedelta(seconds=60))

    assert RateCount.objects.count() == 4


@pytest.mark.django_db
def test_cost_counts_bytes() -> None:
    take_turn("files", "a", limit=100, window_seconds=60, at=NOW, cost=99)

    with pytest.raises(TooMany):
        take_turn("files", "a", limit=100, window_seconds=60, at=NOW, cost=2)


@pytest.mark.django_db
def test_old_windows_are_forgotten() -> None:
    take_turn("form", "a", limit=1, window_seconds=60, at=NOW - timedelta(days=1))
    take_turn("form", "a", limit=1, window_seconds=60, at=NOW)

    assert forget_old_turns(before=NOW - timedelta(hours=1)) == 1
    assert RateCount.objects.count() == 1


@pytest.mark.django_db
def test_blocked_sender_is_kept_out_until_lifted(house: House) -> None:
    source = source_of_address(HERE)
    block = block_sender(house.netnet.pk, source=source, by=house.alice, at=NOW, conversation_id=7)
    assert block_sender(house.netnet.pk, source=source, by=house.bob, at=NOW) == block
    assert is_blocked(house.netnet.pk, "other", source)
    assert not is_blocked(house.locacar.pk, source)
    assert block_of_conversation(7) == block
    assert blocks_of([house.netnet.pk]) == [block]

    lift_block(block, by=house.alice, at=NOW)
    lift_block(block, by=house.alice, at=NOW)

    assert not is_blocked(house.netnet.pk, source)
    verbs = Entry.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs)[-4:] == [
        "sender.blocked",
        "sender.blocked",
        "sender.block_lifted",
        "sender.block_lifted",
    ]
    assert block_sender(house.netnet.pk, source=source, by=house.alice, at=NOW).pk != block.pk


@pytest.mark.django_db
def test_block_of_another_brand_does_not_exist(house: House) -> None:
    block = block_sender(house.netnet.pk, source="x", by=house.alice, at=NOW)

    assert block_for(rights(house.alice), block.pk) == block
    for stranger in (house.eve, house.paul):
        with pytest.raises(NotFound):
            block_for(rights(stranger), block.pk)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.9", HERE),  # nobody may claim an address when no proxy is ours
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "1.1.1.1, 198.51.100.9", "198.51.100.9"),
        (2, "1.1.1.1, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        (2, "198.51.100.9", HERE),
        (1, "", HERE),
        (1, " , ", HERE),
    ],
)
def test_address_is_what_our_proxies_say(
    settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies

    assert client_address(HERE, forwarded) == expected


@given(st.ip_addresses())
def test_source_never_holds_the_address(address: object) -> None:
    source = source_of_address(str(address))

    assert len(source) == 64
    assert str(address) not in source


def test_source_of_one_subscriber_is_one() -> None:
    assert source_of_address("2001:db8:1:2::1") == source_of_address("2001:db8:1:2:ffff::9")
    assert source_of_address("2001:db8:1:3::1") != source_of_address("2001:db8:1:2::1")
    assert source_of_address("::ffff:203.0.113.7") == source_of_address(HERE)
    assert source_of_address("") == source_of_address("nonsense")
    assert source_of_identity("email", "a@b.fr") != source_of_identity("reference", "a@b.fr")
