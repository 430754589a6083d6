"""We answer: once, at once or after ten seconds, taken back or not."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.domain.people_made import House
from tests.domain.written import chat, fresh, letter

from visavis.domain.conversations.models import Draft, Message
from visavis.domain.conversations.operations import correct_message
from visavis.domain.deliveries.models import Delivery
from visavis.domain.deliveries.operations import claim_due, give_back, next_due
from visavis.domain.errors import NotFound, Refused
from visavis.domain.flows.reply import Answer, answer, let_leave, take_back
from visavis.domain.search.models import SearchDocument


def write(house: House, *, is_live: bool, text: str = "Bonjour David") -> Message:
    conversation = (chat(house) if is_live else letter(house)).conversation
    return answer(conversation, Answer(key=uuid.uuid4(), text=text), by=house.alice)


def test_a_chat_line_leaves_at_once(house: House) -> None:
    message = write(house, is_live=True)

    assert message.left_at is not None
    assert fresh(message.conversation).state == "their_turn"


def test_a_written_reply_leaves_after_ten_seconds(house: House) -> None:
    message = write(house, is_live=False)
    now = timezone.now()

    early = claim_due(now)
    due = claim_due(now + timedelta(seconds=11))
    assert due is not None
    left = let_leave(due, now=now + timedelta(seconds=11))

    assert (message.left_at, early) == (None, None)
    assert left.left_at == now + timedelta(seconds=11)
    assert (fresh(message.conversation).state, next_due()) == ("their_turn", None)


def test_a_reply_taken_back_is_a_draft_again_and_never_leaves(house: House) -> None:
    message = write(house, is_live=False, text="Trop vite")

    take_back(message, by=house.alice)

    assert claim_due(timezone.now() + timedelta(minutes=1)) is None
    assert Draft.objects.get(adviser=house.alice).text == "Trop vite"
    assert fresh(message.conversation).waiting_since is not None


def test_a_reply_taken_back_is_not_found_any_more(house: House) -> None:
    message = write(house, is_live=False, text="Ornithorynque")

    take_back(message, by=house.alice)

    assert not SearchDocument.objects.filter(kind="message", object_id=message.pk).exists()


def test_what_was_claimed_cannot_be_taken_back(house: House) -> None:
    message = write(house, is_live=False)
    claim_due(timezone.now() + timedelta(seconds=11))

    with pytest.raises(Refused, match="already_left"):
        take_back(message, by=house.alice)


def test_nobody_takes_back_the_reply_of_another(house: House) -> None:
    with pytest.raises(NotFound):
        take_back(write(house, is_live=False), by=house.bob)


def test_the_same_key_is_one_reply(house: House) -> None:
    conversation = chat(house).conversation
    key = uuid.uuid4()

    first = answer(conversation, Answer(key=key, text="Bonjour"), by=house.alice)
    second = answer(conversation, Answer(key=key, text="Bonjour"), by=house.alice)

    assert first.pk == second.pk
    assert Message.objects.filter(direction="out").count() == 1


def test_an_empty_reply_is_refused_with_a_sentence(house: House) -> None:
    with pytest.raises(Refused) as refused:
        write(house, is_live=True, text="   ")

    assert refused.value.code == "empty"
    assert refused.value.sentence


def test_two_workers_never_claim_the_same_delivery(house: House) -> None:
    write(house, is_live=False)
    later = timezone.now() + timedelta(seconds=11)

    claims = [claim_due(later), claim_due(later)]

    assert [claim is None for claim in claims] == [False, True]


def test_a_delivery_whose_worker_died_is_due_again(house: House) -> None:
    write(house, is_live=False)
    later = timezone.now() + timedelta(seconds=11)
    claim_due(later)

    returned = give_back(later + timedelta(minutes=3))

    assert (returned, claim_due(later + timedelta(minutes=3)) is None) == (1, False)


def test_what_the_customer_wrote_meanwhile_still_waits(house: House) -> None:
    message = write(house, is_live=False)
    conversation = fresh(message.conversation)
    later = message.written_at + timedelta(seconds=5)
    Message.objects.create(
        conversation=conversation,
        direction="in",
        channel="form",
        key=uuid.uuid4(),
        text="J'oubliais : …",
        written_at=later,
        left_at=later,
    )
    due = claim_due(message.written_at + timedelta(seconds=11))
    assert due is not None

    let_leave(due, now=message.written_at + timedelta(seconds=11))

    assert fresh(conversation).waiting_since is not None


def test_a_correction_keeps_the_former_words(house: House) -> None:
    message = write(house, is_live=True, text="Il passe mardi")

    corrected = correct_message(message, by=house.alice, text="Il passe mercredi")

    assert (corrected.text, corrected.corrected_at is None) == ("Il passe mercredi", False)
    assert [former.former_text for former in corrected.corrections.all()] == ["Il passe mardi"]


def test_nobody_corrects_the_line_of_another(house: House) -> None:
    with pytest.raises(Refused, match="not_yours"):
        correct_message(write(house, is_live=True), by=house.bob, text="Autre chose")


def test_who_answers_what_nobody_has_takes_it(house: House) -> None:
    message = write(house, is_live=True)

    assert fresh(message.conversation).adviser_id == house.alice.pk
    assert Delivery.objects.count() == 0
