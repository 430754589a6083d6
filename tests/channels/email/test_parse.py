"""Whole mails: what is read, what is attached, what is repaired, and what is refused, within bounds."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from statistics import median

import pytest
from tests.channels.email.making import HEADER, TEXT, file, mail, multipart

from visavis.channels.email.mail import Mail, Unreadable
from visavis.channels.email.parse import parse
from visavis.channels.email.split import Limits

HERE = Path(__file__).parent
REFERENCES = json.loads((HERE / "messages.json").read_text(encoding="utf-8"))


def first_words(mail: Mail, count: int) -> str:
    return " ".join(mail.text.split()[:count])


# --- Mails of others --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REFERENCES)
def test_a_real_mail_says_what_its_reference_says(shared: Path, name: str) -> None:
    raw = (shared / "mail" / "messages" / name).read_bytes()
    expected = REFERENCES[name]
    if "unreadable" in expected:
        with pytest.raises(Unreadable, match=expected["unreadable"]):
            parse(raw)
        return

    read = parse(raw)

    assert read.subject.startswith(expected["subject"])
    assert [read.from_[0].name, read.from_[0].address] == expected["from"]
    assert read.date is not None
    assert read.date.isoformat() == expected["date"]
    assert [person.address for person in read.to][:3] == expected["to"]
    assert " ".join(read.text.split()).startswith(expected["first_words"])
    assert [part.name for part in read.attachments] == expected["attachments"]


def test_every_mail_of_the_corpora_is_read(shared: Path) -> None:
    files = [
        path
        for path in (shared / "mail").rglob("*")
        if path.is_file()
        and path.parent.name != "mail"
        and path.stem != "LICENSE"
        and path.suffix in {"", ".txt"}
    ]
    unreadable = {}
    for path in files:
        raw = path.read_bytes()
        try:
            read = parse(raw)
        except Unreadable as refused:
            unreadable[path.name] = refused.code
            continue
        assert "".join(piece.text for piece in read.shown) == read.text
        assert all(sum(map(len, part.content.chunks())) == part.size for part in read.attachments)

    assert len(files) > 130
    assert unreadable == {"mail_outlook_1": "outlook_file"}


def test_every_mail_of_the_tests_of_python_is_read() -> None:
    if find_spec("test") is None or (spec := find_spec("test.test_email")) is None or not spec.origin:
        pytest.skip("This Python came without its own tests (test.test_email)")
    files = sorted((Path(spec.origin).parent / "data").glob("*.txt"))
    if not files:
        pytest.skip("This Python came without the mails of its own tests")
    unreadable = {}
    for path in files:
        try:
            parse(path.read_bytes())
        except Unreadable as refused:
            unreadable[path.name] = refused.code

    assert len(files) > 40
    assert unreadable == {"msg_19.txt": "not_a_mail"}  # lines that no header stands before


# --- What is read -----------------------------------------------------------------------------------------------


def test_a_plain_mail_is_read() -> None:
    read = parse(BytesIO(mail()), house="netnet")

    assert (read.subject, read.text, read.kind, read.oddities) == ("Ma commande", "Bonjour\n", "ordinary", ())
    assert read.message_id == "m1@client.example"


def test_the_text_is_preferred_and_the_html_is_kept() -> None:
    html = 'Content-Type: text/html\n\n<p>Bonjour <img src="cid:logo@x"></p>'
    image = file(b"GIF89a", 'Content-Type: image/gif; name="logo.gif"\nContent-ID: <logo@x>\n')
    other = file(b"%PDF-", 'Content-Type: application/pdf; name="facture.pdf"\nContent-ID: <other@x>\n')

    read = parse(multipart(TEXT, html, image, other, kind="alternative"))

    assert read.text == "Bonjour\n"
    assert read.html == '<p>Bonjour <img src="cid:logo@x"></p>'
    assert [(part.name, part.is_inline, part.content.read()) for part in read.attachments] == [
        ("logo.gif", True, b"GIF89a"),
        ("facture.pdf", False, b"%PDF-"),
    ]


def test_html_alone_gives_its_text_and_so_does_a_text_that_only_tells_of_html() -> None:
    html = "Content-Type: text/html\n\n<p>Le <b>colis</b></p>"
    talk = "Content-Type: text/plain\n\nThis message is in HTML format."

    assert parse(mail("<p>Le <b>colis</b></p>", "Content-Type: text/html\n")).text == "Le colis"
    assert parse(multipart(talk, html, kind="alternative")).text == "Le colis"


def test_a_forwarded_mail_is_one_attachment_named_by_its_subject() -> None:
    inside = "Content-Type: message/rfc822\n\nSubject: =?utf-8?Q?L=27=C3=A9t=C3=A9?=\nMessage-ID: <x@y>\n\n--frontierex\nBonjour\n"

    read = parse(multipart(TEXT, inside))

    assert [(part.name, part.media_type) for part in read.attachments] == [("L'été.eml", "message/rfc822")]
    assert read.attachments[0].content.read().startswith(b"Subject: =?utf-8")


def test_flowed_lines_are_joined_and_a_signature_is_not() -> None:
    flowed = "Content-Type: text/plain; charset=utf-8; format=flowed\n"
    body = "Une ligne \ncoupée.\n> citée \n> aussi\n From here\n-- \nDavid\n"

    assert parse(mail(body, flowed)).text == "Une ligne coupée.\n> citée aussi\nFrom here\n-- \nDavid\n"
    assert (
        parse(mail("extra \nordinaire\n", flowed.replace("flowed\n", "flowed; delsp=yes\n"))).text
        == "extraordinaire\n"
    )


ZONED = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:e1@x
SUMMARY:Réunion
DTSTART;TZID=Europe/Paris:20251103T101200
DTEND;TZID=Europe/Paris:20251103T111200
LOCATION:Salle 2
ORGANIZER;CN=Chloé:mailto:chloe@netnet.example
DESCRIPTION:Le colis
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_is_read_and_kept() -> None:
    read = parse(multipart(f"Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n{ZONED}"))

    (event,) = read.invitations
    assert (event.method, event.summary, event.place, event.organiser) == (
        "REQUEST",
        "Réunion",
        "Salle 2",
        "Chloé",
    )
    assert str(event.starts) == "2025-11-03 10:12:00+01:00"
    assert read.text.split("\n")[:2] == ["Réunion", "2025-11-03 10:12 CET → 2025-11-03 11:12 CET"]
    assert [part.media_type for part in read.attachments] == ["text/calendar"]


def test_a_calendar_that_cannot_be_read_is_kept() -> None:
    read = parse(
        multipart(TEXT, "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:hier\n")
    )

    assert len(read.attachments) == 1
    assert read.text == "Bonjour\n"


def test_tags_of_addresses_and_of_the_subject_are_found() -> None:
    header = HEADER.replace("<service@netnet.example>", "<service+c-ab12@netnet.example>").replace(
        "Ma commande", "Re: [#N-42] x"
    )
    raw = mail(header="Delivered-To: service+d@netnet.example\n" + header)

    read = parse(raw)

    assert (read.tags, read.subject_tags) == (("d", "c-ab12"), ("N-42",))


def test_the_same_mail_by_another_way_has_the_same_fingerprint() -> None:
    by_another = mail(
        header="Received: from a by b; Mon, 3 Nov 2025 11:02:01 +0100\nDelivered-To: x@y.z\n" + HEADER
    )

    assert parse(mail()).fingerprint == parse(by_another).fingerprint
    assert parse(mail()).fingerprint != parse(mail("Autre\n")).fingerprint


# --- What is repaired -------------------------------------------------------------------------------------------

BROKEN = [
    (b"\r\n\r\n" + mail(), "Bonjour\n", ()),
    (mail().replace(b"\r\n", b"\n"), "Bonjour\n", ()),
    (mail().replace(b"\r\n", b"\r"), "Bonjour\n", ()),
    (b"From david@client.example Mon Nov  3 11:02:00 2025\r\n" + mail(), "Bonjour\n", ()),
    (multipart(TEXT).replace(b"--frontiere--\r\n", b""), "Bonjour\n\n", ("boundary_not_closed",)),
    (multipart(TEXT).replace(b"boundary=frontiere", b"boundary=autre"), "Bonjour\n", ("boundary_guessed",)),
    (multipart(TEXT).replace(b"; boundary=frontiere", b""), "Bonjour\n", ("boundary_guessed",)),
    (mail("Bonjour\n", "Content-Type: multipart/mixed; boundary=x\n"), "Bonjour\n", ("boundary_missing",)),
    (mail("Qm9uam91cg", "Content-Transfer-Encoding: base64\n"), "Bonjour", ()),
    (mail("Qm9u*am91\ncg==\nIA==", "Content-Transfer-Encoding: base64\n"), "Bonjour ", ()),
    (mail("Qm9uam91cgo=A", "Content-Transfer-Encoding: base64\n"), "Bonjour\n", ("transfer_broken",)),
    (
        mail("Bon=6Aour =\nDavid =ZZ\n", "Content-Transfer-Encoding: quoted-printable\n"),
        "Bonjour David =ZZ\n",
        (),
    ),
    (mail("Bonjour\n", "Content-Type: text\nContent-Transfer-Encoding: rien\n"), "Bonjour\n", ()),
    (mail("Bon\0jour\n"), "Bonjour\n", ("nul_characters",)),
    (mail("Bonjour\n", "X-Long: a\nsans blanc\nX-Autre: b\n"), "Bonjour\n", ("header_broken",)),
]


@pytest.mark.parametrize(("raw", "text", "oddities"), BROKEN)
def test_what_is_broken_is_read_as_far_as_possible(raw: bytes, text: str, oddities: tuple[str, ...]) -> None:
    read = parse(raw)

    assert (read.text.rstrip("\n"), read.oddities) == (text.rstrip("\n"), oddities)
    assert read.subject == "Ma commande"


def test_what_is_missing_is_named() -> None:
    assert parse(b"Subject: x\n\nBonjour").oddities == ("from_missing", "message_id_missing", "date_missing")
    assert parse(mail(header=HEADER + "From: autre@client.example\n")).oddities == ("from_twice",)


# --- What is refused, and the bounds ----------------------------------------------------------------------------

NESTED = "".join(f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n" for level in range(200))
BOMBS = [
    (b"", "empty"),
    (b"\n\n\n", "empty"),
    (b"bonjour", "not_a_mail"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "outlook_file"),
    ((HEADER + NESTED).encode(), "too_deep"),
    (multipart(*[TEXT] * 1500), "too_many_parts"),
    (mail(fields="X-A: b\n" * 3000), "too_many_headers"),
    (mail(fields="X-A: " + "b" * 600_000 + "\n"), "headers_too_large"),
    (multipart(*["X-A: " + "b" * 10_000 + "\n\nx"] * 300), "headers_too_large"),
]


@pytest.mark.parametrize(("raw", "code"), BOMBS)
def test_a_bomb_goes_to_quarantine_with_its_reason(raw: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(raw)

    assert refused.value.code == code


def test_a_mail_beyond_the_size_is_refused_wherever_it_is_large() -> None:
    limits = Limits(size=10_000)

    for raw in (mail("a" * 20_000), mail(header="a" * 20_000), multipart(TEXT, TEXT) + b"a" * 20_000):
        with pytest.raises(Unreadable, match="too_large"):
            parse(raw, limits=limits)


def test_a_zip_is_not_opened_and_a_long_text_is_attached_whole() -> None:
    archive = file(b"PK\x03\x04" + bytes(1000), "Content-Type: application/zip; name=a.zip\n")

    read = parse(multipart("Content-Type: text/plain\n\n" + "mot " * 400_000, archive))

    assert read.oddities == ("text_cut",)
    assert len(read.text) == 1 << 20
    assert [(part.name, part.size) for part in read.attachments] == [("text.txt", 1_600_000), ("a.zip", 1004)]


def test_multiparts_without_boundaries_inside_one_another_are_read_again_once() -> None:
    nested = TEXT
    for level in range(20):
        nested = f"Content-Type: multipart/mixed\n\n--b{level}\n{nested}\n--b{level}--\n"

    assert "Bonjour" in parse((HEADER + nested).encode()).text


MEASURE = """
import resource, sys, tracemalloc
from visavis.channels.email.parse import parse

