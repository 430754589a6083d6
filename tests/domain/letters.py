"""Letters to answer, and mailboxes that send, for the tests of what leaves by post."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from tests.domain.people_made import NOW, House

from visavis.domain.conversations.models import Conversation, Message
from visavis.domain.conversations.operations import (
    LetterFields,
    open_conversation,
    receive_message,
    write_letter,
)
from visavis.domain.deliveries.models import Delivery
from visavis.domain.flows.addressing import Chosen
from visavis.domain.flows.reply import Answer, answer
from visavis.domain.intake.models import Mailbox
from visavis.domain.intake.operations import MailboxSettings, add_mailbox
from visavis.domain.people.operations import add_identity

DAVID = "david.morel@example.fr"


def sending_mailbox(house: House, *, port: int = 25, **settings: Any) -> Mailbox:
    """A mailbox of Netnet that sends by a server of this machine."""
    given: dict[str, Any] = {
        "address": "bonjour@netnet.example",
        "name": "Netnet",
        "smtp_host": "localhost",
        "smtp_port": port,
        "smtp_security": "none",
    }
    chosen = MailboxSettings(**(given | settings))
    return add_mailbox(house.netnet, by=house.ada, at=NOW, settings=chosen)


def written(
    house: House,
    text: str = "Bonjour, ma box clignote.",
    *,
    at: datetime | None = None,
    sender: tuple[str, str] = ("David Morel", DAVID),
    **fields: Any,
) -> Message:
    """David wrote a letter to Netnet, which opened a conversation."""
    at = at or timezone.now() - timedelta(minutes=5)
    add_identity(house.david, "email", sender[1], verified=False)
    conversation = open_conversation(
        brand=house.netnet,
        customer=house.david,
        channel="email",
        is_live=False,
        effort=1,
        subject="Ma box clignote",
        language="fr",
        at=at,
    )
    return add_letter(conversation, text, at=at, sender=sender, **fields)


def add_letter(
    conversation: Conversation,
    text: str,
    *,
    at: datetime,
    sender: tuple[str, str] = ("David Morel", DAVID),
    **fields: Any,
) -> Message:
    """One more letter of David in this conversation."""
    message = receive_message(
        conversation, key=uuid.uuid4(), channel="email", is_live=False, effort=1, text=text, at=at
    )
    given: dict[str, Any] = {
        "header_id": f"{message.key.hex}@client.example",
        "sender": sender,
        "to": [("", "bonjour@netnet.example")],
        "subject": "Ma box clignote",
    }
    write_letter(message, LetterFields(**(given | fields)))
    return message


def replied(
    house: House, conversation: Conversation, text: str = "Voici la marche à suivre.", **more: Any
) -> Message:
    """Alice answered a minute ago: it is due."""
    conversation.refresh_from_db()
    people = {field: more.pop(field) for field in ("to", "cc", "bcc") if field in more}
    reply = Answer(key=uuid.uuid4(), text=text, chosen=Chosen(**people), **more)
    return answer(conversation, reply, by=house.alice, at=timezone.now() - timedelta(minutes=1))


def delivery_of(message: Message) -> Delivery:
    """Its delivery, as it is now."""
    return Delivery.objects.get(message=message)
