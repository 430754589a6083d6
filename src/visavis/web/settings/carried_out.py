"""A form and the operation it asks for: what the domain refuses is told beside the field it is about."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required

from visavis.domain.errors import NotFound, Refused
from visavis.domain.people.access import must_administer, must_look_after
from visavis.web.account.reader import rights_of_reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse

# Code of a refusal → the field beside which it is told; a form without that field tells it at its head.
BESIDE = {
    "account_exists": "email",
    "address_taken": "address",
    "capacity_range": "capacity",
    "colour_contrast": "colour",
    "colour_unreadable": "colour",
    "email_unreadable": "email",
    "history_unsaid": "history_before",
    "label_needed": "label",
    "last_administrator": "role",
    "move_nowhere": "move_to",
    "name_needed": "name",
    "name_taken": "name",
    "number_premium": "phone_number",
    "origin_unreadable": "allowed_origins",
    "phone_unreadable": "phone_number",
    "region_unknown": "holiday_region",
    "retention_range": "retention_months",
    "slug_taken": "slug",
    "slug_unreadable": "slug",
    "team_needed": "team",
    "team_not_empty": "is_active",
    "zone_unknown": "time_zone",
}


def carried_out(form: forms.Form, act: Callable[[], object]) -> bool:
    """Say whether the form was right and the operation done; otherwise the form says what to put right."""
    if not form.is_valid():
        return False
    try:
        act()
    except NotFound:
        raise
    except Refused as refusal:
        beside = BESIDE.get(refusal.code)
        form.add_error(beside if beside in form.fields else None, refusal.sentence)
        return False
    return True


def for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only administrators find something at this address; the view is given their rights."""
    return _behind(must_administer, view)


def for_those_who_look_after(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only leaders and administrators find something at this address; the view is given their rights."""
    return _behind(must_look_after, view)


def _behind(gate: Callable[..., None], view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, **arguments: object) -> HttpResponse:
        rights = rights_of_reader(request)
        gate(rights)
        return view(request, rights, **arguments)

    return guarded
