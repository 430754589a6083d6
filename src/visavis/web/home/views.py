"""To each their first screen; and, on the first day, the first brand, site, team and administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import login
from django.core.cache import cache
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from visavis.domain.errors import NotFound, Refused
from visavis.domain.flows.first_day import FirstHouse, begin_house
from visavis.domain.intake.operations import take_turn
from visavis.domain.intake.sources import client_address, source_of_address
from visavis.domain.people.queries import has_accounts
from visavis.web.account.backend import BACKEND

from . import first_code, forms

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

FIRST_SCREEN = {
    "adviser": "/poste/",
    "leader": "/plateau/",
    "operations": "/plateau/",
    "planner": "/plateau/",
    "administrator": "/reglages/",
}
BESIDE_FIELD = {
    "colour_unreadable": "colour",
    "colour_contrast": "colour",
    "name_needed": "displayed_name",
    "email_unreadable": "email",
    "password_weak": "password",
    "zone_unknown": "time_zone",
    "slug_unreadable": "brand",
}


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Go to the first screen of the reader's role; a visitor to sign-in, or on the first day to welcome."""
    if not request.user.is_authenticated:
        return redirect("account_login" if has_accounts() else "home:welcome")
    path = FIRST_SCREEN[request.user.role]
    try:
        resolve(path)
    except Resolver404:  # an installation without this screen
        return redirect("account:own")
    return redirect(path)


@never_cache
@sensitive_post_parameters("password", "code")
def welcome(request: HttpRequest) -> HttpResponse:
    """Begin the house, once: as soon as an account exists there is nothing here."""
    if has_accounts():
        raise NotFound
    form = forms.FirstHouse(request.POST or None)
    needs_code = first_code.is_needed(request)
    if not needs_code:
        del form.fields["code"]
    if form.is_valid() and is_theirs(request, form, needs_code=needs_code):
        answer = begin(request, form)
        if answer:
            return answer
    context = {"form": form, "needs_code": needs_code}
    return render(request, "home/welcome.html", context, status=422 if request.method == "POST" else 200)


def is_theirs(request: HttpRequest, form: forms.FirstHouse, *, needs_code: bool) -> bool:
    """Say whether the visitor gave the code; a stranger has ten attempts an hour at twelve digits."""
    if not needs_code:
        return True
    address = client_address(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", ""))
    take_turn("first_code", source_of_address(address), limit=10, window_seconds=3600)
    if first_code.is_right(form.cleaned_data["code"]):
        return True
    form.add_error("code", _("This is not the code. It stands in the terminal where Vis-à-vis was started."))
    return False


def begin(request: HttpRequest, form: forms.FirstHouse) -> HttpResponse | None:
    """Make the house and enter it; nothing when something must be put right, which the form then says."""
    given = {name: value for name, value in form.cleaned_data.items() if name != "code"}
    if not cache.add("first_day", 1, timeout=30):  # two windows at once: one house
        form.add_error(None, _("Another window is just making this house. Wait a moment, then reload."))
        return None
    try:
        administrator = begin_house(FirstHouse(**given), at=timezone.now())
    except NotFound:
        raise
    except Refused as refusal:
        form.add_error(BESIDE_FIELD.get(refusal.code), refusal.sentence)
        return None
    finally:
        cache.delete("first_day")
    first_code.forget_code()
    login(request, administrator, backend=BACKEND)
    messages.success(request, _("Your house is ready. Invite the first people now."))
    return redirect("home:home")
