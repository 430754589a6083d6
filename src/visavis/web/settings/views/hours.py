"""The opening hours of a brand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.domain.people import operations
from visavis.domain.people.access import brand_for
from visavis.domain.people.holiday_regions import holidays_of_region
from visavis.web.account.reader import reader
from visavis.web.settings.carried_out import carried_out, for_administrators
from visavis.web.settings.hours_form import WeekForm

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from visavis.domain.people.access import Rights

COPY_MONDAY = "copy_monday"


@require_http_methods(["GET", "POST"])
@for_administrators
def hours(request: HttpRequest, rights: Rights, slug: str) -> HttpResponse:
    """Set the week and the public holidays; Monday may be copied to the other weekdays before saving."""
    brand = brand_for(rights, slug)
    typed = with_monday_copied(request) if COPY_MONDAY in request.POST else request.POST
    form = WeekForm(typed or None, week=brand.hours, initial={"holiday_region": brand.holiday_region})
    if COPY_MONDAY not in request.POST and carried_out(
        form,
        lambda: operations.change_brand(
            brand,
            hours=form.cleaned_data["week"],
            holiday_region=form.cleaned_data["holiday_region"],
            by=reader(request),
            at=timezone.now(),
        ),
    ):
        messages.success(request, _("Hours saved."))
        return redirect("settings:hours", slug=slug)
    context = {
        "brand": brand,
        "form": form,
        "days": form.days(),
        "holidays": next_holidays(brand.holiday_region),
        "copied": COPY_MONDAY in request.POST,
    }
    wrong = form.is_bound and COPY_MONDAY not in request.POST
    return render(request, "settings/hours.html", context, status=422 if wrong else 200)


def with_monday_copied(request: HttpRequest) -> dict[str, str]:
    """Return what was typed, Tuesday to Friday being as Monday."""
    typed = {name: str(value) for name, value in request.POST.items()}
    monday = {name: value for name, value in typed.items() if name.startswith(("start_0_", "end_0_"))}
    for name, value in monday.items():
        part, _day, number = name.split("_")
        typed |= {f"{part}_{day}_{number}": value for day in range(1, 5)}
    return typed


def next_holidays(region: str) -> list[date]:
    """Return the next three public holidays of the region."""
    today = timezone.localdate()
    coming = holidays_of_region(region, [today.year, today.year + 1])
    return sorted(day for day in coming if day >= today)[:3]
