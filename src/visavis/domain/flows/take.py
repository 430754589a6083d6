"""Someone takes a conversation, from those who wait or from a colleague's desk."""

from django.utils import timezone

from visavis.domain.conversations.models import Conversation
from visavis.domain.conversations.operations import assign_conversation
from visavis.domain.dispatch.models import OfferState
from visavis.domain.dispatch.operations import end_offers, settle_announced_wait
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser


@flow
def take(conversation: Conversation, *, by: Adviser) -> Conversation:
    """It is on the desk of `by`, by their own choice: the reasons of the routing no longer hold."""
    now = timezone.now()
    end_offers(conversation, state=OfferState.ENDED, at=now)
    settle_announced_wait(conversation, at=now)
    return assign_conversation(conversation, to=by, by=by)
