"""Mail fetched from a real Dovecot: its UIDs compared with the ledger, whatever happens in between."""

from __future__ import annotations

import hashlib
import threading
import time
import tracemalloc
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.utils import timezone
from tests.mail_server import PASSWORD, Cutter

from visavis.channels.email import imap, oauth
from visavis.channels.email.faults import Fault
from visavis.channels.email.fetching import MOST_CUTS, Doubts, Fetching, Watch, Withdrawn
from visavis.domain.files.queries import content
from visavis.domain.intake.models import Arrival, Mailbox
from visavis.domain.intake.operations import MailboxSettings, add_mailbox, change_mailbox
from visavis.domain.intake.sealing import seal, unseal
from visavis.workers.receive_email import Fetcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings
    from tests.domain.people_made import House
    from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def mail(subject: str, body: str = "Bonjour") -> bytes:
    """A mail as it comes, which nothing else looks like."""
    return (
        f"From: David <david@example.fr>\r\nTo: contact@netnet.example\r\nSubject: {subject}\r\n"
        f"Message-ID: <{subject.replace(' ', '.')}@example.fr>\r\n\r\n{body}\r\n"
    ).encode()


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A mailbox of the server for this test alone."""
    return hashlib.sha256(request.node.name.encode()).hexdigest()[:12]


def settings_of(server: MailServer, user: str, **given: object) -> MailboxSettings:
    """How the mailbox of this user is fetched."""
    usual: dict[str, object] = {
        "address": f"{user}@netnet.example",
        "imap_host": "127.0.0.1",
        "imap_port": server.port,
        "imap_security": "none",
        "user": user,
        "secret": PASSWORD,
        "history_before": LONG_AGO,
    }
    return MailboxSettings(**(usual | given))  # type: ignore[arg-type]  # each test says what differs


@pytest.fixture
def mailbox(house: House, mail_server: MailServer, user: str) -> Mailbox:
    """Netnet is written to at this user's address."""
    return add_mailbox(house.netnet, by=house.ada, at=timezone.now(), settings=settings_of(mail_server, user))


@contextmanager
def fetching(mailbox: Mailbox) -> Iterator[Fetching]:
    """One talk, the folder open and compared."""
    with imap.session(mailbox) as talk:
        found = Fetching(mailbox, talk, stopping=lambda: False)
        found.begin()
        yield found


def fetch(mailbox: Mailbox) -> None:
    """Everything that is there, in one talk; the mailbox is as the database has it."""
    mailbox.refresh_from_db()
    with fetching(mailbox):
        pass


def ledger(mailbox: Mailbox) -> list[tuple[int | None, int | None]]:
    """What the ledger holds of it: (UIDVALIDITY, UID), in the order in which it was taken."""
    return list(Arrival.objects.filter(mailbox=mailbox).order_by("pk").values_list("uid_validity", "uid"))


def raw(arrival: Arrival) -> bytes:
    """The bytes that were kept."""
    assert arrival.raw is not None
    return b"".join(content(arrival.raw))


def as_the_server_counts(server: MailServer, mailbox: Mailbox) -> bool:
    """True when each UID of the server stands once in the ledger, and nothing else does."""
    validity = server.uid_validity(mailbox.user)
    return ledger(mailbox) == [(validity, uid) for uid in server.uids(mailbox.user)]


# --- Ordinary days ------------------------------------------------------------------------------------------


def test_every_mail_is_taken_once_byte_for_byte(mail_server: MailServer, mailbox: Mailbox) -> None:
    mails = [mail(f"numero {number}") for number in range(120)]
    mail_server.bring(mailbox.user, *mails)

    fetch(mailbox)
    fetch(mailbox)

    assert as_the_server_counts(mail_server, mailbox)
    assert [raw(arrival) for arrival in Arrival.objects.order_by("pk")] == mails


def test_nothing_is_marked_nor_deleted_on_the_server(mail_server: MailServer, mailbox: Mailbox) -> None:
    mail_server.bring(mailbox.user, mail("un"), mail("deux"))
    with mail_server.talk(mailbox.user) as client:
        client.select()  # takes the mark of what is recent, which the first to look takes
    before = mail_server.flags(mailbox.user)

    fetch(mailbox)

    assert mail_server.flags(mailbox.user) == before
    assert not any(b"Seen" in flags for flags in before.values())


