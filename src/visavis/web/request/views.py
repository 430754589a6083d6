"""What a customer can do on their page: read, write, ask for a person, erase what they said of themselves."""

import uuid
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.channels.form.door import kept_files, refuse_blocked, source_of
from visavis.channels.form.forms import MessageForm
from visavis.channels.registry import BY_NAME
from visavis.domain.conversations import operations
from visavis.domain.conversations.access import attachment_of_pass, pass_for
from visavis.domain.errors import NotFound, Refused
from visavis.domain.flows.forget import forget
from visavis.domain.flows.inbound import Inbound, receive
from visavis.domain.intake.operations import take_turn
from visavis.domain.people.operations import erase_statement
from visavis.domain.privacy.queries import erasure_of
from visavis.web.downloads import download

from .door import Visit, closed, give_cookie, number_of, private, take_cookie_back, visited
from .reading import certificate_context, erasing_context, history_context, known_here, page_context


@require_GET
def open_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Exchange the link for a cookie, and take it out of the address."""
    try:
        held = pass_for("link", token)
    except NotFound:
        return closed(request, token)
    if held.conversation_id is None:
        return closed(request, token)
    _row, cookie = operations.exchange_pass(held, "cookie")
    page = redirect(reverse("request:page", args=[held.conversation_id]))
    page.headers["Referrer-Policy"] = "no-referrer"  # this address, the only one that holds the token
    return private(give_cookie(page, number=held.conversation_id, token=cookie))


@require_GET
@visited
def page(visit: Visit) -> HttpResponse:
    """Show the whole page; what had left is read now."""
    operations.customer_read(visit.conversation)
    return _shown(visit, MessageForm(initial={"key": uuid.uuid4()}))


@require_GET
@visited
def live(visit: Visit) -> HttpResponse:
    """Show what changes: the head, the messages, the promises."""
    operations.customer_read(visit.conversation)
    return render(visit.request, "request/live.html", page_context(visit))


@require_POST
@visited
def write(visit: Visit) -> HttpResponse:
    """Add a message or a file to the request; what is wrong is said beside its field, and the text stays."""
    source = source_of(visit.request)
    form = MessageForm(visit.request.POST, visit.request.FILES)
    if not form.is_valid():
        return _shown(visit, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        take_turn("request.write", source, limit=30, window_seconds=600)
        refuse_blocked(visit.held.brand, source)
        _receive(visit, form, source)
    except Refused as refused:
        form.add_error("text", refused.sentence)
        return _shown(visit, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(_own_page(visit) + "?recu=1#messages")


def _receive(visit: Visit, form: MessageForm, source: str) -> None:
    given, channel = form.cleaned_data, BY_NAME["form"]
    receive(
        Inbound(
            brand=visit.held.brand,
            channel=channel.name,
            is_live=channel.is_live,
            effort=channel.effort,
            key=given["key"],
            text=given["text"],
            at=timezone.now(),
            language=visit.request.LANGUAGE_CODE,
            attachment_ids=kept_files(given["file"], visit.held),
            held=visit.held,
            sender=source,
        )
    )


@require_POST
@visited
def person(visit: Visit) -> HttpResponse:
    """Ask for a person: the request goes first."""
    take_turn("request.person", source_of(visit.request), limit=10, window_seconds=600)
    operations.ask_for_person(visit.conversation)
    return redirect(_own_page(visit) + "?personne=1")


@require_POST
@visited
def link(visit: Visit) -> HttpResponse:
    """Make a link by which one comes back from another device; it is shown once."""
    take_turn("request.link", source_of(visit.request), limit=10, window_seconds=600)
    _row, token = operations.make_link(visit.conversation, by=None, parent=visit.held)
    address = settings.PUBLIC_URL + reverse("request:open", args=[token])
    return _shown(visit, MessageForm(initial={"key": uuid.uuid4()}), new_link=address)


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


@require_GET
@visited
def history(visit: Visit) -> HttpResponse:
    """Show everything that the holder may read of themselves."""
    return render(visit.request, "request/history.html", history_context(visit))


@require_GET
@visited
def history_file(visit: Visit) -> HttpResponse:
    """Give the same as one file, which any browser reads."""
    take_turn("request.history", source_of(visit.request), limit=30, window_seconds=600)
    page = render(visit.request, "request/history_file.html", history_context(visit))
    return _as_file(page, _("my-history-%(day)s.html") % {"day": timezone.localdate().isoformat()})


@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, number: int) -> HttpResponseBase:
    """Say what goes and what stays; then erase it. Sent again, it leads to the same certificate."""
    if request.method == "POST" and (known := erasure_of(_key(request))):
        return redirect(_certificate(known.key))
    return _asked_to_erase(request, number)


@visited
def _asked_to_erase(visit: Visit) -> HttpResponse:
    if visit.request.method == "GET":
        return render(visit.request, "request/erase.html", erasing_context(visit))
    take_turn("request.erase", source_of(visit.request), limit=10, window_seconds=600)
    erasure = forget(visit.held, key=_key(visit.request), at=timezone.now())
    page = redirect(_certificate(erasure.key))
    return take_cookie_back(page, number=number_of(visit))


@require_GET
def certificate(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Show the certificate to whoever has its address: nothing in it says whose it was."""
    return private(render(request, "request/certificate.html", certificate_context(key)))


@require_GET
def certificate_file(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Give the certificate as one file."""
    context = certificate_context(key)
    page = render(request, "request/certificate_file.html", context)
    return private(_as_file(page, _("certificate-%(number)s.html") % {"number": context["erasure"].number}))


def _certificate(key: uuid.UUID) -> str:
    return reverse("request:certificate", args=[key])


def _as_file(page: HttpResponse, name: str) -> HttpResponse:
    """Make the page a file to keep; a sandbox forbids everything to who opens it here."""
    page.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"  # noqa: FBT003 -- Django's own
    page.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return page


def _shown(
    visit: Visit, form: MessageForm, *, status: int = HTTPStatus.OK, new_link: str = ""
) -> HttpResponse:
    context = page_context(visit) | {"form": form, "known": known_here(visit), "new_link": new_link}
    return render(visit.request, "request/page.html", context, status=status)


def _own_page(visit: Visit) -> str:
    """Return the page of the cookie, which keeps its number when the conversation was merged into another."""
    return reverse("request:page", args=[number_of(visit)])


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        raise NotFound from None
