"""The reader of mail: every mail comes to an end in its order, whatever is in it and whoever dies at it."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from tests.domain.posted import mailbox_of, taken

from visavis.domain.conversations.models import Attachment, Conversation, Letter, Message
from visavis.domain.conversations.threads import mark, reply_address
from visavis.domain.flows.inbound_email import read
from visavis.domain.intake.models import Arrival
from visavis.domain.intake.operations import accept_arrival, claim_to_read, give_back_reading, let_go
from visavis.workers import read_email

if TYPE_CHECKING:
    from tests.domain.people_made import House

    from visavis.domain.intake.models import Mailbox


@pytest.fixture
def house(new_house: House) -> House:
    """A house for each test, some of which commit."""
    return new_house


@pytest.fixture
def box(house: House) -> Mailbox:
    """The mailbox of Netnet."""
    return mailbox_of(house.netnet, house.ada, authserv_id="mx.netnet.example")


def raw(text: str = "Ma box affiche T12", *, header_id: str = "", to: str = "", **headers: str) -> bytes:
    """A mail as it travels."""
    letter = EmailMessage()
    letter["From"] = "David Morel <david@example.fr>"
    letter["To"] = to or "bonjour@netnet.example"
    letter["Subject"] = "Panne"
    letter["Date"] = "Mon, 16 Nov 2026 10:00:00 +0100"
    if header_id:
        letter["Message-ID"] = header_id
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    return letter.as_bytes()


def read_all() -> None:
    """Turn until nothing waits."""
    while read_email.tick():
        pass


def ends() -> list[tuple[str, str]]:
    """State and reason of each mail, in the order in which they came."""
    return list(Arrival.objects.order_by("pk").values_list("state", "reason"))


def test_bytes_become_a_letter_of_a_conversation(box: Mailbox) -> None:
    letter = EmailMessage()
    letter["From"] = "Élodie <elodie@example.fr>"
    letter["To"] = box.address
    letter["Subject"] = "Ma facture d’août"
    letter["Message-ID"] = "<un@example.fr>"
    letter.set_content("Bonjour,\n\nElle est fausse.\n\nLe 3 nov. 2026, Netnet a écrit :\n> Voici\n")
    letter.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="août.pdf")
    trace = b"Authentication-Results: mx.netnet.example; dmarc=pass header.from=example.fr\r\n"
    taken(box, trace + letter.as_bytes())

    read_all()

    row = Letter.objects.select_related("message__conversation__customer").get()
    assert ends() == [("accepted", "")]
    assert (row.from_name, row.from_address, row.dmarc) == ("Élodie", "elodie@example.fr", "pass")
    assert row.message.conversation.subject == "Ma facture d’août"
    assert row.message.text.startswith("Bonjour,")
    assert "Voici" not in row.message.text
    assert "".join(text for _kind, text in row.pieces).count("Voici") == 1
    assert [file.name for file in Attachment.objects.filter(message=row.message)] == ["août.pdf"]


def test_answer_to_the_token_joins_its_conversation(box: Mailbox) -> None:
    taken(box, raw(header_id="<un@example.fr>"))
    read_all()
    number = Conversation.objects.get().pk

    taken(box, raw("Encore", header_id="<deux@example.fr>", to=reply_address(box.address, number)))
    taken(box, raw("Enfin", header_id="<trois@example.fr>", In_Reply_To="<deux@example.fr>"))
    read_all()

    assert Conversation.objects.count() == 1
    assert [row.text.strip() for row in Message.objects.order_by("pk")] == [
        "Ma box affiche T12",
        "Encore",
        "Enfin",
    ]


def test_what_left_from_here_and_comes_back_is_a_loop(box: Mailbox) -> None:
    taken(box, raw(header_id="<un@example.fr>", X_Visavis_Mark=f"{mark()} 12"))

    read_all()

    assert ends() == [("set_aside", "loop")]


def test_mail_that_is_none_blocks_nothing(box: Mailbox) -> None:
    taken(box, b"")
    taken(box, b"\x00\xff" * 500)
    taken(box, raw(header_id="<un@example.fr>"))

    read_all()

    states = [state for state, _reason in ends()]
    assert (states[0], states[2]) == ("quarantined", "accepted")
    assert "taken" not in states


def test_fault_of_ours_puts_the_mail_in_quarantine_and_goes_on(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    taken(box, raw("Un", header_id="<un@x>"))
    taken(box, raw("Deux", header_id="<deux@x>"))

    def fails_once(arrival: Arrival, *rest: object, **more: object) -> object:
        if arrival.pk == Arrival.objects.order_by("pk").values_list("pk", flat=True)[0]:
            raise ValueError("the words of David")
        return read(arrival, *rest, **more)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(read_email, "read", fails_once)
    read_all()

    assert ends() == [("quarantined", "unforeseen"), ("accepted", "")]
    assert "David" not in caplog.text


def test_failing_database_is_no_fault_of_the_mail(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        taken(box, raw(f"{number}", header_id=f"<{number}@x>"))

    def is_away(*_rest: object, **_more: object) -> object:
        raise OperationalError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(read_email, "read", is_away)
        for _time in range(10):
            with pytest.raises(OperationalError):
                read_email.tick()
    assert set(Arrival.objects.values_list("tries", "state")) == {(0, "taken")}
    read_all()

    assert ends() == [("accepted", "")] * 3


def test_database_that_stays_away_keeps_no_mail_claimed(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(box, raw(header_id="<un@x>"))

    def is_away(*_rest: object, **_more: object) -> object:
        raise OperationalError("the database is away")

    with monkeypatch.context() as patched:
        for name in ("read", "let_go"):
            patched.setattr(read_email, name, is_away)
        with pytest.raises(OperationalError):
            read_email.tick()
    read_all()

    assert ends() == [("accepted", "")]


def test_mail_that_ends_its_reader_is_put_away_after_some_tries(box: Mailbox) -> None:
    killer, other = taken(box, raw("Un", header_id="<un@x>")), taken(box, raw("Deux", header_id="<deux@x>"))
    for _time in range(5):
        assert killer in claim_to_read(timezone.now())  # and its reader dies
        give_back_reading()

    read_all()

    killer.refresh_from_db()
    other.refresh_from_db()
    assert (killer.state, killer.reason) == ("quarantined", "ended_reader")
    assert other.state == "accepted"


def test_mails_of_one_mailbox_are_claimed_in_order_by_one_reader(house: House, box: Mailbox) -> None:
    other = mailbox_of(house.locacar, house.ada, "bonjour@locacar.example")
    first, second, elsewhere = taken(box, b"1"), taken(box, b"2"), taken(other, b"3")
    now = timezone.now()

    claims = [claim_to_read(now + timedelta(milliseconds=n)) for n in range(3)]

    assert claims == [[first, second], [elsewhere], []]
    lapsed = now + timedelta(minutes=3)
    assert claim_to_read(lapsed) == [first]
    assert claim_to_read(lapsed + timedelta(milliseconds=1)) == [elsewhere]


def test_mailboxes_take_turns_so_that_a_backlog_keeps_no_other_waiting(house: House, box: Mailbox) -> None:
    other = mailbox_of(house.locacar, house.ada, "bonjour@locacar.example")
    backlog = [taken(box, b"%d" % number) for number in range(4)]
    fresh = taken(other, b"fresh")
    now = timezone.now()

    first = claim_to_read(now, most=2)
    second = claim_to_read(now + timedelta(milliseconds=1), most=2, after=first[0].mailbox_id)
    done = Arrival.objects.filter(pk__in=[row.pk for row in first])
    done.update(state="set_aside", reason="history", settled_at=now)
    third = claim_to_read(now + timedelta(milliseconds=2), most=2, after=second[0].mailbox_id)

    assert (first, second, third) == (backlog[:2], [fresh], backlog[2:])


def test_what_is_let_go_is_claimed_again_and_its_try_is_not_counted(box: Mailbox) -> None:
    row = taken(box)
    claimed = claim_to_read(timezone.now())

    let_go(claimed)

    row.refresh_from_db()
    assert (row.tries, row.tried_at) == (0, None)


@pytest.mark.parametrize("header_id", ["", "<un@x>"])
def test_same_mail_by_two_ways_is_known_again(box: Mailbox, header_id: str) -> None:
    body = raw(header_id=header_id)
    taken(box, b"Received: from a by b; Mon, 16 Nov 2026 10:00:01 +0100\r\n" + body)
    taken(box, b"Received: from c by d; Mon, 16 Nov 2026 10:00:09 +0100\r\n" + body)

    read_all()

    assert ends() == [("accepted", ""), ("set_aside", "duplicate")]


def test_scans_in_the_same_words_are_not_the_same_mail(box: Mailbox) -> None:
    for content in (b"page one", b"page two"):
        letter = EmailMessage()
        letter["From"] = "scanner@example.fr"
        letter["Date"] = "Mon, 16 Nov 2026 10:00:00 +0100"
        letter["Subject"] = "Scan"
        letter.set_content("")
        letter.add_attachment(content, maintype="image", subtype="png", filename="scan.png")
        taken(box, letter.as_bytes())

    read_all()

    assert ends() == [("accepted", ""), ("accepted", "")]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_readers_at_the_same_instant_make_one_message_of_the_same_mail(house: House, box: Mailbox) -> None:
    second = mailbox_of(house.netnet, house.ada, "aide@netnet.example")
    bodies = [raw(f"{number}", header_id=f"<{number}@x>") for number in range(12)]
    arrivals = [[taken(mailbox, body) for body in bodies] for mailbox in (box, second)]
    together = threading.Barrier(2)

    def reader(rows: list[Arrival]) -> None:
        for row in rows:
            together.wait(20)
            read_email.read_one(row)
        connection.close()

    threads = [threading.Thread(target=reader, args=(rows,)) for rows in arrivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert Counter(ends()) == {("accepted", ""): 12, ("set_aside", "duplicate"): 12}
    assert sorted(Message.objects.values_list("text", flat=True)) == sorted(str(n) for n in range(12))


def spam_from(where: str) -> bytes:
    """A mail that our server (on top) or its sender (below) calls spam."""
    received = b"Received: from x by mx.netnet.example; Mon, 16 Nov 2026 10:00:00 +0100\r\n"
    field = b"X-Spam-Flag: YES\r\n"
    return (field + received if where == "server" else received + field) + raw(
        header_id=f"<{where}@example.fr>"
    )


def test_spam_is_set_aside_by_the_word_of_our_server_alone_and_can_be_let_in(house: House) -> None:
    box = mailbox_of(house.netnet, house.ada, believes_spam_marks=True)
    taken(box, spam_from("server"))
    taken(box, spam_from("sender"))
    read_all()
    at_first = ends()

    accept_arrival(Arrival.objects.order_by("pk")[0], by=house.chloe, at=timezone.now())
    read_all()

    assert at_first == [("set_aside", "spam"), ("accepted", "")]
    assert ends() == [("accepted", ""), ("accepted", "")]


def test_spam_marks_are_read_only_where_the_mailbox_believes_them(box: Mailbox) -> None:
    taken(box, spam_from("server"))

    read_all()

    assert ends() == [("accepted", "")]
