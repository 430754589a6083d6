"""What one owes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from visavis.domain.errors import NotFound
from visavis.domain.people.access import rights
from visavis.domain.promises.queries import my_promises, settled_promises


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Show one's promises, the nearest first; two queries and the frame's."""
    asked = rights(request.user)
    if not asked.treats_contents:
        raise NotFound
    context = {"owed": my_promises(asked), "settled": settled_promises(asked)}
    return render(request, "promises/mine.html", context)
