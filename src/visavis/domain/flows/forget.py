"""A person asks to be forgotten: all they may erase goes at once, and a certificate says so (rule 16)."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from visavis.domain.conversations.models import Conversation, Pass, State
from visavis.domain.conversations.operations import resolve_conversation
from visavis.domain.conversations.operations.lock import both_locked
from visavis.domain.crash_points import here
from visavis.domain.journal.record import flow
from visavis.domain.privacy import operations
from visavis.domain.privacy.access import Reach, reach_of
from visavis.domain.privacy.letters import forget_letters
from visavis.domain.privacy.models import Erasure
from visavis.domain.privacy.queries import addresses_of, counted, erasure_of
from visavis.domain.privacy.scrubbing import scrub
from visavis.domain.promises.models import Promise
from visavis.domain.promises.queries import UNSETTLED


def forget(held: Pass, *, key: UUID, at: datetime) -> Erasure:
    """Erase all that the pass reaches, once: the same key asked again gives the same certificate."""
    if known := erasure_of(key):
        scrub()  # whoever asks again may have been cut before
        return known
    try:
        return _forget(held, key=key, at=at)
    except IntegrityError:
        # The same page asked twice at once: the first one won.
        if known := erasure_of(key):
            return known
        raise


@flow
def _forget(held: Pass, *, key: UUID, at: datetime) -> Erasure:
    reach = reach_of(held)
    both_locked(reach.numbers)
    counts = counted(reach)
    erasure = operations.certify(held.brand, key=key, counts=counts, with_person=bool(reach.people), at=at)
    _release_promises(reach, at=at)
    for conversation in reach.conversations:
        _erase(conversation, at=at)
    here("forget.erased")
    forget_letters(addresses_of(reach))
    for customer in reach.people:
        operations.erase_person(customer, at=at)
    transaction.on_commit(_settle)
    return erasure


def _erase(conversation: Conversation, *, at: datetime) -> None:
    """Nobody waits any more, then nothing of it is left."""
    if conversation.state != State.RESOLVED:
        resolve_conversation(conversation, by=None)
    operations.erase_conversation(conversation, at=at)


def _release_promises(reach: Reach, *, at: datetime) -> None:
    owed = Promise.objects.filter(Q(conversation_id__in=reach.numbers), UNSETTLED)
    for promise in owed.order_by("pk"):
        operations.release_promise(promise, at=at)


def _settle() -> None:
    here("forget.committed")
    scrub()
