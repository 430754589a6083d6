"""The demo site of a brand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from visavis.domain.errors import NotFound
from visavis.domain.people.hours import opening
from visavis.domain.people.queries import active_brands, brand_by_slug


@require_GET
def page(request: HttpRequest, brand: str) -> HttpResponse:
    """Show the brand's demo page: how to reach a person, and the chat."""
    found = brand_by_slug(brand)
    if found is None:
        raise NotFound
    is_open, opens_at = opening(found, timezone.now())
    others = [other for other in active_brands() if other.pk != found.pk]
    context = {"brand": found, "is_open": is_open, "opens_at": opens_at, "others": others}
    return render(request, "storefront/page.html", context)
