"""Letters leave by a server that takes, refuses, waits or breaks off; what we say of them is what the server has."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from tests.domain.letters import DAVID, add_letter, delivery_of, replied, sending_mailbox, written
from tests.domain.people_made import House
from tests.domain.written import chat, fresh, letter
from tests.smtp_server import Peer

from visavis.domain.conversations.models import Bounce, Conversation, Letter, Message
from visavis.domain.conversations.operations import customer_read, give_pass_conversation, make_pass
from visavis.domain.conversations.threads import reply_address, subject_token
from visavis.domain.deliveries.models import Delivery, Road, Settled
from visavis.domain.deliveries.operations import claim_due, give_back, send_again
from visavis.domain.errors import Refused
from visavis.domain.flows.acknowledge import acknowledge
from visavis.domain.flows.outbound_email import doubt_silent, known_to_have_left, may_tell, settle
from visavis.domain.flows.reply import Answer, answer, take_back
from visavis.domain.intake.operations import take_mail
from visavis.domain.journal.models import Entry
from visavis.domain.people.operations import add_identity
from visavis.workers import read_email, send_email


@pytest.fixture(autouse=True)
def _awake() -> Iterator[None]:
    """No server rests from the test before."""
    send_email._resting.clear()
    yield
    send_email._resting.clear()


def all_leave() -> None:
    """Every due letter is tried once."""
    while send_email.tick():
        pass


def verbs(conversation: Conversation) -> list[str]:
    """What happened to the deliveries of a conversation."""
    rows = Entry.objects.filter(conversation_id=conversation.pk).order_by("pk")
    wanted = ("reply.left", "delivery.", "message.bounced", "acknowledgement.")
    return [row.verb for row in rows if row.verb.startswith(wanted)]


def test_a_reply_to_a_letter_leaves_as_a_letter(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    theirs = written(house)
    message = replied(house, theirs.conversation, bcc=["archives@netnet.example"])

    all_leave()

    [taken] = smtp_peer.taken
    assert (taken.sender, taken.recipients) == ("bonjour@netnet.example", (DAVID, "archives@netnet.example"))
    assert taken.header_id == Letter.objects.get(message=message).header_id
    assert taken.parsed["In-Reply-To"] == f"<{theirs.key.hex}@client.example>"
    assert taken.parsed["Bcc"] is None
    number = theirs.conversation_id
    assert taken.parsed["Reply-To"].addresses[0].addr_spec == reply_address("bonjour@netnet.example", number)
    assert str(taken.parsed["Subject"]) == f"Re: Ma box clignote {subject_token(number)}"
    assert delivery_of(message).state == "done"
    assert (fresh(theirs.conversation).state, verbs(theirs.conversation)) == ("their_turn", ["reply.left"])


def test_a_reply_waits_ten_seconds_and_can_be_taken_back(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    theirs = written(house)
    message = answer(theirs.conversation, Answer(key=uuid.uuid4(), text="Trop vite"), by=house.alice)

    all_leave()
    take_back(message, by=house.alice)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        all_leave()

    assert (smtp_peer.sessions, delivery_of(message).state) == (0, "withdrawn")


def test_a_planned_reply_leaves_at_its_hour_and_holds_nothing_back(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    theirs = written(house)
    planned = replied(house, theirs.conversation, "Demain", due_at=timezone.now() + timedelta(days=1))
    now = replied(house, theirs.conversation, "Maintenant")

    all_leave()
    states = (delivery_of(planned).state, delivery_of(now).state)
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        all_leave()

    assert states == ("waiting", "done")
    assert delivery_of(planned).state == "done"


@pytest.mark.parametrize(
    ("answers", "cuts"),
    [
        ({"greeting": "421 4.3.2 busy"}, ""),
        ({"mail": "451 4.7.1 later"}, ""),
        ({"rcpt": "450 4.2.0 greylisted"}, ""),
        ({"data": "451 4.3.0 later"}, ""),
        ({"dot": "452 4.3.1 no room"}, ""),
        ({}, "greeting"),
        ({}, "ehlo"),
        ({}, "mail"),
        ({}, "rcpt"),
        ({}, "data"),
    ],
)
def test_what_certainly_did_not_leave_is_tried_again(
    house: House, smtp_peer: Peer, answers: dict[str, str], cuts: str
) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    message = replied(house, written(house).conversation)
    smtp_peer.answers, smtp_peer.cuts = answers, cuts

    all_leave()
    waiting = delivery_of(message)
    smtp_peer.settle_down()
    send_email._resting.clear()
    with time_machine.travel(waiting.due_at + timedelta(seconds=1)):
        all_leave()

    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert waiting.due_at - timezone.now() > timedelta(seconds=50)
    assert [taken.header_id for taken in smtp_peer.taken] == [Letter.objects.get(message=message).header_id]
    assert delivery_of(message).state == "done"


@pytest.mark.parametrize(("cuts", "is_there"), [("middle", False), ("dot", False), ("taken", True)])
def test_a_line_cut_after_data_leaves_a_doubt_that_is_never_sent_again(
    house: House, smtp_peer: Peer, cuts: str, is_there: bool
) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    message = replied(house, written(house, "Bonjour " * 20_000).conversation)
    smtp_peer.cuts = cuts

    all_leave()
    smtp_peer.cuts = ""
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        give_back(timezone.now())
        doubt_silent(timezone.now())
        all_leave()

    assert (delivery_of(message).state, len(smtp_peer.taken)) == ("uncertain", int(is_there))
    assert verbs(message.conversation) == ["delivery.uncertain"]
    assert fresh(message.conversation).is_ours


def doubtful(house: House, peer: Peer, *, cuts: str) -> Message:
    """A reply of which nobody knows whether it left."""
    sending_mailbox(house, port=peer.port)
    message = replied(house, written(house).conversation)
    peer.cuts = cuts
    all_leave()
    peer.cuts = ""
    return message


def test_a_person_says_that_it_left(house: House, smtp_peer: Peer) -> None:
    message = doubtful(house, smtp_peer, cuts="taken")

    settle(delivery_of(message), has_left=True, by=house.alice, now=timezone.now())
    all_leave()

    assert (delivery_of(message).state, len(smtp_peer.taken)) == ("done", 1)
    assert verbs(message.conversation) == ["delivery.uncertain", "delivery.settled", "reply.left"]


def test_a_person_says_that_it_did_not_leave_and_it_leaves_with_the_same_identifier(
    house: House, smtp_peer: Peer
) -> None:
    message = doubtful(house, smtp_peer, cuts="dot")

    settle(delivery_of(message), has_left=False, by=house.alice, now=timezone.now())
    all_leave()

    assert [taken.header_id for taken in smtp_peer.taken] == [Letter.objects.get(message=message).header_id]
    assert delivery_of(message).state == "done"
    with pytest.raises(Refused, match="no_doubt"):
        settle(delivery_of(message), has_left=True, by=house.alice, now=timezone.now())


def test_what_is_found_in_the_sent_folder_has_left(house: House, smtp_peer: Peer) -> None:
    message = doubtful(house, smtp_peer, cuts="taken")
    seen = [f"<{smtp_peer.taken[0].header_id}>", "<autre@example.fr>"]

    settled = [known_to_have_left(seen, how=Settled.SENT_FOLDER, now=timezone.now()) for _ in range(2)]

    assert settled == [1, 0]
    assert (delivery_of(message).state, delivery_of(message).settled_how) == ("done", "sent_folder")
    assert fresh(message.conversation).state == "their_turn"


def test_a_worker_that_died_before_telling_leaves_no_doubt_and_one_that_died_after_does(
    house: House, smtp_peer: Peer
) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    before = replied(house, written(house).conversation)
    after = replied(house, written(house, sender=("Autre", "autre@example.fr")).conversation)
    now = timezone.now()
    claim_due(now, road=Road.POST)
    second = claim_due(now, road=Road.POST)
    assert second is not None
    assert second.message_id == after.pk
    may_tell(second, now=now)

    given = give_back(now + timedelta(minutes=5))
    doubted = doubt_silent(now + timedelta(minutes=21))

    assert (given, doubted) == (1, 1)
    assert (delivery_of(before).state, delivery_of(after).state) == ("waiting", "uncertain")


def test_who_lost_its_claim_tells_nothing(house: House) -> None:
    sending_mailbox(house)
    message = replied(house, written(house).conversation)
    now = timezone.now()
    slow = claim_due(now, road=Road.POST)
    assert slow is not None
    give_back(now + timedelta(minutes=5))
    quick = claim_due(now + timedelta(minutes=6), road=Road.POST)
    assert quick is not None

    assert not may_tell(slow, now=now + timedelta(minutes=6))
    assert may_tell(quick, now=now + timedelta(minutes=6))
    assert delivery_of(message).state == "told"


def test_a_refusal_for_good_is_told_with_its_reason(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    message = replied(house, written(house).conversation)
    smtp_peer.answers = {DAVID: "550 5.1.1 No such person here"}

    all_leave()

    delivery = delivery_of(message)
    assert (delivery.state, delivery.fault) == ("failed", "recipients")
    assert delivery.answer == "550 5.1.1 No such person here"
    [bounce] = Bounce.objects.all()
    assert (bounce.address, bounce.is_permanent, bounce.why) == (DAVID, True, "no_such_address")
    assert verbs(message.conversation) == ["message.bounced", "delivery.failed"]
    assert fresh(message.conversation).waiting_since is not None


def test_what_failed_is_sent_again_when_someone_says_so_or_becomes_a_draft(
    house: House, smtp_peer: Peer
) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    smtp_peer.answers = {"dot": "554 5.7.1 looks like spam"}
    first = replied(house, written(house).conversation, "Un")
    second = replied(house, written(house, sender=("B", "b@example.fr")).conversation, "Deux")
    all_leave()
    smtp_peer.settle_down()

    send_again(delivery_of(first), by=house.alice, at=timezone.now())
    take_back(second, by=house.alice)
    all_leave()

    assert (delivery_of(first).state, delivery_of(second).state) == ("done", "withdrawn")
    assert [taken.recipients for taken in smtp_peer.taken] == [(DAVID,)]


def test_a_copy_that_is_put_off_follows_alone(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    message = replied(house, written(house).conversation, cc=["lent@example.fr", "personne@example.fr"])
    smtp_peer.answers = {"lent@example.fr": "450 4.2.0 later", "personne@example.fr": "550 5.1.1 no"}

    all_leave()
    partly = delivery_of(message)
    smtp_peer.answers = {}
    with time_machine.travel(partly.due_at + timedelta(seconds=1)):
        all_leave()

    assert (partly.state, partly.reached) == ("waiting", [DAVID])
    tried = [taken.recipients for taken in smtp_peer.taken]
    assert tried == [(DAVID,), ("lent@example.fr", "personne@example.fr")]
    assert {taken.header_id for taken in smtp_peer.taken} == {Letter.objects.get(message=message).header_id}
    assert verbs(message.conversation) == ["reply.left", "message.bounced"]


def test_a_later_reply_never_leaves_before_an_earlier_one_that_waits(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    theirs = written(house)
    other = written(house, sender=("B", "b@example.fr"))
    first = replied(house, theirs.conversation, "Un")
    second = replied(house, theirs.conversation, "Deux")
    third = replied(house, other.conversation, "Ailleurs")
    smtp_peer.answers = {DAVID: "450 4.2.0 later"}

    all_leave()
    states = [delivery_of(message).state for message in (first, second, third)]
    smtp_peer.answers = {}
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        all_leave()

    assert states == ["waiting", "waiting", "done"]
    told = [re.search(rb"\r\n\r\n(Un|Deux|Ailleurs)\r\n", taken.raw) for taken in smtp_peer.taken]
    assert [found[1] for found in told if found] == [b"Ailleurs", b"Un", b"Deux"]


def test_pauses_grow_and_two_days_are_the_end(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    message = replied(house, written(house).conversation)
    smtp_peer.answers = {"mail": "451 4.7.1 later"}
    started = now = timezone.now()
    pauses = []

    while delivery_of(message).state == "waiting":
        with time_machine.travel(now, tick=False):
            all_leave()
        if delivery_of(message).state == "waiting":
            pauses.append(int((delivery_of(message).due_at - now).total_seconds() / 60))
            now = delivery_of(message).due_at

    assert pauses[:6] == [1, 5, 15, 60, 120, 120]
    assert timedelta(days=2) <= now - started < timedelta(days=2, hours=3)
    assert (delivery_of(message).state, delivery_of(message).fault) == ("failed", "later")


def test_a_clock_that_was_ahead_holds_nothing_back(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    claimed, told, tried = (replied(house, written(house).conversation) for _ in range(3))
    now = timezone.now()
    ahead = now + timedelta(hours=5)
    Delivery.objects.filter(message=claimed).update(state="taken", taken_at=ahead)
    Delivery.objects.filter(message=told).update(state="told", taken_at=ahead)
    Delivery.objects.filter(message=tried).update(attempts=1, first_tried_at=ahead, due_at=ahead)

    given, doubted = give_back(now), doubt_silent(now)
    all_leave()

    assert (given, doubted) == (1, 1)
    assert [delivery_of(message).state for message in (claimed, told, tried)] == ["done", "uncertain", "done"]
    assert len(smtp_peer.taken) == 2


def test_a_clock_that_leaps_gives_nothing_up_and_sends_nothing_twice(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    message = replied(house, written(house).conversation)
    smtp_peer.answers = {"mail": "451 4.7.1 later"}
    now = timezone.now()
    for leap in (timedelta(), timedelta(days=3), timedelta(days=-2), timedelta(days=1)):
        with time_machine.travel(now + leap, tick=False):
            give_back(timezone.now())
            all_leave()
    assert delivery_of(message).state == "waiting"
    smtp_peer.answers = {}

    for hours in (0, 5, -5, 30):
        with time_machine.travel(now + timedelta(days=1, hours=hours), tick=False):
            give_back(timezone.now())
            doubt_silent(timezone.now())
            all_leave()

    assert delivery_of(message).state == "done"
    assert len(smtp_peer.taken) == 1


def test_a_server_that_is_away_keeps_nobody_else_waiting(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=1)
    sending_mailbox(house, port=smtp_peer.port, address="autre@netnet.example")
    away = [replied(house, written(house).conversation) for _ in range(2)]
    other = replied(house, written(house).conversation)
    Letter.objects.filter(message=other).update(from_address="autre@netnet.example")

    all_leave()

    assert [delivery_of(message).attempts for message in away] == [1, 0]
    assert (delivery_of(away[0]).fault, delivery_of(other).state) == ("port", "done")


def test_a_mailbox_that_sends_no_more_leaves_the_letter_waiting(house: House, smtp_peer: Peer) -> None:
    mailbox = sending_mailbox(house, port=smtp_peer.port)
    message = replied(house, written(house).conversation)
    mailbox.is_active = False
    mailbox.save()

    all_leave()

    assert (delivery_of(message).state, delivery_of(message).fault) == ("waiting", "no_mailbox")


def test_without_a_mailbox_a_letter_cannot_be_answered(house: House) -> None:
    theirs = written(house)

    with pytest.raises(Refused, match="no_mailbox"):
        replied(house, theirs.conversation)

    assert not Message.objects.filter(direction="out").exists()


def test_a_form_is_answered_by_letter_only_where_its_brand_sends_and_its_customer_left_an_address(
    house: House, smtp_peer: Peer
) -> None:
    before = letter(house).conversation
    on_page = replied(house, before)
    sending_mailbox(house, port=smtp_peer.port)
    nameless = replied(house, letter(house).conversation)
    reached = letter(house).conversation
    add_identity(reached.customer, "email", DAVID, verified=False)
    by_post = replied(house, reached)

    all_leave()

    roads = [delivery_of(message).road for message in (on_page, nameless, by_post)]
    assert roads == ["page", "page", "post"]
    assert [taken.recipients for taken in smtp_peer.taken] == [(DAVID,)]


def test_a_chat_goes_on_by_letter_when_its_customer_left(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    conversation = chat(house).conversation
    add_identity(conversation.customer, "email", DAVID, verified=False)
    first = replied(house, conversation, "Je regarde.")
    second = replied(house, conversation, "C’est réparé.")

    all_leave()
    early = len(smtp_peer.taken)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        all_leave()

    assert (early, first.left_at is not None, Delivery.objects.count()) == (0, True, 1)
    [taken] = smtp_peer.taken
    body = taken.parsed.get_body(("plain",))
    assert body is not None
    assert body.get_content().split("\r\n")[:3] == ["Je regarde.", "", "C’est réparé."]
    assert verbs(conversation).count("reply.left") == 2
    assert second.left_at is not None


def test_a_chat_that_is_read_stays_a_chat(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    held, _token = make_pass("chat", brand=house.netnet)
    conversation = chat(house, held=held).conversation
    give_pass_conversation(held, conversation)
    add_identity(conversation.customer, "email", DAVID, verified=False)
    replied(house, conversation, "Je regarde.")

    customer_read(conversation)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        all_leave()

    assert (smtp_peer.taken, Delivery.objects.get().state) == ([], "done")


# --- Acknowledgements -------------------------------------------------------------------------------------------


def test_an_acknowledgement_leaves_once_marked_as_written_by_a_robot(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    theirs = written(house)
    at = timezone.now() - timedelta(minutes=1)

    made = [acknowledge(theirs.conversation, at=at) for _ in range(2)]
    all_leave()

    assert [message is None for message in made] == [False, True]
    [taken] = smtp_peer.taken
    assert (taken.parsed["Auto-Submitted"], taken.recipients) == ("auto-replied", (DAVID,))
    body = taken.parsed.get_body(("plain",))
    assert body is not None
    assert "/demande/l/" in body.get_content()
    assert "réponse" in body.get_content()
    assert verbs(theirs.conversation) == ["acknowledgement.written", "acknowledgement.left"]
    assert fresh(theirs.conversation).waiting_since is not None
    assert fresh(theirs.conversation).state == "open"


def test_an_acknowledgement_says_nothing_once_a_person_answered(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    theirs = written(house)
    reply = replied(house, theirs.conversation)
    all_leave()
    acknowledge(theirs.conversation, at=timezone.now() - timedelta(minutes=1))
    all_leave()

    assert [taken.header_id for taken in smtp_peer.taken] == [Letter.objects.get(message=reply).header_id]


def test_the_same_address_is_acknowledged_three_times_a_day_at_most(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    at = timezone.now() - timedelta(minutes=1)

    made = [acknowledge(written(house).conversation, at=at) for _ in range(5)]
    other = acknowledge(written(house, sender=("B", "b@example.fr")).conversation, at=at)

    assert [message is not None for message in made] == [True, True, True, False, False]
    assert other is not None


def test_our_own_mailboxes_are_never_written_to(house: House) -> None:
    sending_mailbox(house)
    ours = written(house, sender=("Netnet", "bonjour@netnet.example"))

    assert acknowledge(ours.conversation, at=timezone.now()) is None
    with pytest.raises(Refused, match="nobody_to_answer"):
        replied(house, ours.conversation)


def test_references_and_subjects_do_not_grow_as_letters_go_to_and_fro(house: House, smtp_peer: Peer) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    theirs = written(house)
    first = replied(house, theirs.conversation)
    all_leave()
    ours = Letter.objects.get(message=first)
    later = add_letter(
        theirs.conversation,
        "Merci",
        at=timezone.now(),
        in_reply_to=ours.header_id,
        references=[*ours.references, ours.header_id],
        subject=f"RE: {ours.subject}",
    )
    replied(house, theirs.conversation, "De rien")
    all_leave()

    told = smtp_peer.taken[1].parsed
    known = [f"<{theirs.key.hex}@client.example>", f"<{ours.header_id}>", f"<{later.key.hex}@client.example>"]
    assert str(told["References"]).split() == known
    assert str(told["Subject"]).count("[#") == 1


def test_a_letter_that_came_in_is_acknowledged_and_a_robot_is_not(house: House, smtp_peer: Peer) -> None:
    mailbox = sending_mailbox(house, port=smtp_peer.port)
    person = (
        b"From: David <david.morel@example.fr>\r\nMessage-ID: <un@x>\r\nSubject: Panne\r\n\r\nBonjour\r\n"
    )
    robot = person.replace(b"un@x", b"deux@x").replace(b"Subject", b"Auto-Submitted: auto-replied\r\nSubject")
    for uid, raw in enumerate((person, robot), start=1):
        take_mail(mailbox, [raw], door="imap", uid=uid, uid_validity=1)
    while read_email.tick():
        pass

    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        all_leave()

    told = [
        (taken.parsed["Auto-Submitted"], taken.recipients, taken.parsed["In-Reply-To"])
        for taken in smtp_peer.taken
    ]
    assert told == [("auto-replied", (DAVID,), "<un@x>")]
