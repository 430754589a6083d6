"""Doubts settled from outside: by the sent mail on a real Dovecot, by reports, by answers; and copies, put once."""

from __future__ import annotations

import email
import hashlib
from datetime import timedelta
from email import policy
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone
from tests.domain.letters import DAVID, delivery_of, replied, sending_mailbox, written
from tests.domain.posted import taken
from tests.domain.written import chat
from tests.live_site import free_port
from tests.mail_server import PASSWORD

from visavis.channels.email.sent import find_sent_folder
from visavis.domain.conversations.models import Bounce, Letter
from visavis.domain.conversations.operations import customer_read, give_pass_conversation, make_pass
from visavis.domain.deliveries.models import Delivery
from visavis.domain.flows.acknowledge import acknowledge
from visavis.domain.intake.models import Arrival
from visavis.domain.journal.models import Entry
from visavis.domain.people.operations import add_identity
from visavis.workers import read_email, send_email
from visavis.workers.receive_email import Fetcher
from visavis.workers.sent_mail import look_into_sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.domain.people_made import House
    from tests.mail_server import MailServer
    from tests.smtp_server import Peer

    from visavis.domain.conversations.models import Message
    from visavis.domain.intake.models import Mailbox

SENT = "Envois"
REPORT = """From: MAILER-DAEMON@mx.example
To: bonjour@netnet.example
Subject: {subject}
Message-ID: <report@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

{action}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; david.morel@example.fr
Action: {action}
Status: {status}
--b
Content-Type: text/rfc822-headers

Message-ID: <{header_id}>
--b--
"""


