"""Keeps the demo alive: at each start its past slides, so that tomorrow's demo is not late everywhere.

Everything slides by whole days, so that hours stay those of a working day. What is going on slides to the minute:
who had been waiting for three minutes when the demo was loaded has been waiting for three minutes now.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import models, transaction
from django.db.models import F
from django.utils.dateparse import parse_datetime

from visavis.domain.conversations.models import Bounce, Conversation, Explained, Letter, Message, Step
from visavis.domain.conversations.operations import as_found, assign_conversation, message_as_found
from visavis.domain.deliveries.models import Delivery
from visavis.domain.dispatch.models import AnnouncedWait, Offer, OfferState
from visavis.domain.intake.models import Arrival
from visavis.domain.journal.models import Entry
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser, Customer, Identity, SelfStatement
from visavis.domain.promises.models import Promise, PromiseState
from visavis.domain.promises.operations import keep_promise
from visavis.domain.search.operations import index_many

from .timeline import PARIS

FILE = "demo.json"
NOON = 12
A_DAY = timedelta(days=1)
A_STEP = timedelta(minutes=5)  # hours that are told stay round
SOON_ENOUGH = timedelta(minutes=5)  # a demo started again at once does not slide
LATE_LEFT = 3
DATED_FACTS = {"promise.made": "due_at", "promise.moved": "due_at", "conversation.snoozed": "until"}

# Every instant of what is said and promised. Passes, sessions and presence live in real time: they do not slide.
SLIDING: tuple[tuple[type[models.Model], tuple[str, ...], str], ...] = (
    (
        Conversation,
        ("opened_at", "waiting_since", "answer_due_at", "last_message_at", "snoozed_until", "resolved_at"),
        "pk",
    ),
    (Message, ("written_at", "left_at", "withdrawn_at", "corrected_at"), "conversation_id"),
    (Delivery, ("due_at", "taken_at", "done_at"), "message__conversation_id"),
    (Letter, ("sent_at",), "message__conversation_id"),
    (Bounce, ("bounced_at",), "message__conversation_id"),
    (
        Arrival,
        ("received_at", "taken_at", "settled_at", "tried_at", "sent_at"),
        "message__conversation_id",
    ),
    (Offer, ("offered_at", "ended_at"), "conversation_id"),
    (AnnouncedWait, ("announced_at",), "conversation_id"),
    (Promise, ("due_at", "made_at", "settled_at"), "conversation_id"),
    (Step, ("done_at",), "conversation_id"),
    (Explained, ("noted_at",), "conversation_id"),
    (Entry, ("at",), "conversation_id"),
)
SLIDING_BY_DAYS_ALONE: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Customer, ("known_at",)),
    (Identity, ("verified_at",)),
    (SelfStatement, ("said_at",)),
)


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """When the demo was last made to look like now, and when it was last running."""

    anchored_at: datetime
    alive_at: datetime

    def write(self, folder: Path) -> None:
        """Kept beside the database, whole at any instant."""
        part = folder / f"{FILE}.part"
        told = {"anchored_at": self.anchored_at.isoformat(), "alive_at": self.alive_at.isoformat()}
        part.write_text(json.dumps(told), encoding="utf-8")
        part.replace(folder / FILE)


def read(folder: Path) -> Anchor | None:
    """What was kept; None when nothing was, or when it cannot be read."""
    try:
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Anchor(
            anchored_at=datetime.fromisoformat(told["anchored_at"]),
            alive_at=datetime.fromisoformat(told["alive_at"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def guess() -> Anchor | None:
    """When nothing was kept: the last word that was said; None in a database without any."""
    last = Conversation.objects.aggregate(last=models.Max("last_message_at"))["last"]
    return Anchor(anchored_at=last, alive_at=last) if last else None


def slide(anchor: Anchor, *, now: datetime) -> timedelta:
    """The demo looks like now; returns by how much its past slid."""
    if now - anchor.alive_at < SOON_ENOUGH:
        return timedelta(0)
    days = (now - anchor.alive_at) // A_DAY * A_DAY
    going_on = Conversation.objects.exclude(state="resolved").values_list("pk", "last_message_at")
    untouched = [number for number, said_at in going_on if said_at <= anchor.anchored_at]
    touched = [number for number, said_at in going_on if said_at > anchor.anchored_at]
    exactly = (now - anchor.anchored_at - days) // A_STEP * A_STEP
    with transaction.atomic():
        if days:
            _slide_all(days)
        _slide_some(untouched, by=exactly, until=anchor.anchored_at + days)
        _retell(untouched, by=exactly)
        _find_again(untouched)
        _slide_some(touched, by=now - anchor.alive_at - days, until=anchor.alive_at + days)
        _settle(untouched, now=now)
    return days


def _slide_all(by: timedelta) -> None:
    for model, instants, _place in SLIDING:
        _move(model.objects.all(), instants, by)  # type: ignore[attr-defined] # every table of ours has its manager
    for model, instants in SLIDING_BY_DAYS_ALONE:
        _move(model.objects.all(), instants, by)  # type: ignore[attr-defined] # as above
    _move_dated_facts(Entry.objects.all(), by)


def _slide_some(numbers: list[int], *, by: timedelta, until: datetime) -> None:
    """What belongs to these conversations slides; facts that came after `until` are of another time."""
    if not numbers or not by:
        return
    for model, instants, place in SLIDING:
        rows = model.objects.filter(**{f"{place}__in": numbers})  # type: ignore[attr-defined] # as above
        _move(rows.filter(at__lte=until) if model is Entry else rows, instants, by)
    _move_dated_facts(Entry.objects.filter(conversation_id__in=numbers, at__lte=until + by), by)


def _move(rows: "models.QuerySet[models.Model]", instants: Iterable[str], by: timedelta) -> None:
    rows.update(**{name: F(name) + by for name in instants})


def _move_dated_facts(entries: "models.QuerySet[Entry]", by: timedelta) -> None:
    """Facts that carry an instant carry the new one: replaying the journal still gives the tables."""
    moved = []
    for entry in entries.filter(verb__in=DATED_FACTS):
        name = DATED_FACTS[entry.verb]
        if at := parse_datetime(entry.facts[name]):
            entry.facts[name] = (at + by).isoformat()
            moved.append(entry)
    Entry.objects.bulk_update(moved, ["facts"], batch_size=500)


def _retell(numbers: list[int], *, by: timedelta) -> None:
    """Where a promise was told with its hour ("demain avant 13 h"), the words follow the hour."""
    owed = Promise.objects.filter(conversation_id__in=numbers, state=PromiseState.OPEN)
    for number, due_at in owed.values_list("conversation_id", "due_at"):
        former = told_hour(due_at - by)
        for message in Message.objects.filter(conversation_id=number):
            text = former.sub(hour_in_words(due_at), message.text)
            if text != message.text:
                Message.objects.filter(pk=message.pk).update(text=text)
        last = former.sub(hour_in_words(due_at), Conversation.objects.get(pk=number).last_words)
        Conversation.objects.filter(pk=number).update(last_words=last)


def _find_again(numbers: list[int]) -> None:
    """What slid to the minute, and was told with other hours, is found as it reads and where it stands now."""
    conversations = Conversation.objects.filter(pk__in=numbers).select_related("customer")
    messages = Message.objects.filter(conversation_id__in=numbers, withdrawn_at__isnull=True)
    index_many([as_found(row) for row in conversations])
    index_many([message_as_found(row) for row in messages.select_related("conversation")])


def told_hour(at: datetime) -> re.Pattern[str]:
    """How the hour of that instant is told after "avant" or "demain"."""
    hour = at.astimezone(PARIS).hour
    told = rf"{hour}\u00a0h(?!\u00a0\d)" + ("|midi" if hour == NOON else "")
    return re.compile(rf"(?<=avant )(?:{told})|(?<=demain )(?:{told})")


def hour_in_words(at: datetime) -> str:
    """That hour as the stories tell it: midi, 13 h, 18 h 20."""
    local = at.astimezone(PARIS)
    if (local.hour, local.minute) == (NOON, 0):
        return "midi"
    return f"{local.hour}\u00a0h" + (f"\u00a0{local.minute:02}" if local.minute else "")


@flow
def _settle(untouched: list[int], *, now: datetime) -> None:
    """The others kept, late, what they missed while nobody was looking; what left a silent desk is back on it."""
    missed = Promise.objects.filter(
        conversation_id__in=untouched,
        state=PromiseState.MISSED,
        settled_at__isnull=True,
        adviser__isnull=False,
    ).order_by("-due_at")
    for promise in missed[LATE_LEFT:]:
        if promise.adviser is not None:
            keep_promise(promise, by=promise.adviser, at=now)
    for conversation in Conversation.objects.filter(pk__in=untouched, adviser__isnull=True):
        if former := _former(conversation):
            assign_conversation(conversation, to=former)


def _former(conversation: Conversation) -> Adviser | None:
    offers = Offer.objects.filter(conversation=conversation, state=OfferState.RETURNED)
    last = offers.select_related("adviser").order_by("-pk").first()
    return last.adviser if last else None
