"""What lies on a desk: the effort points that its conversations take."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet, Sum, Value

from visavis.domain.conversations.models import Conversation
from visavis.domain.people.models import Adviser
from visavis.domain.prepared import Question, prepared


@dataclass(frozen=True, kw_only=True)
class Room:
    """Effort points of one desk: all of them, and those in use; colleagues may give more than it holds."""

    capacity: int
    used: int

    @property
    def left(self) -> int:
        """Points that nothing takes, 0 or more."""
        return max(0, self.capacity - self.used)


def room_of(adviser: Adviser) -> Room:
    """The room on this desk now; one query."""
    return Room(capacity=adviser.capacity, used=load_of(adviser.pk))


def load_of(adviser_id: int) -> int:
    """Effort points in use on one desk; one query."""
    return _efforts(adviser_id=adviser_id)[0] or 0


def question_of_load(adviser_id: int) -> Question:
    """Of `load_of`, to be asked with others; no query."""
    return _efforts.question(adviser_id=adviser_id)


@prepared
def _efforts(*, adviser_id: int) -> QuerySet[Conversation, int | None]:
    rows = Conversation.objects.ours().filter(adviser_id=adviser_id)
    summed = rows.values(all=Value(1)).annotate(total=Sum("effort"))  # grouped by a constant: one line
    return summed.values_list("total", flat=True)


def loads_of(adviser_ids: Iterable[int]) -> dict[int, int]:
    """Effort points in use on each of these desks; one query."""
    rows = (
        Conversation.objects.ours()
        .filter(adviser_id__in=list(adviser_ids))
        .values_list("adviser_id")
        .annotate(total=Sum("effort"))
    )
    return dict(rows)
