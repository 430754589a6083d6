"""Saying what one is doing, and being heard."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from visavis.domain.flows.silence import change_presence
from visavis.domain.people.access import rights
from visavis.domain.presence.operations import hear, hear_again
from visavis.web.account.reader import reader

from .context import presence


@login_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Change one's own presence: the bar alone for a script, the page one came from otherwise."""
    change_presence(reader(request), request.POST.get("state", ""))
    if request.headers.get("HX-Request"):
        return render(request, "presence/bar.html", presence(request))
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if is_ours else "/")


@login_required
@require_POST
def beat(request: HttpRequest) -> HttpResponse:
    """Hear the desk: it is on someone's screen and answers."""
    now = timezone.now()
    if hear(rights(request.user).adviser_id, at=now):
        hear_again(reader(request), at=now)
    return HttpResponse(status=204)