def test_mail_that_someone_read_already_is_taken(mail_server: MailServer, mailbox: Mailbox) -> None:
    mail_server.bring(mailbox.user, mail("lu"), mail("lu et marqué pour disparaître"), mail("neuf"))
    with mail_server.talk(mailbox.user) as client:
        client.select()
        client.uid("STORE", "1:2", "+FLAGS", "(\\Seen)")
        client.uid("STORE", "2", "+FLAGS", "(\\Deleted)")

    fetch(mailbox)

    assert as_the_server_counts(mail_server, mailbox)
    assert len(ledger(mailbox)) == 3


def test_mail_below_the_cursor_is_taken_too(mail_server: MailServer, mailbox: Mailbox) -> None:
    mail_server.bring(mailbox.user, mail("un"), mail("deux"), mail("trois"))
    fetch(mailbox)
    Arrival.objects.filter(uid=2).delete()

    fetch(mailbox)

    assert sorted(uid or 0 for _validity, uid in ledger(mailbox)) == [1, 2, 3]


def test_idle_wakes_when_mail_comes(mail_server: MailServer, mailbox: Mailbox) -> None:
    with fetching(mailbox) as talk:
        threading.Timer(0.5, mail_server.bring, (mailbox.user, mail("soudain"))).start()
        started = time.monotonic()
        talk.session.wait(30, stopping=lambda: False)
        waited = time.monotonic() - started
        talk.look()

    assert talk.session.may_idle
    assert waited < 10
    assert as_the_server_counts(mail_server, mailbox)


def test_fresh_mail_does_not_wait_for_history(
    mail_server: MailServer, house: House, mailbox: Mailbox
) -> None:
    since = timezone.now() - timedelta(days=2)
    mail_server.bring(mailbox.user, *(mail(f"ancien {n}") for n in range(3)), received_at=time.time() - 5e6)
    mail_server.bring(mailbox.user, mail("d’hier"), received_at=time.time() - 86_000)
    mailbox = change_mailbox(
        mailbox,
        by=house.ada,
        at=timezone.now(),
        settings=settings_of(mail_server, mailbox.user, history_before=since),
    )

    fetch(mailbox)

    assert [uid for _validity, uid in ledger(mailbox)] == [4, 1, 2, 3]
    received = list(Arrival.objects.order_by("uid").values_list("received_at", flat=True))
    assert [instant < since for instant in received] == [True, True, True, False]
    assert abs((timezone.now() - received[3]).total_seconds() - 86_000) < 60


# --- What a server lives through ----------------------------------------------------------------------------


def test_connection_cut_in_the_middle_of_a_mail_loses_and_doubles_nothing(
    mail_server: MailServer, mailbox: Mailbox
) -> None:
    mails = [mail(f"coupé {number}".replace("é", "e"), "x" * 50_000) for number in range(8)]
    mail_server.bring(mailbox.user, *mails)
    cutter = Cutter(mail_server.port)
    Mailbox.objects.update(imap_port=cutter.port)
    mailbox.refresh_from_db()
    cuts = [30_000, 90_000, 200_000, 290_000]

    for after in cuts:
        cutter.after = after
        with pytest.raises(Fault, match="cut"):
            fetch(mailbox)
    fetch(mailbox)
    cutter.close()

    assert cutter.cuts == len(cuts)
    assert as_the_server_counts(mail_server, mailbox)
    assert [raw(arrival) for arrival in Arrival.objects.order_by("pk")] == mails


def test_mail_that_a_poor_line_cut_keeps_its_place(mail_server: MailServer, mailbox: Mailbox) -> None:
    mail_server.bring(mailbox.user, *(mail(f"place {number}", "x" * 50_000) for number in range(8)))
    cutter = Cutter(mail_server.port)
    Mailbox.objects.update(imap_port=cutter.port)
    mailbox.refresh_from_db()
    doubts = Doubts()

    for after in (30_000, 120_000):
        cutter.after = after
        with pytest.raises(Fault, match="cut"), imap.session(mailbox) as talk:
            Fetching(mailbox, talk, stopping=lambda: False, doubts=doubts).begin()
    with imap.session(mailbox) as talk:
        Fetching(mailbox, talk, stopping=lambda: False, doubts=doubts).begin()
    cutter.close()

    assert [uid for _validity, uid in ledger(mailbox)] == list(range(1, 9))


