"""What was let in and should not have been: set aside as spam, and brought back."""

from datetime import datetime

from django.db.models import QuerySet

from visavis.domain.conversations.models import Conversation, State
from visavis.domain.conversations.operations import reopen_conversation, resolve_conversation
from visavis.domain.intake.models import Arrival, ArrivalState, Reason
from visavis.domain.intake.operations import accept, block_sender, set_aside
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser


@flow
def set_aside_as_spam(conversation: Conversation, *, by: Adviser, at: datetime, block: bool = False) -> int:
    """Its mails are spam, and nobody waits any more; how many.

    block: its sender is kept out from now on.
    """
    rows = _mails(conversation).filter(state=ArrivalState.ACCEPTED)
    for arrival in rows:
        set_aside(arrival, Reason.SPAM, at=at, message=arrival.message)
    if conversation.state != State.RESOLVED:
        resolve_conversation(conversation, by=by)
    if block and conversation.sender:
        block_sender(
            conversation.brand_id,
            source=conversation.sender,
            by=by,
            at=at,
            conversation_id=conversation.pk,
        )
    return len(rows)


@flow
def bring_back(conversation: Conversation, *, by: Adviser, at: datetime) -> int:
    """It was no spam: its mails are accepted, and it is our turn again. How many."""
    rows = _mails(conversation).filter(state=ArrivalState.SET_ASIDE, reason=Reason.SPAM)
    for arrival in rows:
        if arrival.message is not None:
            accept(arrival, arrival.message, at=at)
    if rows and conversation.state == State.RESOLVED:
        reopen_conversation(conversation, by=by)
    return len(rows)


def _mails(conversation: Conversation) -> QuerySet[Arrival]:
    rows = Arrival.objects.filter(message__conversation=conversation).select_related("mailbox", "message")
    return rows.select_for_update(no_key=True, of=("self",)).order_by("pk")
