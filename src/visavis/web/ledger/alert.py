"""The notice of mailboxes that are late: on the floor, and on the other pages of the house now and then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from visavis.domain.intake.queries import late_mailboxes
from visavis.domain.intake.sentences import fault_told
from visavis.web.account.reader import rights_of_reader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

# Seconds: the tabs of one person ask once.
KEPT_BY_BROWSER = 30


@dataclass(frozen=True, kw_only=True)
class LateMailbox:
    """A mailbox that is behind, as the notice tells it; `seconds` is None when it never worked."""

    number: int
    address: str
    seconds: int | None
    sentence: str


def late_told(brand_ids: Iterable[int]) -> list[LateMailbox]:
    """Return the mailboxes of these brands that are behind by over five minutes; two queries."""
    return [
        LateMailbox(
            number=row.mailbox.pk,
            address=row.mailbox.address,
            seconds=row.seconds,
            sentence=fault_told(row.fault),
        )
        for row in late_mailboxes(brand_ids, now=timezone.now())
    ]


@require_safe
@login_required
def late(request: HttpRequest) -> HttpResponse:
    """Show the notice alone; nothing when every mailbox is on time."""
    rights = rights_of_reader(request)
    context = {"late": late_told(rights.brand_ids), "leads": rights.leads}
    response = render(request, "ledger/_late.html", context)
    response.headers["Cache-Control"] = f"private, max-age={KEPT_BY_BROWSER}"
    return response
