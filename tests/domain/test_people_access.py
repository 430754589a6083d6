"""Who may get whom."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries
from tests.domain.people_made import NOW, House, make_house

from visavis.domain.errors import NotFound
from visavis.domain.people import access
from visavis.domain.people.operations import add_identity, add_statement, deactivate, invite
from visavis.domain.people.queries import advisers_of_brands, people_who_can

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


def test_rights_follow_the_role_and_the_team(house: House) -> None:
    both = frozenset({house.netnet.pk, house.locacar.pk})
    one = frozenset({house.netnet.pk})
    people = {
        "alice": (one, False, False, False),
        "chloe": (one, True, False, True),
        "eve": (both - one, False, False, False),
        "oscar": (both, True, False, False),
        "paul": (frozenset(), False, False, False),
        "ada": (both, True, True, True),
    }

    for name, expected in people.items():
        rights = access.rights(getattr(house, name))
        assert (rights.brand_ids, rights.leads, rights.administers, rights.looks_after_team) == expected, name


def test_rights_cost_one_query(house: House, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        access.rights_of(house.alice.pk)
    with django_assert_num_queries(1):
        access.rights(house.alice)


def test_nobody_and_closed_accounts_have_no_rights(house: House) -> None:
    deactivate(house.alice, by=house.ada, at=NOW)

    closed = access.rights_of(house.alice.pk)

    assert (closed.brand_ids, closed.leads, closed.is_active) == (frozenset(), False, False)
    with pytest.raises(NotFound):
        access.rights(AnonymousUser())
    with pytest.raises(NotFound):
        access.rights_of(0)


def things(house: House) -> dict[str, Callable[[access.Rights], object]]:
    """Name everything that belongs to Netnet, with how it is asked for."""
    identity = add_identity(house.david, "email", "david@example.fr", verified=True, at=NOW)
    statement = add_statement(house.david, text="entend mal", by=house.alice, at=NOW)
    invitation = invite(
        email="f@example.fr", role="adviser", team=house.team, by=house.ada, at=NOW
    ).invitation
    return {
        "brand": lambda rights: access.brand_for(rights, house.netnet.pk),
        "brand by slug": lambda rights: access.brand_for(rights, "netnet"),
        "team": lambda rights: access.team_for(rights, house.team.pk),
        "skill": lambda rights: access.skill_for(rights, house.skill.pk),
        "adviser": lambda rights: access.adviser_for(rights, house.bob.pk),
        "member": lambda rights: access.member_for(rights, house.bob.pk),
        "invitation": lambda rights: access.invitation_for(rights, invitation.pk),
        "customer": lambda rights: access.customer_for(rights, house.david.pk),
        "identity": lambda rights: access.identity_for(rights, identity.pk),
        "statement": lambda rights: access.statement_for(rights, statement.pk),
        "site": lambda rights: access.site_for(rights, house.tours.pk),
    }


def test_everyone_gets_what_is_theirs_and_nothing_else(house: House) -> None:
    contents = {"brand", "brand by slug", "team", "skill", "adviser", "customer", "identity", "statement"}
    expected = {
        "alice": contents,
        "chloe": contents | {"member", "invitation"},
        "oscar": contents,
        "ada": contents | {"member", "invitation", "site"},
        "paul": set(),
        "eve": set(),
    }
    asked = things(house)

    for name, mine in expected.items():
        rights = access.rights(getattr(house, name))
        assert {thing for thing, ask in asked.items() if gets(ask, rights)} == mine, name


def gets(ask: Callable[[access.Rights], object], rights: access.Rights) -> bool:
    try:
        return bool(ask(rights))
    except NotFound:
        return False


def test_leader_does_not_look_after_other_leaders(house: House) -> None:
    rights = access.rights(house.chloe)

    assert list(access.members_for(rights).order_by("pk")) == [house.alice, house.bob]
    with pytest.raises(NotFound):
        access.member_for(rights, house.chloe.pk)


def test_everyone_gets_themselves(house: House) -> None:
    for person in (house.alice, house.eve, house.paul):
        assert access.adviser_for(access.rights(person), person.pk) == person


def test_people_who_serve_a_brand_and_hold_a_skill(house: House) -> None:
    assert advisers_of_brands(frozenset({house.netnet.pk})) == [house.alice, house.bob, house.chloe]
    assert people_who_can(brand_id=house.netnet.pk, skill_ids=frozenset({house.skill.pk})) == []