@pytest.fixture(autouse=True)
def _awake(smtp_peer: Peer, user: str) -> Iterator[None]:
    """No server rests from the test before; the outgoing one knows the same user."""
    send_email._resting.clear()
    smtp_peer.login = (user, PASSWORD)
    yield
    smtp_peer.login = ("", "")
    send_email._resting.clear()


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A mailbox of the server for this test alone."""
    return hashlib.sha256(request.node.name.encode()).hexdigest()[:12]


def all_leave() -> None:
    """Every due letter is tried once."""
    while send_email.tick():
        pass


def read_all() -> None:
    """Turn until nothing waits."""
    while read_email.tick():
        pass


def box(house: House, server: MailServer | None, peer: Peer, user: str, **given: object) -> Mailbox:
    """A mailbox that is fetched from Dovecot, and sends by the peer."""
    fetched = {
        "imap_host": "127.0.0.1" if server else "",
        "imap_port": server.port if server else 993,
        "imap_security": "none",
        "user": user,
        "secret": PASSWORD,
        "history_before": timezone.now() - timedelta(days=30),
    }
    return sending_mailbox(house, port=peer.port, **(fetched | given))


def doubtful(house: House, peer: Peer) -> tuple[Message, str]:
    """A reply of which nobody knows whether it left, and its Message-ID."""
    message = replied(house, written(house).conversation)
    peer.cuts = "taken"
    all_leave()
    peer.cuts = ""
    assert delivery_of(message).state == "uncertain"
    return message, Letter.objects.get(message=message).header_id


def how_it_was_settled(message: Message) -> tuple[str, str]:
    """The state of its delivery, and by what its doubt went."""
    delivery = delivery_of(message)
    return delivery.state, delivery.settled_how


def copies(server: MailServer, user: str) -> int:
    """How many letters stand among the sent mail."""
    return len(server.uids(user, SENT))


# --- The folder of sent mail ------------------------------------------------------------------------------------


def test_what_stands_among_the_sent_mail_has_left(
    house: House, mail_server: MailServer, smtp_peer: Peer, user: str
) -> None:
    mailbox = box(house, mail_server, smtp_peer, user)
    message, _header_id = doubtful(house, smtp_peer)
    mail_server.bring(user, b"Message-ID: <another@x>\r\n\r\nx", smtp_peer.taken[0].raw, folder=SENT)

    look_into_sent(mailbox)

    assert how_it_was_settled(message) == ("done", "sent_folder")
    verbs = list(
        Entry.objects.filter(verb__startswith="delivery.").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["delivery.uncertain", "delivery.settled"]
    all_leave()
    assert len(smtp_peer.taken) == 1


def test_thread_that_fetches_a_mailbox_looks_there_in_each_talk(
    house: House, mail_server: MailServer, smtp_peer: Peer, user: str
) -> None:
    mailbox = box(house, mail_server, smtp_peer, user)
    message, _header_id = doubtful(house, smtp_peer)
    mail_server.bring(user, smtp_peer.taken[0].raw, folder=SENT)
    fetcher = Fetcher(mailbox)
    fetcher.stop()  # one talk, and no waiting in it

    fetcher._talk()

    assert how_it_was_settled(message) == ("done", "sent_folder")


def test_what_does_not_stand_there_stays_in_doubt(
    house: House, mail_server: MailServer, smtp_peer: Peer, user: str
) -> None:
    mailbox = box(house, mail_server, smtp_peer, user)
    message, header_id = doubtful(house, smtp_peer)
    mail_server.bring(user, f"Message-ID: <a{header_id}>\r\n\r\nx".encode(), folder=SENT)

    look_into_sent(mailbox)

    assert how_it_was_settled(message) == ("uncertain", "")


def test_the_sent_mail_is_left_alone_where_it_is_not_to_be_asked(
    house: House, mail_server: MailServer, smtp_peer: Peer, user: str
) -> None:
    mailbox = box(house, mail_server, smtp_peer, user, looks_in_sent=False)
    message, _header_id = doubtful(house, smtp_peer)
    mail_server.bring(user, smtp_peer.taken[0].raw, folder=SENT)

    look_into_sent(mailbox)

    assert how_it_was_settled(message) == ("uncertain", "")


def test_no_server_is_asked_without_a_doubt(
    house: House, smtp_peer: Peer, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox = box(house, None, smtp_peer, user, imap_host="127.0.0.1", imap_port=free_port())

    look_into_sent(mailbox)
    without = len(caplog.records)
    message, _header_id = doubtful(house, smtp_peer)
    look_into_sent(mailbox)

    assert without == 0
    assert "its sent mail is not reached (port)" in caplog.text
    assert how_it_was_settled(message) == ("uncertain", "")


def test_folder_is_found_by_what_the_server_says_of_it_or_by_the_name_given(
    house: House, mail_server: MailServer, smtp_peer: Peer, user: str
) -> None:
    mailbox = box(house, mail_server, smtp_peer, user)
    by_the_server = find_sent_folder(mailbox)
    mailbox.sent_folder = "Nulle part"
    nowhere = find_sent_folder(mailbox)
    mailbox.sent_folder = "INBOX"

    assert (by_the_server, nowhere) == ((SENT, ""), ("", "sent_folder"))
    assert find_sent_folder(mailbox) == ("INBOX", "")


# --- Copies -----------------------------------------------------------------------------------------------------


def test_what_left_is_put_among_the_sent_mail_once(
    house: House, mail_server: MailServer, smtp_peer: Peer, user: str
) -> None:
    mailbox = box(house, mail_server, smtp_peer, user, keeps_sent=True)
    replied(house, written(house).conversation, "Rallumez-la, s’il vous plaît.")
    look_into_sent(mailbox)
    before = copies(mail_server, user)

    all_leave()
    look_into_sent(mailbox)
    look_into_sent(mailbox)

    [left] = smtp_peer.taken
    with mail_server.talk(user) as client:
        client.select(SENT, readonly=True)
        kept = client.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")[1][0]
    assert (before, copies(mail_server, user)) == (0, 1)
    assert isinstance(kept, tuple)
    assert b"\\Seen" in kept[0]
    assert kept[1].partition(b"\r\n\r\n")[2] == left.raw.partition(b"\r\n\r\n")[2]
    assert f"Message-ID: <{left.header_id}>".encode() in kept[1]


def test_lines_of_a_chat_are_copied_as_they_left(
    house: House, mail_server: MailServer, smtp_peer: Peer, user: str
) -> None:
    mailbox = box(house, mail_server, smtp_peer, user, keeps_sent=True)
    conversation = chat(house).conversation
    add_identity(conversation.customer, "email", DAVID, verified=False)
    for text in ("Je regarde.", "C’est réparé."):
        replied(house, conversation, text)
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        all_leave()
        replied(house, conversation, "Dit depuis.")

        look_into_sent(mailbox)

    [left] = smtp_peer.taken
    [kept] = mail_server.mails(user, SENT)
    said = left.parsed.get_body(("plain",))
    assert said is not None
    assert "C’est réparé." in said.get_content()
    assert kept.partition(b"\r\n\r\n")[2] == left.raw.partition(b"\r\n\r\n")[2]


def test_a_line_of_chat_that_is_read_after_a_try_that_failed_leaves_no_copy(
    house: House, mail_server: MailServer, smtp_peer: Peer, user: str
) -> None:
    mailbox = box(house, mail_server, smtp_peer, user, keeps_sent=True)
    held, _token = make_pass("chat", brand=house.netnet)
    conversation = chat(house, held=held).conversation
    give_pass_conversation(held, conversation)
    add_identity(conversation.customer, "email", DAVID, verified=False)
    replied(house, conversation, "Je regarde.")
    smtp_peer.answers = {"mail": "451 4.7.1 later"}
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        all_leave()
    wanted = Delivery.objects.get().copy

    customer_read(conversation)
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=True):
        all_leave()
    look_into_sent(mailbox)

    delivery = Delivery.objects.get()
    assert (wanted, delivery.state, delivery.copy, copies(mail_server, user)) == ("due", "done", "", 0)


def test_an_acknowledgement_is_copied_without_the_way_into_the_page_of_its_customer(
    house: House, mail_server: MailServer, smtp_peer: Peer, user: str
) -> None:
    mailbox = box(house, mail_server, smtp_peer, user, keeps_sent=True)
    message = acknowledge(written(house).conversation, at=timezone.now() - timedelta(minutes=1))
    assert message is not None
    all_leave()

    look_into_sent(mailbox)

    [left] = smtp_peer.taken
    [kept] = mail_server.mails(user, SENT)
    message.refresh_from_db()
    said = email.message_from_bytes(kept, policy=policy.default).get_body(("plain",))
    assert said is not None
    assert message.text.splitlines()[0] in said.get_content()
    assert (b"/demande/l/" in left.raw, b"/demande/l/" in kept) == (True, False)


def test_a_server_that_keeps_what_it_sends_gets_no_second_copy(
    house: House, mail_server: MailServer, smtp_peer: Peer, user: str
) -> None:
    mailbox = box(house, mail_server, smtp_peer, user, keeps_sent=True)
    replied(house, written(house).conversation)
    all_leave()
    mail_server.bring(user, smtp_peer.taken[0].raw, folder=SENT)

    look_into_sent(mailbox)

    assert (copies(mail_server, user), Delivery.objects.get().copy) == (1, "done")


def test_a_copy_of_which_we_forgot_that_it_was_put_is_not_put_again(
    house: House, mail_server: MailServer, smtp_peer: Peer, user: str
) -> None:
    """The worker died between the last word of the server and its own note."""
    mailbox = box(house, mail_server, smtp_peer, user, keeps_sent=True)
    replied(house, written(house).conversation)
    all_leave()
    look_into_sent(mailbox)
    Delivery.objects.update(copy="due")

    look_into_sent(mailbox)

    assert (copies(mail_server, user), Delivery.objects.get().copy) == (1, "done")


def test_nothing_is_put_there_unless_it_was_chosen(
    house: House, mail_server: MailServer, smtp_peer: Peer, user: str
) -> None:
    mailbox = box(house, mail_server, smtp_peer, user)
    replied(house, written(house).conversation)
    all_leave()

    look_into_sent(mailbox)

    assert (copies(mail_server, user), Delivery.objects.get().copy) == (0, "")


# --- Reports and answers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "status", "reason", "bounces"),
    [
        ("delivered", "2.0.0", "receipt", 0),
        ("relayed", "2.0.0", "receipt", 0),
        ("failed", "5.1.1", "bounce", 1),
    ],
)
def test_a_report_on_it_proves_that_it_left(  # noqa: PLR0917 -- what differs, then fixtures
    action: str, status: str, reason: str, bounces: int, house: House, smtp_peer: Peer, user: str
) -> None:
    mailbox = box(house, None, smtp_peer, user)
    message, header_id = doubtful(house, smtp_peer)
    raw = REPORT.format(subject=f"Report: {action}", action=action, status=status, header_id=header_id)

    taken(mailbox, raw.replace("\n", "\r\n").encode())
    read_all()

    assert how_it_was_settled(message) == ("done", "report")
    assert (Arrival.objects.get().reason, Bounce.objects.count()) == (reason, bounces)


@pytest.mark.parametrize("header", ["In-Reply-To", "References"])
def test_an_answer_to_it_proves_that_it_left(header: str, house: House, smtp_peer: Peer, user: str) -> None:
    mailbox = box(house, None, smtp_peer, user)
    message, header_id = doubtful(house, smtp_peer)
    raw = f"From: david.morel@example.fr\r\nMessage-ID: <a@b>\r\n{header}: <{header_id}>\r\nSubject: Re\r\n\r\nMerci"

    taken(mailbox, raw.encode())
    read_all()

    assert how_it_was_settled(message) == ("done", "answer")
    assert Arrival.objects.get().state == "accepted"


def test_an_answer_to_another_letter_settles_nothing(house: House, smtp_peer: Peer, user: str) -> None:
    mailbox = box(house, None, smtp_peer, user)
    message, header_id = doubtful(house, smtp_peer)
    raw = f"From: eve@example.fr\r\nMessage-ID: <a@b>\r\nIn-Reply-To: <a{header_id}>\r\nSubject: Re\r\n\r\nMerci"

    taken(mailbox, raw.encode())
    read_all()

    assert how_it_was_settled(message) == ("uncertain", "")


def test_a_letter_of_ours_that_comes_back_has_left(house: House, smtp_peer: Peer, user: str) -> None:
    mailbox = box(house, None, smtp_peer, user)
    message, _header_id = doubtful(house, smtp_peer)

    taken(mailbox, smtp_peer.taken[0].raw)
    read_all()

    assert how_it_was_settled(message) == ("done", "answer")
    assert Arrival.objects.get().reason == "loop"
