"""One mail of the ledger: what was read of it, its original, and what a leader may say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from visavis.domain.conversations.correspondence import letters_of
from visavis.domain.conversations.sentences import verdicts_told
from visavis.domain.errors import NotFound, Refused
from visavis.domain.flows.spam import bring_back, set_aside_as_spam
from visavis.domain.intake.access import arrival_for, raw_to_save
from visavis.domain.intake.operations import accept_arrival, try_again
from visavis.domain.intake.queries import other_brands_of
from visavis.domain.intake.sentences import scan_told
from visavis.web.account.reader import reader
from visavis.web.downloads import saved

from .original import beginning, opened_mail
from .reading import row_of
from .views import for_those_who_lead
from .words import DOORS, KEPT_OUT

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

    from visavis.domain.conversations.models import Conversation
    from visavis.domain.files.models import StoredFile
    from visavis.domain.intake.models import Arrival
    from visavis.domain.people.access import Rights


@require_safe
@never_cache
@for_those_who_lead
def arrival(request: HttpRequest, rights: Rights, arrival_id: int) -> HttpResponse:
    """Show one mail; to htmx, which asks while it is about to be read, only what can be done with it."""
    found = arrival_for(rights, arrival_id)
    context = {"row": row_of(found), "arrival": found, "can_be_let_in": can_be_let_in(found)}
    if request.headers.get("HX-Request"):
        return render(request, "ledger/arrival.html#state", context)
    mail = opened_mail(found)
    letter = letters_of([found.message]).get(found.message.pk) if found.message else None
    context |= {
        "row": row_of(found, subject=mail.mail.subject if mail else ""),
        "mail": mail,
        "verdict": verdicts_told(letter) if letter and found.state == "accepted" else "",
        "scan": scan_told(found),
        "door": DOORS.get(found.door, found.door),
        "others": other_brands_of(rights, found),
    }
    return render(request, "ledger/arrival.html", context)


def can_be_let_in(found: Arrival) -> bool:
    """Say whether something of a mail that is kept out is left to read."""
    return found.state in KEPT_OUT and found.raw_id is not None


# --- The original -------------------------------------------------------------------------------------------


@require_safe
@never_cache
@for_those_who_lead
def original(request: HttpRequest, rights: Rights, arrival_id: int) -> HttpResponse:
    """Show the beginning of the mail as it came, as text: nothing of it is interpreted."""
    found = arrival_for(rights, arrival_id)
    text, is_whole = beginning(raw_of(found))
    context = {"row": row_of(found), "arrival": found, "text": text, "is_whole": is_whole}
    return render(request, "ledger/original.html", context)


@require_safe
@for_those_who_lead
def original_file(request: HttpRequest, rights: Rights, arrival_id: int) -> StreamingHttpResponse:
    """Give the mail as it came, to be saved."""
    found = arrival_for(rights, arrival_id)
    return saved(raw_to_save(found), f"{_('mail')}-{found.pk}.eml", media_type="message/rfc822")


def raw_of(found: Arrival) -> StoredFile:
    """Return the bytes of the mail. NotFound once they were erased."""
    if found.raw is None:
        raise NotFound
    return found.raw


# --- What a leader says of it -------------------------------------------------------------------------------


@require_POST
@for_those_who_lead
def accept(request: HttpRequest, rights: Rights, arrival_id: int) -> HttpResponse:
    """Let the mail in, whatever the rules say."""
    accept_arrival(arrival_for(rights, arrival_id), by=reader(request), at=timezone.now())
    messages.success(request, _("The mail is let in."))
    return redirect("ledger:arrival", arrival_id=arrival_id)


@require_POST
@for_those_who_lead
def again(request: HttpRequest, rights: Rights, arrival_id: int) -> HttpResponse:
    """Read the mail again, by the same rules."""
    try_again(arrival_for(rights, arrival_id), by=reader(request), at=timezone.now())
    messages.success(request, _("The mail is read again."))
    return redirect("ledger:arrival", arrival_id=arrival_id)


@require_POST
@for_those_who_lead
def spam(request: HttpRequest, rights: Rights, arrival_id: int) -> HttpResponse:
    """Set aside as spam all the mails of the conversation; `back` undoes it."""
    found = arrival_for(rights, arrival_id)
    set_aside_as_spam(conversation_of(found), by=reader(request), at=timezone.now())
    messages.success(request, _("Set aside as spam. It can be brought back from here."))
    return redirect("ledger:arrival", arrival_id=arrival_id)


@require_POST
@for_those_who_lead
def back(request: HttpRequest, rights: Rights, arrival_id: int) -> HttpResponse:
    """Bring the mails of a conversation back from the spam."""
    found = arrival_for(rights, arrival_id)
    bring_back(conversation_of(found), by=reader(request), at=timezone.now())
    messages.success(request, _("Brought back: it is our turn again."))
    return redirect("ledger:arrival", arrival_id=arrival_id)


def conversation_of(found: Arrival) -> Conversation:
    """Return the conversation in which the mail stands. Refused when it opened none."""
    if found.message is None:
        raise Refused("no_conversation", _("This mail is in no conversation: accept it instead."))
    return found.message.conversation
