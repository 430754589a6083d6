"""A stranger answered in someone's conversation: an adviser says what becomes of their letter."""

from datetime import datetime

from django.utils.translation import gettext as _

from visavis.domain.conversations import operations
from visavis.domain.conversations.models import Conversation
from visavis.domain.conversations.queries import links_given
from visavis.domain.conversations.threads import going_on
from visavis.domain.errors import Refused
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser
from visavis.domain.people.queries import identities_of


@flow
def join(beside: Conversation, *, by: Adviser, at: datetime, as_participant: bool = True) -> Conversation:
    """The letter stands in the conversation that it answers; `as_participant`: so will the next ones. What
    answers something sent on to others stands there as a note, and its writer takes no part.

    Undone as any merge is. The links of the stranger are ended: they would open the conversation of another.
    Refused when it is held beside nothing.
    """
    kept = going_on(beside.beside) if beside.beside else None
    if kept is None:
        raise Refused("not_beside", _("This is a request of its own already."))
    if kept.customer_id != beside.customer_id:
        for link in links_given(beside):
            operations.revoke_link(beside, by=by, pass_id=link.pk, at=at)
    if as_participant and not _answers_what_was_sent_on(beside):
        _take_in(kept, beside, by=by, at=at)
    return operations.merge_conversations(kept, beside, by=by)


def _answers_what_was_sent_on(beside: Conversation) -> bool:
    return beside.messages.filter(letter__extras__has_key="answers_forward").exists()


def _take_in(kept: Conversation, beside: Conversation, *, by: Adviser, at: datetime) -> None:
    people = [
        (beside.customer.name, row.value) for row in identities_of(beside.customer) if row.kind == "email"
    ]
    operations.propose_participants(kept, people, at=at)
    for participant in kept.participants.filter(address__in=[address for _name, address in people]):
        operations.agree_participant(participant, by=by, at=at)
