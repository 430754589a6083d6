"""What is written without being a fact of the business: drafts, marks, who looks and types."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from visavis.domain.conversations.models import (
    Conversation,
    Direction,
    Draft,
    Looking,
    Mention,
    Pass,
    ReadMark,
)
from visavis.domain.conversations.models.around import PassKind
from visavis.domain.journal.record import upkeep
from visavis.domain.people.models import Adviser


@upkeep
def save_draft(
    conversation: Conversation,
    *,
    by: Adviser,
    text: str,
    direction: str = Direction.OUT,
    extras: Mapping[str, object] | None = None,
) -> None:
    """What is being written is kept, with what is typed beside; nothing at all forgets it."""
    if not (text.strip() or any((extras or {}).values())):
        Draft.objects.filter(conversation=conversation, adviser=by, direction=direction).delete()
        return
    Draft.objects.update_or_create(
        conversation=conversation,
        adviser=by,
        direction=direction,
        defaults={"text": text, "extras": dict(extras or {}), "saved_at": timezone.now()},
    )


@upkeep
def discard_draft(conversation: Conversation, *, by: Adviser, direction: str = Direction.OUT) -> None:
    """The draft is forgotten: it was sent."""
    Draft.objects.filter(conversation=conversation, adviser=by, direction=direction).delete()


@upkeep
def look_at(conversation: Conversation, *, by: Adviser, is_typing: bool = False) -> None:
    """`by` has the conversation on screen, and types in it or not."""
    _looks(conversation, by, is_typing=is_typing)


@upkeep
def open_on_screen(conversation: Conversation, *, by: Adviser) -> None:
    """`by` has the conversation on screen, and everything said so far is read, mentions included."""
    _looks(conversation, by, is_typing=False)
    _reads(conversation, by)


def _looks(conversation: Conversation, by: Adviser, *, is_typing: bool) -> None:
    now = timezone.now()
    Looking.objects.bulk_create(
        [Looking(conversation=conversation, adviser=by, seen_at=now, typing_at=now if is_typing else None)],
        update_conflicts=True,
        unique_fields=["conversation", "adviser"],
        update_fields=["seen_at", "typing_at"],
    )


@upkeep
def stop_looking(conversation: Conversation, *, by: Adviser) -> None:
    """`by` looks at something else."""
    Looking.objects.filter(conversation=conversation, adviser=by).delete()


@upkeep
def mark_read(conversation: Conversation, *, by: Adviser) -> None:
    """Everything said so far is read by `by`, mentions included."""
    _reads(conversation, by)


def _reads(conversation: Conversation, by: Adviser) -> None:
    last_id = conversation.messages.order_by("-pk").values_list("pk", flat=True).first()
    ReadMark.objects.bulk_create(
        [ReadMark(conversation=conversation, adviser=by, message_id=last_id)],
        update_conflicts=True,
        unique_fields=["conversation", "adviser"],
        update_fields=["message"],
    )
    Mention.objects.filter(message__conversation=conversation, adviser=by, seen_at__isnull=True).update(
        seen_at=timezone.now()
    )


@upkeep
def mark_unread(conversation: Conversation, *, by: Adviser) -> None:
    """It counts as new again for `by`."""
    ReadMark.objects.filter(conversation=conversation, adviser=by).delete()


@upkeep
def customer_is_typing(conversation: Conversation) -> None:
    """The customer types now."""
    Conversation.objects.filter(pk=conversation.pk).update(customer_typing_at=timezone.now())


@upkeep
def customer_read(conversation: Conversation) -> None:
    """The customer has read what had left."""
    Conversation.objects.filter(pk=conversation.pk).update(customer_read_at=timezone.now())


@upkeep
def forget_looks(*, before: datetime) -> int:
    """Who looked at what before that instant is forgotten; how many."""
    return Looking.objects.filter(seen_at__lt=before).delete()[0]


@upkeep
def forget_ended_passes(*, before: datetime) -> int:
    """One-minute tickets that ended before that instant are deleted; how many.

    Links and sessions stay, as a trace.
    """
    return Pass.objects.filter(kind=PassKind.TICKET, expires_at__lt=before).delete()[0]
