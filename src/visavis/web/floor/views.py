"""The page of the floor, and its four living parts, each served alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils import timezone

from visavis.domain.people.access import floor_rights, rights
from visavis.web.ledger.alert import late_told

from .definitions import DEFINITIONS
from .picks import picked
from .reading import PARTS, brands_context

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.people.access import Rights


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """Show the floor to who looks after it."""
    asked = floor_rights(rights(request.user))
    context = {
        "definitions": DEFINITIONS,
        "late": late_told(asked.brand_ids),
        "leads": asked.leads,
        **brands_context(asked),
    }
    return render(request, "floor/floor.html", context | parts_context(asked, request, list(PARTS)))


@login_required
def live(request: HttpRequest) -> HttpResponse:
    """Show one living part alone (`partie`), or all of them."""
    part = request.GET.get("partie", "")
    asked = floor_rights(rights(request.user))
    if part not in PARTS:
        return render(request, "floor/floor.html#live", parts_context(asked, request, list(PARTS)))
    return render(request, f"floor/floor.html#{part}", parts_context(asked, request, [part]))


def parts_context(asked: Rights, request: HttpRequest, parts: list[str]) -> dict[str, object]:
    """What these parts show now."""
    picks, now = picked(asked, request), timezone.now()
    context: dict[str, object] = {"picks": picks, "now": now}
    for part in parts:
        context |= PARTS[part](picks, now)
    return context
