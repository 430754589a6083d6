"""Files that bear a virus are opened by nobody: a real clamd looks, with one signature of ours."""

from __future__ import annotations

import socket
import threading
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.domain.letters import delivery_of, replied, sending_mailbox, written
from tests.domain.posted import mailbox_of, taken
from tests.virus_scanner import MOST_BYTES, NAME, VIRUS, VirusScanner, wake

from visavis.cli.check import scanner_problems
from visavis.domain.conversations.access import attachment_for
from visavis.domain.conversations.files_given import scan_told
from visavis.domain.conversations.models import Attachment, Conversation, Message
from visavis.domain.conversations.operations import keep_attachment
from visavis.domain.errors import Refused
from visavis.domain.files import scanning
from visavis.domain.files.models import StoredFile
from visavis.domain.files.scanning import Scanned, scanned
from visavis.domain.flows.reply import take_back
from visavis.domain.intake.access import raw_to_save
from visavis.domain.intake.models import Arrival
from visavis.domain.intake.operations import accept_arrival
from visavis.domain.intake.sentences import reason_told
from visavis.domain.intake.sentences import scan_told as mail_scan_told
from visavis.domain.journal.models import Entry
from visavis.domain.people.access import rights_of
from visavis.web.desk.leaving import leavings_of
from visavis.workers import read_email, scan_files, send_email

if TYPE_CHECKING:
    from pytest_django import Settings
    from tests.domain.people_made import House
    from tests.smtp_server import Peer

    from visavis.domain.intake.models import Mailbox

INNOCENT = b"%PDF-1.4 an innocent file"


@pytest.fixture
def box(house: House) -> Mailbox:
    """The mailbox of Netnet."""
    return mailbox_of(house.netnet, house.ada)


def letter(*files: bytes, subject: str = "Panne", text: str = "Voici mes papiers") -> bytes:
    """A mail with these files."""
    mail = EmailMessage()
    mail["From"] = "David Morel <david@example.fr>"
    mail["To"] = "bonjour@netnet.example"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{subject.replace(' ', '-')}@example.fr>"
    mail.set_content(text)
    for number, content in enumerate(files):
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=f"papier-{number}.pdf")
    return mail.as_bytes()


def read_all() -> None:
    """Turn until nothing waits."""
    while read_email.tick():
        pass


def only() -> Arrival:
    """The only mail there is."""
    return Arrival.objects.select_related("raw", "message", "mailbox__brand").get()


def test_clean_mail_comes_in_and_its_files_are_known_to_be(box: Mailbox, virus_scanner: VirusScanner) -> None:
    taken(box, letter(INNOCENT))

    read_all()

    row = only()
    assert (row.state, row.scanned, row.virus) == ("accepted", "clean", "")
    assert [file.scanned for file in Attachment.objects.all()] == ["clean"]
    assert raw_to_save(row) == row.raw


def test_mail_with_a_virus_is_set_aside_with_its_name(
    house: House, box: Mailbox, virus_scanner: VirusScanner
) -> None:
    taken(box, letter(INNOCENT, b"before " + VIRUS + b" after"))

    read_all()

    row = only()
    assert (row.state, row.reason, row.scanned, row.virus) == ("set_aside", "virus", "infected", NAME)
    assert reason_told(row).startswith("Un virus y a été trouvé")
    assert NAME in mail_scan_told(row)
    assert Conversation.objects.count() == 0
    with pytest.raises(Refused) as refused:
        raw_to_save(row)
    assert refused.value.code == "file_infected"


def test_accepted_its_words_come_in_and_its_file_stays_closed(
    house: House, box: Mailbox, virus_scanner: VirusScanner
) -> None:
    taken(box, letter(INNOCENT, VIRUS))
    read_all()

    accept_arrival(only(), by=house.chloe, at=timezone.now())
    read_all()

    row = only()
    assert (row.state, row.virus) == ("accepted", NAME)
    assert Message.objects.get().text.strip() == "Voici mes papiers"
    innocent, infected = Attachment.objects.order_by("pk")
    assert (innocent.scanned, infected.scanned) == ("clean", "infected")
    rights = rights_of(house.alice.pk)
    assert attachment_for(rights, innocent.pk) == innocent
    with pytest.raises(Refused) as refused:
        attachment_for(rights, infected.pk)
    assert refused.value.code == "file_infected"
    assert scan_told(infected) != ""


