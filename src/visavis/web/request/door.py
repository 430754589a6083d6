"""How a customer's page opens: by a cookie that was exchanged for a link, and for one request only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.conf import settings
from django.http.response import HttpResponseBase
from django.urls import reverse

from visavis.domain.conversations.access import conversation_of_pass, pass_for
from visavis.domain.errors import NotFound

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
    """Open the page to who holds its cookie; to others there is nothing."""

    @wraps(view)
    def answer(request: HttpRequest, number: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        held = pass_for("cookie", request.COOKIES.get(cookie_name(number), ""))
        if held.conversation_id != number:
            raise NotFound
        return private(view(Visit(request, held, conversation_of_pass(held)), *args, **kwargs))

    # mypy keeps the names of the parameters, which Django gives by position.
    return cast("Callable[Concatenate[HttpRequest, int, P], HttpResponseBase]", answer)


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


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Keep the page out of caches, of search engines, and of the Referer of what it links to.

    Not "no-referrer", with which browsers send `Origin: null` and every form of the page looks like another
    site's. Nothing leaves for another site, and this address holds no token.
    """
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
