"""What search knows of a conversation: its subject, whose it is, and its number."""

from collections.abc import Iterable

from visavis.domain.conversations.models import Conversation, Message
from visavis.domain.people.models import Customer
from visavis.domain.search.operations import Findable, index_many


def keep_findable(conversations: Iterable[Conversation]) -> None:
    """They are found by what is shown of them now, and by nothing shown before."""
    index_many(as_found(row) for row in conversations)


def keep_conversations_findable(customer: Customer) -> None:
    """The conversations of the customer are found under the name that they bear now."""
    keep_findable(Conversation.objects.filter(customer=customer).select_related("customer").order_by("pk"))


def as_found(conversation: Conversation) -> Findable:
    """Return what is found of a conversation; no query when its customer is read already."""
    return Findable(
        kind="conversation",
        object_id=conversation.pk,
        brand_id=conversation.brand_id,
        conversation_number=conversation.pk,
        at=conversation.opened_at,
        title=f"{conversation.subject} {conversation.customer.name}",
        body=str(conversation.pk),
    )


def message_as_found(message: Message) -> Findable:
    """Return what is found of a message; no query when its conversation is read already."""
    return Findable(
        kind="message",
        object_id=message.pk,
        brand_id=message.conversation.brand_id,
        conversation_number=message.conversation_id,
        at=message.written_at,
        body=message.text,
    )
