"""How a customer's page opens: by a cookie that was exchanged for a link, and for one request only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from visavis.domain.conversations.access import conversation_of_pass, pass_for
from visavis.domain.errors import NotFound
from visavis.domain.people.hours import opening
from visavis.domain.privacy.access import brand_of_ended_pass
from visavis.web.refusals import tell, wants_json

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.conversations.models import Conversation, Pass

P = ParamSpec("P")
NINETY_DAYS = 90 * 24 * 3600


@dataclass(frozen=True)
class Visit:
    """One visit of the holder of a pass to their request."""

    request: HttpRequest
    held: Pass
    conversation: Conversation


View = Callable[Concatenate[Visit, P], HttpResponseBase]


def visited(view: View[P]) -> Callable[Concatenate[HttpRequest, int, P], HttpResponseBase]:
    """Open the page to who holds its cookie, on the clock of the brand; to others there is nothing."""

    @wraps(view)
    def answer(request: HttpRequest, number: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        token = request.COOKIES.get(cookie_name(number), "")
        try:
            held = pass_for("cookie", token)
        except NotFound:
            return closed(request, token)
        if held.conversation_id != number:
            return closed(request, token)
        with timezone.override(ZoneInfo(held.brand.time_zone)):
            return private(view(Visit(request, held, conversation_of_pass(held)), *args, **kwargs))

    # mypy keeps the names of the parameters, which Django gives by position.
    return cast("Callable[Concatenate[HttpRequest, int, P], HttpResponseBase]", answer)


def closed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Say calmly that nothing opens here, and what to do; the brand is named to who held a pass of it.

    The same page for a request that does not exist, that is another's, and whose pass has ended.
    """
    if wants_json(request):
        return private(tell(request, HTTPStatus.NOT_FOUND, "closed"))
    brand = brand_of_ended_pass(token)
    is_open, opens_at = opening(brand, timezone.now()) if brand else (True, None)
    frame = "design/base_customer.html" if brand else "design/base_plain.html"
    context = {"brand": brand, "frame": frame, "is_open": is_open, "opens_at": opens_at}
    page = render(request, "request/closed.html", context, status=HTTPStatus.NOT_FOUND)
    page.headers["Referrer-Policy"] = "no-referrer"
    return private(page)


def cookie_name(number: int) -> str:
    """Return the name of the cookie of one request."""
    return f"visavis_demande_{number}"


def give_cookie(response: HttpResponse, *, number: int, token: str) -> HttpResponse:
    """Let the browser hold the pass: for this page's addresses only, and out of reach of scripts."""
    response.set_cookie(
        cookie_name(number),
        token,
        max_age=NINETY_DAYS,
        path=reverse("request:page", args=[number]),
        httponly=True,
        samesite="Lax",
        secure=settings.IS_HTTPS,
    )
    return response


def take_cookie_back(response: HttpResponse, *, number: int) -> HttpResponse:
    """Let the browser forget the pass, which opens nothing any more."""
    response.delete_cookie(cookie_name(number), path=reverse("request:page", args=[number]))
    return response


def number_of(visit: Visit) -> int:
    """Return the number of the cookie: it stays when the conversation was merged into another."""
    return visit.held.conversation_id or visit.conversation.pk


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Keep the page out of caches, of search engines, and of the Referer of what it links to.

    Not "no-referrer", with which browsers send `Origin: null` and every form of the page looks like another
    site's. Nothing leaves for another site, and this address holds no token.
    """
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
