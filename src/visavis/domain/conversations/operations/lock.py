"""Taking the row of a conversation before writing around it."""

from collections.abc import Iterable

from visavis.domain.conversations.models import Conversation


def locked(conversation: Conversation) -> Conversation:
    """Return the conversation as it is now, locked until the end of the transaction.

    `no_key`: the plain form deadlocks with deferred foreign keys.
    """
    row = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    if Conversation.brand.is_cached(conversation):
        row.brand = conversation.brand  # a conversation never changes its brand
    return row


def both_locked(numbers: Iterable[int]) -> dict[int, Conversation]:
    """Return several conversations locked in the order of their numbers, so that two askers never cross."""
    rows = Conversation.objects.select_for_update(no_key=True).filter(pk__in=list(numbers)).order_by("pk")
    return {row.pk: row for row in rows}