class Endless:
    def __init__(self, head, line, count, tail):
        self.pieces = [head]; self.line = line; self.count = count; self.tail = tail
    def read(self, size):
        if self.pieces:
            return self.pieces.pop()
        if self.count:
            now = min(self.count, size // len(self.line)); self.count -= now
            return self.line * now
        tail, self.tail = self.tail, b""
        return tail

head = (b"From: a@b.fr\\r\\nContent-Type: multipart/mixed; boundary=B\\r\\n\\r\\n--B\\r\\nContent-Type: application/pdf; name=a.pdf\\r\\n"
        b"Content-Transfer-Encoding: base64\\r\\n\\r\\n")
line = b"QUJD" * 19 + b"\\r\\n"
parse(head + line + b"--B--")  # modules and caches are loaded
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
tracemalloc.start()
mail = parse(Endless(head, line, 920_000, b"--B--\\r\\n"))
assert mail.attachments[0].size == 920_000 * 57, mail.attachments
total = sum(len(chunk) for chunk in mail.attachments[0].content.chunks())
print(total, tracemalloc.get_traced_memory()[1], (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


def test_an_attachment_of_50_mb_takes_a_few_mb_of_memory() -> None:
    out = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True)

    total, peak, grown = map(int, out.stdout.split())
    assert total == 52_440_000
    assert peak < 4 << 20  # 1.4 MB
    assert grown < 12 << 20


def test_an_ordinary_mail_takes_less_than_five_milliseconds() -> None:
    raws = [path.read_bytes() for path in (HERE / "clients").glob("*.eml")]
    for raw in raws:
        parse(raw)
    times = []
    for raw in raws * 3:
        start = time.process_time()
        parse(raw)
        times.append(time.process_time() - start)

    assert len(times) > 60
    assert median(times) < 0.005


class Dribbling(BytesIO):
    """A stream that gives a few bytes at a time, as a slow socket does."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(7, size or 7) if size != -1 else 7)


def test_where_the_stream_is_cut_changes_nothing() -> None:
    picture = file(bytes(range(256)) * 4, "Content-Type: image/png; name=a.png\n")
    raws = [path.read_bytes() for path in (HERE / "clients").glob("*.eml")]
    raws += [
        multipart("\n--\n--fron\n--frontier", "X: y\n\n--frontierex\n--", picture),
        multipart(multipart(TEXT).decode(), TEXT, boundary="f"),
    ]

    for raw in raws:
        whole, dribbled = parse(raw), parse(Dribbling(raw))

        assert dribbled == whole
        assert [part.content.read() for part in dribbled.attachments] == [
            part.content.read() for part in whole.attachments
        ]
