"""The form of a brand."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.channels.registry import BY_NAME
from visavis.domain.conversations.operations import make_pass
from visavis.domain.errors import NotFound, Refused
from visavis.domain.flows.inbound import Inbound, Received, receive
from visavis.domain.intake.operations import take_turn
from visavis.domain.people.hours import opening
from visavis.domain.people.queries import brand_by_slug

from .door import kept_files, refuse_blocked, source_of
from .forms import RequestForm
from .waits import live_wait

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.people.models import Brand

COOKIE_SECONDS = 90 * 24 * 3600
SENT_AGAIN = timedelta(hours=1)


@never_cache
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, brand: str) -> HttpResponse:
    """Show the form, or take what was written and lead to the page of the request."""
    found = brand_by_slug(brand)
    if found is None:
        raise NotFound
    if request.method == "GET":
        return _shown(request, found, RequestForm(initial={"key": uuid.uuid4()}))
    source = source_of(request)
    take_turn(f"form.{found.pk}", source, limit=20, window_seconds=600)
    form = RequestForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, found, form, status=422)
    try:
        refuse_blocked(found, source)
        return _received(request, found, form, source)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _shown(request, found, form, status=422)


def _received(request: HttpRequest, brand: Brand, form: RequestForm, source: str) -> HttpResponse:
    held, token = make_pass("cookie", brand=brand, language=request.LANGUAGE_CODE)
    given = form.cleaned_data
    channel = BY_NAME["form"]
    received = receive(
        Inbound(
            brand=brand,
            channel=channel.name,
            is_live=channel.is_live,
            effort=channel.effort,
            key=given["key"],
            text=given["text"],
            subject=given["subject"],
            name=given["name"],
            email=given["email"],
            phone=given["phone"],
            reference=given["reference"],
            attachment_ids=kept_files(given["file"], held),
            language=request.LANGUAGE_CODE,
            at=timezone.now(),
            held=held,
            sender=source,
        )
    )
    if received.is_repeat:
        return _led_again(received, given["text"])
    return _led(received, token)


def _led(received: Received, token: str) -> HttpResponse:
    """Lead to the page of the request, which its writer alone holds."""
    number = received.conversation.pk
    page = reverse("request:page", args=[number])
    response = redirect(f"{page}?recu=1")
    response.set_cookie(
        f"visavis_demande_{number}",
        token,
        max_age=COOKIE_SECONDS,
        path=page,
        httponly=True,
        samesite="Lax",
        secure=settings.IS_HTTPS,
    )
    return response


def _led_again(received: Received, text: str) -> HttpResponse:
    """Lead there too when the form was sent twice: the browser may have dropped the first answer.

    The key was made for one page and told to it alone; within the hour, with the same words, it is the same
    person. Otherwise the address is given without what opens it.
    """
    message, conversation = received.message, received.conversation
    is_recent = timezone.now() - message.written_at < SENT_AGAIN
    if not (is_recent and message.direction == "in" and message.text == text):
        return redirect(reverse("request:page", args=[conversation.pk]))
    _row, token = make_pass(
        "cookie", brand=conversation.brand, conversation=conversation, language=conversation.language
    )
    return _led(received, token)


def _shown(request: HttpRequest, brand: Brand, form: RequestForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    is_open, opens_at = opening(brand, now)
    context = {
        "brand": brand,
        "form": form,
        "is_open": is_open,
        "opens_at": opens_at,
        "most_bytes": settings.MAX_FILE_BYTES,
        "live_wait": live_wait(brand, now) if is_open else None,
    }
    with timezone.override(ZoneInfo(brand.time_zone)):
        return render(request, "request/form.html", context, status=status)
