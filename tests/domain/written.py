"""Customers who write, for the tests of what follows."""

import uuid
from datetime import datetime

from django.utils import timezone
from tests.domain.people_made import House

from visavis.domain.conversations.models import Conversation, Pass
from visavis.domain.flows.inbound import Inbound, Received, receive
from visavis.domain.people.models import Brand


def chat(
    house: House, text: str = "Bonjour", *, held: Pass | None = None, at: datetime | None = None
) -> Received:
    """David writes on the chat of Netnet."""
    return receive(message(house.netnet, text, is_live=True, held=held, at=at))


def letter(house: House, text: str = "Bonjour", *, at: datetime | None = None) -> Received:
    """David writes by the form of Netnet."""
    return receive(message(house.netnet, text, is_live=False, at=at))


def message(
    brand: Brand, text: str, *, is_live: bool, held: Pass | None = None, at: datetime | None = None
) -> Inbound:
    """What a channel hands over."""
    return Inbound(
        brand=brand,
        channel="chat" if is_live else "form",
        is_live=is_live,
        effort=2 if is_live else 1,
        key=uuid.uuid4(),
        text=text,
        at=at or timezone.now(),
        name="David Morel",
        held=held,
    )


def fresh(conversation: Conversation) -> Conversation:
    """The conversation as it is now."""
    return Conversation.objects.get(pk=conversation.pk)
