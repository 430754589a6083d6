"""What stands before each view of the chat: brand, origin, token, body; and how a refusal is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import pgettext
from django.views.decorators.csrf import csrf_exempt

from visavis.domain.conversations.access import pass_for
from visavis.domain.errors import NotFound, Refused, TooMany
from visavis.domain.intake.operations import take_turn
from visavis.domain.intake.queries import is_blocked
from visavis.domain.intake.sources import client_address, source_of_address, source_of_identity
from visavis.domain.people.queries import brand_by_slug

if TYPE_CHECKING:  # rows come from access and queries; tables are only named
    from visavis.domain.conversations.models import Pass
    from visavis.domain.people.models import Brand

MOST_BODY_BYTES = 65_536
PREFLIGHT_SECONDS = "7200"


class TurnedAway(Refused):
    """Refused at the door, with its HTTP status."""

    def __init__(self, status: HTTPStatus, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.status = status


@dataclass
class Call:
    """One request that passed the door. `given`: the JSON object of its body, empty for a GET."""

    request: HttpRequest
    brand: Brand
    source: str
    given: dict[str, object] = field(default_factory=dict)

    @property
    def held(self) -> Pass:
        """The chat session of the bearer token; one query. 401 when there is none, or when it ended."""
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        try:
            held = pass_for("chat", token.strip() if scheme.lower() == "bearer" else "")
        except NotFound:
            raise session_ended() from None
        if held.brand.pk != self.brand.pk:
            raise session_ended()
        return held

    def text(self, name: str, *, most: int) -> str:
        """Return one text of the body, trimmed; 400 when it is no text, is too long, or cannot be stored."""
        value = self.given.get(name) or ""
        if not isinstance(value, str) or not is_storable(value):
            raise unreadable()
        if len(value) > most:
            sentence = pgettext(
                "widget", "This is too long: %(most)s characters at most. Send it in several parts."
            )
            raise TurnedAway(HTTPStatus.BAD_REQUEST, "too_long", sentence % {"most": most})
        return value.strip()

    def take_turn(self, door: str, *, limit: int, seconds: int, by: str = "") -> None:
        """Count this call for its address (or for `by`) and its brand; TooMany beyond `limit`."""
        source = source_of_identity("chat", by) if by else self.source
        take_turn(f"chat.{door}.{self.brand.pk}", source, limit=limit, window_seconds=seconds)

    def refuse_blocked(self, email: str = "") -> None:
        """403 when the sender is kept out of this brand."""
        sources = [self.source, *([source_of_identity("email", email.lower())] if email else [])]
        if is_blocked(self.brand.pk, *sources):
            sentence = pgettext(
                "widget",
                "Your messages are not received here any more. You can still call or write a letter.",
            )
            raise TurnedAway(HTTPStatus.FORBIDDEN, "blocked", sentence)


Answer = HttpResponseBase
View = Callable[..., Answer]


def door(*methods: str, takes: str = "application/json") -> Callable[[View], View]:
    """Make a view of the chat, reached by these methods only, with a body of the type `takes`."""

    def wrap(view: View) -> View:
        @csrf_exempt  # no cookie is read here: the token travels in a header that no other site can set
        @wraps(view)
        def knock(request: HttpRequest, brand: str, **more: object) -> Answer:
            found = brand_by_slug(brand)
            origin = request.headers.get("Origin", "")
            if found is None or not is_welcome(origin, request, found):
                return refusal(HTTPStatus.NOT_FOUND, "not_found", nothing_here())
            response = preflight() if request.method == "OPTIONS" else answer(request, found, **more)
            return shared_with(origin, response)

        def answer(request: HttpRequest, brand: Brand, **more: object) -> Answer:
            if request.method not in methods:
                response = refusal(HTTPStatus.METHOD_NOT_ALLOWED, "method", nothing_here())
                response.headers["Allow"] = ", ".join((*methods, "OPTIONS"))
                return response
            try:
                given = read(request, takes) if request.method == "POST" else {}
                return view(Call(request, brand, source_of(request), given), **more)
            except Refused as refused:
                return told(refused)

        return knock

    return wrap


def is_welcome(origin: str, request: HttpRequest, brand: Brand) -> bool:
    """True for the brand's own sites, for our pages, and for programs, which send no Origin."""
    own = f"{request.scheme}://{request.get_host()}"
    return not origin or origin in {own, settings.PUBLIC_URL, *brand.allowed_origins}


