"""People: listed, invited, placed, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from visavis.domain.flows import departure
from visavis.domain.journal.record import flow
from visavis.domain.people import operations
from visavis.domain.people.access import (
    invitation_for,
    invitations_for,
    member_for,
    members_for,
    team_for,
)
from visavis.domain.people.queries import stand_ins
from visavis.web.account.reader import reader
from visavis.web.settings import forms, mails
from visavis.web.settings.carried_out import carried_out, for_administrators, for_those_who_look_after

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.people.access import Rights
    from visavis.domain.people.models import Adviser
    from visavis.domain.people.operations import SecretLink

ON_A_PAGE = 50


@require_safe
@for_those_who_look_after
def people(request: HttpRequest, rights: Rights) -> HttpResponse:
    """List the people to look after, and the invitations that wait."""
    closed = request.GET.get("comptes") == "fermes"
    sought = request.GET.get("nom", "").strip()
    found = members_for(rights).filter(is_active=not closed).order_by("displayed_name", "pk")
    if sought:
        found = found.filter(displayed_name__icontains=sought)
    waiting = invitations_for(rights).filter(used_at=None, adviser=None).order_by("-expires_at")
    context = {
        "rights": rights,
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "closed": closed,
        "sought": sought,
        "invitations": list(waiting[:100]),
        "now": timezone.now(),
    }
    return render(request, "settings/people.html", context)


# --- Invitations --------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
@for_those_who_look_after
def invite(request: HttpRequest, rights: Rights) -> HttpResponse:
    """Invite someone; the link is shown, and mailed when mail is set up."""
    form = forms.Invitation(request.POST or None, rights=rights)
    links: list[SecretLink] = []
    if carried_out(form, lambda: links.append(invited(request, form, rights))):
        return show_invitation(request, links[0])
    context = {"form": form, "rights": rights}
    return render(request, "settings/invite.html", context, status=422 if form.is_bound else 200)


def invited(request: HttpRequest, form: forms.Invitation, rights: Rights) -> SecretLink:
    """Make the invitation: of anyone by an administrator, of an adviser of their own team by a leader."""
    team = form.chosen_team() if rights.administers else team_for(rights, rights.team_id or 0)
    return operations.invite(
        email=form.cleaned_data["email"],
        role=form.cleaned_data.get("role", "adviser"),
        team=team,
        by=reader(request),
        at=timezone.now(),
    )


@require_POST
@for_those_who_look_after
def invite_again(request: HttpRequest, rights: Rights, invitation_id: int) -> HttpResponse:
    """Make another link for the same person; the former one ends."""
    former = invitation_for(rights, invitation_id)
    link = operations.invite(
        email=former.email, role=former.role, team=former.team, by=reader(request), at=timezone.now()
    )
    return show_invitation(request, link)


def show_invitation(request: HttpRequest, link: SecretLink) -> HttpResponse:
    """Show the link once, and say whether the mail left."""
    url = settings.PUBLIC_URL + reverse("account:invitation", args=[link.token])
    email = link.invitation.email
    left = mails.mail_invitation(email, link=url, inviter=reader(request).displayed_name)
    context = {
        "title": _("Invitation made"),
        "email": email,
        "url": url,
        "left": left,
        "until": link.invitation.expires_at,
        "back": reverse("settings:people"),
    }
    return render(request, "settings/link.html", context)


@require_http_methods(["GET", "POST"])
@for_those_who_look_after
def withdraw(request: HttpRequest, rights: Rights, invitation_id: int) -> HttpResponse:
    """End the link of an invitation, after a confirmation."""
    invitation = invitation_for(rights, invitation_id)
    if request.method == "POST":
        operations.withdraw_invitation(invitation, by=reader(request), at=timezone.now())
        messages.success(request, _("Invitation withdrawn: its link opens nothing any more."))
        return redirect("settings:people")
    context = {
        "title": _("Withdraw the invitation"),
        "text": _("The link sent to %(email)s will open nothing any more. You can invite again at any time.")
        % {"email": invitation.email},
        "action": _("Withdraw"),
        "back": reverse("settings:people"),
    }
    return render(request, "settings/confirm.html", context)


# --- One person ---------------------------------------------------------------------------------------------


@require_safe
@for_those_who_look_after
def person(request: HttpRequest, rights: Rights, adviser_id: int) -> HttpResponse:
    """Show a person: role and team, what they take, their skills."""
    return page(request, rights, member_for(rights, adviser_id))


@require_POST
@for_administrators
def place(request: HttpRequest, rights: Rights, adviser_id: int) -> HttpResponse:
    """Give a role and a team."""
    adviser = member_for(rights, adviser_id)
    form = forms.Place(request.POST, rights=rights)
    if carried_out(form, lambda: put(adviser, form, by=reader(request))):
        return saved(request, adviser, _("Role and team saved."))
    adviser.refresh_from_db()
    return page(request, rights, adviser, place=form)


@flow
def put(adviser: Adviser, form: forms.Place, *, by: Adviser) -> None:
    """Change what differs; the team first, since a role may need one — or last, when the role needs none."""
    role, team, now = form.cleaned_data["role"], form.chosen_team(), timezone.now()
    if team and team.pk != adviser.team_id:
        operations.move_to_team(adviser, team=team, by=by, at=now)
    if role != adviser.role:
        operations.change_role(adviser, role=role, by=by, at=now)
    if team is None and adviser.team_id is not None:
        operations.move_to_team(adviser, team=None, by=by, at=now)


@require_POST
@for_those_who_look_after
def work(request: HttpRequest, rights: Rights, adviser_id: int) -> HttpResponse:
    """Set the room, the channels and the languages."""
    adviser = member_for(rights, adviser_id)
    form = forms.Work(request.POST)
    if carried_out(
        form, lambda: operations.set_work(adviser, **form.cleaned_data, by=reader(request), at=timezone.now())
    ):
        return saved(request, adviser, _("Work saved."))
    return page(request, rights, adviser, work=form)


@require_POST
@for_those_who_look_after
def person_skills(request: HttpRequest, rights: Rights, adviser_id: int) -> HttpResponse:
    """Validate the skills."""
    adviser = member_for(rights, adviser_id)
    form = forms.Skills(request.POST, adviser=adviser, rights=rights)
    if carried_out(
        form,
        lambda: operations.validate_skills(
            adviser, levels=form.levels(), by=reader(request), at=timezone.now()
        ),
    ):
        return saved(request, adviser, _("Skills saved, with your name as the one who validated them."))
    return page(request, rights, adviser, skills=form)


def saved(request: HttpRequest, adviser: Adviser, sentence: str) -> HttpResponse:
    """Say that it is saved and show the person again."""
    messages.success(request, sentence)
    return redirect("settings:person", adviser_id=adviser.pk)


def page(request: HttpRequest, rights: Rights, adviser: Adviser, **wrong: object) -> HttpResponse:
    """Render the person, with the form that must be put right if there is one."""
    choices = {"role": adviser.role, "team": adviser.team_id or ""}
    taken = {"capacity": adviser.capacity, "channels": adviser.channels, "languages": adviser.languages}
    context = {
        "rights": rights,
        "adviser": adviser,
        "place": forms.Place(initial=choices, rights=rights) if rights.administers else None,
        "work": forms.Work(initial=taken),
        "skills": forms.Skills(adviser=adviser, rights=rights),
    }
    return render(request, "settings/person.html", context | wrong, status=422 if wrong else 200)


# --- Password, closing, opening again -----------------------------------------------------------------------


@require_POST
@never_cache
@for_administrators
def password_link(request: HttpRequest, rights: Rights, adviser_id: int) -> HttpResponse:
    """Make a link for a new password; it is shown, since mail may not be there."""
    adviser = member_for(rights, adviser_id)
    link = operations.give_password_link(adviser, by=reader(request), at=timezone.now())
    url = settings.PUBLIC_URL + reverse("account:password_link", args=[link.token])
    context = {
        "title": _("Link for a new password"),
        "email": adviser.email,
        "url": url,
        "left": mails.mail_password_link(adviser.email, link=url),
        "until": link.invitation.expires_at,
        "back": reverse("settings:person", args=[adviser.pk]),
    }
    return render(request, "settings/link.html", context)


@require_http_methods(["GET", "POST"])
@for_administrators
def close(request: HttpRequest, rights: Rights, adviser_id: int) -> HttpResponse:
    """Close an account; its conversations and promises are handed over."""
    adviser = member_for(rights, adviser_id)
    form = forms.Closing(request.POST if request.method == "POST" else None, people=stand_ins(adviser))
    if carried_out(form, lambda: closed(adviser, form, by=reader(request))):
        messages.success(request, _("Account closed. What it held was handed over."))
        return redirect("settings:people")
    context = {"adviser": adviser, "form": form}
    return render(request, "settings/close.html", context, status=422 if form.is_bound else 200)


@flow
def closed(adviser: Adviser, form: forms.Closing, *, by: Adviser) -> None:
    """Hand over, then close, at once."""
    departure.leave(adviser, stand_in=form.chosen(), by=by)
    operations.deactivate(adviser, by=by, at=timezone.now())


@require_POST
@for_administrators
def reopen(request: HttpRequest, rights: Rights, adviser_id: int) -> HttpResponse:
    """Open a closed account again."""
    adviser = member_for(rights, adviser_id)
    operations.reactivate(adviser, by=reader(request), at=timezone.now())
    return saved(request, adviser, _("Account open again, with its role, team and skills."))
