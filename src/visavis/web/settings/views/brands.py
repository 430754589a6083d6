"""Brands, and the tokens of their own software."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from visavis.domain.errors import NotFound
from visavis.domain.people import operations
from visavis.domain.people.access import brand_for, token_for
from visavis.domain.people.colours import contrast, text_on
from visavis.domain.people.queries import all_brands, tokens_of_brand
from visavis.web.account.reader import reader
from visavis.web.design import tell
from visavis.web.settings import forms
from visavis.web.settings.carried_out import carried_out, for_administrators

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.people.access import Rights
    from visavis.domain.people.models import Brand
    from visavis.domain.people.operations import BrandFields, BrandTokenTold


@require_safe
@for_administrators
def brands(request: HttpRequest, rights: Rights) -> HttpResponse:
    """List the brands."""
    return render(request, "settings/brands.html", {"brands": all_brands()})


@require_http_methods(["GET", "POST"])
@for_administrators
def new_brand(request: HttpRequest, rights: Rights) -> HttpResponse:
    """Make a brand; its hours come next."""
    form = forms.NewBrand(request.POST or None)
    made: list[Brand] = []
    if carried_out(
        form,
        lambda: made.append(
            operations.make_brand(**form.cleaned_data, by=reader(request), at=timezone.now())
        ),
    ):
        messages.success(request, _("Brand made. Say now when it is open."))
        return redirect("settings:hours", slug=made[0].slug)
    context = {
        "form": form,
        "title": _("New brand"),
        "back": reverse("settings:brands"),
        "action": _("Make the brand"),
    }
    return render(request, "settings/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@for_administrators
def brand(request: HttpRequest, rights: Rights, slug: str) -> HttpResponse:
    """Change a brand."""
    changed = brand_for(rights, slug)
    form = forms.ChangedBrand(request.POST or None, initial=present(changed))
    if carried_out(
        form, lambda: operations.change_brand(changed, **wanted(form), by=reader(request), at=timezone.now())
    ):
        messages.success(request, _("Brand saved."))
        return redirect("settings:brand", slug=slug)
    kept = brand_for(rights, slug)
    context = {
        "form": form,
        "brand": kept,
        "ratio": contrast(kept.colour, text_on(kept.colour)),
        "text_is_white": text_on(kept.colour) == "#FFFFFF",
    }
    return render(request, "settings/brand.html", context, status=422 if form.is_bound else 200)


def present(brand: Brand) -> dict[str, object]:
    """Return the brand as the form shows it."""
    same = ("name", "letter", "colour", "shape", "time_zone", "retention_months", "languages")
    return {field: getattr(brand, field) for field in same} | {
        "phone_number": " ".join(tell.phone(brand.phone_number).split()) if brand.phone_number else "",
        "allowed_origins": brand.allowed_origins,
        "is_active": brand.is_active,
        "live_promise_minutes": max(1, brand.live_promise_seconds // 60),
        "written_promise_hours": max(1, brand.written_promise_seconds // 3600),
    }


def wanted(form: forms.ChangedBrand) -> BrandFields:
    """Return what the form asks for, in the units of the table."""
    given = dict(form.cleaned_data)
    given["live_promise_seconds"] = given.pop("live_promise_minutes") * 60
    given["written_promise_seconds"] = given.pop("written_promise_hours") * 3600
    return given  # type: ignore[return-value] # the fields of the form are those of BrandFields


# --- The brand's own software -------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
@for_administrators
def tokens(request: HttpRequest, rights: Rights, slug: str) -> HttpResponse:
    """List the programs that may push contract fields, and give a token to another one; it is shown once."""
    served = brand_for(rights, slug)
    form = forms.Token(request.POST or None)
    told: list[BrandTokenTold] = []
    is_made = carried_out(
        form,
        lambda: told.append(
            operations.give_brand_token(
                served, label=form.cleaned_data["label"], by=reader(request), at=timezone.now()
            )
        ),
    )
    context = {
        "form": forms.Token() if is_made else form,
        "brand": served,
        "tokens": tokens_of_brand(served),
        "told": told[0] if told else None,
    }
    return render(
        request, "settings/tokens.html", context, status=422 if form.is_bound and not is_made else 200
    )


@require_http_methods(["GET", "POST"])
@for_administrators
def revoke_token(request: HttpRequest, rights: Rights, slug: str, token_id: int) -> HttpResponse:
    """End a token, after a confirmation."""
    token = token_for(rights, token_id)
    if token.brand.slug != slug:
        raise NotFound
    if request.method == "POST":
        operations.revoke_brand_token(token, by=reader(request), at=timezone.now())
        messages.success(request, _("This program can push nothing any more."))
        return redirect("settings:tokens", slug=slug)
    context = {
        "title": _("End the token of %(label)s") % {"label": token.label},
        "text": _(
            "This program will push nothing any more. What it pushed stays; another token can be made."
        ),
        "action": _("End the token"),
        "back": reverse("settings:tokens", args=[slug]),
    }
    return render(request, "settings/confirm.html", context)
