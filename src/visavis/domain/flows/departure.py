"""Someone leaves: their conversations and promises pass to a stand-in, or wait for anybody.

Nothing is orphaned.
"""

from datetime import datetime

from django.utils import timezone

from visavis.domain.conversations.models import Conversation, State
from visavis.domain.conversations.operations import assign_conversation
from visavis.domain.dispatch.operations import return_conversation
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser
from visavis.domain.promises.operations import entrust_promise
from visavis.domain.promises.queries import owed_by


@flow
def leave(adviser: Adviser, *, stand_in: Adviser | None = None, by: Adviser | None = None) -> None:
    """Hand over everything that `adviser` has: to `stand_in`, or back to those who wait.

    Promises need a name.
    """
    now = timezone.now()
    for conversation in _held(adviser):
        hand_over(conversation, to=stand_in, by=by, at=now)
    keeper = stand_in or by
    if keeper:
        for promise in owed_by(adviser.pk):
            entrust_promise(promise, to=keeper, by=by)


@flow
def hand_over(
    conversation: Conversation,
    *,
    to: Adviser | None,
    by: Adviser | None,
    at: datetime,
    reason: str = "departure",
) -> None:
    """One conversation leaves its desk: for another one, or to wait again."""
    return_conversation(conversation, reason=reason, at=at)
    assign_conversation(conversation, to=to, by=by)


def _held(adviser: Adviser) -> list[Conversation]:
    held = Conversation.objects.live().filter(adviser=adviser).exclude(state=State.RESOLVED)
    return list(held.order_by("pk"))
