"""Mailboxes: how each is doing, added, changed, tried out, signed in at Microsoft or Google."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from visavis.channels.email import oauth
from visavis.channels.email.faults import Fault
from visavis.domain.errors import Refused
from visavis.domain.intake.access import mailbox_to_change, mailbox_token, mailboxes_of
from visavis.domain.intake.operations import add_mailbox, change_mailbox, settings_of
from visavis.domain.intake.sentences import fault_told
from visavis.domain.people.queries import all_brands
from visavis.web.account.reader import reader
from visavis.web.ledger.health import health_of
from visavis.web.settings.carried_out import carried_out, for_administrators
from visavis.web.settings.mailbox_form import MailboxForm, present
from visavis.web.settings.trying_out import tried_out

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.intake.models import Mailbox
    from visavis.domain.people.access import Rights

SIGN_IN = "mailbox_sign_in"


@require_safe
@for_administrators
def mailboxes(request: HttpRequest, rights: Rights) -> HttpResponse:
    """List the mailboxes and how each is doing."""
    context = {"healths": health_of(mailboxes_of(rights)), "brands": all_brands()}
    return render(request, "settings/mailboxes.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("secret", "smtp_secret")
@for_administrators
def new_mailbox(request: HttpRequest, rights: Rights) -> HttpResponse:
    """Add a mailbox, or try out what was typed without keeping it."""
    form = MailboxForm(request.POST or None, brands=all_brands())
    added: list[Mailbox] = []
    if "try" not in request.POST and carried_out(form, lambda: added.append(_added(request, form))):
        messages.success(request, _("Mailbox added."))
        return redirect("settings:mailbox", mailbox_id=added[0].pk)
    return _shown(request, form, None)


def _added(request: HttpRequest, form: MailboxForm) -> Mailbox:
    brand = form.brands[form.cleaned_data["brand"]]
    return add_mailbox(brand, by=reader(request), at=timezone.now(), settings=form.settings())


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("secret", "smtp_secret")
@for_administrators
def mailbox(request: HttpRequest, rights: Rights, mailbox_id: int) -> HttpResponse:
    """Change a mailbox, or try out what was typed without keeping it."""
    kept = mailbox_to_change(rights, mailbox_id)
    form = MailboxForm(request.POST or None, initial=present(kept), kept=kept)
    if "try" not in request.POST and carried_out(
        form, lambda: change_mailbox(kept, by=reader(request), at=timezone.now(), settings=form.settings())
    ):
        messages.success(request, _("Mailbox saved."))
        return redirect("settings:mailbox", mailbox_id=mailbox_id)
    return _shown(request, form, kept)


def _shown(request: HttpRequest, form: MailboxForm, kept: Mailbox | None) -> HttpResponse:
    """Show the form, with what the servers answered when it was tried out."""
    trial = tried_out(form, kept) if "try" in request.POST and form.is_valid() else []
    context = {
        "form": form,
        "health": health_of([kept])[0] if kept else None,
        "hook": settings.PUBLIC_URL + reverse("email:bring", args=[mailbox_token(kept)]) if kept else "",
        "trial": trial,
        "sign_in_is_set_up": kept is not None and kept.way != "password" and oauth.is_configured(kept.way),
    }
    status = 422 if form.is_bound and not trial else 200
    return render(request, "settings/mailbox.html", context, status=status)


# --- Signing in at Microsoft or Google ----------------------------------------------------------------------


@require_safe
@never_cache
@for_administrators
def connect(request: HttpRequest, rights: Rights, mailbox_id: int) -> HttpResponse:
    """Go to the provider of the account, which sends back to `connected`."""
    kept = mailbox_to_change(rights, mailbox_id)
    if not oauth.is_configured(kept.way):
        raise Refused(
            "no_sign_in", _("This mailbox does not sign in this way. Choose how we sign in, then save.")
        )
    state = secrets.token_urlsafe(32)
    request.session[SIGN_IN] = {"state": state, "mailbox": kept.pk}
    return redirect(oauth.consent_address(kept.way, state=state, back_to=way_back()))


@require_safe
@never_cache
@for_administrators
def connected(request: HttpRequest, rights: Rights) -> HttpResponse:
    """Keep the access that the provider gave. Refused to who did not begin it here, in this browser."""
    begun = request.session.pop(SIGN_IN, {})
    if not begun or not constant_time_compare(begun["state"], request.GET.get("state", "")):
        raise Refused("sign_in_ended", _("This sign-in has ended. Begin again from the mailbox."))
    kept = mailbox_to_change(rights, begun["mailbox"])
    try:
        token = oauth.renewal_token(kept.way, code=request.GET.get("code", ""), back_to=way_back())
    except Fault as fault:
        raise Refused("sign_in_failed", fault_told(fault.code)) from fault
    change_mailbox(
        kept, by=reader(request), at=timezone.now(), settings=replace(settings_of(kept), secret=token)
    )
    messages.success(request, _("The account is connected."))
    return redirect("settings:mailbox", mailbox_id=kept.pk)


def way_back() -> str:
    """Return the address to which the provider sends back: the one that was registered there."""
    return settings.PUBLIC_URL + reverse("settings:connected")