def test_a_virus_that_only_the_whole_mail_shows_closes_all_its_files(
    house: House, box: Mailbox, virus_scanner: VirusScanner
) -> None:
    taken(box, letter(INNOCENT, text=VIRUS.decode()))
    read_all()

    accept_arrival(only(), by=house.chloe, at=timezone.now())
    read_all()

    assert [file.scanned for file in Attachment.objects.all()] == ["infected"]


def test_a_virus_hidden_from_the_scanner_by_a_broken_mail_is_found_in_the_file(
    box: Mailbox, virus_scanner: VirusScanner
) -> None:
    """The boundary is announced wrongly: the scanner sees one text, we find the file all the same."""
    raw = letter(VIRUS).replace(b'boundary="===', b'boundary="x===', 1)
    taken(box, raw)

    read_all()

    assert (only().reason, only().virus) == ("virus", NAME)


def test_what_cannot_be_read_is_searched_too(house: House, box: Mailbox, virus_scanner: VirusScanner) -> None:
    taken(box, b"\x00\xff" * 500 + VIRUS)
    read_all()
    row = only()

    accept_arrival(row, by=house.chloe, at=timezone.now())
    read_all()

    assert (row.state, row.virus) == ("quarantined", NAME)
    assert [file.scanned for file in Attachment.objects.all()] == ["infected"]


def test_too_large_for_the_scanner_is_said_and_comes_in(box: Mailbox, virus_scanner: VirusScanner) -> None:
    taken(box, letter(b"%PDF-1.4" + bytes(2 * MOST_BYTES), INNOCENT))

    read_all()

    row = only()
    assert (row.state, row.scanned) == ("accepted", "large")
    assert [file.scanned for file in Attachment.objects.order_by("pk")] == ["large", "clean"]
    assert mail_scan_told(row).startswith("Trop gros")


def test_a_scanner_away_holds_back_the_files_and_not_the_words(
    house: House, box: Mailbox, virus_scanner: VirusScanner
) -> None:
    virus_scanner.stop()
    taken(box, letter(VIRUS, subject="Le premier"))
    taken(box, letter(INNOCENT, subject="Le second"))
    read_all()
    waiting = list(Arrival.objects.values_list("state", "scanned"))
    rights = rights_of(house.alice.pk)
    infected, innocent = Attachment.objects.order_by("pk")
    with pytest.raises(Refused) as refused:
        attachment_for(rights, innocent.pk)
    turned_in_vain = scan_files.tick()

    virus_scanner.start()
    wake()
    scan_files.tick()

    infected.refresh_from_db()
    innocent.refresh_from_db()
    assert waiting == [("accepted", "waiting")] * 2
    assert (refused.value.code, turned_in_vain) == ("file_not_scanned", False)
    assert (infected.scanned, innocent.scanned) == ("infected", "clean")
    assert attachment_for(rights, innocent.pk) == innocent
    assert list(Arrival.objects.order_by("pk").values_list("scanned", "virus")) == [
        ("infected", NAME),
        ("clean", ""),
    ]
    told = Entry.objects.filter(verb__in=["file.scanned", "mail.scanned"]).order_by("pk")
    assert [row.facts["verdict"] for row in told] == ["infected", "clean", "infected", "clean"]
    assert scan_files.tick() is False


def test_a_virus_found_later_outside_the_files_closes_them(
    house: House, box: Mailbox, virus_scanner: VirusScanner
) -> None:
    virus_scanner.stop()
    taken(box, letter(INNOCENT, text=VIRUS.decode()))
    read_all()
    virus_scanner.start()
    wake()

    scan_files.tick()

    assert [file.scanned for file in Attachment.objects.all()] == ["infected"]


def test_files_that_wait_open_again_where_the_scanner_was_given_up(
    house: House, box: Mailbox, virus_scanner: VirusScanner, settings: Settings
) -> None:
    virus_scanner.stop()
    taken(box, letter(INNOCENT))
    read_all()
    file = Attachment.objects.get()

    settings.CLAMD = ""

    assert attachment_for(rights_of(house.alice.pk), file.pk) == file


