"""The ledger: every mail that came, what waits for a word, and reading again what was kept out."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from visavis.domain.errors import NotFound
from visavis.domain.intake.access import mailbox_for
from visavis.domain.intake.operations import settle_outage, try_all_again
from visavis.domain.intake.queries import tallies, waiting_for_a_word
from visavis.domain.intake.sentences import reason_told_by
from visavis.web.account.reader import reader, rights_of_reader
from visavis.web.design import tell

from .reading import asked_in, is_number, page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from visavis.domain.intake.queries import Tally
    from visavis.domain.people.access import Rights


def for_those_who_lead(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Only who leads finds something at this address; the view is given their rights."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, **arguments: object) -> HttpResponseBase:
        rights = rights_of_reader(request)
        if not rights.leads:
            raise NotFound
        return view(request, rights, **arguments)

    return guarded


@require_safe
@never_cache
@for_those_who_lead
def ledger(request: HttpRequest, rights: Rights) -> HttpResponse:
    """Show the mails, newest first, the counts, and how each mailbox is doing."""
    shown = page_of(rights, asked_in(request.GET))
    return render(request, "ledger/ledger.html", shown | how_far(request, shown["counts"]))


@require_safe
@never_cache
@for_those_who_lead
def progress(request: HttpRequest, rights: Rights) -> HttpResponse:
    """Show how much is still to be read; one query."""
    return render(request, "ledger/ledger.html#progress", how_far(request, tallies(rights)))


def how_far(request: HttpRequest, counts: list[Tally]) -> dict[str, object]:
    """Return how many mails are still to read, and how many were of those that the address says were begun.

    When more is left than was begun, others came meanwhile: no bar could say how far one is.
    """
    remaining = sum(row.taken for row in counts)
    told = request.GET.get("relus", "")
    begun = int(told) if is_number(told) else 0
    return {
        "remaining": remaining,
        "begun": begun,
        "done": begun - remaining if begun >= remaining else None,
    }


@require_http_methods(["GET", "POST"])
@for_those_who_lead
def all_again(request: HttpRequest, rights: Rights) -> HttpResponse:
    """Read all of one state, or of one reason, again, after a confirmation."""
    asked = asked_in(request.GET)
    if not asked.kept_out:
        return redirect("ledger:ledger")
    if request.method == "POST":
        count = try_all_again(
            rights, by=reader(request), at=timezone.now(), state=asked.kept_out, reason=asked.reason
        )
        told = ngettext("%(figure)s mail is read again.", "%(figure)s mails are read again.", count)
        messages.success(request, told % {"figure": tell.count(count)})
        return redirect(f"{reverse('ledger:ledger')}{asked.address(relus=count)}")
    context = {
        "asked": asked,
        "sentence": reason_told_by(asked.kept_out, asked.reason) if asked.reason else "",
        "back": reverse("ledger:ledger") + asked.address(),
    }
    return render(request, "ledger/all_again.html", context)


@require_http_methods(["GET", "POST"])
@for_those_who_lead
def outage(request: HttpRequest, rights: Rights, mailbox_id: int) -> HttpResponse:
    """Say what becomes of what came while nobody fetched a mailbox."""
    mailbox = mailbox_for(rights, mailbox_id)
    choice = request.POST.get("choice", "")
    if choice in {"read", "keep"}:
        count = settle_outage(mailbox, by=reader(request), at=timezone.now(), read=choice == "read")
        if choice == "read":
            told = ngettext("%(figure)s mail is read now.", "%(figure)s mails are read now.", count)
            where = f"?boite={mailbox.pk}&relus={count}"
        else:
            told = ngettext(
                "%(figure)s mail is kept as history.", "%(figure)s mails are kept as history.", count
            )
            where = f"?boite={mailbox.pk}&motif=history"
        messages.success(request, told % {"figure": tell.count(count)})
        return redirect(reverse("ledger:ledger") + where)
    context = {
        "mailbox": mailbox,
        "waiting": waiting_for_a_word([mailbox]).get(mailbox.pk, 0),
        "is_undecided": request.method == "POST",
        "needs_word": _("Choose one of the two, then confirm."),
    }
    return render(request, "ledger/outage.html", context, status=422 if request.method == "POST" else 200)
