"""What one owes, and what can be done of one promise."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from visavis.domain.errors import NotFound
from visavis.domain.people.access import Rights, rights
from visavis.domain.people.queries import people_who_can
from visavis.domain.promises.access import promise_for
from visavis.domain.promises.queries import my_promises, settled_promises


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show one's promises, the late ones first, then the nearest; two queries and the frame's."""
    asked = reader_rights(request)
    context = owed_by_lateness(asked, now=timezone.now()) | {"settled": settled_promises(asked)}
    return render(request, "promises/mine.html", context)


@login_required
@require_safe
def change(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Show how to move or entrust one promise: a dialog's contents, or a page."""
    asked = reader_rights(request)
    promise = promise_for(asked, promise_id)
    context = {
        "promise": promise,
        "colleagues": [
            row for row in people_who_can(brand_id=promise.brand_id) if row.pk != promise.adviser_id
        ],
        "back": request.GET.get("de", ""),
    }
    part = "promises/change.html#forms" if request.headers.get("HX-Request") else "promises/change.html"
    return render(request, part, context)


def reader_rights(request: HttpRequest) -> Rights:
    """Return the rights of who treats contents; to others there is nothing here."""
    asked = rights(request.user)
    if not asked.treats_contents:
        raise NotFound
    return asked


def owed_by_lateness(asked: Rights, *, now: datetime) -> dict[str, object]:
    """Return what is late and what is still on time, each the nearest hour first; one query."""
    owed = my_promises(asked)
    return {
        "late": [promise for promise in owed if promise.due_at <= now],
        "owed": [promise for promise in owed if promise.due_at > now],
        "now": now,
    }
