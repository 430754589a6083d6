"""What others read of deliveries: where each stands on its way, those in doubt, those that want a copy."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from visavis.domain.prepared import Question, prepared

from .models import Copy, Delivery, DeliveryState


def deliveries_of(message_ids: Collection[int]) -> dict[int, Delivery]:
    """Return the deliveries of these messages, by the number of the message; one query at most."""
    return {row.message_id: row for row in _of_messages(numbers=message_ids)}


def question_of_deliveries(message_ids: Collection[int]) -> Question:
    """Of `deliveries_of`, to be asked with others; no query."""
    return _of_messages.question(numbers=message_ids)


@prepared
def _of_messages(*, numbers: Iterable[int]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(message_id__in=numbers)


def delivery_of(message_id: int) -> Delivery | None:
    """Return the delivery of a message, with who settled its doubt; None when it has none; one query."""
    rows = Delivery.objects.select_related("settled_by", "message__conversation__brand", "message__adviser")
    return rows.filter(message=message_id).first()


def in_doubt_from(address: str, *, most: int = 50) -> list[str]:
    """Return the Message-IDs of letters from this address of which nobody knows whether they left; one query.

    The oldest first.
    """
    rows = Delivery.objects.filter(state=DeliveryState.UNCERTAIN, message__letter__from_address=address)
    return list(rows.order_by("pk").values_list("message__letter__header_id", flat=True)[:most])


def copies_due_from(address: str, *, most: int = 20) -> list[Delivery]:
    """Return the letters from this address that left and are not among the sent mail yet; one query."""
    rows = Delivery.objects.filter(
        copy=Copy.DUE, state=DeliveryState.DONE, message__letter__from_address=address
    )
    return list(rows.select_related("message__conversation__brand").order_by("pk")[:most])
