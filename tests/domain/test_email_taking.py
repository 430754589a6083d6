"""Taking mail: stored before it is said, once by UID, whatever its size; secrets are sealed."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings
from django.utils import timezone
from tests.domain.posted import mailbox_of, taken

from visavis.domain.errors import NotFound, Refused, TooMany
from visavis.domain.files.queries import content, opened
from visavis.domain.intake.access import mailbox_of_token, mailbox_token
from visavis.domain.intake.models import Arrival, Mailbox
from visavis.domain.intake.operations import (
    MailboxSettings,
    add_mailbox,
    change_mailbox,
    mailbox_failed,
    mailbox_worked,
    take_mail,
)
from visavis.domain.intake.queries import (
    late_mailboxes,
    mailbox_of_address,
    mailboxes_to_fetch,
    tallies,
    uids_taken,
)
from visavis.domain.intake.sealing import seal, unseal
from visavis.domain.journal.models import Entry
from visavis.domain.people.access import rights_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.domain.people_made import House


def fresh(mailbox: Mailbox) -> Mailbox:
    """The mailbox as it is now."""
    return Mailbox.objects.get(pk=mailbox.pk)


def test_mail_is_kept_as_it_came_and_the_cursor_stands_behind_it(house: House) -> None:
    mailbox = mailbox_of(house.netnet, house.ada)

    arrival = take_mail(
        mailbox, [b"Sub", b"ject: x\r\n", b"\r\n\xff\x00"], door="imap", uid=7, uid_validity=3
    )

    assert arrival.raw is not None
    assert b"".join(content(arrival.raw)) == b"Subject: x\r\n\r\n\xff\x00"
    assert (arrival.state, arrival.size, fresh(mailbox).last_uid, fresh(mailbox).uid_validity) == (
        "taken",
        16,
        7,
        3,
    )
    entry = Entry.objects.get(verb="mail.taken")
    assert entry.facts == {"mailbox_id": mailbox.pk, "arrival_id": arrival.pk, "door": "imap", "size": 16}


def test_same_uid_is_one_row_and_the_cursor_never_goes_back(house: House) -> None:
    mailbox = mailbox_of(house.netnet, house.ada)

    rows = [taken(mailbox, uid=uid, uid_validity=3) for uid in (7, 9, 7, 8)]

    assert rows[0].pk == rows[2].pk
    assert uids_taken(mailbox, folder="", uid_validity=3) == {7, 8, 9}
    assert fresh(mailbox).last_uid == 9


def test_new_numbering_begins_again_and_loses_nothing(house: House) -> None:
    mailbox = mailbox_of(house.netnet, house.ada)

    first, second = taken(mailbox, uid=7, uid_validity=3), taken(mailbox, uid=2, uid_validity=4)

    assert first.pk != second.pk
    assert (fresh(mailbox).uid_validity, fresh(mailbox).last_uid) == (4, 2)


def test_mailbox_moved_to_another_account_takes_the_same_numbers_anew(house: House) -> None:
    mailbox = mailbox_of(house.netnet, house.ada)
    taken(mailbox, uid=7, uid_validity=1)

    moved = change_mailbox(
        mailbox,
        by=house.ada,
        at=timezone.now(),
        settings=MailboxSettings(
            address=mailbox.address, imap_host="other.example", history_before=timezone.now()
        ),
    )
    taken(moved, uid=7, uid_validity=1)

    assert (moved.last_uid, moved.uid_validity) == (0, None)
    assert Arrival.objects.count() == 2


def test_what_fails_while_the_network_speaks_leaves_nothing(house: House) -> None:
    mailbox = mailbox_of(house.netnet, house.ada)

    def cut() -> Iterator[bytes]:
        yield b"Subject: half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        take_mail(mailbox, cut(), door="imap", uid=7, uid_validity=1)

    assert (Arrival.objects.count(), fresh(mailbox).last_uid) == (0, 0)


@override_settings(MAX_MAIL_BYTES=100)
def test_too_large_is_refused_at_the_door_and_kept_when_a_server_has_it(house: House) -> None:
    mailbox = mailbox_of(house.netnet, house.ada)

    with pytest.raises(TooMany):
        take_mail(mailbox, [b"x" * 60, b"y" * 60], door="lmtp")
    arrival = take_mail(mailbox, [b"x" * 60, b"y" * 60], door="imap", uid=1, uid_validity=1)

    assert (arrival.state, arrival.reason, arrival.size) == ("quarantined", "too_large", 100)
    assert Arrival.objects.count() == 1


def test_empty_mail_is_a_mail(house: House) -> None:
    arrival = take_mail(mailbox_of(house.netnet, house.ada), [], door="pipe")

    assert (arrival.state, arrival.size) == ("taken", 0)


def test_large_mail_is_taken_and_opened_in_bounded_memory(house: House) -> None:
    mailbox = mailbox_of(house.netnet, house.ada)
    tracemalloc.start()

    arrival = take_mail(mailbox, (bytes([n % 251]) * 65536 for n in range(800)), door="lmtp")
    assert arrival.raw is not None
    with opened(arrival.raw) as raw:
        size = sum(len(piece) for piece in iter(lambda: raw.read(65536), b""))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size == arrival.size == 800 * 65536
    assert peak < 12_000_000


def test_mailbox_is_found_by_its_address_whatever_the_case_and_the_tag(house: House) -> None:
    mailbox = mailbox_of(house.netnet, house.ada)

    assert mailbox_of_address("<Bonjour+c-12-abcdef012345@Netnet.Example>") == mailbox
    assert mailbox_of_address("autre@netnet.example") is None
    assert mailbox_of_address("bonjour") is None


def test_token_of_a_mailbox_opens_it_and_no_other(house: House) -> None:
    mailbox = mailbox_of(house.netnet, house.ada)
    token = mailbox_token(mailbox)

    assert mailbox_of_token(token) == mailbox
    for wrong in ("", "é-x", "1", token[:-1], f"{mailbox.pk + 1}-{token.partition('-')[2]}", "9" * 40):
        with pytest.raises(NotFound):
            mailbox_of_token(wrong)


def test_settings_of_a_mailbox_are_checked(house: House) -> None:
    mailbox_of(house.netnet, house.ada)

    def refusal(**settings: object) -> str:
        with pytest.raises(Refused) as refused:
            mailbox_of(house.netnet, house.ada, **{"address": "autre@netnet.example", **settings})  # type: ignore[arg-type] # tests name fields
        return refused.value.code

    assert refusal(address="Bonjour@netnet.example") == "address_taken"
    assert refusal(address="bonjour") == "email_unreadable"
    assert refusal(history_before=None) == "history_unsaid"
    assert refusal(after_storing="move") == "move_nowhere"


def test_secret_is_sealed_kept_and_forgotten(house: House) -> None:
    mailbox = mailbox_of(house.netnet, house.ada, secret="un secret")
    said = MailboxSettings(address=mailbox.address, name="Netnet")

    kept = change_mailbox(mailbox, by=house.ada, at=timezone.now(), settings=said)

    assert "un secret" not in kept.secret
    assert unseal(kept.secret) == "un secret"
    with override_settings(SECRET_KEY="another one"), pytest.raises(Refused, match="sealed_by_another_key"):
        unseal(kept.secret)
    assert (seal(""), unseal("")) == ("", "")
    entry = Entry.objects.get(verb="mailbox.changed")
    assert entry.facts["fields"] == ["name", "imap_host", "history_before"]


def test_mailbox_that_is_behind_is_said_to_be(house: House) -> None:
    now = timezone.now()
    mailbox = mailbox_of(house.netnet, house.ada)
    brands = [house.netnet.pk]
    never_asked = late_mailboxes(brands, now=now)
    mailbox_failed(mailbox, at=now, fault="password")
    never_worked = late_mailboxes(brands, now=now)
    mailbox_worked(mailbox, at=now)
    fine = late_mailboxes(brands, now=now + timedelta(minutes=4))

    silent = late_mailboxes(brands, now=now + timedelta(minutes=6))
    mailbox_worked(mailbox, at=now, lag_seconds=900)
    behind = late_mailboxes(brands, now=now)

    assert (never_asked, fine) == ([], [])
    assert [(late.seconds, late.fault) for late in never_worked] == [(None, "password")]
    assert [late.seconds for late in (*silent, *behind)] == [360, 900]
    assert mailboxes_to_fetch() == [mailbox]


def test_mail_brought_and_not_read_is_behind_too(house: House) -> None:
    mailbox = mailbox_of(house.netnet, house.ada, imap_host="")
    taken(mailbox, door="lmtp")

    late = late_mailboxes([house.netnet.pk], now=timezone.now() + timedelta(minutes=6))

    assert [row.mailbox for row in late] == [mailbox]
    assert mailboxes_to_fetch() == []


def test_counts_of_the_ledger_are_for_who_leads(house: House) -> None:
    mailbox = mailbox_of(house.netnet, house.ada)
    for number in range(3):
        taken(mailbox, uid=number + 1, uid_validity=1)
    taken(mailbox, door="lmtp")

    counted = tallies(rights_of(house.chloe.pk))

    assert [(row.door, row.taken, row.total) for row in counted] == [("imap", 3, 3), ("lmtp", 1, 1)]
    with pytest.raises(NotFound):
        tallies(rights_of(house.alice.pk))


def test_add_mailbox_needs_no_server(house: House) -> None:
    mailbox = add_mailbox(
        house.netnet, by=house.ada, at=timezone.now(), settings=MailboxSettings(address="LMTP@netnet.example")
    )

    assert (mailbox.address, mailbox.is_fetched) == ("lmtp@netnet.example", False)
