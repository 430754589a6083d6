"""The foot of the list: how much room one's own desk has left, in words that are true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.domain.written import chat, letter

from visavis.domain.conversations import operations
from visavis.domain.presence.operations import set_presence
from visavis.web.desk.room import room_told

if TYPE_CHECKING:
    from tests.domain.people_made import House


@pytest.mark.parametrize(
    ("chats", "letters", "capacity", "places"),
    [
        (0, 0, 6, ["3 chats", "6 written requests"]),
        (1, 1, 6, ["1 chat", "3 written requests"]),
        (0, 1, 2, ["1 written request"]),  # a chat takes two points
        (1, 0, 2, []),
        (1, 1, 2, []),  # more than it holds: colleagues gave it
    ],
)
def test_the_room_left_is_told_in_what_it_is_enough_for(
    house: House, *, chats: int, letters: int, capacity: int, places: list[str]
) -> None:
    for written in [chat(house) for _ in range(chats)] + [letter(house) for _ in range(letters)]:
        operations.assign_conversation(written.conversation, to=house.alice, by=house.alice)
    house.alice.capacity = capacity

    with translation.override("en"):
        told = room_told(house.alice)

    assert [place.replace("\N{NO-BREAK SPACE}", " ") for place in told.places] == places
    assert told.is_full is not bool(places)


def test_who_takes_no_chat_is_promised_none(house: House) -> None:
    house.alice.channels = ["form"]

    with translation.override("en"):
        assert room_told(house.alice).places == ["6 written requests"]


def test_the_foot_of_the_list_says_when_nothing_can_come(house: House) -> None:
    client = Client()
    client.force_login(house.alice)

    def read() -> str:
        return client.get(reverse("desk:list")).content.decode()

    assert "Rien ne vous arrive tant que vous n’êtes pas disponible." in read()
    set_presence(house.alice, "available")
    assert "Rien ne vous arrive" not in read()
    house.alice.capacity = 0
    house.alice.save()
    assert "Votre poste est plein" in read()
