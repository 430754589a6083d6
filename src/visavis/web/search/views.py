"""The search: a page, or its results alone while one types."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from visavis.domain.people.access import rights

from .reading import results


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what the reader may see among what answers; to who treats no contents, nothing does."""
    context = results(
        rights(request.user),
        text=request.GET.get("q", "").replace("\x00", "").strip("\r\n"),
        kind=request.GET.get("type", ""),
        before=_position(request.GET.get("avant", "")),
    )
    part = "search/search.html#results" if request.headers.get("HX-Request") else "search/search.html"
    return render(request, part, context)


def _position(text: str) -> int | None:
    """Return the key of a page; anything that we did not write there is the first page."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None
