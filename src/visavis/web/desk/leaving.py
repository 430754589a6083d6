"""Where a reply stands on its way out, told in words, with what one may do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations.correspondence import letter_in
from visavis.domain.conversations.forwards import is_sent_on
from visavis.domain.deliveries.queries import deliveries_of, question_of_deliveries
from visavis.domain.deliveries.sentences import fault_told
from visavis.domain.flows.held_replies import UNDO_SECONDS, is_for_anyone
from visavis.web.design import tell
from visavis.web.promises.when import said

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from visavis.domain.conversations.models import Message
    from visavis.domain.deliveries.models import Delivery
    from visavis.domain.prepared import Question

# A worker looks each second; what is still there after so long waits for something else.
LATE = timedelta(minutes=1)
ENDED = frozenset({"done", "withdrawn"})


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """A reply on its way out.

    kind: soon, late, going, planned, follows (a line that left in a chat), again (tried later), resumed (a
    person wants it sent again), parts (left for some addresses), failed, uncertain.  answer: what their
    server said, in its own words.  hour: when it is planned, on the reader's clock.  promised: by when an
    answer was promised, before that hour.  is_overtaken: the customer has written since.
    """

    number: int
    kind: str
    sentence: str
    answer: str = ""
    hour: str = ""
    promised: str = ""
    is_overtaken: bool = False
    may_be_taken_back: bool = False


def leavings_of(messages: Sequence[Message], *, reader_id: int) -> dict[int, Leaving]:
    """Return where replies stand that are still on their way, by number; one query at most."""
    now = timezone.now()
    sent = [row for row in messages if _leaves(row)]
    found = deliveries_of([row.pk for row in sent])
    last_word = max((row.written_at for row in messages if _is_word(row)), default=None)
    return {
        row.pk: _leaving(row, delivery, reader_id=reader_id, last_word=last_word, now=now)
        for row in sent
        if (delivery := found.get(row.pk)) and delivery.state not in ENDED
    }


def questions_of_leavings(messages: Sequence[Message]) -> list[Question]:
    """Of `leavings_of`, to be asked with others; no query."""
    return [question_of_deliveries([row.pk for row in messages if _leaves(row)])]


def _leaves(message: Message) -> bool:
    """True for a reply that has not left, any letter of ours, and a note that is sent on."""
    letter = letter_in(message)
    if message.direction == "note":
        return is_sent_on(letter)
    return message.direction == "out" and (message.left_at is None or letter is not None)


def _is_word(message: Message) -> bool:
    """True for what the customer wrote, not their robot."""
    letter = letter_in(message)
    return message.direction == "in" and not (letter and letter.automatic_why)


def _leaving(
    message: Message, delivery: Delivery, *, reader_id: int, last_word: datetime | None, now: datetime
) -> Leaving:
    kind = _kind(message, delivery, now)
    is_own, is_reply = message.adviser_id == reader_id, message.direction == "out"
    is_still = kind in {"soon", "late", "planned", "again", "failed"} and not message.left_at
    return Leaving(
        number=message.pk,
        kind=kind,
        sentence=_sentence(kind, delivery, now),
        answer=delivery.answer if kind in {"again", "parts", "failed"} else "",
        hour=f"{timezone.localtime(delivery.due_at):%Y-%m-%dT%H:%M}" if kind == "planned" else "",
        promised=_promised(message, delivery, now) if kind == "planned" and is_reply else "",
        is_overtaken=is_still and is_reply and last_word is not None and last_word > message.written_at,
        may_be_taken_back=is_still and (is_own or is_for_anyone(delivery, now=now)),
    )


def _promised(message: Message, delivery: Delivery, now: datetime) -> str:
    due_at = message.conversation.answer_due_at
    return hour_told(due_at, now=now) if due_at and due_at < delivery.due_at else ""


def _kind(message: Message, delivery: Delivery, now: datetime) -> str:
    if delivery.state != "waiting":
        return "going" if delivery.state in {"taken", "told"} else str(delivery.state)
    if delivery.attempts or delivery.fault:
        tried = "parts" if message.left_at else "again"
        return tried if delivery.attempts else "resumed"
    if message.left_at:
        return "follows"
    if delivery.due_at > now + timedelta(seconds=UNDO_SECONDS + 2):
        return "planned"
    return "late" if delivery.due_at < now - LATE else "soon"


def hour_told(at: datetime, *, now: datetime) -> str:
    """Return a moment on the reader's clock, its hour always said: of another year too."""
    there = timezone.localtime(at)
    if there.year != timezone.localtime(now).year:
        return tell.moment(there, today=timezone.localtime(now).date())
    return said(at, now=now)


def _sentence(kind: str, delivery: Delivery, now: datetime) -> str:
    """Return what is so and why, in one or two sentences."""
    words = {"when": hour_told(delivery.due_at, now=now), "why": fault_told(delivery.fault)}
    sentences = {
        "soon": _("Leaves in a few seconds"),
        "late": _("It waits for its turn: what was written before it leaves first, or its server rests."),
        "going": _("It is leaving now."),
        "planned": _("Planned: %(when)s."),
        "follows": _("Leaves as a letter too, unless it is read before."),
        "again": _("Not left yet. Next try: %(when)s. %(why)s"),
        "parts": _("Left for some addresses. Next try for the others: %(when)s. %(why)s"),
        "resumed": _("Leaves again in a few seconds"),
        "failed": _("It did not leave. %(why)s"),
        "uncertain": _("It may have left, or not. %(why)s It is not sent again by itself: say what is so."),
    }
    return sentences[kind] % words