def test_given_file_with_a_virus_is_refused_at_once(house: House, virus_scanner: VirusScanner) -> None:
    with pytest.raises(Refused) as refused:
        keep_attachment([b"be", b"fore ", VIRUS], name="papier.pdf", by=house.alice)

    assert refused.value.code == "file_infected"
    assert "papier.pdf" in refused.value.sentence
    assert (Attachment.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_given_file_is_kept_with_what_was_found(house: House, virus_scanner: VirusScanner) -> None:
    clean = keep_attachment([INNOCENT], name="un.pdf", by=house.alice)
    virus_scanner.stop()
    waiting = keep_attachment([b"another"], name="deux.pdf", by=house.alice)

    assert (clean.scanned, waiting.scanned) == ("clean", "waiting")
    assert clean.file.size == len(INNOCENT)


@pytest.mark.parametrize("content", [INNOCENT, VIRUS])
def test_letter_waits_for_its_file_to_be_searched(
    house: House, virus_scanner: VirusScanner, smtp_peer: Peer, content: bytes
) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    theirs = written(house)
    virus_scanner.stop()
    file = keep_attachment([content], name="notice.pdf", by=house.alice)
    message = replied(house, theirs.conversation, attachment_ids=[file.pk])

    all_leave()
    held = delivery_of(message)
    [leaving] = leavings_of([Message.objects.get(pk=message.pk)], reader_id=house.bob.pk).values()
    virus_scanner.start()
    wake()
    scan_files.tick()
    all_leave()

    ended = delivery_of(message)
    assert (held.state, held.fault, leaving.may_be_taken_back) == ("waiting", "unsearched", True)
    assert "antivirus" in leaving.sentence
    if content == VIRUS:
        assert (ended.state, ended.fault, smtp_peer.taken) == ("failed", "infected", [])
    else:
        [taken_there] = smtp_peer.taken
        assert (ended.state, b"notice.pdf" in taken_there.raw) == ("done", True)


def test_words_may_leave_without_the_file_that_waits(
    house: House, virus_scanner: VirusScanner, smtp_peer: Peer
) -> None:
    sending_mailbox(house, port=smtp_peer.port)
    theirs = written(house)
    virus_scanner.stop()
    file = keep_attachment([INNOCENT], name="notice.pdf", by=house.alice)
    message = replied(house, theirs.conversation, attachment_ids=[file.pk])
    all_leave()

    take_back(message, by=house.alice)
    alone = replied(house, theirs.conversation, message.text)
    all_leave()

    assert [delivery_of(row).state for row in (message, alone)] == ["withdrawn", "done"]
    assert b"notice.pdf" not in smtp_peer.taken[0].raw


def all_leave() -> None:
    """Every due letter is tried once."""
    while send_email.tick():
        pass


def test_without_a_scanner_nobody_is_asked_and_it_is_said(house: House) -> None:
    kept = keep_attachment([INNOCENT], name="un.pdf", by=house.alice)

    assert kept.scanned == ""
    assert [line[:21] for line in scanner_problems()] == ["There is no antivirus"]


def test_check_tells_of_a_scanner_that_is_away(virus_scanner: VirusScanner) -> None:
    while_there = list(scanner_problems())
    virus_scanner.stop()

    assert while_there == []
    assert [line[:25] for line in scanner_problems()] == ["The antivirus does not an"]


def test_scanner_is_asked_over_tcp_too(settings: Settings) -> None:
    """One that answers in words we do not know is away, and is left in peace."""
    wake()
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.CLAMD = f"127.0.0.1:{listening.getsockname()[1]}"

        def talk() -> None:
            for answer in (b"stream: OK\0", b"what?\0"):
                line, _address = listening.accept()
                with line:
                    asked.append(line.recv(1 << 16))
                    line.sendall(answer)
                    while line.recv(1 << 16):
                        pass

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        found = [scanned([b"abc"]), scanned([b"abc"]), scanned([b"abc"])]
        thread.join(5)

    wake()
    assert found == [Scanned("clean"), Scanned("waiting"), Scanned("waiting")]
    assert asked[0].startswith(b"zINSTREAM\0")
    assert len(asked) == 2


def test_a_file_that_cannot_be_searched_holds_back_no_other(house: House, settings: Settings) -> None:
    """As clamd answers when its own disk is full, or a format defeats it."""
    first, second = (
        keep_attachment([content], name="a.pdf", by=house.alice) for content in (b"cursed", INNOCENT)
    )
    Attachment.objects.update(scanned="waiting")
    wake()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.CLAMD = f"127.0.0.1:{listening.getsockname()[1]}"

        def talk() -> None:
            for answer in (b"INSTREAM: Can't write to temporary file. ERROR\0", b"stream: OK\0"):
                line, _address = listening.accept()
                with line:
                    line.sendall(answer)
                    while line.recv(1 << 16):
                        pass

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        scan_files.tick()
        thread.join(5)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.scanned, second.scanned) == ("waiting", "clean")


def test_a_place_that_is_none_is_a_scanner_away(settings: Settings) -> None:
    settings.CLAMD = "127.0.0.1:door"
    wake()

    assert scanned([b"abc"]) == Scanned("waiting")
    wake()
    assert scanning.answers() is False
