"""From who waits to a desk: with reasons, to who is there and has room, and back when they vanish."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from tests.domain.people_made import House
from tests.domain.written import chat, fresh, letter

from visavis.domain.conversations.models import Conversation
from visavis.domain.conversations.operations import let_reply_leave
from visavis.domain.dispatch.load import load_of
from visavis.domain.dispatch.models import AnnouncedWait, Offer
from visavis.domain.dispatch.queries import coverage, open_offer
from visavis.domain.flows.not_for_me import not_for_me
from visavis.domain.flows.offers import dispatch_waiting
from visavis.domain.flows.reply import Answer, answer
from visavis.domain.flows.silence import change_presence, watch_silence
from visavis.domain.flows.take import take
from visavis.domain.people.access import rights
from visavis.domain.people.models import Adviser
from visavis.domain.people.operations import validate_skills
from visavis.domain.presence.models import Presence
from visavis.domain.presence.operations import hear, hear_again, set_presence
from visavis.domain.presence.queries import shown_states
from visavis.engine.routing import decide, reopen


def be_there(*advisers: Adviser, at: datetime | None = None) -> None:
    """They say that they are available, and are heard."""
    for adviser in advisers:
        set_presence(adviser, "available", at=at or timezone.now())


def test_nothing_is_offered_when_nobody_is_there(house: House) -> None:
    received = chat(house)

    assert dispatch_waiting(timezone.now()) == 0
    assert fresh(received.conversation).adviser_id is None


def test_it_goes_to_who_serves_the_brand_with_the_reasons(house: House) -> None:
    be_there(house.alice, house.eve)
    received = chat(house)

    placed = dispatch_waiting(timezone.now())

    offer = open_offer(received.conversation)
    assert placed == 1
    assert offer is not None
    chosen = offer.explanation["chosen"]
    assert (offer.adviser_id, chosen["adviser_id"]) == (house.alice.pk, house.alice.pk)
    assert chosen["score"] == sum(reason["weight"] for reason in chosen["reasons"])


def test_the_skill_that_the_words_name_is_required(house: House) -> None:
    be_there(house.alice, house.bob)
    validate_skills(house.bob, levels={house.skill.pk: 4}, by=house.chloe, at=timezone.now())

    received = chat(house, "Panne totale, code T12")
    dispatch_waiting(timezone.now())

    assert fresh(received.conversation).adviser_id == house.bob.pk


def test_a_past_decision_is_decided_again_the_same(house: House) -> None:
    be_there(house.alice, house.bob)
    received = chat(house)
    dispatch_waiting(timezone.now())
    offer = open_offer(received.conversation)
    assert offer is not None

    kept = reopen(bytes(offer.picture))

    again = decide(kept.snapshot, kept.policy, kept.now)
    assert [decision.adviser_id for decision in again if decision.contact_id == received.conversation.pk] == [
        offer.adviser_id
    ]
    assert len(offer.picture) <= 2048


def test_nobody_goes_beyond_their_room(house: House) -> None:
    be_there(house.alice)
    now = timezone.now()
    for _ in range(6):
        chat(house)

    for tick in range(8):
        later = now + timedelta(seconds=25 * tick)
        hear(house.alice.pk, at=later)
        dispatch_waiting(later)

    assert load_of(house.alice.pk) <= house.alice.capacity
    assert Conversation.objects.filter(adviser=house.alice).count() == house.alice.capacity // 2


def test_rest_comes_between_two_contacts(house: House) -> None:
    be_there(house.alice)
    now = timezone.now()
    chat(house)
    chat(house)

    counts = [dispatch_waiting(now), dispatch_waiting(now + timedelta(seconds=5))]
    hear(house.alice.pk, at=now + timedelta(seconds=21))
    counts.append(dispatch_waiting(now + timedelta(seconds=21)))

    assert counts == [1, 0, 1]


@pytest.mark.parametrize("state", ["pause", "recovery", "training", "away", "wrap_up", "help"])
def test_only_who_is_available_is_offered_something(house: House, state: str) -> None:
    set_presence(house.alice, state)
    chat(house)

    assert dispatch_waiting(timezone.now()) == 0


def test_not_for_me_goes_to_someone_else_and_asks_for_the_skill(house: House) -> None:
    be_there(house.alice, house.bob)
    received = chat(house)
    dispatch_waiting(timezone.now())
    conversation = fresh(received.conversation)
    first = conversation.adviser
    assert first is not None

    not_for_me(conversation, by=first, skill=None)
    dispatch_waiting(timezone.now() + timedelta(seconds=25))

    second = fresh(conversation).adviser
    assert second is not None
    assert {first.pk, second.pk} == {house.alice.pk, house.bob.pk}


def test_who_knows_the_customer_comes_first(house: House) -> None:
    be_there(house.bob)
    first = letter(house, "Ma facture")
    dispatch_waiting(timezone.now())
    conversation = fresh(first.conversation)
    assert conversation.adviser_id == house.bob.pk
    Offer.objects.all().delete()
    let_reply_leave(answer(conversation, Answer(key=uuid.uuid4(), text="Voici"), by=house.bob))
    second = letter(house, "Encore ma facture")
    Conversation.objects.filter(pk=second.conversation.pk).update(customer=conversation.customer)
    be_there(house.alice, house.bob)
    Presence.objects.update(last_contact_at=None)

    dispatch_waiting(timezone.now())

    assert fresh(second.conversation).adviser_id == house.bob.pk


def test_a_vanished_adviser_gives_back_the_chat_that_waits(house: House) -> None:
    be_there(house.alice)
    received = chat(house)
    now = timezone.now()
    dispatch_waiting(now)

    watch_silence(now + timedelta(seconds=51))
    early = fresh(received.conversation).adviser_id
    returned = watch_silence(now + timedelta(seconds=115))

    conversation = fresh(received.conversation)
    assert (early, returned, conversation.adviser_id) == (house.alice.pk, 1, None)
    assert conversation.waiting_since == received.message.written_at


def test_a_written_conversation_waits_half_an_hour_for_its_adviser(house: House) -> None:
    be_there(house.alice)
    received = letter(house)
    now = timezone.now()
    dispatch_waiting(now)
    watch_silence(now + timedelta(seconds=51))

    counts = [watch_silence(now + timedelta(minutes=20)), watch_silence(now + timedelta(minutes=32))]

    assert counts == [0, 1]
    assert fresh(received.conversation).adviser_id is None


def test_a_network_that_comes_back_finds_its_adviser_as_before(house: House) -> None:
    be_there(house.alice)
    now = timezone.now()
    watch_silence(now + timedelta(seconds=51))

    was_given_up = hear(house.alice.pk, at=now + timedelta(seconds=60))
    hear_again(house.alice, at=now + timedelta(seconds=60))
    chat(house)

    assert was_given_up
    assert dispatch_waiting(now + timedelta(seconds=61)) == 1


def test_recovery_reads_as_unavailable_to_others(house: House) -> None:
    set_presence(house.alice, "recovery")

    assert shown_states(rights(house.bob))[house.alice.pk] == "unavailable"
    assert house.alice.pk not in shown_states(rights(house.eve))


def test_who_cannot_be_placed_is_told_a_range_once_and_it_is_compared(house: House) -> None:
    be_there(house.alice)
    now = timezone.now()
    chat(house, at=now)
    chat(house, at=now)

    dispatch_waiting(now)
    dispatch_waiting(now + timedelta(seconds=1))
    told = AnnouncedWait.objects.get()
    hear(house.alice.pk, at=now + timedelta(seconds=25))
    dispatch_waiting(now + timedelta(seconds=25))

    told.refresh_from_db()
    assert (told.low_seconds, told.high_seconds, told.estimate_seconds) == (0, 60, 0)
    assert told.true_seconds == 25
    assert coverage(frozenset({house.netnet.pk}), now=now + timedelta(minutes=1)).known == 1


def test_who_wrote_is_told_the_whole_time_of_those_ahead_for_they_do_not_give_up(house: House) -> None:
    """Six of thirty find a place; ten minutes for each round of six after them, and a rest of twenty seconds."""
    be_there(house.alice)
    letters = [letter(house).conversation for _ in range(30)]

    dispatch_waiting(timezone.now())

    told = AnnouncedWait.objects.get(conversation_id=letters[-1].pk)
    assert (told.ahead, told.estimate_seconds) == (29, 4 * 600 + 20 - 1)  # a second for the few who would


def test_who_leaves_their_desk_leaves_no_chat_waiting_in_front_of_it(house: House) -> None:
    be_there(house.alice)
    live = chat(house)
    dispatch_waiting(timezone.now())
    Presence.objects.update(last_contact_at=None)
    written = letter(house)
    dispatch_waiting(timezone.now())

    change_presence(house.alice, "away")

    assert fresh(live.conversation).adviser_id is None
    assert fresh(written.conversation).adviser_id == house.alice.pk


def test_who_takes_it_is_not_told_the_reasons_of_another(house: House) -> None:
    be_there(house.alice)
    received = chat(house)
    dispatch_waiting(timezone.now())

    take(fresh(received.conversation), by=house.bob)

    assert fresh(received.conversation).adviser_id == house.bob.pk
    assert open_offer(received.conversation) is None
