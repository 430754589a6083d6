"""Taking, passing on, resolving, sleeping."""

import json
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from visavis.domain.conversations import operations
from visavis.domain.errors import Refused
from visavis.domain.flows import take as taking
from visavis.domain.flows.not_for_me import not_for_me
from visavis.domain.flows.transfer import Handing, transfer
from visavis.domain.people.access import adviser_for, skill_for, team_for
from visavis.web.design.toasts import say

from .door import LARGEST_NUMBER, Asked, back_to, sent


def go(asked: Asked, url: str, text: str = "") -> HttpResponse:
    """Load `url`, with or without a script; the page that comes says `text`."""
    if text:
        messages.success(asked.request, text)
    if not asked.by_script:
        return redirect(url)
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = url
    return response


def stay(asked: Asked, number: int, text: str = "", *, undo: str = "") -> HttpResponse:
    """Let the open parts of the page read themselves again, with a sentence and a way to undo."""
    response = HttpResponse(status=204) if asked.by_script else back_to(number)
    if asked.by_script:
        response.headers["HX-Trigger"] = json.dumps({"desk-refresh": {"target": "body"}})
    if text:
        say(asked.request, response, text=text, undo=undo)
    return response


@sent
def take(asked: Asked, number: int) -> HttpResponse:
    """Take the conversation on one's own desk."""
    taking.take(asked.conversation(number), by=asked.adviser)
    return stay(asked, number)


@sent
def not_mine(asked: Asked, number: int) -> HttpResponse:
    """« Ce n’est pas pour moi »: no justification; the missing skill may be named."""
    skill = skill_for(asked.rights, asked.number("skill")) if asked.request.POST.get("skill") else None
    not_for_me(asked.conversation(number), by=asked.adviser, skill=skill)
    return go(asked, reverse("desk:desk"), _("Somebody else will take it."))


@sent
def pass_on(asked: Asked, number: int) -> HttpResponse:
    """Pass the conversation on, with its context."""
    chosen = asked.request.POST.get("to", "")
    kind, _sep, identifier = chosen.partition(":")
    if not identifier.isdecimal() or len(identifier) > LARGEST_NUMBER:
        raise Refused("nobody_named", _("Choose who takes it."))
    to = adviser_for(asked.rights, int(identifier)) if kind == "adviser" else None
    team = team_for(asked.rights, int(identifier)) if kind == "team" else None
    handing = Handing(context=asked.text("context", longest=2000), to=to, team=team)
    transfer(asked.conversation(number), handing, by=asked.adviser)
    return go(asked, reverse("desk:desk"), _("Passed on, with its context."))


@sent
def resolve(asked: Asked, number: int) -> HttpResponse:
    """Say that the request is resolved; can be undone."""
    operations.resolve_conversation(asked.conversation(number), by=asked.adviser)
    return stay(asked, number, _("Resolved."), undo=reverse("desk:reopen", args=[number]))


@sent
def reopen(asked: Asked, number: int) -> HttpResponse:
    """Open it again."""
    operations.reopen_conversation(asked.conversation(number), by=asked.adviser)
    return stay(asked, number, _("Opened again."))


@sent
def snooze(asked: Asked, number: int) -> HttpResponse:
    """Let it sleep until an hour; it wakes by itself, or when the customer writes."""
    until = _hour(asked.request.POST.get("until", ""))
    if until is None or until <= timezone.now():
        raise Refused("in_the_past", _("This hour has passed. Choose a later one."))
    operations.snooze_conversation(asked.conversation(number), by=asked.adviser, until=until)
    return stay(asked, number, _("Asleep until then."), undo=reverse("desk:wake", args=[number]))


def _hour(chosen: str) -> datetime | None:
    """Return when: « 1h », « tomorrow », « monday », or an instant typed in the reader's zone."""
    now = timezone.localtime()
    morning = now.replace(hour=9, minute=0, second=0, microsecond=0)
    known = {
        "1h": now + timedelta(hours=1),
        "tomorrow": morning + timedelta(days=1),
        "monday": morning + timedelta(days=7 - now.weekday()),
    }
    if chosen in known:
        return known[chosen]
    try:
        typed = parse_datetime(chosen)
    except ValueError:
        return None
    return timezone.make_aware(typed) if typed and timezone.is_naive(typed) else typed


@sent
def wake(asked: Asked, number: int) -> HttpResponse:
    """Wake it now."""
    operations.wake_conversation(asked.conversation(number), by=asked.adviser)
    return stay(asked, number)


@sent
def unread(asked: Asked, number: int) -> HttpResponse:
    """Leave it as new for later."""
    operations.mark_unread(asked.conversation(number), by=asked.adviser)
    return go(asked, reverse("desk:desk"), _("Left as new."))
