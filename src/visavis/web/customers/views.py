"""One customer's record, and the page by which they prove an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.mail import BadHeaderError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from visavis.domain.errors import NotFound, Refused
from visavis.domain.flows.correct_customer import correct_customer
from visavis.domain.flows.merge_customers import merge_customers, undo_merge
from visavis.domain.flows.prove_identity import prove_by_code, prove_by_link
from visavis.domain.intake.operations import take_turn
from visavis.domain.intake.sources import source_of_identity
from visavis.domain.people import operations
from visavis.domain.people.access import customer_for, identity_for, merge_for
from visavis.domain.people.hours import opening
from visavis.domain.people.queries import customers_like, identities_of, merges_of
from visavis.domain.people.sentences import means_told
from visavis.web.account.reader import reader, rights_of_reader

from . import forms

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.people.models import Customer, Identity

AN_HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class Known:
    """One thing by which the customer is known, the forms that prove it, and how an adviser did."""

    identity: Identity
    code: Form
    hand: Form
    means: str


@require_safe
@login_required
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show the record; one that was merged leads to the one that was kept."""
    shown = customer_for(rights_of_reader(request), customer_id)
    if shown.merged_into_id is not None:
        return redirect("customers:customer", customer_id=shown.merged_into_id)
    return page(request, shown)


