"""What a customer can do on their page: read, write, ask for a person, erase what they said of themselves."""

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from visavis.channels.form.door import given_files, refuse_blocked, source_of, whole_text
from visavis.channels.registry import BY_NAME
from visavis.domain.conversations import operations
from visavis.domain.conversations.access import attachment_of_pass, pass_for
from visavis.domain.errors import NotFound, Refused
from visavis.domain.flows.inbound import Inbound, receive
from visavis.domain.intake.operations import take_turn
from visavis.domain.people.operations import erase_statement
from visavis.web.downloads import download

from .door import Visit, give_cookie, private, visited
from .reading import page_context


@require_GET
def open_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Exchange the link for a cookie, and take it out of the address."""
    held = pass_for("link", token)
    if held.conversation_id is None:
        raise NotFound
    _row, cookie = operations.exchange_pass(held, "cookie")
    page = redirect(reverse("request:page", args=[held.conversation_id]))
    page.headers["Referrer-Policy"] = "no-referrer"  # this address, the only one that holds the token
    return private(give_cookie(page, number=held.conversation_id, token=cookie))


@require_GET
@visited
def page(visit: Visit) -> HttpResponse:
    """Show the whole page; what had left is read now."""
    operations.customer_read(visit.conversation)
    return render(visit.request, "request/page.html", page_context(visit))


@require_GET
@visited
def live(visit: Visit) -> HttpResponse:
    """Show what changes: the head, the messages, the promises."""
    operations.customer_read(visit.conversation)
    return render(visit.request, "request/live.html", page_context(visit))


@require_POST
@visited
def write(visit: Visit) -> HttpResponse:
    """Add a message or a file to the request."""
    source = source_of(visit.request)
    take_turn("request.write", source, limit=30, window_seconds=600)
    refuse_blocked(visit.held.brand, source)
    text = whole_text(visit.request)
    files = given_files(visit.request, visit.held)
    if not text and not files:
        raise Refused("empty", _("There is nothing to send yet. Write your message first."))
    channel = BY_NAME["form"]
    receive(
        Inbound(
            brand=visit.held.brand,
            channel=channel.name,
            is_live=channel.is_live,
            effort=channel.effort,
            key=_key(visit.request),
            text=text,
            at=timezone.now(),
            language=visit.request.LANGUAGE_CODE,
            attachment_ids=files,
            held=visit.held,
            sender=source,
        )
    )
    return redirect(_own_page(visit) + "?recu=1#messages")


@require_POST
@visited
def person(visit: Visit) -> HttpResponse:
    """Ask for a person: the request goes first."""
    take_turn("request.person", source_of(visit.request), limit=10, window_seconds=600)
    operations.ask_for_person(visit.conversation)
    return redirect(_own_page(visit) + "?personne=1")


@require_POST
@visited
def ticket(visit: Visit) -> HttpResponse:
    """Give a one-minute ticket for the live stream."""
    take_turn("request.ticket", source_of(visit.request), limit=60, window_seconds=600)
    _row, token = operations.exchange_pass(visit.held, "ticket")
    return JsonResponse({"ticket": token})


@require_POST
@visited
def erase_said(visit: Visit, statement_id: int) -> HttpResponse:
    """Erase something that one said of oneself."""
    statement = visit.conversation.customer.statements.filter(pk=statement_id).first()
    if statement is None:
        raise NotFound
    erase_statement(statement, by=None, at=timezone.now())
    return redirect(_own_page(visit) + "#vous")


@require_GET
@visited
def read_file(visit: Visit, attachment_id: int) -> HttpResponseBase:
    """Give the bytes of a file of one's own request."""
    return download(attachment_of_pass(visit.held, attachment_id))


def _own_page(visit: Visit) -> str:
    """Return the page of the cookie, which keeps its number when the conversation was merged into another."""
    return reverse("request:page", args=[visit.held.conversation_id])


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        raise NotFound from None
