"""A customer writes: from any channel, through any door, in one transaction."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from visavis.domain.conversations import access, operations
from visavis.domain.conversations.models import Attachment, Conversation, Message, Pass
from visavis.domain.crash_points import here
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Brand, Customer
from visavis.domain.people.operations import add_identity, know_customer
from visavis.domain.people.wishes import asks_for_person, skills_named


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """What a channel hands over: plain values, already bounded and cleaned by its door.

    sender: keyed digest of where it came from, by which it can be kept out (intake.sources).
    """

    brand: Brand
    channel: str
    is_live: bool
    effort: int
    key: uuid.UUID
    text: str
    at: datetime
    subject: str = ""
    language: str = "fr"
    name: str = ""
    email: str = ""
    phone: str = ""
    reference: str = ""
    attachment_ids: Sequence[int] = ()
    held: Pass | None = None
    wants_person: bool = False
    sender: str = ""


@dataclass(frozen=True, kw_only=True)
class Received:
    """What was kept: the message, its conversation, and whether it had been taken before."""

    message: Message
    conversation: Conversation
    is_repeat: bool


def receive(inbound: Inbound) -> Received:
    """Keep the message once, whatever the number of times it is sent; the same key gives the same answer."""
    if known := _already(inbound):
        return known
    try:
        return _receive(inbound)
    except IntegrityError:
        # The same key came in at the same instant through another process: the first one won.
        if known := _already(inbound):
            return known
        raise


@flow
def _receive(inbound: Inbound) -> Received:
    conversation = _continued(inbound) or _opened(inbound)
    here("inbound.opened")
    message = operations.receive_message(
        conversation,
        key=inbound.key,
        channel=inbound.channel,
        is_live=inbound.is_live,
        effort=inbound.effort,
        text=inbound.text,
        attachments=_attachments(inbound),
        at=inbound.at,
    )
    here("inbound.received")
    if inbound.wants_person or asks_for_person(inbound.text, inbound.language):
        operations.ask_for_person(conversation)
    if inbound.held and inbound.held.conversation_id is None:
        operations.give_pass_conversation(inbound.held, conversation)
    transaction.on_commit(lambda: here("inbound.committed"))
    return Received(message=message, conversation=conversation, is_repeat=False)


def _already(inbound: Inbound) -> Received | None:
    message = Message.objects.filter(key=inbound.key).select_related("conversation").first()
    if message is None or message.conversation.brand_id != inbound.brand.pk:
        return None
    return Received(message=message, conversation=message.conversation, is_repeat=True)


def _continued(inbound: Inbound) -> Conversation | None:
    """Return the conversation of the pass; what is typed in a form never joins one by itself."""
    if inbound.held is None or inbound.held.conversation_id is None:
        return None
    return access.conversation_of_pass(inbound.held)


def _opened(inbound: Inbound) -> Conversation:
    customer = _customer(inbound)
    return operations.open_conversation(
        brand=inbound.brand,
        customer=customer,
        channel=inbound.channel,
        is_live=inbound.is_live,
        effort=inbound.effort,
        subject=inbound.subject or _first_words(inbound.text),
        language=inbound.language,
        skill_ids=skills_named(inbound.brand, f"{inbound.subject} {inbound.text}"),
        sender=inbound.sender,
        at=inbound.at,
    )


def _customer(inbound: Inbound) -> Customer:
    """Return a new customer: an identity typed by its writer is unverified and opens nobody's history."""
    customer = know_customer(inbound.brand.pk, name=inbound.name, language=inbound.language, at=inbound.at)
    for kind, value in (("email", inbound.email), ("phone", inbound.phone), ("reference", inbound.reference)):
        if value:
            add_identity(customer, kind, value, verified=False)
    return customer


def _attachments(inbound: Inbound) -> QuerySet[Attachment] | None:
    if not inbound.attachment_ids or inbound.held is None:
        return None
    return access.attachments_given_with(inbound.held, list(inbound.attachment_ids))


def _first_words(text: str) -> str:
    """Return the beginning of a message as its subject, cut between words."""
    words = " ".join(text.split())
    return words if len(words) <= 70 else words[:70].rsplit(" ", 1)[0] + "…"
