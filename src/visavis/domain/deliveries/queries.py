"""What others read of deliveries: where each of these messages stands on its way."""

from collections.abc import Collection

from .models import Delivery


def deliveries_of(message_ids: Collection[int]) -> dict[int, Delivery]:
    """Return the deliveries of these messages, by the number of the message; one query at most."""
    if not message_ids:
        return {}
    return {row.message_id: row for row in Delivery.objects.filter(message__in=message_ids)}


def delivery_of(message_id: int) -> Delivery | None:
    """Return the delivery of a message, with who settled its doubt; None when it has none; one query."""
    rows = Delivery.objects.select_related("settled_by", "message__conversation__brand", "message__adviser")
    return rows.filter(message=message_id).first()
