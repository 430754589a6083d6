"""Marks of spam: those of our own server count, those that a sender writes about themselves do not."""

from __future__ import annotations

import pytest

from visavis.channels.email.parse import parse
from visavis.channels.email.spam import Believed

RECEIVED = "Received: from sender.example by mx.netnet.example; Mon, 16 Nov 2026 10:00:00 +0100\n"
REST = "From: david@example.fr\nSubject: Panne\nMessage-ID: <a@b>\n\nBonjour\n"
ABOVE = Believed()


def marked(above: str, below: str = "", believed: Believed | None = ABOVE) -> bool:
    """What is found of a mail with these fields above and below the mark of our own server."""
    return parse(f"{above}{RECEIVED}{below}{REST}".encode(), spam=believed).is_marked_spam


@pytest.mark.parametrize(
    "field",
    [
        "X-Spam-Flag: YES",
        "X-Spam-Status: Yes, score=15.2 required=5.0\n tests=BAYES_99",
        "X-Spam: Yes",
        "X-Rspamd-Action: add header",
        "X-Spamd-Result: default: True [15.00 / 15.00];\n BAYES_SPAM(5.10)",
        "X-MS-Exchange-Organization-SCL: 6",
        "X-Forefront-Antispam-Report: CIP:1.2.3.4;CTRY:FR;SFV:SPM;SCL:1",
        "X-Forefront-Antispam-Report: SCL:9;SFV:NSPM",
    ],
)
def test_what_our_server_writes_on_top_is_spam(field: str) -> None:
    assert marked(f"{field}\n")


@pytest.mark.parametrize(
    "field",
    [
        "X-Spam-Flag: NO",
        "X-Spam-Status: No, score=-0.1",
        "X-Rspamd-Action: no action",
        "X-Spamd-Result: default: False [1.00 / 15.00]",
        "X-MS-Exchange-Organization-SCL: -1",
        "X-MS-Exchange-Organization-SCL: 1",
        "X-Forefront-Antispam-Report: SFV:NSPM;SCL:1",
        "X-Other-Filter: yes",
    ],
)
def test_what_our_server_clears_is_none(field: str) -> None:
    assert not marked(f"{field}\n")


def test_what_a_sender_writes_about_themselves_is_not_read() -> None:
    """A customer whose own provider marks what leaves it would be lost; a forger would hide among the clean."""
    assert not marked("", "X-Spam-Flag: YES\n")
    assert not marked("X-Spam-Flag: NO\n", "X-Spam-Flag: YES\n")
    assert marked("X-Spam-Flag: YES\n", "X-Spam-Flag: NO\n")


def test_nothing_is_believed_of_a_mail_that_no_server_received() -> None:
    assert not parse(f"X-Spam-Flag: YES\n{REST}".encode(), spam=ABOVE).is_marked_spam


def test_nobody_is_believed_without_a_setting() -> None:
    assert not marked("X-Spam-Flag: YES\n", believed=None)


def test_header_that_the_mailbox_names_counts_wherever_it_stands() -> None:
    """A filter that adds its fields below all others: the server removes those of senders."""
    named = Believed("X-Spam-Flag")

    assert marked("", "X-Spam-Flag: YES\n", named)
    assert not marked("", "X-Spam-Flag: NO\n", named)
    assert not marked("X-Spam: Yes\n", "", named)
    assert marked("", "X-House-Filter: true\n", Believed("x-house-filter"))


def test_exchange_removes_its_own_header_from_what_comes_from_outside() -> None:
    inside = "Received: from one.exchange.example by two.exchange.example; Mon, 16 Nov 2026 10:00:01 +0100\n"
    field = "X-MS-Exchange-Organization-SCL: 6\n"

    assert marked(inside, field, Believed(is_exchange=True))
    assert not marked(inside, field)
    assert not marked(inside, "X-Spam-Flag: YES\n", Believed(is_exchange=True))
