"""Speaking to real servers: what Postfix takes, refuses and puts off; and the button that tries the settings."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from tests.smtp_server import Peer, Postfix, certificate_for

from visavis.channels.email.smtp import NotTaken, Server, Taken, send, try_settings
from visavis.domain.deliveries.sentences import fault_told
from visavis.domain.intake.models import Mailbox
from visavis.domain.intake.sealing import seal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LETTER = (
    b"From: bonjour@netnet.example\r\nMessage-ID: <un@netnet.example>\r\n\r\n.\r\n..deux\r\n"
    + b"x" * 70
    + b"\r\n"
)


def told(server: Server, *recipients: str) -> Taken:
    return send(server, recipients, io.BytesIO(LETTER), may_tell=lambda: True)


def server_at(postfix: Postfix) -> Server:
    return Server(host="localhost", port=postfix.port, security="none", sender="bonjour@netnet.example")


def test_postfix_delivers_what_it_took_and_nothing_else(postfix: Postfix) -> None:
    before = len(postfix.letters)

    taken = told(server_at(postfix), "david@example.fr", "refused@example.fr", "later@example.fr")
    with pytest.raises(NotTaken) as refused:
        told(server_at(postfix), "full@example.fr")
    with pytest.raises(NotTaken) as later:
        told(server_at(postfix), "later@example.fr")

    assert taken.reached == ["david@example.fr"]
    assert [(one.address, one.status) for one in taken.refused] == [
        ("refused@example.fr", "5.1.1"),
        ("later@example.fr", "4.2.0"),
    ]
    assert (refused.value.fault, refused.value.is_final) == ("recipients", True)
    assert (later.value.fault, later.value.is_final) == ("later", False)
    letters = postfix.wait_for(before + 1)
    assert len(letters) == before + 1
    assert letters[-1].raw.endswith(b"\n\n.\n..deux\n" + b"x" * 70 + b"\n")


def test_postfix_speaks_tls_to_who_trusts_it(postfix: Postfix, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = mailbox_at(postfix.port, smtp_security="starttls")
    stranger = try_settings(mailbox)
    monkeypatch.setenv("SSL_CERT_FILE", str(postfix.folder / "localhost.pem"))

    assert stranger is not None
    assert (stranger.code, try_settings(mailbox)) == ("certificate", None)


def mailbox_at(port: int, **settings: str) -> Mailbox:
    given = {"smtp_security": "none", "address": "bonjour@netnet.example"} | settings
    return Mailbox(smtp_host="localhost", smtp_port=port, **given)


def hung_up_on(peer: Peer) -> Mailbox:
    peer.cuts = "ehlo"
    return mailbox_at(peer.port)


def code_of(mailbox: Mailbox) -> str:
    fault = try_settings(mailbox)
    return fault.code if fault else ""


def test_the_settings_are_right_with_the_right_password_or_token(smtp_peer: Peer) -> None:
    smtp_peer.login = ("bonjour@netnet.example", "secret")

    right = code_of(mailbox_at(smtp_peer.port, secret=seal("secret")))
    wrong = code_of(mailbox_at(smtp_peer.port, secret=seal("autre")))

    assert (right, wrong, smtp_peer.taken) == ("", "password", [])


def test_a_token_signs_in(smtp_peer: Peer) -> None:
    smtp_peer.login, smtp_peer.token = ("x", "y"), "jeton"
    server = Server(
        host="localhost",
        port=smtp_peer.port,
        security="none",
        user="b@netnet.example",
        sender="b@netnet.example",
    )

    taken = told(Server(**vars(server) | {"token": "jeton"}), "david@example.fr")
    with pytest.raises(NotTaken) as wrong:
        told(Server(**vars(server) | {"token": "faux"}), "david@example.fr")

    assert (taken.reached, wrong.value.fault) == (["david@example.fr"], "password")


@pytest.mark.parametrize(
    ("settle", "code"),
    [
        (lambda peer: mailbox_at(peer.port), ""),
        (lambda peer: mailbox_at(1), "port"),
        (lambda peer: mailbox_at(peer.port, smtp_security="starttls"), "security"),
        (lambda peer: mailbox_at(peer.port, smtp_security="tls"), "security"),
        (lambda peer: peer.answers.update(mail="553 5.7.1 not yours") or mailbox_at(peer.port), "sender"),
        (lambda peer: peer.answers.update(greeting="421 4.3.2 busy") or mailbox_at(peer.port), "later"),
        (hung_up_on, "cut"),
    ],
)
def test_the_button_names_the_step_that_failed(
    smtp_peer: Peer, settle: Callable[[Peer], Mailbox], code: str
) -> None:
    assert code_of(settle(smtp_peer)) == code


def test_a_certificate_of_another_name_is_named(
    smtp_peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = certificate_for("autre.example", tmp_path)
    smtp_peer.tls = other.context()
    monkeypatch.setenv("SSL_CERT_FILE", str(other.path))

    assert code_of(mailbox_at(smtp_peer.port, smtp_security="starttls")) == "certificate"


def test_every_fault_has_its_sentence() -> None:
    codes = ("host", "port", "certificate", "security", "password", "sender", "later", "cut", "recipients")

    assert len({fault_told(code) for code in (*codes, "unforeseen")}) == len(codes) + 1
