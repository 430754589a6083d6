"""Queries built once: the same rows as Django's, whatever the values and however many, from one building."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries
from tests.domain.people_made import House

from visavis.domain.people.access import account, rights
from visavis.domain.people.models import Adviser, Site
from visavis.domain.prepared import prepared, together

pytestmark = pytest.mark.django_db
built: list[int] = []


@prepared
def made(limit: int, *, numbers: frozenset[int], but: int) -> QuerySet[Site]:
    """Some sites, and how often their query was built."""
    built.append(limit)
    return Site.objects.filter(pk__in=numbers).exclude(pk=but).order_by("-pk")[:limit]


@prepared
def joined_before(*, instant: datetime) -> QuerySet[Adviser, str]:
    """Names of those who joined before."""
    return (
        Adviser.objects.filter(joined_at__lt=instant).order_by("pk").values_list("displayed_name", flat=True)
    )


@prepared
def written_otherwise(*, number: int) -> QuerySet[Site]:
    """Sites of a name that is written from the number: it is not among the parameters as it was given."""
    return Site.objects.filter(name=str(number))


@pytest.fixture
def sites() -> list[int]:
    """Numbers of seven sites."""
    return [Site.objects.create(name=f"Lieu {number}").pk for number in range(7)]


@pytest.mark.parametrize("count", range(8))
def test_the_rows_are_those_of_the_values_given(sites: list[int], count: int) -> None:
    numbers = frozenset(sites[:count])

    found = [row.pk for row in made(5, numbers=numbers, but=sites[1])]

    assert found == sorted(numbers - {sites[1]}, reverse=True)[:5]


def test_a_query_is_built_once_for_each_shape(
    sites: list[int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    built.clear()

    with django_assert_num_queries(6):
        for limit, numbers in ((11, sites[:3]), (11, sites[1:4]), (11, sites[:4]), (12, sites[:4])):
            made(limit, numbers=numbers, but=0)
        made(12, numbers=sites[:1], but=0)
        made(12, numbers=sites[:5], but=0)

    assert built == [11, 12, 12, 12]


def test_an_empty_set_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert made(5, numbers=frozenset(), but=1) == []


def test_a_value_without_a_place_is_refused_aloud() -> None:
    with pytest.raises(LookupError, match="written_otherwise: a value has no place"):
        written_otherwise(number=1)


def test_an_instant_is_a_value(house: House) -> None:
    joined = house.alice.joined_at
    names = [row.displayed_name for row in Adviser.objects.filter(joined_at__lte=joined).order_by("pk")]

    found = [joined_before(instant=joined + timedelta(seconds=seconds)) for seconds in (-86_400 * 4000, 1e-6)]

    assert found == [[], names]


def test_what_is_joined_is_read_with_the_row(
    house: House, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    account(house.alice.pk)

    with django_assert_num_queries(1):
        found = account(house.chloe.pk)
        told = found and found.team and (found.displayed_name, found.team.site.name, rights(found).brand_ids)

    team = house.chloe.team
    assert team is not None
    assert told == (
        house.chloe.displayed_name,
        team.site.name,
        frozenset(team.brands.values_list("pk", flat=True)),
    )


def test_what_is_asked_together_is_one_journey_to_a_server(
    house: House, sites: list[int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few = made.question(5, numbers=frozenset(sites[:3]), but=sites[0])
    more = made.question(6, numbers=frozenset(sites), but=0)
    none = made.question(7, numbers=frozenset(), but=0)
    named = joined_before.question(instant=house.alice.joined_at + timedelta(days=1))

    with (
        django_assert_num_queries(1 if connection.vendor == "postgresql" else 3),
        together(few, none, named, more),
    ):
        found = [row.pk for row in made(6, numbers=frozenset(sites), but=0)]
        names = joined_before(instant=house.alice.joined_at + timedelta(days=1))
        left = [row.pk for row in made(5, numbers=frozenset(sites[:3]), but=sites[0])]
        assert made(7, numbers=frozenset(), but=0) == []

    assert found == sites[:0:-1]
    assert house.alice.displayed_name in names
    assert left == [sites[2], sites[1]]


def test_an_answer_serves_once_and_for_its_own_values(
    sites: list[int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one, other = frozenset(sites[:1]), frozenset(sites[1:2])

    with together(made.question(5, numbers=one, but=0)):
        assert [row.pk for row in made(5, numbers=other, but=0)] == sites[1:2]
        assert [row.pk for row in made(5, numbers=one, but=0)] == sites[:1]
        Site.objects.filter(pk=sites[0]).delete()
        assert made(5, numbers=one, but=0) == []

    with together(made.question(5, numbers=other, but=0)):
        pass
    with django_assert_num_queries(1):
        made(5, numbers=other, but=0)
