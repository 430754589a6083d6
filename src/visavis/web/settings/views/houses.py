"""Sites and teams."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.domain.people import operations
from visavis.domain.people.access import site_for, team_for
from visavis.domain.people.queries import all_brands, all_sites, all_teams
from visavis.web.account.reader import reader
from visavis.web.settings import forms
from visavis.web.settings.carried_out import carried_out, for_administrators

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.people.access import Rights
    from visavis.domain.people.models import Brand, Site


@require_safe
@for_administrators
def teams(request: HttpRequest, rights: Rights) -> HttpResponse:
    """List the teams and the sites."""
    return render(request, "settings/teams.html", {"teams": all_teams(), "sites": all_sites()})


@require_http_methods(["GET", "POST"])
@for_administrators
def new_team(request: HttpRequest, rights: Rights) -> HttpResponse:
    """Form a team."""
    form = forms.NewTeam(request.POST or None, brands=all_brands())
    if carried_out(form, lambda: operations.make_team(**formed(form), by=reader(request), at=timezone.now())):
        return back_to_teams(request, _("Team formed."))
    return shown(request, form, title=_("New team"), action=_("Form the team"))


@require_http_methods(["GET", "POST"])
@for_administrators
def team(request: HttpRequest, rights: Rights, team_id: int) -> HttpResponse:
    """Change a team."""
    changed = team_for(rights, team_id)
    present = {
        "name": changed.name,
        "site": str(changed.site_id),
        "brands": [str(brand.pk) for brand in changed.brands.all()],
        "is_active": changed.is_active,
    }
    form = forms.ChangedTeam(request.POST or None, brands=all_brands(), initial=present)
    if carried_out(
        form,
        lambda: operations.change_team(
            changed,
            **formed(form),
            is_active=form.cleaned_data["is_active"],
            by=reader(request),
            at=timezone.now(),
        ),
    ):
        return back_to_teams(request, _("Team saved."))
    return shown(request, form, title=str(present["name"]), action=_("Save"))


class Formed(TypedDict):
    """What a team is made of."""

    name: str
    site: Site
    brands: list[Brand]


def formed(form: forms.NewTeam) -> Formed:
    """Return what the form asks for, as things rather than numbers."""
    given = form.cleaned_data
    return {
        "name": given["name"],
        "site": form.sites[given["site"]],
        "brands": [form.brands[number] for number in given["brands"]],
    }


@require_http_methods(["GET", "POST"])
@for_administrators
def new_site(request: HttpRequest, rights: Rights) -> HttpResponse:
    """Open a site."""
    form = forms.Site(request.POST or None)
    if carried_out(
        form, lambda: operations.make_site(**form.cleaned_data, by=reader(request), at=timezone.now())
    ):
        return back_to_teams(request, _("Site made."))
    return shown(request, form, title=_("New site"), action=_("Make the site"))


@require_http_methods(["GET", "POST"])
@for_administrators
def site(request: HttpRequest, rights: Rights, site_id: int) -> HttpResponse:
    """Change a site."""
    changed = site_for(rights, site_id)
    name = changed.name
    form = forms.Site(request.POST or None, initial={"name": name, "time_zone": changed.time_zone})
    if carried_out(
        form,
        lambda: operations.change_site(changed, **form.cleaned_data, by=reader(request), at=timezone.now()),
    ):
        return back_to_teams(request, _("Site saved."))
    return shown(request, form, title=name, action=_("Save"))


def shown(request: HttpRequest, form: Form, *, title: str, action: str) -> HttpResponse:
    """Render the form, with what must be put right."""
    context = {"form": form, "title": title, "action": action, "back": reverse("settings:teams")}
    return render(request, "settings/form.html", context, status=422 if form.is_bound else 200)


def back_to_teams(request: HttpRequest, sentence: str) -> HttpResponse:
    """Say that it is done and show the list."""
    messages.success(request, sentence)
    return redirect("settings:teams")
