"""What the reader of the floor picked: a brand, a site, a name, teams to unfold, a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from visavis.domain.people.access import visible_teams

if TYPE_CHECKING:
    from django.http import HttpRequest

    from visavis.domain.people.access import Rights
    from visavis.domain.people.models import Adviser, Site

LONGEST_NAME = 80
LONGEST_NUMBER = 18  # digits: what a database key can hold


@dataclass(frozen=True, kw_only=True)
class Picks:
    """What was picked; `rights` are those of the reader, narrowed to the brand."""

    rights: Rights
    brand_id: int | None
    site_id: int | None
    team_ids: frozenset[int]
    sites: list[Site]
    name: str
    open_ids: frozenset[int]
    page: int

    def keeps(self, adviser: Adviser | None) -> bool:
        """True for who is of the site picked; what nobody has yet is everybody's."""
        return not self.team_ids or adviser is None or adviser.team_id in self.team_ids

    @property
    def address(self) -> str:
        """The same picks, as the end of an address."""
        told = {
            "marque": self.brand_id,
            "site": self.site_id,
            "nom": self.name,
            "equipes": ",".join(map(str, sorted(self.open_ids))),
            "page": self.page if self.page > 1 else None,
        }
        return urlencode({name: value for name, value in told.items() if value})

    def turned(self, team_id: int) -> Picks:
        """The same, with this team unfolded if it was not, folded if it was."""
        return replace(self, open_ids=self.open_ids ^ {team_id})

    def at_page(self, page: int) -> Picks:
        """The same, at another page of those who wait."""
        return replace(self, page=page)


def picked(asked: Rights, request: HttpRequest) -> Picks:
    """Return what the reader picked of what is theirs; anything else picks nothing; one query."""
    brand_id, site_id = number(request, "marque"), number(request, "site")
    teams = list(visible_teams(asked))
    sites = {team.site_id: team.site for team in teams}
    narrowed = replace(asked, brand_ids=frozenset({brand_id})) if brand_id in asked.brand_ids else asked
    here = frozenset(team.pk for team in teams if team.site_id == site_id)
    unfolded = request.GET.get("equipes", "").split(",")
    return Picks(
        rights=narrowed,
        brand_id=brand_id if brand_id in asked.brand_ids else None,
        site_id=site_id if here else None,
        team_ids=here,
        sites=sorted(sites.values(), key=lambda site: site.name),
        name=request.GET.get("nom", "").replace("\x00", "").strip()[:LONGEST_NAME],
        open_ids=frozenset(team.pk for team in teams if str(team.pk) in unfolded),
        page=number(request, "page") or 1,
    )


def number(request: HttpRequest, name: str) -> int | None:
    """Return a number of the address, or None."""
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < LONGEST_NUMBER else None
