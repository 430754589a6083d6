"""Signing the letters of a domain: its key, the record to publish, whether it is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.channels.email.published import ask
from visavis.domain.errors import Refused
from visavis.domain.intake.access import signing_key_to_change
from visavis.domain.intake.operations import forget_signing_key, make_signing_key, turn_signing
from visavis.web.account.reader import reader
from visavis.web.settings.carried_out import for_administrators

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.intake.models import Mailbox, SigningKey
    from visavis.domain.people.access import Rights


@require_http_methods(["GET", "POST"])
@never_cache
@for_administrators
def signing(request: HttpRequest, rights: Rights, mailbox_id: int) -> HttpResponse:
    """Show the key of the domain of a mailbox; make it, check it, put it to use, forget it."""
    mailbox, key = signing_key_to_change(rights, mailbox_id)
    action = request.POST.get("action", "")
    if action == "check" and key:
        context = {"mailbox": mailbox, "key": key, "answer": ask(key.record_name, key.record)}
        return render(request, "settings/signing.html", context)
    if request.method == "POST":
        messages.success(request, _done(request, action, mailbox, key))
        return redirect("settings:signing", mailbox_id=mailbox_id)
    return render(request, "settings/signing.html", {"mailbox": mailbox, "key": key, "answer": ""})


def _done(request: HttpRequest, action: str, mailbox: Mailbox, key: SigningKey | None) -> str:
    """Do what was asked; return what to say of it."""
    by, at = reader(request), timezone.now()
    if action == "make":
        make_signing_key(mailbox, by=by, at=at)
        return _("The key is made. Publish its record, then begin to sign.")
    if key is None or action not in {"begin", "end", "forget"}:
        raise Refused("no_key", _("This domain has no key any more. Make one first."))
    if action == "forget":
        forget_signing_key(key, by=by, at=at)
        return _("The key is gone: letters leave unsigned. You can remove its record.")
    turn_signing(key, is_on=action == "begin", by=by, at=at)
    return _("Letters are signed from now on.") if action == "begin" else _("Letters leave unsigned.")
