"""`PUT /api/v1/brands/<slug>/customers/<reference>/facts`: the read-only fields of a contract.

    Authorization: Bearer vv_…
    {"facts": [{"label": "Offre", "value": "Fibre 2 Go"}], "name": "Odile Perrin", "language": "fr"}

`facts` replaces what was there, in its order (at most 40; label 60, value 200 characters). `name` and
`language` serve only when the customer is not known yet. 200 when they were, 201 when they are new. Plain
views:
one address needs no framework, and Pydantic would be one more compiled dependency to install.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from visavis.domain.errors import NotFound, Refused, TooMany
from visavis.domain.flows.contract_facts import Push, push_facts
from visavis.domain.intake.operations import take_turn
from visavis.domain.intake.sources import client_address, source_of_address
from visavis.domain.people.access import brand_of_token

if TYPE_CHECKING:
    from visavis.domain.people.models import Brand

LARGEST_BODY = 64_000
A_MINUTE = 60
PUSHES_A_MINUTE = 600
WRONG_TOKENS_A_MINUTE = 20


@dataclass(frozen=True)
class Unreadable(Exception):
    """The body is not what the page above says; `sentence` says where."""

    sentence: str


@csrf_exempt  # no cookie is read here: the token in the header is all there is
@require_http_methods(["PUT"])
def facts(request: HttpRequest, slug: str, reference: str) -> JsonResponse:
    """Keep the fields that the brand pushes."""
    try:
        brand = brand_of_request(request, slug)
        take_turn("api", f"brand:{brand.pk}", limit=PUSHES_A_MINUTE, window_seconds=A_MINUTE)
        push = read(request, reference)
        is_new = push_facts(brand, push, at=timezone.now())
    except TooMany as refusal:
        return told(429, refusal.code, refusal.sentence, headers={"Retry-After": str(refusal.retry_seconds)})
    except NotFound:
        return told(
            401,
            "token_unknown",
            _("This token does not open this brand."),
            headers={"WWW-Authenticate": 'Bearer realm="Vis-a-vis"'},
        )
    except Refused as refusal:
        return told(422, refusal.code, refusal.sentence)
    except Unreadable as unreadable:
        return told(400, "unreadable", unreadable.sentence)
    return JsonResponse({"kept": len(push.facts)}, status=201 if is_new else 200)


def brand_of_request(request: HttpRequest, slug: str) -> Brand:
    """Return the brand whose token the request holds; NotFound for no brand and a wrong token alike."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    try:
        brand = brand_of_token(secret.strip()) if scheme.lower() == "bearer" else None
    except NotFound:
        brand = None
    if brand is None or brand.slug != slug or not brand.is_active:
        address = client_address(
            request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", "")
        )
        source = source_of_address(address)
        take_turn("api_wrong", source, limit=WRONG_TOKENS_A_MINUTE, window_seconds=A_MINUTE)
        raise NotFound
    return brand


# --- Reading the body ---------------------------------------------------------------------------------------


def read(request: HttpRequest, reference: str) -> Push:
    """Return what the body says; anything else than what the page above says is told and refused."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        raise Refused("too_large", _("At most 64 kB are read at once."))
    try:
        body = json.loads(request.body.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Unreadable(_("The body must be JSON in UTF-8.")) from None
    if not isinstance(body, dict) or not isinstance(body.get("facts"), list):
        raise Unreadable(_("The body must be an object with a list, “facts”."))
    if unknown := sorted(set(body) - {"facts", "name", "language"}):
        raise Unreadable(_("Unknown field: %(name)s") % {"name": unknown[0]})
    language = text(body, "language", most=5, default=settings.LANGUAGE_CODE)
    return Push(
        reference=reference,
        facts=[
            (text(fact, "label", most=60), text(fact, "value", most=200)) for fact in objects(body["facts"])
        ],
        name=text(body, "name", most=120, default=""),
        language=language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
    )


def objects(rows: list[Any]) -> list[dict[str, Any]]:
    """Return the rows, each being an object."""
    if any(not isinstance(row, dict) or set(row) != {"label", "value"} for row in rows):
        raise Unreadable(_("Each of “facts” is an object with a “label” and a “value”."))
    return rows


def text(row: dict[str, Any], name: str, *, most: int, default: str | None = None) -> str:
    """Return the text of that name; refused when it is none, too long, or cannot be kept."""
    value = row.get(name, default)
    if not isinstance(value, str) or len(value) > most or "\x00" in value or not whole(value):
        raise Unreadable(
            _("“%(name)s” must be a text of at most %(most)d characters.") % {"name": name, "most": most}
        )
    return value.strip()


def whole(value: str) -> bool:
    """Say whether the text can be written in UTF-8: JSON lets half of a pair through."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def told(status: int, code: str, sentence: str, headers: dict[str, str] | None = None) -> JsonResponse:
    """Return a refusal as JSON, as everywhere."""
    return JsonResponse({"code": code, "sentence": sentence}, status=status, headers=headers)
