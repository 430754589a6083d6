"""Whose turn it is, and on whose desk."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations.facts import (
    ConversationAssigned,
    ConversationReopened,
    ConversationResolved,
    ConversationSnoozed,
    ConversationTransferred,
    ConversationWoken,
)
from visavis.domain.conversations.models import Conversation, State
from visavis.domain.errors import Refused
from visavis.domain.journal.record import operation, record
from visavis.domain.people.models import Adviser, Team

from .lock import locked


@operation
def resolve_conversation(conversation: Conversation, *, by: Adviser | None) -> Conversation:
    """The request is resolved; nobody waits. Refused when it is resolved already."""
    conversation = locked(conversation)
    if conversation.state == State.RESOLVED:
        raise Refused(
            "already_resolved", _("This request is resolved already. Open it again if something remains.")
        )
    conversation.state = State.RESOLVED
    conversation.resolved_at = timezone.now()
    conversation.waiting_since = conversation.answer_due_at = conversation.snoozed_until = None
    conversation.save()
    record(
        ConversationResolved(
            conversation_id=conversation.pk, brand_id=conversation.brand_id, adviser_id=by.pk if by else None
        )
    )
    return conversation


@operation
def reopen_conversation(conversation: Conversation, *, by: Adviser) -> Conversation:
    """It is our turn again. Refused when it is not resolved."""
    conversation = locked(conversation)
    if conversation.state != State.RESOLVED:
        raise Refused("not_resolved", _("This request is open already: answer it as usual."))
    conversation.state, conversation.resolved_at = State.REOPENED, None
    conversation.save(update_fields=["state", "resolved_at"])
    record(
        ConversationReopened(
            conversation_id=conversation.pk, brand_id=conversation.brand_id, adviser_id=by.pk
        )
    )
    return conversation


@operation
def snooze_conversation(conversation: Conversation, *, by: Adviser, until: datetime) -> Conversation:
    """It sleeps until `until`, or until the customer writes. Refused in the past."""
    if until <= timezone.now():
        raise Refused("in_the_past", _("This hour has passed. Choose a later one."))
    conversation = locked(conversation)
    conversation.snoozed_until = until
    conversation.save(update_fields=["snoozed_until"])
    record(
        ConversationSnoozed(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            until=until.isoformat(),
        )
    )
    return conversation


@operation
def wake_conversation(conversation: Conversation, *, by: Adviser | None = None) -> Conversation:
    """It is awake, and it is our turn. Refused when it does not sleep."""
    conversation = locked(conversation)
    if conversation.snoozed_until is None:
        raise Refused("not_asleep", _("This conversation is awake already: it is in your list."))
    conversation.snoozed_until = None
    if conversation.state == State.THEIR_TURN:
        conversation.state = State.OPEN
    conversation.save(update_fields=["snoozed_until", "state"])
    record(
        ConversationWoken(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk if by else conversation.adviser_id,
            state=conversation.state,
        )
    )
    return conversation


@operation
def assign_conversation(
    conversation: Conversation, *, to: Adviser | None, by: Adviser | None = None
) -> Conversation:
    """It is on the desk of `to`, or on nobody's; drafts of the former adviser are kept."""
    conversation = locked(conversation)
    former = conversation.adviser_id
    conversation.adviser = to
    if to and to.team_id:
        conversation.team_id = to.team_id
    conversation.save(update_fields=["adviser", "team"])
    record(
        ConversationAssigned(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=to.pk if to else None,
            by_id=by.pk if by else None,
            former_id=former,
        )
    )
    return conversation


@operation
def transfer_conversation(
    conversation: Conversation, *, by: Adviser, to: Adviser | None = None, team: Team | None = None
) -> Conversation:
    """It leaves the desk of `by` for a colleague's, or waits for a team.

    No transfer without context: see flows.transfer.
    """
    if to is None and team is None:
        raise Refused("nobody_named", _("Choose who takes it."))
    conversation = locked(conversation)
    conversation.adviser, conversation.team = to, team or (to.team if to else None)
    conversation.save(update_fields=["adviser", "team"])
    record(
        ConversationTransferred(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk,
            to_adviser_id=to.pk if to else None,
            to_team_id=team.pk if team else None,
        )
    )
    return conversation
