"""What a reader sees when something is refused, is not there, or broke.

What happened, what is kept, what to do.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def tell(request: HttpRequest, status: int, code: str, sentence: str = "") -> HttpResponse:
    """Return a page, or JSON for programs, with this status and this sentence."""
    sentence = sentence or usual_sentence(status)
    if wants_json(request):
        return JsonResponse({"code": code, "sentence": sentence}, status=status)
    context = {"status": status, "code": code, "sentence": sentence}
    return render(request, "design/refusal.html", context, status=status)


def wants_json(request: HttpRequest) -> bool:
    """True for programs and scripts, which read JSON."""
    return (
        "application/json" in request.headers.get("Accept", "") or request.content_type == "application/json"
    )


def usual_sentence(status: int) -> str:
    """Return what is said when the refusal has no sentence of its own."""
    sentences = {
        400: _(
            "We could not read what was sent. Your text is still in your browser: go back and send it again."
        ),
        403: _("This page was open too long, or came from another site. Reload it and send again."),
        404: _("There is nothing here for you. The address may be wrong, or the link may have ended."),
        409: _("This cannot be done now. Reload the page to see where things stand."),
        413: _("This is too large to be received. Send a smaller file, or several times."),
        429: _("That is a lot at once. Wait a minute, then send again: nothing is lost."),
    }
    return sentences.get(
        status, _("Something failed on our side. What was saved is kept: try again in a moment.")
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return tell(request, 400, "bad_request")


def cross_site(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that did not come from our pages."""
    return tell(request, 403, "cross_site")


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 rather than 403: "forbidden" would tell that it exists."""
    return tell(request, 404, "not_found")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return tell(request, 404, "not_found")


def failure(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return tell(request, 500, "failure")
