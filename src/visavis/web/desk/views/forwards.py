"""Sending on to somebody outside what was said: the form, and what it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations import operations
from visavis.domain.errors import NotFound, Refused
from visavis.domain.flows.forward import forward as send_on
from visavis.domain.flows.held_replies import UNDO_SECONDS
from visavis.web.design.toasts import say
from visavis.web.desk.forwarding import forward_context, forward_typed, forwarding_typed
from visavis.web.desk.leaving import hour_told

from .door import Asked, asked, back_to, sent
from .replies import conversation_done, files_of, key_of, whole

if TYPE_CHECKING:
    from django.http import HttpResponse


@asked
def forward(asked: Asked, number: int) -> HttpResponse:
    """Show what would be sent on: a part of the composer, or a page."""
    part = "desk/forward.html#form" if asked.by_script else "desk/forward.html"
    conversation = asked.conversation(number)
    return render(asked.request, part, forward_context(asked, conversation) | {"by_script": asked.by_script})


@sent
def send_forward(asked: Asked, number: int) -> HttpResponse:
    """Send it on; it can be taken back for ten seconds."""
    conversation = asked.conversation(number)
    given, text = asked.request.POST, whole(asked)
    try:
        typed = forwarding_typed(given, key=key_of(asked), text=text, attachment_ids=files_of(asked))
        message = send_on(conversation, typed, by=asked.adviser)
    except NotFound:
        raise
    except Refused:
        if not conversation.erased_at:  # without a script the page that comes next holds it
            operations.save_draft(
                conversation, by=asked.adviser, text=text, direction="fwd", extras=forward_typed(given)
            )
        raise
    response = conversation_done(asked, number, done="forward") if asked.by_script else back_to(number)
    if message.left_at is None:
        told = _("It leaves in %(seconds)s seconds.") % {"seconds": UNDO_SECONDS}
        if typed.due_at:
            told = _("Planned: %(when)s.") % {"when": hour_told(typed.due_at, now=timezone.now())}
        undo = reverse("desk:take_back", args=[message.pk])
        say(asked.request, response, text=told, undo=undo, seconds=UNDO_SECONDS)
    return response
