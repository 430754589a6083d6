"""Planning, claiming and ending what must leave."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from visavis.domain.conversations.models import Conversation, Direction, Message
from visavis.domain.conversations.operations.messages import add_message
from visavis.domain.errors import Refused
from visavis.domain.journal.record import operation, record, upkeep
from visavis.domain.people.models import Adviser

from .facts import (
    AcknowledgementLeft,
    AcknowledgementWritten,
    DeliveryFailed,
    DeliveryLate,
    DeliveryUncertain,
    DoubtSettled,
    ReplyPlanned,
    SendingStopped,
    SentAgain,
)
from .models import Copy, Delivery, DeliveryState, Road, Settled

# By post a worker speaks for two minutes and a half at most before it begins to tell.
TAKEN_FOR = {Road.PAGE: timedelta(minutes=2), Road.POST: timedelta(minutes=4)}
# A large mail over a slow line; then nobody knows.
TOLD_FOR = timedelta(minutes=20)
# Then every two hours, until GIVEN_UP_AFTER.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
LONGEST_PAUSE = timedelta(hours=2)
GIVEN_UP_AFTER = timedelta(days=2)
# A machine that slept for three days, or whose clock was set, has not tried for two days.
LEAST_ATTEMPTS = 10
UNDER_WAY = (DeliveryState.TAKEN, DeliveryState.TOLD)


@upkeep
def plan_delivery(message: Message, *, due_at: datetime, road: Road = Road.PAGE) -> Delivery:
    """The message leaves at `due_at`, unless it is withdrawn before."""
    return Delivery.objects.create(message=message, due_at=due_at, road=road)


@operation
def plan_for_later(message: Message, *, due_at: datetime, road: Road, by: Adviser, at: datetime) -> Delivery:
    """The message leaves at an hour that somebody chose."""
    delivery = Delivery.objects.create(message=message, due_at=due_at, road=road)
    _planned(delivery, by=by, at=at, is_changed=False)
    return delivery


@operation
def plan_again(delivery: Delivery, *, due_at: datetime, by: Adviser, at: datetime) -> None:
    """What was planned, and has not been tried, leaves at another hour. Refused when it is leaving."""
    planned = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING, attempts=0)
    if not planned.update(due_at=due_at):
        raise Refused("already_left", _("It is leaving, or has left: its hour cannot be changed any more."))
    delivery.due_at = due_at
    _planned(delivery, by=by, at=at, is_changed=True)


def _planned(delivery: Delivery, *, by: Adviser, at: datetime, is_changed: bool) -> None:
    where = _where(delivery) | {"adviser_id": by.pk}
    due_at = delivery.due_at.isoformat()
    record(ReplyPlanned(**where, message_id=delivery.message_id, due_at=due_at, is_changed=is_changed), at=at)


@upkeep
def withdraw_delivery(message: Message) -> bool:
    """The message will not leave; returns False when it is too late. Decided by one conditional update."""
    waiting = Delivery.objects.filter(
        Q(state=DeliveryState.WAITING) | Q(state=DeliveryState.FAILED, reached=[]), message=message
    )
    return bool(waiting.update(state=DeliveryState.WITHDRAWN))


@upkeep
def drop_delivery(delivery: Delivery) -> None:
    """One that a worker holds need not leave any more."""
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.WITHDRAWN)


@upkeep
def claim_due(now: datetime, *, road: Road = Road.PAGE, resting: Iterable[str] = ()) -> Delivery | None:
    """Take the first delivery of this road that is due, or None; two workers never take the same.

    Nothing leaves before what was written earlier in its conversation and is due too. resting: addresses of
    ours whose server is left in peace for now.
    """
    due = _not_behind(Delivery.objects.filter(state=DeliveryState.WAITING, road=road, due_at__lte=now), now)
    if resting := list(resting):
        due = due.exclude(message__letter__from_address__in=resting)
    for number in due.order_by("due_at", "pk").values_list("pk", flat=True)[:20]:
        mine = _not_behind(Delivery.objects.filter(pk=number, state=DeliveryState.WAITING), now)
        if mine.update(state=DeliveryState.TAKEN, taken_at=now):
            rows = Delivery.objects.select_related("message", "message__conversation__brand")
            return rows.get(pk=number)
    return None


@upkeep
def begin_to_tell(delivery: Delivery, *, now: datetime) -> bool:
    """A server is about to be told: who dies from here on leaves a doubt.

    False when it is not ours any more: given back, taken by another, withdrawn.
    """
    ours = Delivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.TAKEN, taken_at=delivery.taken_at, message__withdrawn_at=None
    )
    return bool(ours.update(state=DeliveryState.TOLD, taken_at=now))


@upkeep
def finish_delivery(delivery: Delivery, *, at: datetime, reached: Sequence[str] = ()) -> None:
    """It left."""
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.DONE, done_at=at, reached=list(reached), fault="", answer=""
    )


@upkeep
def want_copy(delivery: Delivery) -> None:
    """Once it has left it is put among the sent mail of its mailbox."""
    Delivery.objects.filter(pk=delivery.pk, copy="").update(copy=Copy.DUE)


@upkeep
def forget_copy(delivery: Delivery) -> None:
    """It did not leave by post after all: nothing is put among the sent mail."""
    Delivery.objects.filter(pk=delivery.pk, copy=Copy.DUE).update(copy="")


@upkeep
def note_copied(delivery: Delivery) -> None:
    """It stands among the sent mail of its mailbox."""
    Delivery.objects.filter(pk=delivery.pk).update(copy=Copy.DONE)


@upkeep
def put_off(
    delivery: Delivery, *, at: datetime, fault: str, answer: str, reached: Sequence[str] = ()
) -> bool:
    """It is tried again later, ever later; False when it was tried often enough for two days: give it up."""
    first = delivery.first_tried_at or at
    if at - first >= GIVEN_UP_AFTER and delivery.attempts >= LEAST_ATTEMPTS:
        return False
    pause = PAUSES[delivery.attempts] if delivery.attempts < len(PAUSES) else LONGEST_PAUSE
    Delivery.objects.filter(pk=delivery.pk, state__in=UNDER_WAY).update(
        state=DeliveryState.WAITING,
        due_at=at + pause,
        taken_at=None,
        attempts=delivery.attempts + 1,
        first_tried_at=first,
        fault=fault[:40],
        answer=answer[:300],
        reached=list(reached),
    )
    return True


@upkeep
def make_room(delivery: Delivery, *, now: datetime, seconds: int) -> None:
    """It leaves a little later, for others were many: that is no failed attempt."""
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.TAKEN).update(
        state=DeliveryState.WAITING, due_at=now + timedelta(seconds=seconds), taken_at=None
    )


@upkeep
def hasten(conversation: Conversation, *, fault: str, at: datetime) -> None:
    """What waits in a conversation for this reason alone is due: the reason is gone."""
    waiting = Delivery.objects.filter(message__conversation=conversation, state=DeliveryState.WAITING)
    waiting.filter(fault=fault, due_at__gt=at).update(due_at=at)


@operation
def note_late(delivery: Delivery, *, at: datetime, fault: str) -> None:
    """It did not leave at its hour: who looks at it is told by the live push."""
    record(DeliveryLate(**_where(delivery), message_id=delivery.message_id, fault=fault[:40]), at=at)


@operation
def fail_delivery(delivery: Delivery, *, at: datetime, fault: str, answer: str = "") -> None:
    """It will not leave by itself: a person is told why, and what to do."""
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.FAILED, fault=fault[:40], answer=answer[:300]
    )
    record(DeliveryFailed(**_where(delivery), message_id=delivery.message_id, fault=fault[:40]), at=at)


@operation
def send_again(delivery: Delivery, *, by: Adviser, at: datetime, due_at: datetime | None = None) -> None:
    """One that failed is due again (at once, or at `due_at`), as if new. Refused when it did not fail.

    Why it failed stays written, for who stops it.
    """
    failed = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.FAILED)
    again = {"state": DeliveryState.WAITING, "due_at": due_at or at, "attempts": 0, "first_tried_at": None}
    if not failed.update(**again, settled_how="", settled_by=None):
        raise Refused("not_failed", _("This message does not wait for a decision any more. Reload the page."))
    where = _where(delivery) | {"adviser_id": by.pk}
    record(SentAgain(**where, message_id=delivery.message_id), at=at)


@upkeep
def give_back(now: datetime) -> int:
    """Deliveries whose worker died before it said anything to anybody are due again; no doubt there.

    So are those whose next try is further away than any pause: the clock was ahead when it was planned.
    """
    taken = Delivery.objects.filter(state=DeliveryState.TAKEN)
    back = {"state": DeliveryState.WAITING, "taken_at": None}
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING, attempts__gt=0)
    waiting.filter(due_at__gt=now + LONGEST_PAUSE + TOLD_FOR).update(due_at=now)
    return sum(
        taken.filter(_silent_for(since, now), road=road).update(**back) for road, since in TAKEN_FOR.items()
    )


def left_in_doubt(now: datetime) -> list[Delivery]:
    """Deliveries that a worker was telling to a server when it fell silent; one query."""
    rows = Delivery.objects.filter(_silent_for(TOLD_FOR, now), state=DeliveryState.TOLD)
    return list(rows.select_related("message__conversation").order_by("pk"))


def _silent_for(since: timedelta, now: datetime) -> Q:
    """Match what was taken that long ago; or as far ahead, by a clock that was set back since."""
    return Q(taken_at__lt=now - since) | Q(taken_at__gt=now + since)


@operation
def doubt_delivery(delivery: Delivery, *, fault: str = "cut") -> None:
    """Nobody knows whether it left: it is shown to a person and never sent again by itself."""
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.UNCERTAIN, fault=fault[:40])
    record(DeliveryUncertain(**_where(delivery), message_id=delivery.message_id))


@operation
def settle_doubt(
    delivery: Delivery,
    *,
    has_left: bool,
    how: Settled,
    by: Adviser | None,
    at: datetime,
    due_at: datetime | None = None,
) -> None:
    """It is known whether it left: it is done, or due (now, or at `due_at`).

    Refused when there is no doubt (any more).
    """
    state = DeliveryState.DONE if has_left else DeliveryState.WAITING
    doubtful = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.UNCERTAIN)
    if not doubtful.update(
        state=state,
        due_at=due_at or at,
        done_at=at if has_left else None,
        attempts=0,
        first_tried_at=None,
        fault="" if has_left else delivery.fault,
        settled_how=how,
        settled_by=by,
    ):
        raise Refused("no_doubt", _("This message does not wait for a decision any more. Reload the page."))
    where = _where(delivery) | {"adviser_id": by.pk if by else delivery.message.adviser_id}
    record(DoubtSettled(**where, message_id=delivery.message_id, has_left=has_left, how=how), at=at)


@operation
def stop_sending_again(delivery: Delivery, *, by: Adviser, at: datetime) -> None:
    """What a person wanted sent again waits for a decision as before. Refused when it is leaving or left."""
    was_doubtful = bool(delivery.settled_how)
    state = DeliveryState.UNCERTAIN if was_doubtful else DeliveryState.FAILED
    waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING, attempts=0).exclude(
        fault=""
    )
    if not waiting.update(state=state, settled_how="", settled_by=None):
        raise Refused("already_left", _("It is leaving again, or has left: it cannot be stopped any more."))
    where = _where(delivery) | {"adviser_id": by.pk}
    record(SendingStopped(**where, message_id=delivery.message_id, state=state), at=at)


@operation
def write_acknowledgement(
    conversation: Conversation, *, key: uuid.UUID, channel: str, text: str, at: datetime
) -> Message:
    """A message that nobody wrote stands in the conversation; nobody's turn changes."""
    message = add_message(conversation, Direction.OUT, key=key, channel=channel, text=text, at=at)
    record(
        AcknowledgementWritten(
            conversation_id=conversation.pk, brand_id=conversation.brand_id, message_id=message.pk
        ),
        at=at,
    )
    return message