@require_POST
@login_required
def correct(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Put right who they are."""
    shown = customer_for(rights_of_reader(request), customer_id)
    form = forms.Correction(request.POST)
    if not form.is_valid():
        return page(request, shown, correction=form)
    correct_customer(shown, by=reader(request), at=timezone.now(), **form.cleaned_data)
    return back(request, shown, _("Record saved."))


@require_POST
@login_required
def add(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Note one more way of knowing them; it is a claim until they prove it."""
    shown = customer_for(rights_of_reader(request), customer_id)
    form = forms.KnownBy(request.POST)
    if form.is_valid():
        try:
            operations.add_identity(
                shown,
                form.cleaned_data["kind"],
                form.cleaned_data["value"],
                verified=False,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("value", refusal.sentence)
        else:
            return back(request, shown, _("Noted. It opens nothing until they confirm it."))
    return page(request, shown, known_by=form)


@require_POST
@login_required
def send(request: HttpRequest, identity_id: int) -> HttpResponse:
    """Send a link and a code to an address; three an hour at most, whoever asks."""
    identity = identity_for(rights_of_reader(request), identity_id)
    if identity.kind != "email":
        raise Refused("only_by_mail", _("A code leaves by e-mail only, for now."))
    take_turn(
        "identity.code", source_of_identity("identity", str(identity.pk)), limit=3, window_seconds=AN_HOUR
    )
    link = settings.PUBLIC_URL + reverse("customers:confirm", args=[operations.proof_token(identity)])
    try:
        operations.send_code(identity, at=timezone.now(), link=link, by=reader(request))
    except (OSError, BadHeaderError):
        raise Refused("mail_failed", _("The mail did not leave. Try again in a moment.")) from None
    return back(request, identity.customer, _("A link and a code left to this address."))


@require_POST
@login_required
def code(request: HttpRequest, identity_id: int) -> HttpResponse:
    """Confirm by the code that the customer gave; it may prove that two records are one person."""
    identity = identity_for(rights_of_reader(request), identity_id)
    form = forms.Code(request.POST, prefix=str(identity.pk))
    if form.is_valid():
        try:
            owner = prove_by_code(identity, form.cleaned_data["code"], at=timezone.now())
        except Refused as refusal:
            form.add_error("code", refusal.sentence)
        else:
            return back(request, owner, proved_told(owner, identity.customer_id))
    return page(request, identity.customer, code=(identity.pk, form))


@require_POST
@login_required
def by_hand(request: HttpRequest, identity_id: int) -> HttpResponse:
    """Answer oneself for an identity, by one of the means of the list."""
    identity = identity_for(rights_of_reader(request), identity_id)
    form = forms.ByHand(request.POST, prefix=str(identity.pk))
    if form.is_valid():
        try:
            operations.verify_by_hand(
                identity, means=form.cleaned_data["means"], by=reader(request), at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("means", refusal.sentence)
        else:
            return back(request, identity.customer, _("Confirmed: you answer for it. It can be undone."))
    return page(request, identity.customer, hand=(identity.pk, form))


@require_POST
@login_required
def undo_by_hand(request: HttpRequest, identity_id: int) -> HttpResponse:
    """Make it a claim again: it opens nothing any more."""
    identity = identity_for(rights_of_reader(request), identity_id)
    operations.undo_hand_verification(identity, by=reader(request), at=timezone.now())
    return back(request, identity.customer, _("It is not verified any more: it opens nothing."))


@require_http_methods(["GET", "POST"])
@login_required
def remove(request: HttpRequest, identity_id: int) -> HttpResponse:
    """Take an identity off, after a confirmation."""
    identity = identity_for(rights_of_reader(request), identity_id)
    if request.method == "POST":
        operations.remove_identity(identity, by=reader(request), at=timezone.now())
        return back(request, identity.customer, _("Taken off the record."))
    context = {
        "title": _("Take off the record"),
        "text": _("They will no longer be known by “%(value)s”.") % {"value": identity.value},
        "action": _("Take off"),
        "back": reverse("customers:customer", args=[identity.customer_id]),
    }
    return render(request, "settings/confirm.html", context)


# --- One person, two records --------------------------------------------------------------------------------


@require_POST
@login_required
def merge(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Bring another record under this one; it can be undone."""
    rights = rights_of_reader(request)
    kept = customer_for(rights, customer_id)
    given = request.POST.get("other", "")
    if not given.isdecimal():
        raise NotFound
    other = customer_for(rights, int(given))
    merge_customers(kept, other, by=reader(request), at=timezone.now())
    return back(request, kept, _("The two records are one. You can undo it below."))


@require_POST
@login_required
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Take two records apart again."""
    merged = merge_for(rights_of_reader(request), merge_id)
    undo_merge(merged, by=reader(request), at=timezone.now())
    return back(request, merged.kept, _("They are two records again."))


# --- By the customer ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Let the customer confirm an address by its link; a click is asked, since mail filters open links."""
    identity = operations.identity_of_proof(token)
    is_done = request.method == "POST"
    if is_done:
        prove_by_link(token, at=timezone.now())
    is_open, opens_at = opening(identity.brand, timezone.now())
    context = {
        "brand": identity.brand,
        "value": identity.value,
        "is_done": is_done,
        "is_open": is_open,
        "opens_at": opens_at,
    }
    response = render(request, "customers/confirm.html", context)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


# --- Parts --------------------------------------------------------------------------------------------------


def page(
    request: HttpRequest,
    shown: Customer,
    *,
    correction: Form | None = None,
    known_by: Form | None = None,
    code: tuple[int, Form] | None = None,
    hand: tuple[int, Form] | None = None,
) -> HttpResponse:
    """Render the record, with the form that must be put right if there is one."""
    sought = request.GET.get("qui", "").strip()[:120]
    identities = [
        Known(
            identity=identity,
            code=code[1] if code and code[0] == identity.pk else forms.Code(prefix=str(identity.pk)),
            hand=hand[1] if hand and hand[0] == identity.pk else forms.ByHand(prefix=str(identity.pk)),
            means=means_told(identity.verified_how) if identity.verified_how else "",
        )
        for identity in identities_of(shown)
    ]
    present = {field: getattr(shown, field) for field in ("civility", "name", "place", "language")}
    came_from = request.GET.get("de", "")
    context = {
        "customer": shown,
        "identities": identities,
        "correction": correction or forms.Correction(initial=present),
        "known_by": known_by or forms.KnownBy(),
        "sought": sought,
        "alike": customers_like(shown, sought),
        "merges": merges_of(shown),
        "now": timezone.now(),
        "conversation_number": int(came_from) if came_from.isdecimal() and len(came_from) < 19 else None,
    }
    is_wrong = correction or known_by or code or hand
    return render(request, "customers/customer.html", context, status=422 if is_wrong else 200)


def back(request: HttpRequest, shown: Customer, sentence: str) -> HttpResponse:
    """Say that it is done and show the record again."""
    messages.success(request, sentence)
    return redirect("customers:customer", customer_id=shown.pk)


def proved_told(owner: Customer, claimed_by: int) -> str:
    """Return what the proof did."""
    if owner.pk == claimed_by:
        return _("Confirmed: it is theirs.")
    return _("Confirmed. They were known already: the two records are one, and you can undo it below.")
