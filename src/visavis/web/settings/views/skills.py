"""Skills: what must be known to treat some requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.domain.errors import NotFound
from visavis.domain.people import operations
from visavis.domain.people.access import skill_for
from visavis.domain.people.queries import active_brands, skills_of_brands
from visavis.web.account.reader import reader
from visavis.web.settings import forms
from visavis.web.settings.carried_out import carried_out, for_those_who_look_after

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.people.access import Rights
    from visavis.domain.people.models import Brand


class Named(TypedDict):
    """What a skill is made of."""

    name: str
    brand: Brand | None
    words: list[str]


@require_safe
@for_those_who_look_after
def skills(request: HttpRequest, rights: Rights) -> HttpResponse:
    """List the skills of the reader's brands."""
    context = {"skills": list(skills_of_brands(rights.brand_ids)), "rights": rights}
    return render(request, "settings/skills.html", context)


@require_http_methods(["GET", "POST"])
@for_those_who_look_after
def new_skill(request: HttpRequest, rights: Rights) -> HttpResponse:
    """Name a skill: of any brand for an administrator, of one of theirs for a leader."""
    form = forms.NewSkill(request.POST or None, brands=own_brands(rights), every_brand=rights.administers)
    if carried_out(form, lambda: operations.make_skill(**named(form), by=reader(request), at=timezone.now())):
        return back_to_skills(request, _("Skill made. Say who has it, on each person’s page."))
    return shown(request, form, title=_("New skill"), action=_("Make the skill"))


@require_http_methods(["GET", "POST"])
@for_those_who_look_after
def skill(request: HttpRequest, rights: Rights, skill_id: int) -> HttpResponse:
    """Change a skill; one that is of every brand is changed by administrators only."""
    changed = skill_for(rights, skill_id)
    if changed.brand_id is None and not rights.administers:
        raise NotFound
    present = {
        "name": changed.name,
        "brand": str(changed.brand_id or ""),
        "words": list(changed.words),
        "is_active": changed.is_active,
    }
    form = forms.ChangedSkill(
        request.POST or None, brands=own_brands(rights), every_brand=rights.administers, initial=present
    )
    if carried_out(
        form,
        lambda: operations.change_skill(
            changed,
            **named(form),
            is_active=form.cleaned_data["is_active"],
            by=reader(request),
            at=timezone.now(),
        ),
    ):
        return back_to_skills(request, _("Skill saved."))
    return shown(request, form, title=str(present["name"]), action=_("Save"))


def own_brands(rights: Rights) -> list[Brand]:
    """Return the brands among which the reader may choose."""
    return [brand for brand in active_brands() if brand.pk in rights.brand_ids]


def named(form: forms.NewSkill) -> Named:
    """Return what the form asks for, as things rather than numbers."""
    given = form.cleaned_data
    return {"name": given["name"], "brand": form.brands.get(given["brand"]), "words": given["words"]}


def shown(request: HttpRequest, form: Form, *, title: str, action: str) -> HttpResponse:
    """Render the form, with what must be put right."""
    context = {"form": form, "title": title, "action": action, "back": reverse("settings:skills")}
    return render(request, "settings/form.html", context, status=422 if form.is_bound else 200)


def back_to_skills(request: HttpRequest, sentence: str) -> HttpResponse:
    """Say that it is done and show the list."""
    messages.success(request, sentence)
    return redirect("settings:skills")
