"""Promising, keeping, moving, entrusting."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.people.access import adviser_for
from visavis.domain.promises import operations
from visavis.domain.promises.access import promise_for
from visavis.web.promises.when import chosen, instant, outside_told, said

from .door import Asked, asked, sent
from .turns import go, stay


@sent
def promise(asked: Asked, number: int) -> HttpResponse:
    """Promise something to the customer, who sees it."""
    conversation = asked.conversation(number)
    made = operations.make_promise(
        conversation,
        by=asked.adviser,
        what=asked.text("what", longest=200),
        due_at=chosen(asked.request.POST),
    )
    now = timezone.now()
    told = _("Promise recorded: %(at)s.") % {"at": said(made.due_at, now=now)}
    told = f"{told} {outside_told(conversation.brand, made.due_at, now=now)}".strip()
    return stay(asked, number, told, undo=reverse("desk:undo_promise", args=[made.pk]))


@asked
def when(asked: Asked, number: int) -> HttpResponse:
    """Show the hours to choose; or, of one that was typed, that it has passed or that nobody works then."""
    brand, now = asked.conversation(number).brand, timezone.now()
    if "due_at" not in asked.request.GET:
        return render(asked.request, "promises/when_alone.html", {"brand": brand, "number": number})
    at = instant(asked.request.GET["due_at"][:40])
    told = "" if at is None else outside_told(brand, at, now=now)
    if at is not None and at <= now:
        told = _("This hour has passed. Choose a later one.")
    return render(asked.request, "promises/when.html#told", {"told": told})


@sent
def keep(asked: Asked, promise_id: int) -> HttpResponse:
    """Say that it is kept."""
    kept = operations.keep_promise(promise_for(asked.rights, promise_id), by=asked.adviser)
    return _settled(asked, kept.conversation_id, _("Promise kept."))


@sent
def move(asked: Asked, promise_id: int) -> HttpResponse:
    """Move its date, with a reason that the customer reads."""
    row = promise_for(asked.rights, promise_id)
    moved = operations.move_promise(
        row, by=asked.adviser, due_at=chosen(asked.request.POST), reason=asked.text("reason", longest=300)
    )
    outside = outside_told(row.brand, moved.due_at, now=timezone.now())
    told = f"{_('Promise moved. The customer sees the reason.')} {outside}".strip()
    return _settled(asked, moved.conversation_id, told)


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