def source_of(request: HttpRequest) -> str:
    """Return the source that stands for the address of the caller."""
    address = client_address(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", ""))
    return source_of_address(address)


def read(request: HttpRequest, takes: str) -> dict[str, object]:
    """Return the JSON object of the body; nothing for another type, which the view reads itself."""
    if request.content_type != takes:
        sentence = pgettext(
            "widget", "This was not sent in a form that we can read. Reload the page and try again."
        )
        raise TurnedAway(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media_type", sentence)
    if takes != "application/json":
        return {}
    if length(request) > MOST_BODY_BYTES:
        sentence = pgettext("widget", "This is too large to be received. Send it in several parts.")
        raise TurnedAway(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", sentence)
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        raise unreadable() from None
    if not isinstance(given, dict):
        raise unreadable()
    return given


def length(request: HttpRequest) -> int:
    """Return the announced size of the body; without a size, as much as is allowed and one more."""
    try:
        return int(request.headers.get("Content-Length", ""))
    except ValueError:
        return settings.MAX_FILE_BYTES * 2


def is_storable(text: str) -> bool:
    """True when every database can keep the text: no U+0000, and no half of a pair of surrogates."""
    try:
        return b"\x00" not in text.encode()
    except UnicodeEncodeError:
        return False


def told(refused: Refused) -> HttpResponse:
    """Return the answer to what was refused further in."""
    if isinstance(refused, TurnedAway):
        return refusal(refused.status, refused.code, refused.sentence)
    if isinstance(refused, TooMany):
        if refused.code == "file_too_large":
            return told(file_too_large())
        response = refusal(HTTPStatus.TOO_MANY_REQUESTS, refused.code, refused.sentence)
        response.headers["Retry-After"] = str(refused.retry_seconds)
        return response
    status = HTTPStatus.NOT_FOUND if isinstance(refused, NotFound) else HTTPStatus.BAD_REQUEST
    return refusal(status, refused.code, refused.sentence or nothing_here())


def refusal(status: HTTPStatus, code: str, sentence: str) -> HttpResponse:
    """Return one sentence and its code."""
    return JsonResponse({"code": code, "sentence": sentence}, status=status)


def unreadable() -> TurnedAway:
    """What is said of a body that is not what was agreed."""
    sentence = pgettext("widget", "We could not read what was sent. Your text is still there: send it again.")
    return TurnedAway(HTTPStatus.BAD_REQUEST, "bad_request", sentence)


def file_too_large() -> TurnedAway:
    """What is said of a file beyond the limit, with the limit."""
    sentence = pgettext("widget", "This file is over %(most)s MB. Choose a lighter one.")
    most = settings.MAX_FILE_BYTES // 1_000_000
    return TurnedAway(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "file_too_large", sentence % {"most": most})


def session_ended() -> TurnedAway:
    """What is said when the token opens nothing, or nothing any more."""
    sentence = pgettext("widget", "This conversation is no longer open here. Write again to begin a new one.")
    return TurnedAway(HTTPStatus.UNAUTHORIZED, "session_ended", sentence)


def nothing_here() -> str:
    """What is said of what does not exist, or not for this caller."""
    return pgettext("widget", "There is nothing here.")


def preflight() -> HttpResponse:
    """Return what a browser wants to know before it sends a token to another origin."""
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response.headers["Access-Control-Allow-Methods"] = "GET, POST"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return response


def shared_with(origin: str, response: Answer) -> Answer:
    """Let the page of that origin read the answer, and keep it out of every cache."""
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    response.headers["Vary"] = "Origin, Accept-Language"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
