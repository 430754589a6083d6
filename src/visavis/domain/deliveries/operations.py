"""Planning, claiming and ending what must leave."""

from datetime import datetime, timedelta

from visavis.domain.conversations.models import Message
from visavis.domain.journal.record import operation, record, upkeep

from .facts import DeliveryUncertain
from .models import Delivery, DeliveryState

TAKEN_FOR = timedelta(minutes=2)


@upkeep
def plan_delivery(message: Message, *, due_at: datetime) -> Delivery:
    """The message leaves at `due_at`, unless it is withdrawn before."""
    return Delivery.objects.create(message=message, due_at=due_at)


@upkeep
def withdraw_delivery(message: Message) -> bool:
    """The message will not leave; returns False when it is too late. Decided by one conditional update."""
    waiting = Delivery.objects.filter(message=message, state=DeliveryState.WAITING)
    return bool(waiting.update(state=DeliveryState.WITHDRAWN))


@upkeep
def claim_due(now: datetime) -> Delivery | None:
    """Take the first delivery that is due, or None; two workers never take the same."""
    for number in (
        Delivery.objects.filter(state=DeliveryState.WAITING, due_at__lte=now)
        .order_by("due_at")
        .values_list("pk", flat=True)[:20]
    ):
        if Delivery.objects.filter(pk=number, state=DeliveryState.WAITING).update(
            state=DeliveryState.TAKEN, taken_at=now
        ):
            return Delivery.objects.select_related("message", "message__conversation").get(pk=number)
    return None


@upkeep
def finish_delivery(delivery: Delivery, *, at: datetime) -> None:
    """It left."""
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.DONE, done_at=at)


@upkeep
def give_back(now: datetime) -> int:
    """Deliveries inside our own walls whose worker died are due again (leaving is one transaction.

    No doubt there).
    """
    lost = Delivery.objects.filter(state=DeliveryState.TAKEN, taken_at__lt=now - TAKEN_FOR)
    return lost.update(state=DeliveryState.WAITING, taken_at=None)


@operation
def doubt_delivery(delivery: Delivery) -> None:
    """Nobody knows whether it left: it is shown to a person and never sent again by itself."""
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.UNCERTAIN)
    message = delivery.message
    record(
        DeliveryUncertain(
            conversation_id=message.conversation_id, adviser_id=message.adviser_id, message_id=message.pk
        )
    )


def next_due() -> datetime | None:
    """When the next delivery is due, or None; one query."""
    return (
        Delivery.objects.filter(state=DeliveryState.WAITING)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )
