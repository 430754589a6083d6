"""The first page of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from visavis.domain.people.access import members_for
from visavis.domain.people.queries import all_brands, all_teams, skills_of_brands
from visavis.web.settings.carried_out import for_those_who_look_after

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.people.access import Rights


@require_safe
@for_those_who_look_after
def overview(request: HttpRequest, rights: Rights) -> HttpResponse:
    """Show what can be set up, and what is missing for a first conversation."""
    brands = all_brands() if rights.administers else []
    teams = all_teams() if rights.administers else []
    people = members_for(rights).filter(is_active=True)
    context = {
        "rights": rights,
        "brands": brands,
        "teams": teams,
        "people_count": people.count(),
        "skill_count": skills_of_brands(rights.brand_ids).filter(is_active=True).count(),
        "without_hours": [brand for brand in brands if brand.is_active and not any(brand.hours)],
        "without_team": [brand for brand in brands if brand.is_active and not brand.team_count],  # type: ignore[attr-defined] # annotated
    }
    return render(request, "settings/overview.html", context)
