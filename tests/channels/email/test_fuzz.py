"""Mails that no program would write: the reader answers with a mail or with a reason, in bounded time."""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.channels.email.making import HEADER, TEXT, multipart

from visavis.channels.email.mail import Content, Mail, Unreadable
from visavis.channels.email.parse import parse

CLIENTS = sorted((Path(__file__).parent / "clients").glob("*.eml"))
NAMES = [
    "From", "To", "Cc", "Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Transfer-Encoding",
    "Content-Disposition", "Content-ID", "Received", "Return-Path", "Authentication-Results", "Auto-Submitted", "X-A",
]  # fmt: skip
VALUES = [
    "multipart/mixed; boundary=B", "multipart/alternative; boundary=B", "multipart/report; report-type=delivery-status; boundary=B",
    "multipart/signed; boundary=C", "text/plain; charset=utf-7", "text/html; charset=x", "message/rfc822", "message/delivery-status",
    "application/ms-tnef", "text/calendar", "text/plain; format=flowed; delsp=yes", "base64", "quoted-printable", "x-uuencode",
    "=?utf-8?Q?=C3?= =?utf-16?B?2AA=?=", "=?utf-7?Q?+2AA-?=", "attachment; filename*0*=utf-8''%ED%A0%80", "<a@b> (c", '"a" <b@c', "Mon, 3 Nov 2025 10:12:00 +0100",
]  # fmt: skip
LINES = [
    "--B", "--B--", "--C", "--C--", "", "Bonjour", "> cité", "begin 644 a", "end", "M" + "`" * 60, "Action: failed", "Final-Recipient: rfc822; a@b.c",
    "BEGIN:VCALENDAR", "BEGIN:VEVENT", "DTSTART:20251103", "RRULE:FREQ=X", "END:VEVENT", "END:VCALENDAR", "<div class=gmail_quote>", "</div>",
    "&#xd800;&#0;\ue000", "Qm9uam91cg==", "=ED=A0=80=00", "a@b.c: user unknown", "Le 3 nov. 2025 à 10:12, A <a@b.c> a", "écrit :",
]  # fmt: skip

LONGEST_SECONDS = 2.0  # of the processor, for what is under 100 kB
MOST_MEMORY = 40_000_000

field_lines = st.builds(
    "{}: {}".format, st.sampled_from(NAMES), st.sampled_from(VALUES) | st.text(max_size=30)
)
mails = st.lists(field_lines | st.sampled_from(LINES) | st.text(max_size=30), max_size=40).map("\r\n".join)


def texts(value: Any) -> list[str]:
    """All the texts that a mail holds."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for one in value for text in texts(one)]
    if is_dataclass(value) and not isinstance(value, Content):
        return [text for field in fields(value) for text in texts(getattr(value, field.name))]
    return []


def check(raw: bytes) -> Mail | None:
    """Read it; whatever was read can be stored and shown."""
    gc.disable()  # in a process of thousands of tests, what it sweeps up would be counted
    began = time.thread_time()
    try:
        read = parse(raw, authserv_ids=["mx.netnet.example"], house="netnet")
    except Unreadable as refused:
        if refused.code == "unexpected":
            raise
        return None
    finally:
        spent = time.thread_time() - began
        gc.enable()
        assert spent < LONGEST_SECONDS
    assert "".join(piece.text for piece in read.shown) == read.text
    assert not any(
        "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text) for text in texts(read)
    )
    assert all(sum(map(len, part.content.chunks())) == part.size for part in read.attachments)
    return read


@given(mails)
def test_a_mail_made_of_pieces_is_read_or_refused(raw: str) -> None:
    check((HEADER + raw).encode("utf-8", "surrogatepass").replace(b"\n", b"\r\n"))


@given(st.binary(max_size=500))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    check(raw)


@pytest.mark.slow
@settings(max_examples=40_000, deadline=None)
@given(mails, st.sampled_from(["\r\n", "\n", "\r"]))
def test_many_mails_made_of_pieces_are_read_or_refused(raw: str, end: str) -> None:
    check((HEADER + raw).encode("utf-8", "surrogatepass").replace(b"\r\n", end.encode()))


@pytest.mark.slow
@settings(max_examples=15_000, deadline=None)
@given(
    st.binary(max_size=2000),
    st.sampled_from(
        [
            "application/ms-tnef",
            "text/calendar",
            "text/html",
            "message/delivery-status",
            "text/rfc822-headers",
            "message/rfc822",
            "text/plain; charset=utf-7",
            "text/plain; format=flowed; delsp=yes",
            "text/plain; charset=gb18030",
        ]
    ),
)
def test_parts_of_any_bytes_are_read_or_refused(data: bytes, kind: str) -> None:
    head, tail = multipart(TEXT, f"Content-Type: {kind}\n\nXXX", kind="report").split(b"XXX")
    start = b"\x78\x9f\x3e\x22\x01\x00" if "tnef" in kind else b""

    check(head + start + data + tail)


@pytest.mark.slow
@settings(max_examples=3_000, deadline=None)
@given(
    st.sampled_from(NAMES),
    st.sampled_from([*VALUES, *LINES, *'(<"=,;:@\\ \t']),
    st.sampled_from(["", "x", " ", "(", "é@"]),
)
def test_a_field_that_repeats_itself_costs_little(name: str, value: str, between: str) -> None:
    many = (value + between) * (90_000 // (len(value + between) or 1))
    raw = f"{HEADER}{name}: {many[:90_000]}\n\n{many[:90_000]}\n".encode("utf-8", "surrogatepass")

    tracemalloc.start()
    try:
        check(raw)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_mails_with_broken_bytes_are_read_or_refused(shared: Path) -> None:
    files = CLIENTS + sorted(
        path for path in (shared / "mail").rglob("*") if path.is_file() and path.stat().st_size < 60_000
    )
    chance = random.Random(7)
    for path in files:
        raw = path.read_bytes()
        for _turn in range(40):
            broken = bytearray(raw)
            for _change in range(chance.randint(1, 12)):
                at = chance.randrange(len(broken))
                broken[at : at + chance.choice([0, 1, 1, 40])] = chance.randbytes(chance.choice([0, 1, 1, 3]))
            check(bytes(broken))
