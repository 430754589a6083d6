"""Who wrote is told that it came: once for a conversation, never a robot, and rarely the same address."""

import uuid
from datetime import datetime, timedelta

from visavis.domain.conversations.models import Conversation, Message
from visavis.domain.deliveries.models import Road
from visavis.domain.deliveries.operations import plan_delivery, write_acknowledgement
from visavis.domain.errors import TooMany
from visavis.domain.intake.operations import take_turn
from visavis.domain.intake.queries import is_blocked
from visavis.domain.intake.sources import source_of_identity
from visavis.domain.journal.record import flow

from .acknowledgement_words import words_of_acknowledgement
from .outbound_email import acknowledged, address_acknowledgement

KEYS = uuid.UUID("5b0f6f3e-52a0-4c5e-9d0c-7f2d5be0a1c4")
# By then the routing has announced the wait, which is told.
AFTER = timedelta(seconds=5)
# Two robots that answer each other stop here, should all else have failed to know them.
MOST_A_DAY = 3


@flow
def acknowledge(conversation: Conversation, *, at: datetime) -> Message | None:
    """An acknowledgement leaves in a few seconds; None when there was one, or none may go there.

    The caller knows that a person wrote (`Settled.wants_acknowledgement`).
    """
    key = uuid.uuid5(KEYS, str(conversation.pk))
    found = acknowledged(conversation)
    if found is None or Message.objects.filter(key=key).exists():
        return None
    mailbox, to = found
    if not _is_allowed(conversation, to[1], at):
        return None
    words = words_of_acknowledgement(conversation, now=at)
    message = write_acknowledgement(conversation, key=key, channel=conversation.channel, text=words, at=at)
    address_acknowledgement(message, mailbox, to=to, at=at)
    plan_delivery(message, due_at=at + AFTER, road=Road.POST)
    return message


def _is_allowed(conversation: Conversation, address: str, at: datetime) -> bool:
    source = source_of_identity("email", address)
    if is_blocked(conversation.brand_id, source):
        return False
    try:
        take_turn("acknowledgement", source, limit=MOST_A_DAY, window_seconds=86_400, at=at)
    except TooMany:
        return False
    return True
