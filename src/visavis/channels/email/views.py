"""The door for programs that bring mail over HTTP: webhooks of mail providers, scripts of the house."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from visavis.domain.errors import Refused, TooMany
from visavis.domain.intake.access import mailbox_of_token
from visavis.domain.intake.operations import take_mail, take_turn
from visavis.domain.intake.sources import client_address, source_of_address

from .form_data import NotAForm, field_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visavis.domain.intake.models import Mailbox

PIECE = 65_536
KNOCKS_A_MINUTE = 600
RAW = {"message/rfc822", "application/octet-stream", "text/plain"}
# How the usual providers call the field of the whole mail: SendGrid, Mailgun, and what one expects.
FIELDS = ("email", "body-mime", "message")
RETRY_SECONDS = "60"


@csrf_exempt
@never_cache
@require_POST
def bring(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the mail: 200 with its number in the ledger when it is kept, never before.

    404 for a token that is none, 400 for what is no mail, 413 too large, 415 another kind of body, 429 too
    often, 503 when it cannot be kept now: providers bring it again.
    """
    address = client_address(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", ""))
    try:
        take_turn("email", source_of_address(address), limit=KNOCKS_A_MINUTE, window_seconds=60)
        return _kept(request, mailbox_of_token(token))
    except UnreadablePostError:
        raise  # whoever brought it is gone: nobody hears an answer
    except (DatabaseError, OSError):
        return _later()


def _kept(request: HttpRequest, mailbox: Mailbox) -> HttpResponse:
    try:
        mail = _mail(request)
    except NotAForm:
        return _told(HTTPStatus.BAD_REQUEST, "not_a_form")
    if mail is None:
        return _told(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "no_mail_in_it")
    beginning = next(mail, b"")
    if not beginning:
        return _told(HTTPStatus.BAD_REQUEST, "empty")
    try:
        arrival = take_mail(mailbox, _again(beginning, mail), door="webhook")
    except TooMany as refused:
        return _told(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, refused.code)
    except Refused as refused:
        return _told(HTTPStatus.BAD_REQUEST, refused.code)
    return JsonResponse({"arrival": arrival.pk})


def _mail(request: HttpRequest) -> Iterator[bytes] | None:
    """The bytes of the mail, wherever the body holds them; None when it is of no kind that we know."""
    kind = (request.content_type or "").lower()
    if kind == "multipart/form-data":
        return field_of(request, request.headers.get("Content-Type", ""), FIELDS)  # type: ignore[arg-type]  # it reads
    return iter(lambda: request.read(PIECE), b"") if kind in RAW else None


def _again(beginning: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield beginning
    yield from rest


def _later() -> HttpResponse:
    answer = _told(HTTPStatus.SERVICE_UNAVAILABLE, "not_kept_yet")
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _told(status: HTTPStatus, code: str) -> HttpResponse:
    return JsonResponse({"code": code}, status=status)
