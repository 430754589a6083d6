"""The chat over HTTP. What each address takes and gives is told in docs/widget.md."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import pgettext

from visavis.domain.conversations import operations
from visavis.domain.conversations.access import attachment_of_pass, conversation_of_pass
from visavis.domain.errors import NotFound
from visavis.domain.files.queries import content
from visavis.domain.flows.inbound import Inbound, receive
from visavis.domain.people.hours import opening
from visavis.live import bell

from .door import Call, TurnedAway, door, file_too_large, length, unreadable
from .telling import CHAT, file_told, moment, settings_told, thread_told

if TYPE_CHECKING:
    from visavis.domain.conversations.models import Conversation, Pass

MOST_TEXT = 8000
MOST_NAME = 120
MOST_EMAIL = 254
MOST_FILES = 10
FORM_OVERHEAD = 10_000
TEN_MINUTES = 600


@door("GET")
def settings_(call: Call) -> HttpResponse:
    """What the widget shows of the brand; the same for all, so kept a minute."""
    response = JsonResponse(settings_told(call.brand, now=timezone.now()))
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@door("POST")
def session(call: Call) -> HttpResponse:
    """A session is open, its token told once. What is typed is unverified: it opens nobody's history."""
    call.take_turn("session", limit=60, seconds=TEN_MINUTES)
    email = read_email(call)
    call.refuse_blocked(email)
    _, token = operations.make_pass(
        "chat",
        brand=call.brand,
        language=read_language(call),
        given={"name": call.text("name", most=MOST_NAME), "email": email},
    )
    standing = settings_told(call.brand, now=timezone.now())
    told = {"token": token} | {name: standing[name] for name in ("wait", "open", "opens_at")}
    return JsonResponse(told, status=HTTPStatus.CREATED)


@door("GET", "POST")
def messages(call: Call) -> HttpResponse:
    """Say something, once whatever the number of times it is sent; or read what was said since."""
    return say(call) if call.request.method == "POST" else listen(call)


def say(call: Call) -> HttpResponse:
    """Keep the message: 201, or 200 when its key was taken before."""
    held = call.held
    key, text, files = read_key(call), call.text("text", most=MOST_TEXT), read_files(call)
    if not text and not files:
        sentence = pgettext("widget", "There is nothing to send yet. Write a few words, or join a file.")
        raise TurnedAway(HTTPStatus.BAD_REQUEST, "empty", sentence)
    call.take_turn("messages", limit=40, seconds=60, by=str(held.pk))
    call.take_turn("messages", limit=600, seconds=TEN_MINUTES)
    call.refuse_blocked(held.given.get("email", ""))
    now = timezone.now()
    is_open, _ = opening(call.brand, now)
    received = receive(
        Inbound(
            brand=call.brand,
            channel=CHAT.name,
            is_live=CHAT.is_live and is_open,  # left outside the hours, it is answered in writing
            effort=CHAT.effort,
            key=key,
            text=text,
            at=now,
            language=held.language,
            name=held.given.get("name", ""),
            email=held.given.get("email", ""),
            attachment_ids=files,
            sender=call.source,
            held=held,
        )
    )
    told = {"id": received.message.pk, "key": str(key), "at": moment(received.message.left_at)}
    return JsonResponse(told, status=HTTPStatus.OK if received.is_repeat else HTTPStatus.CREATED)


def listen(call: Call) -> HttpResponse:
    """Tell what was said after message `after`, or since `since`, the `next` of the last answer."""
    query = call.request.GET
    told = thread_told(
        conversation_or_none(call.held),
        call.brand,
        since=read_instant(query.get("since", "")),
        after=read_number(query.get("after", "0")),
        now=timezone.now(),
    )
    return JsonResponse(told)


@door("POST", takes="multipart/form-data")
def files(call: Call) -> HttpResponse:
    """A file is kept until a message of this session takes it."""
    held = call.held
    if length(call.request) > settings.MAX_FILE_BYTES + FORM_OVERHEAD:
        raise file_too_large()
    call.take_turn("files", limit=20, seconds=TEN_MINUTES, by=str(held.pk))
    call.take_turn("files", limit=120, seconds=TEN_MINUTES)
    call.refuse_blocked()
    try:
        file = call.request.FILES.get("file")
    except RequestDataTooBig:
        raise file_too_large() from None
    except (MultiPartParserError, BadRequest):
        file = None
    if file is None:
        raise unreadable()
    attachment = operations.keep_attachment(file.chunks(), name=file.name or "", held=held)
    told = file_told(attachment, call.brand)
    return JsonResponse(told, status=HTTPStatus.CREATED)


