"""The floor of a large house: as many queries for three hundred as for three, short pages, found by name."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from visavis.channels.registry import pairs
from visavis.domain.conversations.models import Conversation
from visavis.domain.floor.queries import queues
from visavis.domain.people.access import rights
from visavis.domain.people.models import Adviser, Customer, Role
from visavis.domain.people.operations import make_team
from visavis.domain.presence.models import Presence
from visavis.web.floor.definitions import DEFINITIONS

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
    from pytest_django import DjangoAssertNumQueries
    from tests.domain.people_made import House

STATES = ("available", "available", "pause", "recovery", "wrap_up", "training", "away")


def signed_in(adviser: Adviser) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(adviser)
    return client


def words(answer: Answer) -> str:
    """What a page says, with plain spaces."""
    assert answer.status_code == 200
    return (
        answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    )


def big(house: House, *, advisers: int, waiting: int, teams: int = 6) -> None:
    """Fill the house: colleagues of every state who stay there and take nothing more, and people who wait."""
    now = timezone.now()
    places = [
        make_team(name=f"Équipe {place}", site=house.tours, brands=[house.netnet], by=None, at=now)
        for place in range(teams)
    ]
    made = Adviser.objects.bulk_create(
        Adviser(
            email=f"a{place}@example.fr",
            displayed_name=f"Adélaïde {place}",
            role=Role.ADVISER,
            team=places[place % teams],
            capacity=0,
            joined_at=now,
        )
        for place in range(advisers)
    )
    Presence.objects.bulk_create(
        Presence(
            adviser=adviser, state=STATES[place % len(STATES)], since=now, heard_at=now + timedelta(days=1)
        )
        for place, adviser in enumerate(made)
    )
    customers = Customer.objects.bulk_create(
        Customer(brand=house.netnet, name=f"Personne {place}", language="fr", known_at=now)
        for place in range(waiting)
    )
    Conversation.objects.bulk_create(
        Conversation(
            brand=house.netnet,
            customer=customer,
            channel="chat" if place % 3 else "form",
            is_live=bool(place % 3),
            subject=f"Demande {place}",
            state="open",
            adviser=made[place % advisers] if place % 2 else None,
            opened_at=now - timedelta(seconds=place),
            last_message_at=now,
            waiting_since=now - timedelta(seconds=place),
            answer_due_at=now + timedelta(minutes=30 - place % 60),
        )
        for place, customer in enumerate(customers)
    )


@pytest.mark.parametrize(
    ("part", "most"), [("", 30), ("queues", 25), ("waiting", 10), ("team", 10), ("promises", 8)]
)
def test_each_part_costs_the_same_in_a_large_house(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries, *, part: str, most: int
) -> None:
    big(house, advisers=90, waiting=90)
    chloe = signed_in(house.chloe)

    with django_assert_max_num_queries(most):
        chloe.get(reverse("floor:live"), {"partie": part})


def test_three_hundred_colleagues_are_folded_by_team_and_counted(house: House) -> None:
    big(house, advisers=300, waiting=400)
    chloe = signed_in(house.chloe)

    page = chloe.get(reverse("floor:floor"))
    told = words(page)

    assert len(page.content) < 75_000
    assert "303 personnes" in told
    assert "Adélaïde 12" not in told
    assert "1 à 50 sur 400" in told
    team = house.team.__class__.objects.get(name="Équipe 2")
    unfolded = words(chloe.get(reverse("floor:floor"), {"equipes": f"{team.pk},x"}))
    assert "Adélaïde 2<" in unfolded
    assert "Adélaïde 3<" not in unfolded


def test_a_colleague_is_found_without_accents(house: House) -> None:
    big(house, advisers=120, waiting=1)
    found = words(
        signed_in(house.chloe).get(reverse("floor:live"), {"partie": "team", "nom": "adelaide 119"})
    )

    assert "Adélaïde 119" in found
    assert "Adélaïde 11<" not in found
    assert "1 personne a « adelaide 119 » dans son nom" in found


def test_those_who_wait_turn_by_pages(house: House) -> None:
    big(house, advisers=3, waiting=120)
    chloe, live = signed_in(house.chloe), reverse("floor:live")

    pages = [words(chloe.get(live, {"partie": "waiting", "page": page})) for page in (1, 3, 9)]

    assert "1 à 50 sur 120" in pages[0]
    assert "101 à 120 sur 120" in pages[1]
    assert "Personne 0<" in pages[1]
    assert "Revenir aux premières" in pages[2]


def test_each_figure_has_its_exact_definition(house: House) -> None:
    page = words(signed_in(house.chloe).get(reverse("floor:floor")))
    opened = set(re.findall(r'data-popover="def-(\w+)"', page))

    assert {key for key, _term, _text in DEFINITIONS} - opened <= {"coverage"}  # nothing was announced yet
    for key in opened:
        assert f'popover id="def-{key}"' in page
        assert f'aria-describedby="def-{key}"' in page
    assert "Définition exacte." in page


def test_the_bar_is_the_way_to_the_promised_hour(house: House) -> None:
    big(house, advisers=3, waiting=1)
    now = timezone.now()
    Conversation.objects.update(
        waiting_since=now - timedelta(hours=9), answer_due_at=now + timedelta(hours=3)
    )

    shares = [row.used_share for row in queues(rights(house.chloe), pairs(has_mailbox=False), now=now)]

    assert shares == [0.0, 0.75]
