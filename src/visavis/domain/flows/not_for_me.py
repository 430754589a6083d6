""" "Ce n'est pas pour moi".

The conversation goes to someone else, without a justification and without a trace per person.
"""

from django.utils import timezone

from visavis.domain.conversations.models import Conversation
from visavis.domain.conversations.operations import assign_conversation
from visavis.domain.dispatch.models import Offer
from visavis.domain.dispatch.operations import refuse_offer
from visavis.domain.dispatch.queries import open_offer
from visavis.domain.errors import NotFound
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser, Skill


@flow
def not_for_me(conversation: Conversation, *, by: Adviser, skill: Skill | None = None) -> None:
    """It leaves the desk of `by` and will not come back to it by itself; `skill` names what is missing."""
    if conversation.adviser_id != by.pk:
        raise NotFound
    offer = open_offer(conversation) or Offer.objects.create(
        conversation=conversation, adviser=by, offered_at=timezone.now(), given_by=by
    )
    refuse_offer(offer, skill=skill)
    assign_conversation(conversation, to=None, by=by)