def test_large_mail_cut_half_way_leaves_nothing_behind(mail_server: MailServer, mailbox: Mailbox) -> None:
    large = mail("lourd", "y" * 990 + ("\r\n" + "z" * 990) * 3000)
    mail_server.bring(mailbox.user, large)
    cutter = Cutter(mail_server.port)
    Mailbox.objects.update(imap_port=cutter.port)
    cutter.after = 1_500_000

    with pytest.raises(Fault, match="cut"):
        fetch(mailbox)

    assert Arrival.objects.count() == 0
    fetch(mailbox)
    cutter.close()
    assert raw(Arrival.objects.get()) == large


def test_memory_does_not_grow_with_a_mail(mail_server: MailServer, mailbox: Mailbox) -> None:
    large = mail("lourd", ("z" * 990 + "\r\n") * 20_000)
    mail_server.bring(mailbox.user, large)
    fetch(mailbox)  # what is imported and compiled once
    Arrival.objects.all().delete()

    tracemalloc.start()
    fetch(mailbox)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert Arrival.objects.get().size == len(large)
    assert peak < 8_000_000


def test_server_restarted_while_we_wait(mail_server: MailServer, mailbox: Mailbox) -> None:
    mail_server.bring(mailbox.user, mail("avant"))
    stopping = threading.Timer(0.3, mail_server.stop)
    stopping.start()
    with pytest.raises(Fault, match="cut"):
        wait_and_look(mailbox)
    stopping.join()
    mail_server.start()
    mail_server.bring(mailbox.user, mail("après"))

    fetch(mailbox)

    assert as_the_server_counts(mail_server, mailbox)


def wait_and_look(mailbox: Mailbox) -> None:
    """Fetch, wait until the server has a word, look again."""
    with fetching(mailbox) as talk:
        talk.session.wait(30, stopping=lambda: False)
        talk.look()


def test_numbering_begun_anew_is_taken_as_another(mail_server: MailServer, mailbox: Mailbox) -> None:
    mail_server.bring(mailbox.user, mail("un"), mail("deux"))
    fetch(mailbox)
    before = mail_server.uid_validity(mailbox.user)
    mail_server.renumber(mailbox.user)
    mail_server.bring(mailbox.user, mail("trois"))

    fetch(mailbox)
    fetch(mailbox)

    after = mail_server.uid_validity(mailbox.user)
    assert ledger(mailbox) == [(before, 1), (before, 2), (after, 1), (after, 2), (after, 3)]
    mailbox.refresh_from_db()
    assert (mailbox.uid_validity, mailbox.last_uid) == (after, 3)


def test_renamed_folder_is_a_fault_that_says_so_then_a_new_era(
    mail_server: MailServer, house: House, mailbox: Mailbox
) -> None:
    with mail_server.talk(mailbox.user) as client:
        client.create("Demandes")
    mail_server.bring(mailbox.user, mail("un"), folder="Demandes")
    there = settings_of(mail_server, mailbox.user, folder="Demandes")
    mailbox = change_mailbox(mailbox, by=house.ada, at=timezone.now(), settings=there)
    fetch(mailbox)
    with mail_server.talk(mailbox.user) as client:
        client.rename("Demandes", '"Demandes trait&AOk-es"')

    with pytest.raises(Fault, match="folder"):
        fetch(mailbox)
    renamed = settings_of(mail_server, mailbox.user, folder="Demandes traitées")
    mailbox = change_mailbox(mailbox, by=house.ada, at=timezone.now(), settings=renamed)
    mail_server.bring(mailbox.user, mail("deux"), folder='"Demandes trait&AOk-es"')
    fetch(mailbox)

    taken = [(row.folder, row.uid) for row in Arrival.objects.order_by("pk")]
    assert taken == [("Demandes", 1), ("Demandes traitées", 1), ("Demandes traitées", 2)]


