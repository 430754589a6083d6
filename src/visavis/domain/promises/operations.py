"""Making, keeping, missing, moving and entrusting promises."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations.models import Conversation
from visavis.domain.errors import Refused
from visavis.domain.journal.record import operation, record
from visavis.domain.people.models import Adviser

from .facts import PromiseEntrusted, PromiseKept, PromiseMade, PromiseMissed, PromiseMoved, PromiseUndone
from .models import Promise, PromiseState

UNDO_FOR = timedelta(seconds=30)


@operation
def make_promise(
    conversation: Conversation, *, by: Adviser, what: str, due_at: datetime, to: Adviser | None = None
) -> Promise:
    """It is owed to the customer, who sees it. Refused without words, or in the past."""
    now = timezone.now()
    if not what.strip():
        raise Refused("empty_promise", _("Say what you promise."))
    if due_at <= now:
        raise Refused("in_the_past", _("This hour has passed. Choose a later one."))
    promise = Promise.objects.create(
        conversation=conversation,
        customer_id=conversation.customer_id,
        brand_id=conversation.brand_id,
        adviser=to or by,
        made_by=by,
        what=what.strip()[:200],
        due_at=due_at,
        made_at=now,
    )
    record(
        PromiseMade(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=(to or by).pk,
            promise_id=promise.pk,
            due_at=due_at.isoformat(),
        )
    )
    return promise


@operation
def undo_promise(promise: Promise, *, by: Adviser) -> None:
    """It was never made. Refused after half a minute.

    A promise that may have been read is moved or kept, not erased.
    """
    promise = _open(promise, missed_too=False)
    if promise.made_by_id != by.pk or timezone.now() - promise.made_at > UNDO_FOR:
        raise Refused("too_late", _("The customer may have read it. Move it, with a reason."))
    record(
        PromiseUndone(
            conversation_id=promise.conversation_id,
            brand_id=promise.brand_id,
            adviser_id=by.pk,
            promise_id=promise.pk,
        )
    )
    promise.delete()


@operation
def keep_promise(promise: Promise, *, by: Adviser, at: datetime | None = None) -> Promise:
    """It is kept. A promise already missed stays missed: it is then kept late, and says so."""
    at = at or timezone.now()
    promise = _open(promise, missed_too=True)
    is_on_time = promise.state == PromiseState.OPEN and at <= promise.due_at
    if is_on_time:
        promise.state = PromiseState.KEPT
    else:
        promise.state = PromiseState.MISSED
    promise.settled_at = at
    promise.save(update_fields=["state", "settled_at"])
    record(
        PromiseKept(
            conversation_id=promise.conversation_id,
            brand_id=promise.brand_id,
            adviser_id=by.pk,
            promise_id=promise.pk,
            is_on_time=is_on_time,
        ),
        at=at,
    )
    return promise


@operation
def miss_promise(promise: Promise) -> Promise:
    """Its hour passed and it was not kept: it says so until someone keeps it late or moves it."""
    promise = _open(promise, missed_too=False)
    promise.state = PromiseState.MISSED
    promise.save(update_fields=["state"])
    record(
        PromiseMissed(
            conversation_id=promise.conversation_id,
            brand_id=promise.brand_id,
            adviser_id=promise.adviser_id,
            promise_id=promise.pk,
        )
    )
    return promise


@operation
def move_promise(promise: Promise, *, by: Adviser, due_at: datetime, reason: str) -> Promise:
    """A new promise stands in its place; the former counts as not kept.

    Refused without a reason, or in the past.
    """
    now = timezone.now()
    if not reason.strip():
        raise Refused("empty_reason", _("Say why: the customer reads the reason."))
    if due_at <= now:
        raise Refused("in_the_past", _("This hour has passed. Choose a later one."))
    promise = _open(promise, missed_too=True)
    new = Promise.objects.create(
        conversation_id=promise.conversation_id,
        customer_id=promise.customer_id,
        brand_id=promise.brand_id,
        adviser_id=promise.adviser_id,
        made_by=by,
        what=promise.what,
        due_at=due_at,
        made_at=now,
    )
    promise.state, promise.reason = PromiseState.MOVED, reason.strip()[:300]
    promise.moved_to, promise.settled_at = new, now
    promise.save(update_fields=["state", "reason", "moved_to", "settled_at"])
    record(
        PromiseMoved(
            conversation_id=promise.conversation_id,
            brand_id=promise.brand_id,
            adviser_id=by.pk,
            promise_id=promise.pk,
            new_id=new.pk,
            due_at=due_at.isoformat(),
        )
    )
    return new


@operation
def entrust_promise(promise: Promise, *, to: Adviser, by: Adviser | None = None) -> Promise:
    """`to` keeps it now; nobody's absence orphans a promise."""
    promise = _open(promise, missed_too=True)
    former, promise.adviser = promise.adviser_id, to
    promise.save(update_fields=["adviser"])
    record(
        PromiseEntrusted(
            conversation_id=promise.conversation_id,
            brand_id=promise.brand_id,
            adviser_id=to.pk,
            promise_id=promise.pk,
            former_id=former,
            by_id=by.pk if by else None,
        )
    )
    return promise


def _open(promise: Promise, *, missed_too: bool) -> Promise:
    """Return the promise locked. Refused when it is settled."""
    promise = Promise.objects.select_for_update(no_key=True).get(pk=promise.pk)
    still = promise.state == PromiseState.OPEN or (
        missed_too and promise.state == PromiseState.MISSED and promise.settled_at is None
    )
    if not still:
        raise Refused("settled", _("This promise is settled already."))
    return promise
