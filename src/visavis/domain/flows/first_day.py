"""The first day: a first brand, site, team and administrator, when there is nobody yet."""

from dataclasses import dataclass
from datetime import datetime

from visavis.domain.errors import NotFound
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser, Role
from visavis.domain.people.operations import make_account, make_brand, make_site, make_team
from visavis.domain.people.queries import has_accounts


@dataclass(frozen=True, kw_only=True)
class FirstHouse:
    """What the first page asks."""

    brand: str
    colour: str
    site: str
    time_zone: str
    team: str
    displayed_name: str
    email: str
    password: str


@flow
def begin_house(house: FirstHouse, *, at: datetime) -> Adviser:
    """Make the house and return its administrator; NotFound as soon as anyone has an account."""
    if has_accounts():
        raise NotFound
    weekdays = [[[9 * 60, 18 * 60]] for _day in range(5)]
    brand = make_brand(
        name=house.brand,
        colour=house.colour,
        time_zone=house.time_zone,
        hours=[*weekdays, [], []],
        by=None,
        at=at,
    )
    site = make_site(name=house.site, time_zone=house.time_zone, by=None, at=at)
    team = make_team(name=house.team, site=site, brands=[brand], by=None, at=at)
    return make_account(
        email=house.email,
        displayed_name=house.displayed_name,
        role=Role.ADMINISTRATOR,
        team=team,
        password=house.password,
        at=at,
    )
