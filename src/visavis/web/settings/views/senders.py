"""Senders who are kept out of a brand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from visavis.domain.intake.access import block_for
from visavis.domain.intake.operations import lift_block
from visavis.domain.intake.queries import blocks_of
from visavis.web.account.reader import reader
from visavis.web.settings.carried_out import for_those_who_look_after

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.people.access import Rights


@require_safe
@for_those_who_look_after
def senders(request: HttpRequest, rights: Rights) -> HttpResponse:
    """List the senders who are kept out of the reader's brands."""
    return render(request, "settings/senders.html", {"blocks": blocks_of(rights.brand_ids)})


@require_POST
@for_those_who_look_after
def lift(request: HttpRequest, rights: Rights, block_id: int) -> HttpResponse:
    """Let a sender come back."""
    lift_block(block_for(rights, block_id), by=reader(request), at=timezone.now())
    messages.success(request, _("This sender can write again."))
    return redirect("settings:senders")
