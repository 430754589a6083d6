"""Merging, splitting and linking conversations; each can be undone."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from visavis.domain.conversations.facts import (
    ConversationsLinked,
    ConversationsMerged,
    ConversationSplit,
    ConversationUnlinked,
    MergeUndone,
)
from visavis.domain.conversations.models import Conversation, ConversationLink, Direction, Message
from visavis.domain.errors import Refused
from visavis.domain.journal.models import Entry
from visavis.domain.journal.record import operation, record
from visavis.domain.people.models import Adviser

from .findable import keep_findable
from .lock import both_locked, locked


@operation
def merge_conversations(kept: Conversation, absorbed: Conversation, *, by: Adviser) -> Conversation:
    """Messages of `absorbed` stand in `kept`, in order of time; replies to `absorbed` arrive in `kept`.

    Refused across brands, across customers, with itself, or when one is merged already. Only who answered
    beside a conversation may be brought into it although they are someone else.
    """
    rows = both_locked([kept.pk, absorbed.pk])
    if len(rows) != 2:
        raise Refused("same_conversation", _("This is the same conversation. Choose another one."))
    is_beside = rows[absorbed.pk].beside_id == kept.pk
    if kept.brand_id != absorbed.brand_id or (kept.customer_id != absorbed.customer_id and not is_beside):
        raise Refused(
            "cannot_merge",
            _(
                "These two requests are not of the same person. If they are, merge the two records first;"
                " otherwise link the two requests."
            ),
        )
    kept, absorbed = rows[kept.pk], rows[absorbed.pk]
    if kept.merged_into_id or absorbed.merged_into_id:
        raise Refused(
            "merged_already",
            _("One of the two already goes on elsewhere. Put it apart again first, or choose another one."),
        )
    moved = list(absorbed.messages.order_by("pk").values_list("pk", flat=True))
    noted = _kept_from_customer(absorbed) if is_beside else []
    Message.objects.filter(pk__in=moved).update(conversation=kept)
    absorbed.merged_into = kept
    waiting = [kept] if noted else [kept, absorbed]  # who answers for us alone is no customer who waits
    waits = [row.waiting_since for row in waiting if row.waiting_since]
    dues = [row.answer_due_at for row in waiting if row.answer_due_at]
    kept.waiting_since, kept.answer_due_at = min(waits, default=None), min(dues, default=None)
    if absorbed.is_ours:
        kept.state = absorbed.state
        kept.resolved_at = None
    kept.last_message_at = max(kept.last_message_at, absorbed.last_message_at)
    kept.save()
    absorbed.save(update_fields=["merged_into"])
    record(
        ConversationsMerged(
            conversation_id=kept.pk,
            brand_id=kept.brand_id,
            adviser_id=by.pk,
            absorbed_id=absorbed.pk,
            state=kept.state,
            message_ids=moved,
            noted_ids=noted,
        )
    )
    return kept


def _kept_from_customer(beside: Conversation) -> list[int]:
    """What answers something sent on becomes a note, which no customer reads. Gives their numbers."""
    rows = beside.messages.filter(direction=Direction.IN, letter__extras__has_key="answers_forward")
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    Message.objects.filter(pk__in=numbers).update(direction=Direction.NOTE)
    return numbers


@operation
def undo_merge(absorbed: Conversation, *, by: Adviser) -> Conversation:
    """The absorbed conversation has its messages again. Refused when it is not merged."""
    if absorbed.merged_into_id is None:
        raise Refused("not_merged", _("This request is on its own already: there is nothing to undo."))
    rows = both_locked([absorbed.pk, absorbed.merged_into_id])
    kept, absorbed = rows[absorbed.merged_into_id], rows[absorbed.pk]
    entry = (
        Entry.objects.filter(
            conversation_id=kept.pk, verb=ConversationsMerged.verb, facts__absorbed_id=absorbed.pk
        )
        .order_by("-pk")
        .first()
    )
    moved = entry.facts["message_ids"] if entry else []
    noted = entry.facts.get("noted_ids", []) if entry else []
    Message.objects.filter(pk__in=noted, conversation=kept).update(direction=Direction.IN)
    Message.objects.filter(pk__in=moved, conversation=kept).update(conversation=absorbed)
    absorbed.merged_into = None
    absorbed.save(update_fields=["merged_into"])
    record(
        MergeUndone(
            conversation_id=kept.pk,
            brand_id=kept.brand_id,
            adviser_id=by.pk,
            absorbed_id=absorbed.pk,
            received_ids=noted,
        )
    )
    return absorbed


@operation
def split_conversation(
    conversation: Conversation, *, by: Adviser, messages: Sequence[Message], subject: str
) -> Conversation:
    """The given messages stand in a new conversation of the same customer.

    Refused when none or all would leave.
    """
    conversation = locked(conversation)
    numbers = sorted(message.pk for message in messages if message.conversation_id == conversation.pk)
    if not numbers or conversation.messages.count() == len(numbers):
        raise Refused("nothing_to_split", _("Choose the messages that leave, and leave one here at least."))
    first = min(message.written_at for message in messages)
    last = max(messages, key=lambda message: message.written_at)
    new = Conversation.objects.create(
        brand_id=conversation.brand_id,
        customer_id=conversation.customer_id,
        channel=conversation.channel,
        is_live=conversation.is_live,
        effort=conversation.effort,
        language=conversation.language,
        subject=subject[:200],
        state=conversation.state,
        resolved_at=conversation.resolved_at,
        adviser=conversation.adviser,
        team=conversation.team,
        split_from=conversation,
        opened_at=first,
        waiting_since=conversation.waiting_since,
        answer_due_at=conversation.answer_due_at,
        last_message_at=last.written_at,
        last_words=" ".join(last.text.split())[:200],
    )
    Message.objects.filter(pk__in=numbers).update(conversation=new)
    keep_findable([new])
    record(
        ConversationSplit(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            new_id=new.pk,
            state=new.state,
            holder_id=new.adviser_id,
            message_ids=numbers,
        )
    )
    return new


@operation
def link_conversations(one: Conversation, other: Conversation, *, by: Adviser) -> None:
    """Each shows the other. Refused with itself or across brands."""
    if one.pk == other.pk:
        raise Refused("same_conversation", _("This is the same conversation. Choose another one."))
    if one.brand_id != other.brand_id:
        raise Refused(
            "cannot_link", _("Two brands do not share their requests. Choose one of the same brand.")
        )
    low, high = sorted([one.pk, other.pk])
    ConversationLink.objects.get_or_create(first_id=low, second_id=high)
    record(
        ConversationsLinked(
            conversation_id=one.pk, brand_id=one.brand_id, adviser_id=by.pk, other_id=other.pk
        )
    )


@operation
def unlink_conversations(one: Conversation, other: Conversation, *, by: Adviser) -> None:
    """They no longer show each other."""
    low, high = sorted([one.pk, other.pk])
    ConversationLink.objects.filter(first_id=low, second_id=high).delete()
    record(
        ConversationUnlinked(
            conversation_id=one.pk, brand_id=one.brand_id, adviser_id=by.pk, other_id=other.pk
        )
    )
