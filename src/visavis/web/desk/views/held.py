"""Replies that have not left: what a person decides about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations.access import message_for
from visavis.domain.errors import NotFound
from visavis.domain.flows import held_replies
from visavis.web.desk.leaving import hour_told
from visavis.web.promises.when import chosen

from .door import Asked, sent
from .turns import stay

if TYPE_CHECKING:
    from django.http import HttpResponse


@sent
def decide_doubt(asked: Asked, message_id: int) -> HttpResponse:
    """Say whether a doubtful reply left; what had not leaves in ten seconds."""
    message = message_for(asked.rights, message_id)
    answered = asked.request.POST.get("has_left", "")
    if answered not in {"0", "1"}:
        raise NotFound
    is_new = held_replies.decide_doubt(
        message, has_left=answered == "1", by=asked.adviser, now=timezone.now()
    )
    if answered == "1":
        return stay(asked, message.conversation_id, _("Noted: it has left.") if is_new else "")
    return _again(asked, message.conversation_id, message_id, is_new=is_new)


@sent
def resend(asked: Asked, message_id: int) -> HttpResponse:
    """Send what failed again, in ten seconds."""
    message = message_for(asked.rights, message_id)
    is_new = held_replies.resend(message, by=asked.adviser, now=timezone.now())
    return _again(asked, message.conversation_id, message_id, is_new=is_new)


@sent
def stop_sending(asked: Asked, message_id: int) -> HttpResponse:
    """Leave it as it was: what was to be sent again is not."""
    message = message_for(asked.rights, message_id)
    held_replies.stop(message, by=asked.adviser, now=timezone.now())
    return stay(asked, message.conversation_id, _("It is not sent again."))


@sent
def plan_anew(asked: Asked, message_id: int) -> HttpResponse:
    """Choose another hour for a planned reply, or let it leave now."""
    message = message_for(asked.rights, message_id)
    now = timezone.now()
    is_now = asked.request.POST.get("when") == "now"
    due_at = now if is_now else chosen(asked.request.POST)
    held_replies.plan_anew(message, due_at=due_at, by=asked.adviser, now=now)
    told = _("It leaves now.") if is_now else _("Planned: %(when)s.") % {"when": hour_told(due_at, now=now)}
    return stay(asked, message.conversation_id, told)


def _again(asked: Asked, number: int, message_id: int, *, is_new: bool) -> HttpResponse:
    if not is_new:
        return stay(asked, number)
    text = _("It leaves again in %(seconds)s seconds.") % {"seconds": held_replies.UNDO_SECONDS}
    return stay(asked, number, text, undo=reverse("desk:stop_sending", args=[message_id]))
