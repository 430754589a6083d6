"""A real Postfix meets servers that refuse: what it reports is read, and said of the right letter.

The reports are kept in tests/channels/email/bounces for the fast form; VISAVIS_KEEP_REPORTS=1 writes them anew.
"""

from __future__ import annotations

import os
import re
import shutil
import smtplib
import tempfile
import time
from pathlib import Path

import pytest
from tests.channels.email.bounces import answers
from tests.channels.email.test_reports import REPORTS, check
from tests.smtp_server import INSTALL, peer_running, postfix_running

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
LETTER = (
    "From: Netnet <service@netnet.example>\r\nTo: {to}\r\nMessage-ID: <{header_id}>\r\nSubject: Votre demande\r\n"
    "Date: Tue, 3 Nov 2026 10:12:00 +0100\r\n\r\nBonjour David,\r\n\r\nVoici la réponse.\r\n"
)


def test_reports_of_postfix_are_read_and_said_of_their_letter() -> None:
    if shutil.which("postfix") is None:
        pytest.skip(f"Postfix is missing: {INSTALL}")
    if os.geteuid() != 0:
        pytest.skip("Postfix needs root, as in CI: sudo ./visavis test --slow")
    with (
        peer_running() as peer,
        tempfile.TemporaryDirectory(prefix="visavis-postfix-") as folder,
        postfix_running(Path(folder), relay=peer.port) as postfix,
    ):
        for name, answer in answers.ANSWERS.items():
            stage = "dot " if name in answers.AFTER_THE_LETTER else ""
            peer.answers[stage + answers.address_of(name)] = answer
        for name in answers.NAMES:
            send(postfix.port, name)
        limit = time.monotonic() + 180
        found: dict[str, bytes] = {}
        while len(found) < len(answers.reports()) and time.monotonic() < limit:
            time.sleep(1)
            found = {
                name_of(one.raw): one.raw
                for one in postfix.letters
                if one.recipients == ("service@netnet.example",)
            }

    assert sorted(found) == sorted(report for report, _letter, _final in answers.reports())
    if os.environ.get("VISAVIS_KEEP_REPORTS"):
        for name, raw in found.items():
            (REPORTS / f"{name}.eml").write_bytes(raw)
    for report, letter, is_final in answers.reports():
        check(found[report], letter, is_final=is_final)


def send(port: int, name: str) -> None:
    """One letter to whom refuses it so."""
    to = answers.address_of(name)
    with smtplib.SMTP("localhost", port, timeout=60) as client:
        raw = LETTER.format(to=to, header_id=answers.header_id_of(name)).encode()
        client.sendmail("service@netnet.example", [to], raw)


def name_of(raw: bytes) -> str:
    """Of which letter a report is, and whether it gives up."""
    told = re.search(rb"^Message-ID: <(\w+)@netnet\.example>", raw, re.MULTILINE)
    assert told
    name = told[1].decode()
    if not answers.is_for_now(name):
        return name
    return f"{name}_{'delayed' if re.search(rb'^Action: delayed', raw, re.MULTILINE) else 'given_up'}"
