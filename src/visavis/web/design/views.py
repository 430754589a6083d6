"""The page of all components, and the style sheet of the brands' colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from visavis.domain.people.queries import active_brands

from . import specimens
from .brands import stylesheet

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component in every state, on invented people."""
    return render(request, "design/components.html", specimens.everything(timezone.now()))


def brand_colours_as_text() -> str:
    """The whole sheet; one query."""
    return stylesheet(active_brands())


@require_safe
def brand_colours(request: HttpRequest) -> HttpResponse:
    """Give each brand its colour; asked again at each page, and mostly answered « not modified »."""
    response = HttpResponse(brand_colours_as_text(), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "max-age=60"
    return response
