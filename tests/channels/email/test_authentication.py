"""Only the word of the brand's own servers counts."""

from __future__ import annotations

import pytest
from tests.channels.email.making import HEADER, mail

from visavis.channels.email.mail import Authentication
from visavis.channels.email.parse import parse

OURS = ("mx.netnet.example",)
RECEIVED = "Received: from client.example by mx.netnet.example; Mon, 3 Nov 2025 11:02:01 +0100\n"
GOOD = (
    "Authentication-Results: mx.netnet.example; spf=pass smtp.mailfrom=x; dkim=pass header.d=x; dmarc=pass\n"
)
BAD = "Authentication-Results: MX.netnet.example 1;\n spf=softfail (comment; dmarc=pass);\n dkim=none; dmarc=fail (p=reject)\n"
UNKNOWN = Authentication()


def verdicts(header: str, ours: tuple[str, ...] = OURS) -> Authentication:
    return parse(mail(header=header), authserv_ids=ours).authentication


def test_the_verdicts_of_our_server_are_believed() -> None:
    assert verdicts(RECEIVED + GOOD + HEADER) == Authentication("pass", "pass", "pass")
    assert verdicts(GOOD + RECEIVED + HEADER) == Authentication("pass", "pass", "pass")
    assert verdicts(BAD + RECEIVED + HEADER) == Authentication("fail", "none", "fail")


@pytest.mark.parametrize(
    "header",
    [
        RECEIVED + HEADER,
        RECEIVED + GOOD.replace("mx.netnet", "mx.voleur") + HEADER,
        RECEIVED + HEADER + GOOD,  # below From: its sender wrote it
        RECEIVED + GOOD.replace("mx.netnet.example;", 'voleur.example; x="mx.netnet.example;') + HEADER,
        RECEIVED + GOOD.replace("mx.netnet.example;", "voleur.example (mx.netnet.example;") + HEADER,
        RECEIVED + GOOD.replace("Authentication-Results", "ARC-Authentication-Results") + HEADER,
        RECEIVED + GOOD.replace("Authentication-Results", "X-Authentication-Results") + HEADER,
        RECEIVED + "Received-SPF: pass\n" + HEADER,
    ],
)
def test_a_forged_header_is_not_believed(header: str) -> None:
    assert verdicts(header) == UNKNOWN


def test_a_forged_header_under_the_name_of_our_server_does_not_beat_the_true_one() -> None:
    assert verdicts(RECEIVED + BAD + GOOD + HEADER) == Authentication("fail", "none", "fail")
    only_spf = "Authentication-Results: mx.netnet.example; spf=fail\n"
    assert verdicts(RECEIVED + only_spf + GOOD + HEADER) == Authentication("fail", "unverified", "unverified")


def test_two_fields_of_our_servers_above_all_received_are_read_together() -> None:
    dmarc = "Authentication-Results: mx.netnet.example; dmarc=pass\n"
    dkim = "Authentication-Results: mx.netnet.example; dkim=fail; dkim=pass\n"

    assert verdicts(dmarc + dkim + RECEIVED + HEADER) == Authentication("unverified", "pass", "pass")


def test_nobody_is_believed_when_no_server_is_named() -> None:
    assert verdicts(RECEIVED + GOOD + HEADER, ours=()) == UNKNOWN
