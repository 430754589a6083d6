"""What lies on a desk: the effort points that its conversations take."""

from collections.abc import Iterable

from django.db.models import Sum

from visavis.domain.conversations.models import Conversation


def load_of(adviser_id: int) -> int:
    """Effort points in use on one desk; one query."""
    total = Conversation.objects.ours().filter(adviser_id=adviser_id).aggregate(total=Sum("effort"))["total"]
    return total or 0


def loads_of(adviser_ids: Iterable[int]) -> dict[int, int]:
    """Effort points in use on each of these desks; one query."""
    rows = (
        Conversation.objects.ours()
        .filter(adviser_id__in=list(adviser_ids))
        .values_list("adviser_id")
        .annotate(total=Sum("effort"))
    )
    return dict(rows)
