"""What somebody has just decided about a letter is undone, while nothing came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from visavis.domain.conversations.facts import HeldBeside, MessageUnheeded
from visavis.domain.conversations.models import Conversation, Direction, Letter, Message, State
from visavis.domain.errors import Refused
from visavis.domain.journal.queries import conversation_entries
from visavis.domain.journal.record import operation, record
from visavis.domain.people.models import Adviser

from .lock import locked

INSTANTS = ("waiting_since", "answer_due_at", "resolved_at", "snoozed_until")


def as_it_is(conversation: Conversation) -> dict[str, Any]:
    """Return whose turn it is and since when, and what was said last, as JSON holds it."""
    instants = {name: getattr(conversation, name) for name in INSTANTS}
    told = {name: at.isoformat() if at else None for name, at in instants.items()}
    return {"state": conversation.state, "last": _last_said(conversation)} | told


def _last_said(conversation: Conversation) -> int:
    said = conversation.messages.exclude(direction=Direction.NOTE).filter(withdrawn_at=None)
    return said.order_by("-pk").values_list("pk", flat=True).first() or 0


@operation
def unheed_message(message: Message, *, by: Adviser, at: datetime) -> None:
    """A robot wrote it after all: the turn and the wait are those from before somebody said otherwise.

    Refused when nobody did, and once something came of it: a message, a decision.
    """
    conversation = locked(message.conversation)
    letter = Letter.objects.filter(message=message).first()
    before = letter.extras.get("unheeded") if letter and not letter.is_automatic else None
    if letter is None or before is None:
        raise Refused("not_heeded", _("Nobody said that a person wrote it. Reload the page."))
    if _has_gone_on(conversation, before):
        raise Refused("gone_on", _("The conversation has gone on since: this cannot be undone any more."))
    letter.automatic_why = before["why"]
    del letter.extras["unheeded"]
    letter.save(update_fields=["automatic_why", "extras"])
    conversation.state = State(before["state"])
    for name in INSTANTS:
        setattr(conversation, name, parse_datetime(before[name]) if before[name] else None)
    conversation.save(update_fields=["state", *INSTANTS])
    record(
        MessageUnheeded(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            message_id=message.pk,
            state=conversation.state,
        ),
        at=at,
    )


def _has_gone_on(conversation: Conversation, before: Mapping[str, Any]) -> bool:
    """True when it is not as it was left, or somebody has written since."""
    left_as = State.REOPENED if before["state"] == State.RESOLVED else State.OPEN
    is_as_left = conversation.state == left_as and conversation.snoozed_until is None
    return not is_as_left or _last_said(conversation) != before["last"]


@operation
def hold_beside_again(conversation: Conversation, *, by: Adviser, at: datetime) -> None:
    """It is held beside the conversation from which somebody set it apart. Refused when nobody did."""
    conversation = locked(conversation)
    entries = conversation_entries(conversation.pk, ["conversation.stood_alone"])
    beside = Conversation.objects.filter(pk=entries[-1].facts["beside_id"]).first() if entries else None
    if conversation.beside_id or beside is None:
        raise Refused("not_apart", _("Nobody set it apart from another one. Reload the page."))
    conversation.beside = beside
    conversation.save(update_fields=["beside"])
    record(
        HeldBeside(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            beside_id=beside.pk,
        ),
        at=at,
    )
