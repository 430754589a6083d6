"""The routing decides, and what it decided is put on the desks, with its reasons."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from visavis.domain.conversations.models import Conversation
from visavis.domain.conversations.operations import assign_conversation
from visavis.domain.crash_points import here
from visavis.domain.dispatch.load import load_of
from visavis.domain.dispatch.models import Offer, PolicyVersion
from visavis.domain.dispatch.operations import announce_wait, offer_conversation, publish_policy
from visavis.domain.dispatch.queries import announced_since, ruling_policy
from visavis.domain.dispatch.snapshot import picture_of_now, waiting
from visavis.domain.dispatch.waits import waits_of
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser
from visavis.domain.presence.models import Presence, PresenceState
from visavis.domain.presence.queries import SILENT_AFTER
from visavis.engine.routing import Decision, Explanation, Policy, Snapshot, decide, explain, picture


@dataclass(frozen=True, kw_only=True)
class Round:
    """One decision of the routing over the whole picture."""

    version: PolicyVersion
    policy: Policy
    snapshot: Snapshot
    now: datetime


def dispatch_waiting(now: datetime) -> int:
    """Offer what can be offered at `now`; returns how many conversations found a desk."""
    conversations = waiting()
    if not conversations:
        return 0
    version = ruling_policy() or publish_policy(Policy(version=1).as_dict(), by=None)
    snapshot = picture_of_now(now, conversations)
    this = Round(version=version, policy=Policy.from_dict(version.values), snapshot=snapshot, now=now)
    decisions = decide(snapshot, this.policy, now)
    placed = {decision.contact_id for decision in decisions if _offer(decision, this) is not None}
    _announce(this, [row for row in conversations if row.pk not in placed])
    return len(placed)


def _announce(this: Round, left: list[Conversation]) -> None:
    """Tell a range to those who could not be placed, once for each wait."""
    told_already = announced_since(left)
    to_tell = [row for row in left if row.pk not in told_already]
    for number, told in waits_of(this.snapshot, this.policy, to_tell).items():
        conversation = next(row for row in to_tell if row.pk == number)
        announce_wait(conversation, told, at=this.now)


@flow
def _offer(decision: Decision, this: Round) -> Offer | None:
    """Put one conversation on one desk, if the world is still as in the picture; None otherwise."""
    conversation = _still_waiting(decision.contact_id)
    adviser = _still_there(decision.adviser_id, conversation, this)
    if conversation is None or adviser is None:
        return None
    explanation = explain(this.snapshot, this.policy, this.now, decision)
    here("offer.decided")
    offer = offer_conversation(
        conversation,
        to=adviser,
        policy=this.version,
        explanation=_plain(explanation),
        picture=picture(this.snapshot, this.policy, this.now, decision),
        score=decision.score,
        runner_up_id=decision.runner_up_id,
        at=this.now,
    )
    assign_conversation(conversation, to=adviser)
    here("offer.made")
    return offer


def _plain(explanation: Explanation) -> dict[str, object]:
    """Return the explanation as JSON: the reasons of the chosen and of the runner-up, what did not count."""
    return asdict(explanation)


def _still_waiting(number: int) -> Conversation | None:
    return (
        Conversation.objects.ours()
        .unassigned()
        .select_for_update(no_key=True)
        .filter(pk=number, waiting_since__isnull=False)
        .first()
    )


def _still_there(adviser_id: int, conversation: Conversation | None, this: Round) -> Adviser | None:
    """Return the adviser, their presence locked, if they are available, heard, rested and have room."""
    presence = (
        Presence.objects.select_for_update(no_key=True)
        .filter(adviser_id=adviser_id, state=PresenceState.AVAILABLE, vanished_at__isnull=True)
        .filter(heard_at__gt=this.now - SILENT_AFTER)
        .first()
    )
    if presence is None or conversation is None:
        return None
    rested = presence.last_contact_at is None or (
        this.now - presence.last_contact_at >= timedelta(seconds=this.policy.rest_seconds)
    )
    adviser = Adviser.objects.select_related("team").get(pk=adviser_id)
    has_room = load_of(adviser_id) + conversation.effort <= adviser.capacity
    return adviser if rested and has_room and adviser.is_active else None
