"""A small house made through the operations, for the tests of people and of what stands on them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from visavis.domain.people.models import Adviser, Brand, Customer, Role, Site, Skill, Team
from visavis.domain.people.operations import (
    know_customer,
    make_account,
    make_brand,
    make_site,
    make_skill,
    make_team,
)

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
PASSWORD = "une-phrase-assez-longue"


@dataclass(frozen=True, kw_only=True)
class House:
    """Two brands that do not know each other; Eve works for the other one."""

    netnet: Brand
    locacar: Brand
    tours: Site
    team: Team
    other_team: Team
    skill: Skill
    alice: Adviser
    bob: Adviser
    chloe: Adviser
    eve: Adviser
    oscar: Adviser
    paul: Adviser
    ada: Adviser
    david: Customer


def account(name: str, role: str, team: Team | None) -> Adviser:
    """Make one account, whose address is the name."""
    return make_account(
        email=f"{name.lower()}@example.fr",
        displayed_name=name,
        role=role,
        team=team,
        password=PASSWORD,
        at=NOW,
    )


def make_house() -> House:
    """Make the house: Alice and Bob advise, Chloé leads, Oscar operates, Paul plans, Ada administers."""
    netnet = make_brand(name="Netnet", colour="#2B45C4", by=None, at=NOW)
    locacar = make_brand(name="Locacar", colour="#F2C230", by=None, at=NOW)
    tours = make_site(name="Tours", time_zone="Europe/Paris", by=None, at=NOW)
    team = make_team(name="Loire", site=tours, brands=[netnet], by=None, at=NOW)
    other_team = make_team(name="Cher", site=tours, brands=[locacar], by=None, at=NOW)
    return House(
        netnet=netnet,
        locacar=locacar,
        tours=tours,
        team=team,
        other_team=other_team,
        skill=make_skill(name="Panne", brand=netnet, words=["panne", "T12"], by=None, at=NOW),
        alice=account("Alice", Role.ADVISER, team),
        bob=account("Bob", Role.ADVISER, team),
        chloe=account("Chloe", Role.LEADER, team),
        eve=account("Eve", Role.ADVISER, other_team),
        oscar=account("Oscar", Role.OPERATIONS, None),
        paul=account("Paul", Role.PLANNER, None),
        ada=account("Ada", Role.ADMINISTRATOR, None),
        david=know_customer(netnet.pk, name="David Morel", language="fr", at=NOW),
    )