def test_mailbox_moved_to_another_account(mail_server: MailServer, house: House, mailbox: Mailbox) -> None:
    other = f"{mailbox.user}x"
    mail_server.bring(mailbox.user, mail("chez l’un"))
    mail_server.bring(other, mail("chez l’autre"))
    fetch(mailbox)

    moved = replace(settings_of(mail_server, mailbox.user), user=other)
    fetch(change_mailbox(mailbox, by=house.ada, at=timezone.now(), settings=moved))

    assert [(row.era, row.uid, raw(row)) for row in Arrival.objects.order_by("pk")] == [
        (1, 1, mail("chez l’un")),
        (2, 1, mail("chez l’autre")),
    ]


def test_mailbox_without_a_user_is_another_account_when_its_address_changes(
    mail_server: MailServer, house: House, user: str
) -> None:
    addresses = [f"{user}@netnet.example", f"{user}x@netnet.example"]
    for address in addresses:
        mail_server.bring(address, mail(f"chez {address}"))
    usual = replace(settings_of(mail_server, user), user="")
    first, second = (replace(usual, address=address) for address in addresses)
    mailbox = add_mailbox(house.netnet, by=house.ada, at=timezone.now(), settings=first)
    fetch(mailbox)
    before = Fetcher(mailbox)

    mailbox = change_mailbox(mailbox, by=house.ada, at=timezone.now(), settings=second)
    fetch(mailbox)

    assert not before.is_for(mailbox)
    assert [(row.era, row.uid) for row in Arrival.objects.order_by("pk")] == [(1, 1), (2, 1)]


def test_talk_of_another_day_is_no_outage_while_we_fetch(mail_server: MailServer, mailbox: Mailbox) -> None:
    clock = [0.0]
    watch = Watch(lambda: clock[0])
    talks = [Fetcher(mailbox, watch) for _ in range(3)]
    for fetcher in talks:
        fetcher.stop()  # one talk each, and no waiting in it
    talks[0]._talk()
    since = timezone.now() - timedelta(days=2)

    said = []
    for fetcher, slept in zip(talks[1:], (0.0, 2 * 86_400.0), strict=True):
        Mailbox.objects.update(succeeded_at=since)  # as if the clock of the day had leapt since
        clock[0] += slept
        fetcher._talk()
        said.append(Mailbox.objects.get().outage_from)

    assert said == [None, since]