@operation
def let_acknowledgement_leave(message: Message, *, at: datetime) -> Message:
    """It was told; who waits for an answer still waits."""
    message.left_at = at
    message.save(update_fields=["left_at"])
    conversation = message.conversation
    record(
        AcknowledgementLeft(
            conversation_id=conversation.pk, brand_id=conversation.brand_id, message_id=message.pk
        ),
        at=at,
    )
    return message


def next_due(*, road: Road | None = None) -> datetime | None:
    """When the next delivery (of this road) is due, or None; one query."""
    rows = Delivery.objects.filter(state=DeliveryState.WAITING)
    rows = rows.filter(road=road) if road else rows
    return rows.order_by("due_at").values_list("due_at", flat=True).first()


def _not_behind(rows: QuerySet[Delivery], now: datetime) -> QuerySet[Delivery]:
    """Leave out what was written after something that is late or leaving; what is planned holds nothing.

    Nor does what is sent on to others hold back what is written to the customer, or the reverse.
    """
    earlier = Delivery.objects.filter(
        Q(state__in=UNDER_WAY)
        | Q(state=DeliveryState.WAITING, attempts__gt=0)
        | Q(state=DeliveryState.WAITING, due_at__lte=now),
        message__conversation=OuterRef("message__conversation"),
        message__direction=OuterRef("message__direction"),
        message__left_at=None,
        pk__lt=OuterRef("pk"),
    )
    return rows.filter(~Exists(earlier))


def _where(delivery: Delivery) -> dict[str, int | None]:
    message = delivery.message
    return {
        "conversation_id": message.conversation_id,
        "brand_id": message.conversation.brand_id,
        "adviser_id": message.adviser_id,
    }
