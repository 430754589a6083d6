"""Putting conversations on desks, taking them back, and remembering why."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from visavis.domain.conversations.models import Conversation
from visavis.domain.conversations.operations import assign_conversation
from visavis.domain.journal.record import operation, record, upkeep
from visavis.domain.people.models import Adviser, Skill
from visavis.domain.presence.operations import note_contact
from visavis.engine.routing.waiting import Range

from .facts import ConversationOffered, ConversationReturned, OfferRefused, PolicyPublished, WaitAnnounced
from .models import AnnouncedWait, Offer, OfferState, PolicyVersion


@operation
def offer_conversation(
    conversation: Conversation,
    *,
    to: Adviser,
    policy: PolicyVersion | None,
    explanation: Mapping[str, object],
    picture: bytes,
    score: int,
    runner_up_id: int | None,
    at: datetime,
) -> Offer:
    """It is put on the desk of `to`, with the reasons.

    Called with the conversation locked (see flows.offers).
    """
    end_offers(conversation, state=OfferState.ENDED, at=at)
    offer = Offer.objects.create(
        conversation=conversation,
        adviser=to,
        policy=policy,
        offered_at=at,
        explanation=dict(explanation),
        picture=picture,
    )
    note_contact(to.pk, at=at)
    settle_announced_wait(conversation, at=at)
    record(
        ConversationOffered(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=to.pk,
            team_id=to.team_id,
            offer_id=offer.pk,
            policy_id=policy.pk if policy else None,
            score=score,
            runner_up_id=runner_up_id,
        ),
        at=at,
    )
    return offer


@operation
def refuse_offer(offer: Offer, *, skill: Skill | None) -> None:
    """ "Ce n'est pas pour moi": it will be offered to someone else.

    The missing skill, when named, is asked for.
    """
    Offer.objects.filter(pk=offer.pk).update(state=OfferState.REFUSED, ended_at=timezone.now())
    offer.conversation.refused_by.add(offer.adviser_id)
    if skill:
        offer.conversation.skills.add(skill)
    record(
        OfferRefused(
            conversation_id=offer.conversation_id,
            brand_id=offer.conversation.brand_id,
            adviser_id=offer.adviser_id,
            offer_id=offer.pk,
            skill_id=skill.pk if skill else None,
        )
    )


@operation
def return_conversation(conversation: Conversation, *, reason: str, at: datetime) -> None:
    """Its adviser is not there any more: it waits again, with the wait it already had."""
    former = conversation.adviser_id
    end_offers(conversation, state=OfferState.RETURNED, at=at)
    record(
        ConversationReturned(
            conversation_id=conversation.pk, brand_id=conversation.brand_id, former_id=former, reason=reason
        ),
        at=at,
    )


@operation
def publish_policy(values: Mapping[str, object], *, by: Adviser | None) -> PolicyVersion:
    """A new version of the policy rules from now on; the former ones stay readable."""
    version = PolicyVersion.objects.create(values=dict(values), published_at=timezone.now(), published_by=by)
    record(PolicyPublished(adviser_id=by.pk if by else None, policy_id=version.pk))
    return version


@upkeep
def end_offers(conversation: Conversation, *, state: OfferState, at: datetime) -> None:
    """No offer of this conversation is open any more."""
    Offer.objects.filter(conversation=conversation, state=OfferState.OPEN).update(state=state, ended_at=at)


@upkeep
def note_answered(conversation: Conversation, *, at: datetime) -> None:
    """The customer has an answer: rest between contacts counts from here, and the announced wait is over."""
    if conversation.adviser_id:
        note_contact(conversation.adviser_id, at=at)
    open_offers = Offer.objects.filter(conversation=conversation, state=OfferState.OPEN)
    open_offers.filter(answered_at__isnull=True).update(answered_at=at)
    settle_announced_wait(conversation, at=at)


@upkeep
def take_if_nobody_has_it(conversation: Conversation, *, by: Adviser, at: datetime) -> None:
    """Who answers a conversation that waits for anybody has it on their desk."""
    if conversation.adviser_id is not None:
        return
    assign_conversation(conversation, to=by, by=by)
    settle_announced_wait(conversation, at=at)


@operation
def announce_wait(conversation: Conversation, told: Range, *, at: datetime) -> AnnouncedWait:
    """This range was told to the customer."""
    row = AnnouncedWait.objects.create(
        conversation_id=conversation.pk,
        brand_id=conversation.brand_id,
        is_live=conversation.is_live,
        announced_at=at,
        low_seconds=told.low_seconds,
        high_seconds=told.high_seconds,
        ahead=told.ahead,
        estimate_seconds=told.estimate_seconds,
    )
    record(
        WaitAnnounced(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            low_seconds=told.low_seconds,
            high_seconds=told.high_seconds,
        ),
        at=at,
    )
    return row


@upkeep
def settle_announced_wait(conversation: Conversation, *, at: datetime) -> None:
    """An adviser has it: what was announced can be compared with what was."""
    for wait in AnnouncedWait.objects.filter(conversation_id=conversation.pk, true_seconds__isnull=True):
        AnnouncedWait.objects.filter(pk=wait.pk).update(
            true_seconds=max(0, round((at - wait.announced_at).total_seconds()))
        )
