"""A conversation passes to a colleague or a team, never without its context (charter, rule 3)."""

import uuid
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations import operations
from visavis.domain.conversations.models import Conversation
from visavis.domain.dispatch.models import OfferState
from visavis.domain.dispatch.operations import end_offers
from visavis.domain.errors import Refused
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser, Team


@dataclass(frozen=True, kw_only=True)
class Handing:
    """To whom, and what they must know first."""

    context: str
    to: Adviser | None = None
    team: Team | None = None


@flow
def transfer(conversation: Conversation, handing: Handing, *, by: Adviser) -> Conversation:
    """Whoever takes it reads the context first.

    Refused without context, or to someone who does not serve the brand.
    """
    if not handing.context.strip():
        raise Refused(
            "no_context", _("Say in a sentence what has been done and what remains: it travels along.")
        )
    _check_serves(conversation, handing)
    operations.add_note(
        conversation,
        by=by,
        key=uuid.uuid4(),
        text=handing.context.strip(),
        mentioned=[handing.to] if handing.to else [],
    )
    operations.write_summary(conversation, by=by, text=handing.context)
    end_offers(conversation, state=OfferState.ENDED, at=timezone.now())
    return operations.transfer_conversation(conversation, by=by, to=handing.to, team=handing.team)


def _check_serves(conversation: Conversation, handing: Handing) -> None:
    team = handing.team or (handing.to.team if handing.to else None)
    if team is None or not team.brands.filter(pk=conversation.brand_id).exists():
        raise Refused("does_not_serve", _("They do not serve this brand. Choose someone else."))
    if handing.to and not handing.to.is_active:
        raise Refused("not_there", _("This person does not work here any more. Choose someone else."))
