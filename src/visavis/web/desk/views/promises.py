"""Promising, keeping, moving, entrusting."""

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from visavis.domain.errors import Refused
from visavis.domain.people.access import adviser_for
from visavis.domain.promises import operations
from visavis.domain.promises.access import promise_for

from .door import Asked, sent
from .turns import go, stay


@sent
def promise(asked: Asked, number: int) -> HttpResponse:
    """Promise something to the customer, who sees it."""
    made = operations.make_promise(
        asked.conversation(number), by=asked.adviser, what=asked.text("what", longest=200), due_at=_due(asked)
    )
    return stay(asked, number, _("Promise recorded."), undo=reverse("desk:undo_promise", args=[made.pk]))


@sent
def keep(asked: Asked, promise_id: int) -> HttpResponse:
    """Say that it is kept."""
    kept = operations.keep_promise(promise_for(asked.rights, promise_id), by=asked.adviser)
    return _settled(asked, kept.conversation_id, _("Promise kept."))


@sent
def move(asked: Asked, promise_id: int) -> HttpResponse:
    """Move its date, with a reason that the customer reads."""
    moved = operations.move_promise(
        promise_for(asked.rights, promise_id),
        by=asked.adviser,
        due_at=_due(asked),
        reason=asked.text("reason", longest=300),
    )
    return _settled(asked, moved.conversation_id, _("Promise moved. The customer sees the reason."))


@sent
def entrust(asked: Asked, promise_id: int) -> HttpResponse:
    """Entrust it to a colleague."""
    to = adviser_for(asked.rights, asked.number("to"))
    row = operations.entrust_promise(promise_for(asked.rights, promise_id), to=to, by=asked.adviser)
    return _settled(asked, row.conversation_id, _("Promise entrusted."))


@sent
def undo(asked: Asked, promise_id: int) -> HttpResponse:
    """Take it back at once, before it can be read."""
    row = promise_for(asked.rights, promise_id)
    operations.undo_promise(row, by=asked.adviser)
    return stay(asked, row.conversation_id, _("The promise is taken back."))


def _settled(asked: Asked, number: int, text: str) -> HttpResponse:
    """Return where one came from: the conversation, or one's promises."""
    if not asked.by_script and asked.request.POST.get("back") == "promises":
        return go(asked, reverse("promises:mine"), text)
    return stay(asked, number, text)


def _due(asked: Asked) -> datetime:
    """Return the instant typed, in the reader's zone. Refused when there is none."""
    try:
        typed = parse_datetime(asked.text("due_at", longest=40))
    except ValueError:
        typed = None
    if typed is None:
        raise Refused("no_hour", _("Say by when: a day and an hour."))
    return timezone.make_aware(typed) if timezone.is_naive(typed) else typed
