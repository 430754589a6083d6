"""A reply has not left: a person decides whether it does, again, at another hour, or not."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations.models import Message
from visavis.domain.deliveries.models import Delivery, DeliveryState
from visavis.domain.deliveries.operations import plan_again, send_again, stop_sending_again
from visavis.domain.deliveries.queries import delivery_of
from visavis.domain.errors import NotFound, Refused
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser

from .outbound_email import settle

UNDO_SECONDS = 10
LONGEST_AHEAD = timedelta(days=366)


@flow
def decide_doubt(message: Message, *, has_left: bool, by: Adviser, now: datetime) -> bool:
    """A person says whether a doubtful reply left; if not, it leaves in ten seconds.

    False when the same person has just said the same. Refused, in words that say who was faster, otherwise.
    """
    delivery = _delivery(message)
    if delivery.state != DeliveryState.UNCERTAIN:
        if delivery.settled_by_id == by.pk and has_left == (delivery.state == DeliveryState.DONE):
            return False
        raise Refused("no_doubt", _settled_told(delivery))
    settle(delivery, has_left=has_left, by=by, now=now, due_at=now + timedelta(seconds=UNDO_SECONDS))
    return True


@flow
def resend(message: Message, *, by: Adviser, now: datetime) -> bool:
    """What failed leaves again in ten seconds; False when it does already. Refused otherwise."""
    delivery = _delivery(message)
    if delivery.state == DeliveryState.WAITING and not delivery.attempts and delivery.fault:
        return False
    if delivery.state != DeliveryState.FAILED:
        raise Refused("not_failed", _where_told(delivery))
    send_again(delivery, by=by, at=now, due_at=now + timedelta(seconds=UNDO_SECONDS))
    return True


@flow
def stop(message: Message, *, by: Adviser, now: datetime) -> None:
    """What somebody wanted sent again waits for a decision, as before. Refused once it is leaving."""
    stop_sending_again(_delivery(message), by=by, at=now)


@flow
def plan_anew(message: Message, *, due_at: datetime, by: Adviser, now: datetime) -> None:
    """A planned reply leaves at another hour, or `now`. Refused when it left, or for an hour that passed."""
    check_hour(due_at, now=now)
    plan_again(_delivery(message), due_at=due_at, by=by, at=now)


def check_hour(due_at: datetime, *, now: datetime) -> None:
    """Refuse an hour that has passed, or that nobody plans for."""
    if due_at < now:
        raise Refused("in_the_past", _("This hour has passed. Choose a later one."))
    if due_at - now > LONGEST_AHEAD:
        raise Refused("too_far", _("This is over a year ahead. Choose a nearer day."))


def is_for_anyone(delivery: Delivery | None, *, now: datetime | None = None) -> bool:
    """True when any colleague may take it back: it failed, is tried again, or is planned for later.

    In its ten seconds a reply is still in the hands of who wrote it.
    """
    if delivery is None:
        return False
    soon = (now or timezone.now()) + timedelta(seconds=UNDO_SECONDS)
    is_held = delivery.state == DeliveryState.WAITING and (delivery.attempts > 0 or delivery.due_at > soon)
    return is_held or delivery.state == DeliveryState.FAILED


def _delivery(message: Message) -> Delivery:
    found = delivery_of(message.pk)
    if found is None:
        raise NotFound
    if message.withdrawn_at:
        raise Refused("withdrawn", _("This reply was taken back. Send it again from the draft it became."))
    return found


def _settled_told(delivery: Delivery) -> str:
    """Say what became of a doubt that is none any more."""
    if not delivery.settled_by:
        return _where_told(delivery)
    name = delivery.settled_by.displayed_name
    if delivery.state == DeliveryState.DONE:
        return _("%(name)s has already said that it left.") % {"name": name}
    return _("%(name)s has already said that it did not leave: it is sent again.") % {"name": name}


def _where_told(delivery: Delivery) -> str:
    """Say where it stands, to somebody who saw it elsewhere."""
    sentences = {
        DeliveryState.DONE: _("It has left meanwhile: there is nothing to decide any more."),
        DeliveryState.FAILED: _("It could not leave meanwhile. Reload the page to see why."),
        DeliveryState.UNCERTAIN: _("It may have left meanwhile. Reload the page, then say whether it did."),
    }
    return sentences.get(DeliveryState(delivery.state)) or _(
        "It is leaving at this moment. Wait for a minute."
    )
