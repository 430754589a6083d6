"""Reading mail: each comes to one end, with its reason; what a person wrote is a message where it belongs."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.domain.posted import DAVID, comes, end, mail, mailbox_of, taken
from tests.domain.written import fresh

from visavis.domain.conversations import operations, threads
from visavis.domain.conversations.correspondence import (
    bounces_of,
    held_beside,
    letters_of,
    participants_of,
    unreachable_addresses,
)
from visavis.domain.conversations.models import Attachment, Conversation, Message
from visavis.domain.conversations.operations import LetterFields
from visavis.domain.errors import NotFound, Refused
from visavis.domain.files.models import StoredFile
from visavis.domain.flows.beside import join
from visavis.domain.flows.inbound_email import Part, Returned, Settled, give_up, read
from visavis.domain.flows.spam import bring_back, set_aside_as_spam
from visavis.domain.intake.models import Arrival
from visavis.domain.intake.operations import (
    accept_arrival,
    block_sender,
    mailbox_worked,
    settle_outage,
    try_again,
    try_all_again,
)
from visavis.domain.intake.queries import arrivals_of, other_brands_of
from visavis.domain.intake.sentences import reason_told
from visavis.domain.journal.models import Entry
from visavis.domain.people.access import rights_of
from visavis.domain.people.operations import add_identity
from visavis.domain.privacy.operations import erase_conversation

if TYPE_CHECKING:
    from tests.domain.people_made import House

    from visavis.domain.intake.models import Mailbox

MARIE = ("Marie Petit", "marie@example.org")


@pytest.fixture
def box(house: House) -> Mailbox:
    """The mailbox of Netnet."""
    return mailbox_of(house.netnet, house.ada)


def replied(house: House, settled: Settled, header_id: str = "<ours@netnet.example>") -> Message:
    """Alice answered, and her letter left."""
    assert settled.conversation is not None
    message = answer_of(house, settled.conversation)
    operations.write_letter(message, LetterFields(header_id=threads.kept_id(header_id)))
    return message


def answer_of(house: House, conversation: Conversation) -> Message:
    """Words of Alice that left."""
    written = operations.write_reply(fresh(conversation), by=house.alice, key=uuid.uuid4(), text="Je regarde")
    return operations.let_reply_leave(written)


def again(settled: Settled, letter: object = None) -> Settled | None:
    """The worker reads it once more."""
    row = Arrival.objects.get(pk=settled.arrival.pk)
    return read(row, letter or mail(), now=timezone.now())  # type: ignore[arg-type] # a mail, or the usual one


# --- Let in -------------------------------------------------------------------------------------------------


def test_letter_opens_a_conversation_that_waits_since_it_came(house: House, box: Mailbox) -> None:
    at = timezone.now() - timedelta(hours=2)

    settled = comes(box, mail(html="<p>Ma box</p>", to=[("", box.address)]), at=at)

    assert settled.message is not None
    conversation = fresh(settled.message.conversation)
    assert end(settled) == ("accepted", "")
    assert (conversation.subject, conversation.channel, conversation.waiting_since) == ("Panne", "email", at)
    assert (conversation.customer.name, conversation.customer.identities.get().value) == DAVID
    assert letters_of([settled.message])[settled.message.pk].html == "<p>Ma box</p>"
    assert (settled.is_new, settled.wants_acknowledgement) == (True, True)


def test_read_twice_it_is_settled_once(box: Mailbox) -> None:
    settled = comes(box, mail())

    assert again(settled) is None
    assert Message.objects.count() == 1


def test_files_of_a_letter_are_kept_with_what_they_are(box: Mailbox) -> None:
    parts = [
        Part(name="a/b.png", chunks=lambda: [b"\x89PNG", b"..."], content_id="logo", is_inline=True),
        Part(name="", chunks=list),
    ]

    settled = comes(box, mail(parts=parts))

    rows = Attachment.objects.filter(message=settled.message).order_by("pk")
    assert [(row.name, row.content_id, row.is_inline, row.file.size) for row in rows] == [
        ("a_b.png", "logo", True, 7),
        ("fichier", "", False, 0),
    ]


def test_facts_of_mail_hold_neither_names_nor_addresses_nor_subjects(house: House, box: Mailbox) -> None:
    comes(box, mail("Mot secret", subject="Sujet secret", cc=[MARIE]))
    comes(box, mail(kind="auto_reply", subject="Absent secret"))

    told = " ".join(str(row.facts) for row in Entry.objects.all()).lower()

    assert not [word for word in ("secret", "david", "marie", "example", "@") if word in told]


# --- Who wrote ----------------------------------------------------------------------------------------------


def test_address_that_nobody_vouches_for_opens_nobodys_history(house: House, box: Mailbox) -> None:
    add_identity(house.david, "email", DAVID[1], verified=True)

    forged = comes(box, mail("Un", dmarc="unverified"))
    vouched = comes(box, mail("Deux"))

    assert forged.conversation is not None
    assert vouched.conversation is not None
    assert forged.conversation.customer_id != house.david.pk
    assert vouched.conversation.customer_id == house.david.pk
    assert forged.conversation.customer.identities.get().verified_at is None


def test_who_wrote_before_with_proof_is_known_again(box: Mailbox) -> None:
    first, second, unproved = (
        comes(box, mail(text, subject=text, dmarc=dmarc))
        for text, dmarc in (("Un", "pass"), ("Deux", "pass"), ("Trois", "none"))
    )

    customers = [row.conversation.customer_id for row in (first, second, unproved) if row.conversation]

    assert customers[0] == customers[1] != customers[2]


# --- Threads ------------------------------------------------------------------------------------------------


def test_token_then_references_then_subject_lead_to_the_conversation(house: House, box: Mailbox) -> None:
    first = comes(box, mail())
    assert first.conversation is not None
    replied(house, first)
    number = first.conversation.pk

    by_token = mail("Un", to=[("", threads.reply_address(box.address, number))])
    by_reference = mail("Deux", answers=["<unknown@x>", "<ours@netnet.example>"])
    by_subject = mail("Trois", subject=f"RE: {threads.subject_token(number).upper()} Panne")

    for letter in (by_token, by_reference, by_subject):
        settled = comes(box, letter)
        assert (settled.conversation, settled.is_new) == (first.conversation, False)


def test_forged_token_leads_nowhere(box: Mailbox) -> None:
    first = comes(box, mail())
    assert first.conversation is not None
    right = threads.reply_address(box.address, first.conversation.pk)
    wrong = right.replace(right.rpartition("-")[2].partition("@")[0], "0" * 12)

    settled = comes(box, mail("Deux", to=[("", wrong)]))

    assert settled.conversation != first.conversation
    assert held_beside(first.conversation) == []


def test_same_message_id_in_another_brand_is_not_known(house: House, box: Mailbox) -> None:
    other = mailbox_of(house.locacar, house.ada, "bonjour@locacar.example")
    first = comes(box, mail())
    replied(house, first)

    settled = comes(other, mail("Deux", answers=["<ours@netnet.example>"]))

    assert settled.is_new
    assert settled.conversation is not None
    assert settled.conversation.beside is None


def test_stranger_is_held_beside_until_an_adviser_takes_them_in(house: House, box: Mailbox) -> None:
    first = comes(box, mail())
    assert first.conversation is not None
    replied(house, first)

    stranger = comes(box, mail("Moi aussi", sender=MARIE, answers=["<ours@netnet.example>"]))
    assert stranger.conversation is not None
    assert (stranger.is_new, stranger.wants_acknowledgement) == (True, False)
    assert held_beside(first.conversation) == [stranger.conversation]
    assert stranger.conversation.customer_id != first.conversation.customer_id
    operations.make_link(stranger.conversation, by=house.alice)

    kept = join(stranger.conversation, by=house.alice, at=timezone.now())
    later = comes(box, mail("Encore", sender=MARIE, answers=["<ours@netnet.example>"]))

    assert (kept, later.conversation) == (first.conversation, first.conversation)
    assert [row.text for row in kept.messages.filter(direction="in").order_by("pk")] == [
        "Ma box affiche T12",
        "Moi aussi",
        "Encore",
    ]
    assert not stranger.conversation.passes.filter(revoked_at=None).exists()
    undone = operations.undo_merge(fresh(stranger.conversation), by=house.alice)
    assert [row.text for row in undone.messages.all()] == ["Moi aussi"]


def test_stranger_may_have_a_request_of_their_own(house: House, box: Mailbox) -> None:
    first = comes(box, mail())
    replied(house, first)
    stranger = comes(box, mail("Autre chose", sender=MARIE, answers=["<ours@netnet.example>"]))
    assert stranger.conversation is not None

    operations.stand_alone(stranger.conversation, by=house.alice, at=timezone.now())

    assert fresh(stranger.conversation).beside is None
    with pytest.raises(Refused, match="not_beside"):
        join(fresh(stranger.conversation), by=house.alice, at=timezone.now())


def test_sender_disowned_by_their_domain_is_held_beside(house: House, box: Mailbox) -> None:
    first = comes(box, mail())
    assert first.conversation is not None
    replied(house, first)

    forged = comes(box, mail("Remboursez-moi", dmarc="fail", answers=["<ours@netnet.example>"]))

    assert held_beside(first.conversation) == [forged.conversation]


def test_people_in_copy_take_part_when_the_adviser_agrees(house: House, box: Mailbox) -> None:
    first = comes(box, mail(to=[("", box.address), MARIE], cc=[("Bob", "bob@example.net"), ("", "nobody")]))
    assert first.conversation is not None
    proposed = participants_of(first.conversation)
    assert [row.address for row in proposed] == ["marie@example.org", "bob@example.net"]

    operations.agree_participant(proposed[0], by=house.alice, at=timezone.now())
    operations.decline_participant(proposed[1], by=house.alice, at=timezone.now())
    replied(house, first)
    marie = comes(box, mail("Oui", sender=MARIE, answers=["<ours@netnet.example>"]))
    bob = comes(box, mail("Non", sender=("Bob", "bob@example.net"), answers=["<ours@netnet.example>"]))

    assert marie.conversation == first.conversation
    assert bob.conversation != first.conversation
    assert [row.address for row in participants_of(first.conversation)] == ["marie@example.org"]


def test_reply_to_a_merged_conversation_arrives_where_it_goes_on(house: House, box: Mailbox) -> None:
    first, second = comes(box, mail("Un", subject="Un")), comes(box, mail("Deux", subject="Deux"))
    assert first.conversation is not None
    assert second.conversation is not None
    replied(house, second)
    operations.merge_conversations(first.conversation, second.conversation, by=house.alice)

    for letter in (
        mail("Trois", answers=["<ours@netnet.example>"]),
        mail("Quatre", to=[("", threads.reply_address(box.address, second.conversation.pk))]),
    ):
        assert comes(box, letter).conversation == first.conversation


def test_reply_to_a_message_that_was_split_off_arrives_beside_it(house: House, box: Mailbox) -> None:
    first = comes(box, mail())
    assert first.conversation is not None
    reply = replied(house, first)
    apart = operations.split_conversation(
        first.conversation, by=house.alice, messages=[reply], subject="À part"
    )

    settled = comes(
        box,
        mail(
            "Deux",
            answers=["<ours@netnet.example>"],
            to=[("", threads.reply_address(box.address, first.conversation.pk))],
        ),
    )

    assert settled.conversation == apart


def test_reply_to_a_closed_conversation_opens_it_again(house: House, box: Mailbox) -> None:
    first = comes(box, mail())
    assert first.conversation is not None
    replied(house, first)
    operations.resolve_conversation(first.conversation, by=house.alice)

    settled = comes(box, mail("Toujours en panne", answers=["<ours@netnet.example>"]))

    assert settled.conversation == first.conversation
    assert fresh(first.conversation).state == "reopened"


def test_order_is_kept_in_a_conversation_whatever_the_clocks_say(house: House, box: Mailbox) -> None:
    first = comes(box, mail(header_id="<a@x>"))
    assert first.conversation is not None
    past = timezone.now() - timedelta(days=1)

    comes(box, mail("Deux", answers=["<a@x>"]), at=past)
    comes(box, mail("Trois", answers=["<a@x>"]), at=past - timedelta(days=1))

    rows = first.conversation.messages.order_by("written_at", "pk")
    assert [row.text for row in rows] == ["Ma box affiche T12", "Deux", "Trois"]


# --- The same mail twice ------------------------------------------------------------------------------------


def test_same_mail_in_two_mailboxes_of_a_brand_is_one_conversation(house: House, box: Mailbox) -> None:
    second_box = mailbox_of(house.netnet, house.ada, "aide@netnet.example")

    first, second = comes(box, mail()), comes(second_box, mail())

    assert (end(first), end(second)) == (("accepted", ""), ("set_aside", "duplicate"))
    assert Arrival.objects.get(pk=second.arrival.pk).twin_id == first.arrival.pk
    assert second.message == first.message
    assert Conversation.objects.count() == 1


def test_same_mail_in_two_brands_is_one_conversation_each_for_who_sees_both(
    house: House, box: Mailbox
) -> None:
    other = mailbox_of(house.locacar, house.ada, "bonjour@locacar.example")

    first, second = comes(box, mail()), comes(other, mail())

    assert (end(first), end(second)) == (("accepted", ""), ("accepted", ""))
    row = Arrival.objects.select_related("mailbox").get(pk=first.arrival.pk)
    assert [found.pk for found in other_brands_of(rights_of(house.oscar.pk), row)] == [second.arrival.pk]
    assert other_brands_of(rights_of(house.chloe.pk), row) == []


def test_duplicate_that_someone_lets_in_is_a_message_of_its_own(house: House, box: Mailbox) -> None:
    first, second = comes(box, mail()), comes(box, mail())

    accept_arrival(second.arrival, by=house.chloe, at=timezone.now())
    again(second)

    assert end(second) == ("accepted", "")
    assert Message.objects.filter(direction="in").count() == 2
    assert end(first) == ("accepted", "")


def test_mail_whose_history_was_erased_is_not_kept_again_when_its_server_still_holds_it(box: Mailbox) -> None:
    first = comes(box, mail(), uid=1, uid_validity=1)
    assert first.conversation is not None
    erase_conversation(first.conversation, at=timezone.now())

    second = comes(box, mail(), uid=1, uid_validity=2)

    assert (end(first), end(second)) == (("accepted", ""), ("set_aside", "duplicate"))
    assert {(row.raw, row.sender, row.subject) for row in Arrival.objects.all()} == {(None, "", "")}
    assert StoredFile.objects.count() == 0
    assert "effacé" in reason_told(Arrival.objects.get(pk=second.arrival.pk))


def test_answer_to_an_erased_history_is_a_new_request(house: House, box: Mailbox) -> None:
    first = comes(box, mail())
    assert first.conversation is not None
    replied(house, first)
    erase_conversation(first.conversation, at=timezone.now())

    settled = comes(box, mail("Deux", to=[("", threads.reply_address(box.address, first.conversation.pk))]))

    assert settled.conversation != first.conversation
    assert settled.conversation is not None
    assert settled.conversation.beside is None


# --- Kept out -----------------------------------------------------------------------------------------------


def test_history_opens_nothing_and_is_found_in_the_ledger(house: House, box: Mailbox) -> None:
    settled = comes(box, mail(), at=timezone.now() - timedelta(days=400))

    assert end(settled) == ("set_aside", "history")
    assert (Conversation.objects.count(), settled.wants_acknowledgement) == (0, False)
    [row] = arrivals_of(rights_of(house.chloe.pk), words="morel").rows
    assert (row.subject, row.sender) == ("Panne", "David Morel <david@example.fr>")
    assert "historique" in reason_told(row)


def test_history_let_in_by_hand_waits_from_then_on_and_is_not_acknowledged(
    house: House, box: Mailbox
) -> None:
    settled = comes(box, mail(), at=timezone.now() - timedelta(days=400))
    now = timezone.now()

    accept_arrival(settled.arrival, by=house.chloe, at=now)
    done = again(settled)

    assert done is not None
    assert done.conversation is not None
    assert (fresh(done.conversation).waiting_since, done.wants_acknowledgement) == (now, False)


def test_outage_of_over_a_day_waits_for_the_word_of_a_leader(house: House, box: Mailbox) -> None:
    now = timezone.now()
    mailbox_worked(box, at=now - timedelta(days=3))
    mailbox_worked(box, at=now - timedelta(hours=1))
    during, after = now - timedelta(days=2), now - timedelta(minutes=30)

    kept_out, live = comes(box, mail("Un"), at=during), comes(box, mail("Deux"), at=after)
    assert (end(kept_out), end(live)) == (("set_aside", "outage"), ("accepted", ""))
    box.refresh_from_db()
    settle_outage(box, by=house.chloe, at=now, read=True)
    again(kept_out, mail("Un"))

    assert end(kept_out) == ("accepted", "")


def test_outage_kept_as_history_also_keeps_what_is_not_fetched_yet(house: House, box: Mailbox) -> None:
    now = timezone.now()
    mailbox_worked(box, at=now - timedelta(days=3))
    mailbox_worked(box, at=now - timedelta(hours=1))
    first = comes(box, mail("Un"), at=now - timedelta(days=2))

    settle_outage(box, by=house.chloe, at=now, read=False)
    box.refresh_from_db()
    second = comes(box, mail("Deux"), at=now - timedelta(days=2))
    third = comes(box, mail("Trois"))

    assert [end(row)[1] for row in (first, second, third)] == ["history", "history", ""]
    with pytest.raises(Refused, match="no_outage"):
        settle_outage(box, by=house.chloe, at=now, read=True)


@pytest.mark.parametrize(
    ("hours", "unheard_hours", "is_outage"),
    [
        (20, None, False),  # a short silence
        (48, None, True),  # stopped for two days: this process hears the server for the first time
        (48, 0.03, False),  # fetched all the time, and the clock of the day leapt
        (48, 48, True),  # the server, or the machine, was away as long as the clock says
        (0.03, 48, False),  # another process fetched meanwhile
    ],
)
def test_outage_is_what_every_clock_calls_one(
    box: Mailbox, hours: float, unheard_hours: float | None, *, is_outage: bool
) -> None:
    now = timezone.now()
    unheard = None if unheard_hours is None else unheard_hours * 3600
    mailbox_worked(box, at=now - timedelta(hours=hours))
    mailbox_worked(box, at=now, unheard_seconds=unheard)

    settled = comes(box, mail(), at=now - timedelta(hours=hours / 2))

    assert end(settled) == (("set_aside", "outage") if is_outage else ("accepted", ""))


def test_outage_told_by_a_clock_that_was_ahead_ends_when_it_is_set_right(box: Mailbox) -> None:
    now = timezone.now()
    mailbox_worked(box, at=now)
    mailbox_worked(box, at=now + timedelta(days=30))  # begun with a wrong clock
    mailbox_worked(box, at=now + timedelta(hours=1))

    box.refresh_from_db()

    assert (box.outage_from, box.outage_until) == (now, now + timedelta(hours=1))


def test_auto_reply_is_shown_in_its_conversation_and_nobody_waits_for_it(house: House, box: Mailbox) -> None:
    first = comes(box, mail())
    assert first.conversation is not None
    replied(house, first)

    settled = comes(
        box,
        mail("Je suis absent", kind="auto_reply", answers=["<ours@netnet.example>"]),
    )

    assert end(settled) == ("set_aside", "auto_reply")
    assert settled.message is not None
    assert settled.message.conversation == first.conversation
    assert letters_of([settled.message])[settled.message.pk].is_automatic
    conversation = fresh(first.conversation)
    assert (conversation.state, conversation.waiting_since) == ("their_turn", None)


def test_auto_reply_opens_nothing(house: House, box: Mailbox) -> None:
    first = comes(box, mail())
    replied(house, first)

    unknown = comes(box, mail("Absent", kind="auto_reply"))
    of_a_stranger = comes(
        box, mail("Absente", sender=MARIE, kind="auto_reply", answers=["<ours@netnet.example>"])
    )

    assert (end(unknown), end(of_a_stranger)) == (("set_aside", "auto_reply"),) * 2
    assert (unknown.message, of_a_stranger.message, Conversation.objects.count()) == (None, None, 1)


def test_auto_reply_that_was_a_persons_counts_when_someone_says_so(house: House, box: Mailbox) -> None:
    first = comes(box, mail())
    assert first.conversation is not None
    replied(house, first)
    letter = mail("Absent mais présent", kind="auto_reply", answers=["<ours@netnet.example>"])
    settled = comes(box, letter)

    accept_arrival(settled.arrival, by=house.chloe, at=timezone.now())
    again(settled, letter)

    assert end(settled) == ("accepted", "")
    assert Message.objects.filter(direction="in").count() == 2
    assert fresh(first.conversation).state == "open"


def test_automatic_letter_opens_and_is_not_acknowledged(box: Mailbox) -> None:
    settled = comes(box, mail(kind="automatic"))

    assert end(settled) == ("accepted", "")
    assert not settled.wants_acknowledgement


@pytest.mark.parametrize(
    ("is_permanent", "status", "why", "state"),
    [(True, "5.1.1", "no_such_address", "open"), (False, "4.2.2", "full", "their_turn")],
)
def test_bounce_stands_at_the_message_that_failed(
    house: House, box: Mailbox, *, is_permanent: bool, status: str, why: str, state: str
) -> None:
    first = comes(box, mail())
    assert first.conversation is not None
    message = replied(house, first)
    line = Returned(address="David@example.fr", is_permanent=is_permanent, status=status, diagnostic="no")

    settled = comes(
        box,
        mail(
            "Undelivered",
            sender=("", "mailer-daemon@netnet.example"),
            kind="bounce",
            returned=[line],
            returned_id="<ours@netnet.example>",
        ),
    )

    assert end(settled) == ("set_aside", "bounce")
    [bounce] = bounces_of([message])[message.pk]
    assert (bounce.address, bounce.is_permanent, bounce.why) == (DAVID[1], is_permanent, why)
    assert fresh(first.conversation).state == state
    found = unreachable_addresses(first.conversation.customer_id)
    assert list(found) == ([DAVID[1]] if is_permanent else [])
    assert Conversation.objects.count() == 1


def test_bounce_of_nothing_we_know_is_set_aside(box: Mailbox) -> None:
    settled = comes(box, mail("Undelivered", kind="bounce", returned_id="<not-ours@x>"))

    assert (end(settled), settled.message) == (("set_aside", "bounce"), None)


def test_who_writes_again_can_be_reached_again(house: House, box: Mailbox) -> None:
    first = comes(box, mail())
    assert first.conversation is not None
    line = Returned(address=DAVID[1], is_permanent=True, status="5.2.2")
    replied(house, first)
    comes(box, mail("x", kind="bounce", returned=[line], returned_id="<ours@netnet.example>"))

    comes(box, mail("Me revoilà", answers=["<ours@netnet.example>"]))

    assert unreachable_addresses(first.conversation.customer_id) == {}


def test_what_bears_our_own_mark_is_a_loop(box: Mailbox) -> None:
    assert end(comes(box, mail("Un", bears_our_mark=True))) == ("set_aside", "loop")
    assert end(comes(box, mail("Deux", kind="loop"))) == ("set_aside", "loop")
    assert end(comes(box, mail("Trois", kind="receipt"))) == ("set_aside", "receipt")


def test_robots_that_answer_each_other_are_cut_with_their_exchanges_as_proof(
    house: House, box: Mailbox
) -> None:
    robot = ("", "robot@example.com")
    settled = None
    for number in range(12):
        settled = comes(box, mail(f"Ticket {number}", subject=f"Ticket {number}", sender=robot))
        if settled.conversation is None:
            break
        acknowledged(settled.conversation)

    assert settled is not None
    assert end(settled) == ("set_aside", "loop")
    proof = Arrival.objects.get(pk=settled.arrival.pk).proof
    assert [line[0] for line in proof] == ["out", "in"] * (len(proof) // 2)
    assert 8 <= len(proof) <= 10


def acknowledged(conversation: Conversation) -> None:
    """What we answer by ourselves: written by nobody."""
    now = timezone.now()
    Message.objects.create(
        conversation=conversation,
        direction="out",
        channel="email",
        key=uuid.uuid4(),
        text="Bien reçu",
        written_at=now,
        left_at=now,
    )


def test_person_who_writes_a_lot_is_no_loop(house: House, box: Mailbox) -> None:
    for number in range(12):
        settled = comes(box, mail(f"Message {number}", subject=f"Sujet {number}"))
        assert settled.conversation is not None
        answer_of(house, settled.conversation)

    assert Arrival.objects.filter(state="accepted").count() == 12


def test_blocked_sender_is_set_aside(house: House, box: Mailbox) -> None:
    first = comes(box, mail())
    assert first.conversation is not None
    block_sender(house.netnet.pk, source=first.conversation.sender, by=house.alice, at=timezone.now())

    assert end(comes(box, mail("Deux"))) == ("set_aside", "blocked")
    assert end(comes(box, mail("Trois", sender=MARIE))) == ("accepted", "")


def test_marked_spam_is_believed_only_where_the_brand_says_so(house: House, box: Mailbox) -> None:
    believing = mailbox_of(house.netnet, house.ada, "aide@netnet.example", believes_spam_marks=True)

    assert end(comes(box, mail("Un", is_marked_spam=True))) == ("accepted", "")
    spam = comes(believing, mail("Deux", is_marked_spam=True))
    assert end(spam) == ("set_aside", "spam")
    accept_arrival(spam.arrival, by=house.chloe, at=timezone.now())
    again(spam, mail("Deux", is_marked_spam=True))
    assert end(spam) == ("accepted", "")


def test_spam_is_set_aside_by_hand_and_brought_back(house: House, box: Mailbox) -> None:
    settled = comes(box, mail())
    assert settled.conversation is not None
    now = timezone.now()

    count = set_aside_as_spam(settled.conversation, by=house.alice, at=now, block=True)
    assert (count, end(settled), fresh(settled.conversation).state) == (1, ("set_aside", "spam"), "resolved")
    assert end(comes(box, mail("Encore"))) == ("set_aside", "blocked")
    bring_back(fresh(settled.conversation), by=house.alice, at=now)

    assert (end(settled), fresh(settled.conversation).state) == (("accepted", ""), "reopened")


def test_what_cannot_be_read_is_in_quarantine_and_tried_again(house: House, box: Mailbox) -> None:
    arrival, other = taken(box), taken(box, b"other")
    for row in (arrival, other):
        give_up(row, "too_deep", now=timezone.now())

    try_again(arrival, by=house.chloe, at=timezone.now())
    settled = read(arrival, mail(), now=timezone.now())
    count = try_all_again(rights_of(house.chloe.pk), by=house.chloe, at=timezone.now())

    assert settled is not None
    assert end(settled) == ("accepted", "")
    assert (count, Arrival.objects.get(pk=other.pk).state) == (1, "taken")
    with pytest.raises(Refused, match="not_kept_out"):
        try_again(arrival, by=house.chloe, at=timezone.now())
    with pytest.raises(NotFound):
        try_all_again(rights_of(house.alice.pk), by=house.alice, at=timezone.now())


def test_what_stays_unreadable_is_let_in_with_its_original(house: House, box: Mailbox) -> None:
    arrival = taken(box, b"garbage")
    give_up(arrival, "not_a_mail", now=timezone.now())

    accept_arrival(arrival, by=house.chloe, at=timezone.now())
    settled = give_up(arrival, "not_a_mail", now=timezone.now())

    assert settled is not None
    assert end(settled) == ("accepted", "")
    file = Attachment.objects.get(message=settled.message).file
    assert file.pk == arrival.raw_id


def test_ledger_is_for_who_leads(house: House, box: Mailbox) -> None:
    comes(box, mail())

    assert len(arrivals_of(rights_of(house.chloe.pk)).rows) == 1
    for nobody in (house.alice, house.paul):
        with pytest.raises(NotFound):
            arrivals_of(rights_of(nobody.pk))
    assert arrivals_of(rights_of(house.oscar.pk), state="quarantined").rows == []


def test_pages_of_the_ledger_follow_each_other(house: House, box: Mailbox) -> None:
    for number in range(5):
        comes(box, mail(f"{number}", subject=f"{number}"))
    leader = rights_of(house.chloe.pk)

    first = arrivals_of(leader, limit=3)
    second = arrivals_of(leader, limit=3, after=first.after or "")

    assert [row.subject for row in (*first.rows, *second.rows)] == ["4", "3", "2", "1", "0"]
    assert second.after is None
