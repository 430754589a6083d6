"""Letters that leave signed: what the server received is verified by dkimpy, which did not sign it."""

from __future__ import annotations

import io
import tracemalloc
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import dkim  # type: ignore[import-untyped] # it has no types
import pytest
from tests.domain.letters import delivery_of, replied, sending_mailbox, written

from visavis.channels.email.dkim import Signer, signed
from visavis.domain.intake.models import Mailbox, SigningKey
from visavis.domain.intake.operations import make_signing_key, turn_signing
from visavis.domain.intake.sealing import unseal
from visavis.workers import send_email

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.domain.people_made import House
    from tests.smtp_server import Peer

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
HEADER = "From: =?utf-8?q?Zo=C3=A9?=\r\n <zoe@netnet.example>\r\nTo: a@b.example,\r\n c@d.example\r\nSubject:  Two  words \r\n"


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


def key_of(house: House, mailbox: Mailbox) -> SigningKey:
    """A key in use for the domain of the mailbox."""
    key = make_signing_key(mailbox, by=house.ada, at=AT)
    turn_signing(key, is_on=True, by=house.ada, at=AT)
    return SigningKey.objects.get()


def verifies(raw: bytes, key: SigningKey) -> bool:
    """What dkimpy says, where only the record of this key is published."""
    asked = []

    def look_up(name: bytes, **_given: object) -> bytes:
        asked.append(name.decode().rstrip("."))
        return key.record.encode()

    found = dkim.verify(raw, dnsfunc=look_up)
    assert asked == [key.record_name]
    return bool(found)


def test_letter_leaves_signed_and_another_program_verifies_it(house: House, smtp_peer: Peer) -> None:
    key = key_of(house, sending_mailbox(house, port=smtp_peer.port))
    replied(house, written(house).conversation, "Rallumez-la, s’il vous plaît.\n.\nUn point seul.")

    all_leave()

    raw = smtp_peer.taken[0].raw
    assert raw.startswith(b"DKIM-Signature: v=1; a=rsa-sha256;")
    assert verifies(raw, key)
    assert max(map(len, raw.split(b"\r\n"))) <= 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Rallumez", b"Eteignez"),
        (b"Subject: ", b"Subject: x"),
        (b"To: ", b"To: eve@example.fr, "),
        (b"\r\nTo: ", b"\r\nFrom: eve@example.fr\r\nTo: "),
        (b"\r\nTo: ", b"\r\nSubject: Another\r\nTo: "),
    ],
)
def test_changed_letter_does_not_verify(old: bytes, new: bytes, house: House, smtp_peer: Peer) -> None:
    """Nor one to which somebody added a second sender or subject."""
    key = key_of(house, sending_mailbox(house, port=smtp_peer.port))
    replied(house, written(house).conversation, "Rallumez-la.")
    all_leave()
    signature, _end, rest = smtp_peer.taken[0].raw.partition(b"\r\nDate: ")

    changed = signature + b"\r\nDate: " + rest.replace(old, new, 1)

    assert changed != smtp_peer.taken[0].raw
    assert verifies(smtp_peer.taken[0].raw, key)
    assert not verifies(changed, key)


@pytest.mark.parametrize(
    "body",
    ["", "\r\n", "\r\n\r\n\r\n", "One\r\n", "One", "One\r\n\r\n\r\n", "\r\n\r\nOne \r\n\tTwo  \r\n \r\n"],
)
def test_any_body_verifies(body: str, house: House) -> None:
    key = key_of(house, sending_mailbox(house))
    signer = Signer(key.domain, key.selector, unseal(key.secret))

    with signed(io.BytesIO(f"{HEADER}\r\n{body}".encode()), signer, at=AT) as letter:
        raw = letter.read()

    assert verifies(raw, key)
    assert raw.endswith(f"{HEADER}\r\n{body}".encode())


def test_nothing_is_signed_before_it_is_turned_on(house: House, smtp_peer: Peer) -> None:
    make_signing_key(sending_mailbox(house, port=smtp_peer.port), by=house.ada, at=AT)
    replied(house, written(house).conversation)

    all_leave()

    assert b"DKIM-Signature" not in smtp_peer.taken[0].raw


def test_letter_waits_rather_than_leave_unsigned(house: House, smtp_peer: Peer) -> None:
    key_of(house, sending_mailbox(house, port=smtp_peer.port))
    SigningKey.objects.update(secret="sealed by another key")
    message = replied(house, written(house).conversation)

    all_leave()

    assert (smtp_peer.taken, delivery_of(message).state, delivery_of(message).fault) == (
        [],
        "waiting",
        "signing",
    )


def test_secret_half_is_sealed(house: House) -> None:
    key = key_of(house, sending_mailbox(house))

    assert "PRIVATE" not in key.secret
    assert unseal(key.secret).startswith("-----BEGIN PRIVATE KEY-----")
    assert "PRIVATE" not in repr(Signer("a", "b", unseal(key.secret)))


def test_large_letter_is_signed_in_bounded_memory(
    house: House, tmp_path_factory: pytest.TempPathFactory
) -> None:
    key = key_of(house, sending_mailbox(house))
    signer = Signer(key.domain, key.selector, unseal(key.secret))
    path = tmp_path_factory.mktemp("large") / "letter"
    with path.open("wb") as file:
        file.write(HEADER.encode() + b"\r\n")
        for _line in range(400_000):
            file.write(b"A" * 76 + b"\r\n")

    tracemalloc.start()
    with signed(path.open("rb"), signer, at=AT) as letter:
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        size = sum(map(len, iter(lambda: letter.read(1 << 16), b"")))

    assert size > 31_000_000
    assert most < 3_000_000
