"""One's own account, and the links by which one gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from visavis.domain.errors import NotFound, Refused
from visavis.domain.people import operations
from visavis.domain.people.access import invitation_of_token
from visavis.domain.people.queries import skills_held

from . import sessions
from .backend import BACKEND
from .forms import ChosenPassword, Invited, OwnName, Preferences
from .reader import reader

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.people.models import Adviser


@require_safe
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """Show one's own account."""
    return page(request)


@require_POST
@login_required
def own_name(request: HttpRequest) -> HttpResponse:
    """Choose the name that customers see."""
    form = OwnName(request.POST)
    if form.is_valid():
        try:
            operations.choose_name(reader(request), name=form.cleaned_data["name"], at=timezone.now())
        except Refused as refusal:
            form.add_error("name", refusal.sentence)
        else:
            messages.success(request, _("Name saved. Customers see it from now on."))
            return redirect("account:own")
    return page(request, name=form)


@require_POST
@login_required
def own_preferences(request: HttpRequest) -> HttpResponse:
    """Choose how one's own screens behave."""
    form = Preferences(request.POST)
    if not form.is_valid():
        return page(request, preferences=form)
    operations.choose_preferences(reader(request), **form.cleaned_data, at=timezone.now())
    with translation.override(form.cleaned_data["language"]):
        messages.success(request, _("Preferences saved."))
    response = redirect("account:own")
    # The bar keeps a theme chosen in passing in this cookie; what is saved here takes its place.
    response.set_cookie("theme", form.cleaned_data["theme"], max_age=31_536_000, samesite="Lax")
    return response


@require_POST
@login_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    sessions.end_others(request)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("account:own")


@require_POST
@login_required
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out there."""
    sessions.end(request, session_id)
    messages.success(request, _("This session is closed."))
    return redirect("account:own")


def page(
    request: HttpRequest, *, name: forms.Form | None = None, preferences: forms.Form | None = None
) -> HttpResponse:
    """Render the account, with the form that must be put right if there is one."""
    adviser = reader(request)
    context = {
        "adviser": adviser,
        "name": name or OwnName(initial={"name": adviser.displayed_name}),
        "preferences": preferences or Preferences(initial=own_choices(adviser)),
        "skills": skills_held(adviser),
        "sessions": sessions.own_sessions(request),
    }
    return render(request, "account_screen/own.html", context, status=422 if name or preferences else 200)


def own_choices(adviser: Adviser) -> dict[str, object]:
    """Return the present choices of the account."""
    return {
        "language": adviser.language,
        "theme": adviser.theme,
        "has_shortcuts": adviser.has_shortcuts,
        "has_sound": adviser.has_sound,
        "has_notifications": adviser.has_notifications,
    }


# --- By a link ----------------------------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Make one's account, under the name one chooses."""
    now = timezone.now()
    invited = invitation_of_token(token, at=now, for_account=False)
    form = Invited(request.POST or None)
    if form.is_valid():
        try:
            adviser = operations.accept_invitation(token, **form.cleaned_data, at=now)
        except NotFound:
            raise
        except Refused as refusal:
            form.add_error(
                "displayed_name" if refusal.code == "name_needed" else "password", refusal.sentence
            )
        else:
            return entered(request, adviser)
    return by_link(request, "account_screen/invitation.html", {"form": form, "invitation": invited})


@never_cache
@sensitive_post_parameters("password")
def password_link(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password through a link given by an administrator."""
    now = timezone.now()
    link = invitation_of_token(token, at=now, for_account=True)
    form = ChosenPassword(request.POST or None)
    if form.is_valid():
        try:
            adviser = operations.choose_password(token, password=form.cleaned_data["password"], at=now)
        except NotFound:
            raise
        except Refused as refusal:
            form.add_error("password", refusal.sentence)
        else:
            return entered(request, adviser)
    return by_link(request, "account_screen/password_link.html", {"form": form, "link": link})


def entered(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    """Sign the person in and take them home."""
    login(request, adviser, backend=BACKEND)
    return redirect("home:home")


def by_link(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """Render a page whose address is a secret: no other site may learn it."""
    response = render(request, template, context, status=422 if request.method == "POST" else 200)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
