"""A reply that was taken back is what it was before: words, people and files that somebody has in hand."""

from collections.abc import Mapping

from django.utils import timezone

from visavis.domain.conversations.models import Attachment, Draft, Drafted, Message
from visavis.domain.journal.record import upkeep
from visavis.domain.people.models import Adviser


@upkeep
def free_attachments(message: Message, *, by: Adviser) -> list[int]:
    """The files of a message that was taken back are free: `by` may join them again. Gives their numbers."""
    rows = Attachment.objects.filter(message=message)
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(message=None, given_by=by)
    return numbers


@upkeep
def return_to_draft(
    message: Message, *, by: Adviser, extras: Mapping[str, object], direction: str = Drafted.REPLY
) -> None:
    """What was taken back is a draft again, before what `by` may have begun to write since."""
    rows = Draft.objects.filter(conversation=message.conversation, adviser=by, direction=direction)
    begun = rows.first()
    is_more = begun is not None and begun.text.strip() not in {"", message.text.strip()}
    text = f"{message.text}\n\n{begun.text}" if begun and is_more else message.text
    files = [*_numbers(extras), *(_numbers(begun.extras) if begun else [])]
    Draft.objects.update_or_create(
        conversation=message.conversation,
        adviser=by,
        direction=direction,
        defaults={
            "text": text,
            "extras": {**extras, "files": list(dict.fromkeys(files))},
            "saved_at": timezone.now(),
        },
    )


def _numbers(extras: Mapping[str, object]) -> list[object]:
    found = extras.get("files")
    return found if isinstance(found, list) else []