@pytest.fixture
def _kept_open(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ends as a thread closes the connection of its thread: here it is that of the test."""
    monkeypatch.setattr(connections["default"], "close", lambda: None)


@pytest.mark.usefixtures("_kept_open")
@pytest.mark.parametrize("change", ["deleted", "switched off", "another account"])
def test_mailbox_that_changes_while_it_is_fetched_ends_its_thread_and_keeps_what_was_stored(
    mail_server: MailServer, house: House, mailbox: Mailbox, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.bring(mailbox.user, mail("un"))
    with fetching(mailbox) as talk:
        if change == "deleted":
            Arrival.objects.all().delete()
            Mailbox.objects.all().delete()
        else:
            off = {"is_active": False} if change == "switched off" else {"user": f"{mailbox.user}x"}
            settings = replace(settings_of(mail_server, mailbox.user), **off)
            change_mailbox(mailbox, by=house.ada, at=timezone.now(), settings=settings)
        state = Mailbox.objects.values()[:1]
        before = list(state)
        if change != "deleted":
            mail_server.bring(mailbox.user, mail("deux"))
            talk.session.wait(5, stopping=lambda: False)

        with pytest.raises(Withdrawn):
            talk.look()

    caplog.set_level("INFO")
    Fetcher(mailbox).run()  # would never end
    taken = [(row.era, row.uid) for row in Arrival.objects.order_by("pk")]
    assert taken == ([] if change == "deleted" else [(1, 1), (1, 2)])
    cursor = {"last_uid": 2} if change == "switched off" else {}
    assert list(state.all()) == [row | cursor for row in before]
    assert "no longer what it was" in caplog.text


def test_folder_deleted_while_it_is_fetched_says_so_and_is_found_again(
    mail_server: MailServer, house: House, mailbox: Mailbox
) -> None:
    mails = [mail(f"numero {number}") for number in range(3)]
    there = settings_of(mail_server, mailbox.user, folder="Demandes")
    mailbox = change_mailbox(mailbox, by=house.ada, at=timezone.now(), settings=there)
    with mail_server.talk(mailbox.user) as client:
        client.create("Demandes")
        mail_server.bring(mailbox.user, *mails[:2], folder="Demandes")
        with fetching(mailbox) as talk:
            client.delete("Demandes")
            with pytest.raises(Fault, match="cut"):
                talk.look()
        with pytest.raises(Fault, match="folder"):
            fetch(mailbox)
        client.create("Demandes")
        mail_server.bring(mailbox.user, mails[2], folder="Demandes")

    fetch(mailbox)

    assert [raw(row) for row in Arrival.objects.order_by("pk")] == mails
    mailbox.refresh_from_db()
    now = mail_server.uid_validity(mailbox.user, "Demandes")
    assert (mailbox.uid_validity, mailbox.last_uid) == (now, 1)


def test_mail_at_which_the_server_hangs_up_blocks_no_other(mail_server: MailServer, mailbox: Mailbox) -> None:
    mail_server.bring(mailbox.user, *(mail(f"numero {number}") for number in range(5)))
    box = mail_server.folder / "mail" / mailbox.user
    broken = next(path for path in (box / "new").iterdir() if b"Subject: numero 2" in path.read_bytes())
    broken.unlink()
    broken.symlink_to(broken.name)  # a fault of the disk, as near as one can play it: Dovecot hangs up
    doubts = Doubts()

    for _talk in range(1 + MOST_CUTS):  # with the others, then alone
        with pytest.raises(Fault, match="cut"), imap.session(mailbox) as talk:
            Fetching(mailbox, talk, stopping=lambda: False, doubts=doubts).begin()
    with imap.session(mailbox) as talk:
        Fetching(mailbox, talk, stopping=lambda: False, doubts=doubts).begin()

    mailbox.refresh_from_db()
    assert [uid for _validity, uid in ledger(mailbox)] == [1, 2, 4, 5]
    assert mailbox.fault == "unfetchable"


def test_mail_that_goes_while_it_is_fetched_leaves_no_empty_one(
    mail_server: MailServer, mailbox: Mailbox
) -> None:
    mail_server.bring(mailbox.user, mail("reste"), mail("part"))
    with imap.session(mailbox) as talk:
        talk.select()
        found = list(talk.listed([1, 2]))
        with mail_server.talk(mailbox.user) as client:
            client.select()
            client.uid("STORE", "2", "+FLAGS", "(\\Deleted)")
            client.expunge()
        Fetching(mailbox, talk, stopping=lambda: False)._take_these(found)

    assert [uid for _validity, uid in ledger(mailbox)] == [1]


# --- Afterwards: leave, or move ------------------------------------------------------------------------------


def test_stored_mail_is_moved_where_the_brand_wants_it(
    mail_server: MailServer, house: House, mailbox: Mailbox
) -> None:
    with mail_server.talk(mailbox.user) as client:
        client.create('"Re&AOc-us ici"')
    mail_server.bring(mailbox.user, mail("un"), mail("deux"))
    fetch(mailbox)
    moving = settings_of(mail_server, mailbox.user, after_storing="move", move_to="Reçus ici")
    mailbox = change_mailbox(mailbox, by=house.ada, at=timezone.now(), settings=moving)
    mail_server.bring(mailbox.user, mail("trois"))

    fetch(mailbox)

    assert [uid for _validity, uid in ledger(mailbox)] == [1, 2, 3]
    assert mail_server.uids(mailbox.user) == []
    assert len(mail_server.uids(mailbox.user, '"Re&AOc-us ici"')) == 3


def test_folder_that_is_not_there_keeps_mail_where_it_is(
    mail_server: MailServer, house: House, mailbox: Mailbox
) -> None:
    moving = settings_of(mail_server, mailbox.user, after_storing="move", move_to="Nulle part")
    mailbox = change_mailbox(mailbox, by=house.ada, at=timezone.now(), settings=moving)
    mail_server.bring(mailbox.user, mail("un"))

    fetch(mailbox)

    mailbox.refresh_from_db()
    assert as_the_server_counts(mail_server, mailbox)
    assert (mailbox.fault, imap.test_settings(mailbox)) == ("move_to", "move_to")


# --- The settings, tried -------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_settings_that_work(
    security: str, mail_server: MailServer, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_server.certificate))

    assert imap.test_settings(typed(mail_server, user, security=security)) == ""


@pytest.mark.parametrize(
    ("security", "changed", "code"),
    [
        ("none", {"imap_host": "127.0.0.256"}, "host"),
        ("none", {"imap_port": 1}, "port"),
        ("tls", {}, "certificate"),
        ("starttls", {}, "certificate"),
        ("none", {"secret": "autre"}, "password"),
        ("none", {"secret": "été"}, "password"),
        ("none", {"folder": "Absent"}, "folder"),
        ("none", {"after_storing": "move", "move_to": "Absent"}, "move_to"),
        ("none", {"way": "google", "secret": ""}, "token"),
    ],
)
def test_settings_that_fail_say_where(
    security: str, changed: dict[str, object], code: str, mail_server: MailServer, user: str
) -> None:
    assert imap.test_settings(typed(mail_server, user, security=security, **changed)) == code


def test_tls_spoken_to_a_port_in_clear_and_the_reverse(
    mail_server: MailServer, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "SECONDS", 1.0)
    to_clear = typed(mail_server, user, security="tls", imap_port=mail_server.port)
    to_tls = typed(mail_server, user, security="none", imap_port=mail_server.tls_port)

    assert imap.test_settings(to_clear) == "security"
    assert imap.test_settings(to_tls) == "security"


def typed(server: MailServer, user: str, *, security: str, **changed: object) -> Mailbox:
    """A mailbox as an administrator types it, which is not kept yet."""
    port = server.tls_port if security == "tls" else server.port
    given = {
        "address": f"{user}@netnet.example",
        "imap_host": "127.0.0.1",
        "imap_port": port,
        "imap_security": security,
        "user": user,
    }
    secret = str(changed.pop("secret", PASSWORD))
    return Mailbox(**(given | changed), secret=seal(secret))


# --- OAuth2 --------------------------------------------------------------------------------------------------


@pytest.fixture
def google(mail_server: MailServer, settings: Settings) -> None:
    """Google is the token server of the tests."""
    settings.MAIL_SIGN_IN = {
        way: {"client_id": "us", "client_secret": "client secret", "token": f"{mail_server.tokens.url}/token"}
        for way in ("google", "microsoft")
    }


@pytest.mark.usefixtures("google")
@pytest.mark.parametrize("way", ["google", "microsoft"])
def test_mailbox_is_opened_by_a_token(way: str, mail_server: MailServer, house: House, user: str) -> None:
    mail_server.tokens.know(user, f"renewal of {user}")
    mail_server.bring(user, mail("par jeton"))
    given = settings_of(mail_server, user, way=way, secret=f"renewal of {user}")
    mailbox = add_mailbox(house.netnet, by=house.ada, at=timezone.now(), settings=given)
    asked = len(mail_server.tokens.asked)

    fetch(mailbox)
    fetch(mailbox)

    assert as_the_server_counts(mail_server, mailbox)
    assert len(mail_server.tokens.asked) == asked + 1


@pytest.mark.usefixtures("google")
def test_renewal_token_that_turns_is_kept(mail_server: MailServer, house: House, user: str) -> None:
    mail_server.tokens.know(user, f"first of {user}")
    given = settings_of(mail_server, user, way="microsoft", secret=f"first of {user}")
    mailbox = add_mailbox(house.netnet, by=house.ada, at=timezone.now(), settings=given)
    mail_server.tokens.turns = True

    fetch(mailbox)
    mail_server.tokens.turns = False

    mailbox.refresh_from_db()
    renewed = unseal(mailbox.secret)
    assert renewed.startswith("renewal-")
    oauth.forget_token(mailbox)
    fetch(mailbox)
    assert mail_server.tokens.asked[-1]["refresh_token"] == renewed


@pytest.mark.usefixtures("google")
def test_token_that_the_provider_takes_back_says_so(
    mail_server: MailServer, user: str, settings: Settings
) -> None:
    mailbox = typed(mail_server, user, security="none", way="google", secret="taken back")
    assert imap.test_settings(mailbox) == "token"

    settings.MAIL_SIGN_IN["google"]["token"] = "http://127.0.0.1:1/token"
    assert imap.test_settings(mailbox) == "token_server"
