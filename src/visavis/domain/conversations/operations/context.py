"""What travels with a conversation: subject, summary, what was explained, tags, steps."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations.facts import ContextNoted, StepsChanged, SubjectChanged, TagsChanged
from visavis.domain.conversations.models import Conversation, Explained, Step, Tag
from visavis.domain.errors import NotFound, Refused
from visavis.domain.journal.record import operation, record
from visavis.domain.people.models import Adviser

from .findable import keep_findable
from .lock import locked


@operation
def change_subject(conversation: Conversation, *, by: Adviser, subject: str) -> Conversation:
    """It is called otherwise. Refused when empty."""
    if not subject.strip():
        raise Refused("empty_subject", _("Write the subject first: a few words are enough."))
    conversation = locked(conversation)
    conversation.subject = subject.strip()[:200]
    conversation.save(update_fields=["subject"])
    keep_findable([conversation])
    record(SubjectChanged(conversation_id=conversation.pk, brand_id=conversation.brand_id, adviser_id=by.pk))
    return conversation


@operation
def change_tags(conversation: Conversation, *, by: Adviser, names: Sequence[str]) -> None:
    """Its tags are exactly these; new ones are made."""
    wanted = {name.strip().lower()[:40] for name in names if name.strip()}
    tags = [
        Tag.objects.get_or_create(brand_id=conversation.brand_id, name=name)[0] for name in sorted(wanted)
    ]
    conversation.tags.set(tags)
    record(
        TagsChanged(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            tag_ids=sorted(tag.pk for tag in tags),
        )
    )


@operation
def write_summary(conversation: Conversation, *, by: Adviser, text: str) -> None:
    """The summary that a colleague reads first."""
    Conversation.objects.filter(pk=conversation.pk).update(summary=text.strip())
    _noted(conversation, by, "summary")


@operation
def write_headline(conversation: Conversation, *, by: Adviser, text: str) -> None:
    """What the customer reads first on their page: what happens now, in plain words."""
    Conversation.objects.filter(pk=conversation.pk).update(headline=text.strip()[:200])
    _noted(conversation, by, "headline")


@operation
def add_explained(conversation: Conversation, *, by: Adviser, text: str) -> Explained:
    """One more thing not to be asked again. Refused when empty."""
    if not text.strip():
        raise Refused("empty", _("Write first what nobody should ask again."))
    noted = Explained.objects.create(
        conversation=conversation, text=text.strip()[:200], noted_at=timezone.now()
    )
    _noted(conversation, by, "explained")
    return noted


@operation
def remove_explained(conversation: Conversation, *, by: Adviser, explained_id: int) -> None:
    """It was noted wrongly."""
    if not conversation.explained.filter(pk=explained_id).delete()[0]:
        raise NotFound
    _noted(conversation, by, "explained")


@operation
def add_step(
    conversation: Conversation,
    *,
    by: Adviser | None,
    title: str,
    detail: str = "",
    expected_on: date | None = None,
    done_at: datetime | None = None,
) -> Step:
    """The customer sees one more step."""
    step = Step.objects.create(
        conversation=conversation,
        title=title[:120],
        detail=detail[:300],
        expected_on=expected_on,
        done_at=done_at,
        rank=conversation.steps.count(),
    )
    _steps_changed(conversation, by)
    return step


@operation
def finish_step(conversation: Conversation, *, by: Adviser, step_id: int) -> None:
    """The step is done, or not done after all when it was."""
    step = conversation.steps.filter(pk=step_id).first()
    if step is None:
        raise NotFound
    step.done_at = None if step.done_at else timezone.now()
    step.save(update_fields=["done_at"])
    _steps_changed(conversation, by)


@operation
def remove_step(conversation: Conversation, *, by: Adviser, step_id: int) -> None:
    """The step will not happen."""
    if not conversation.steps.filter(pk=step_id).delete()[0]:
        raise NotFound
    _steps_changed(conversation, by)


def _noted(conversation: Conversation, by: Adviser, part: str) -> None:
    record(
        ContextNoted(
            conversation_id=conversation.pk, brand_id=conversation.brand_id, adviser_id=by.pk, part=part
        )
    )


def _steps_changed(conversation: Conversation, by: Adviser | None) -> None:
    done = conversation.steps.filter(done_at__isnull=False).count()
    record(
        StepsChanged(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk if by else None,
            done=done,
            expected=conversation.steps.count() - done,
        )
    )