@door("GET")
def file(call: Call, number: int) -> StreamingHttpResponse:
    """The bytes of a file of this conversation, always as a download: no browser shows or runs it here."""
    attachment = attachment_of_pass(call.held, number)
    response = StreamingHttpResponse(content(attachment.file), content_type="application/octet-stream")
    disposition = content_disposition_header(as_attachment=True, filename=attachment.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Content-Length"] = str(attachment.file.size)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@door("POST")
def typing(call: Call) -> HttpResponse:
    """The adviser sees that something is being written; forgotten after a few seconds."""
    held = call.held
    call.take_turn("typing", limit=60, seconds=60, by=str(held.pk))
    if conversation := conversation_or_none(held):
        operations.customer_is_typing(conversation)
        bell.nudge("conversation", conversation.pk)
    return JsonResponse({})


@door("POST")
def read(call: Call) -> HttpResponse:
    """The customer has read what left to them."""
    held = call.held
    call.take_turn("read", limit=60, seconds=60, by=str(held.pk))
    if conversation := conversation_or_none(held):
        operations.customer_read(conversation)
        bell.nudge("conversation", conversation.pk)
    return JsonResponse({})


@door("POST")
def ticket(call: Call) -> HttpResponse:
    """A ticket of one minute and one use, for the stream: an EventSource carries no header."""
    held = call.held
    call.take_turn("ticket", limit=60, seconds=60, by=str(held.pk))
    conversation_of_pass(held)
    _, token = operations.exchange_pass(held, "ticket")
    return JsonResponse({"ticket": token})


@door("POST")
def link(call: Call) -> HttpResponse:
    """A link to the customer's own page, told once: the widget keeps it beside its token."""
    held = call.held
    call.take_turn("link", limit=5, seconds=TEN_MINUTES, by=str(held.pk))
    _, token = operations.make_link(conversation_of_pass(held), by=None)
    try:
        address = reverse("request:open", args=[token])
    except NoReverseMatch:
        raise NotFound from None
    return JsonResponse({"url": address}, status=HTTPStatus.CREATED)


def conversation_or_none(held: Pass) -> Conversation | None:
    """Return the conversation of the session, None before the first word."""
    return conversation_of_pass(held) if held.conversation is not None else None


def read_email(call: Call) -> str:
    """Return the e-mail typed, or nothing; 400 when it cannot be one."""
    email = call.text("email", most=MOST_EMAIL)
    try:
        if email:
            validate_email(email)
    except ValidationError:
        sentence = pgettext("widget", "This e-mail is not complete. Mend it, or leave it empty.")
        raise TurnedAway(HTTPStatus.BAD_REQUEST, "bad_email", sentence) from None
    return email


def read_language(call: Call) -> str:
    """Return the language asked for when we speak it, else the brand's first."""
    asked, known = call.text("language", most=20)[:2], dict(settings.LANGUAGES)
    ours = [*call.brand.languages, settings.LANGUAGE_CODE]
    return asked if asked in known else ours[0]


def read_key(call: Call) -> uuid.UUID:
    """Return the key of the message, made by the writer."""
    try:
        return uuid.UUID(call.text("key", most=40))
    except ValueError:
        raise unreadable() from None


def read_files(call: Call) -> list[int]:
    """Return the numbers of the files to join; those of somebody else are not found later on."""
    files = call.given.get("files") or []
    if not isinstance(files, list) or len(files) > MOST_FILES:
        raise unreadable()
    if not all(type(number) is int and 0 < number < 2**63 for number in files):
        raise unreadable()
    return files


def read_instant(value: str) -> datetime | None:
    """Return the instant told in `next`, None for the beginning."""
    thousandths = read_number(value)
    return datetime.fromtimestamp(thousandths / 1000, UTC) if thousandths else None


def read_number(value: str) -> int:
    """Return a whole number of an address, 0 for anything else."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 15 else 0
