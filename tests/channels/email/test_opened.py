"""winmail.dat and uuencode are opened within bounds; what is signed or ciphered is named and kept."""

from __future__ import annotations

import binascii
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.email.making import TEXT, file, mail, multipart

from visavis.channels.email.mail import Content, Spool
from visavis.channels.email.opened import rtf_words, tnef
from visavis.channels.email.parse import parse

# --- winmail.dat ------------------------------------------------------------------------------------------------


def attribute(level: int, name: int, value: bytes, kind: int = 6) -> bytes:
    return struct.pack("<BHHI", level, name, kind, len(value)) + value + struct.pack("<H", sum(value) % 65536)


def texts(**named: str) -> bytes:
    """MAPI properties with these numbers (in hexadecimal) and texts."""
    out = struct.pack("<I", len(named))
    for number, value in named.items():
        data = value.encode("utf-16-le") + b"\0\0"
        out += struct.pack("<HHII", 0x1F, int(number[1:], 16), 1, len(data)) + data + bytes(-len(data) % 4)
    return out


def winmail(*, body: bytes = b"Bonjour Bob\0", properties: bytes = struct.pack("<I", 0)) -> bytes:
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x800C, body)
        + attribute(1, 0x9003, properties)
        + attribute(2, 0x9002, bytes(14))
        + attribute(2, 0x8010, b"FACTUR~1.PDF\0")
        + attribute(2, 0x800F, b"%PDF-1.4 contenu")
        + attribute(2, 0x9005, texts(x3707="Facture été.pdf", x370E="application/pdf"))
    )


def attached(data: bytes) -> bytes:
    return multipart(file(data, "Content-Type: application/ms-tnef; name=winmail.dat\n"))


def test_a_winmail_is_opened() -> None:
    read = parse(attached(winmail()))

    assert [(part.name, part.media_type, part.content.read()) for part in read.attachments] == [
        ("Facture été.pdf", "application/pdf", b"%PDF-1.4 contenu")
    ]
    assert (read.text, read.oddities) == ("Bonjour Bob", ())


def test_the_text_of_the_mail_goes_before_that_of_its_winmail() -> None:
    both = multipart(TEXT, file(winmail(), "Content-Type: application/octet-stream; name=WINMAIL.DAT\n"))

    assert parse(both).text == "Bonjour\n"


def test_the_rtf_of_a_winmail_is_read_when_there_is_nothing_else() -> None:
    rtf = rb"{\rtf1\ansi Bonjour, \'e7a marche.\par Bob}"
    raw = struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf
    property_ = struct.pack("<IHHII", 1, 0x0102, 0x1009, 1, len(raw)) + raw + bytes(-len(raw) % 4)

    read = parse(attached(winmail(body=b"\0", properties=property_)))

    assert read.text.split() == ["Bonjour,", "ça", "marche.", "Bob"]


def test_compressed_rtf_is_undone() -> None:
    # The example of MS-OXRTFCP, 4.1: "{\rtf1\ansi\ansicpg1252\pard hello world}".
    data = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )

    assert rtf_words(data) == "hello world"


@pytest.mark.parametrize("cut", [3, 10, 40, 60, 90, 120, 150])
def test_a_winmail_that_is_cut_gives_what_it_has_and_is_kept(cut: int) -> None:
    read = parse(attached(winmail()[:cut]))

    assert "winmail.dat" in [part.name for part in read.attachments] or not read.oddities


@given(st.binary(max_size=400))
def test_any_bytes_after_the_signature_are_read_or_left(data: bytes) -> None:
    spool = Spool()
    spool.write(struct.pack("<IH", 0x223E9F78, 1) + data)

    opened = tnef(Content(spool, 0, spool.size))

    assert opened is not None
    assert all(part.size <= spool.size for part in opened.attachments)


def test_a_winmail_of_nothing_but_attributes_ends() -> None:
    start = time.thread_time()
    read = parse(attached(struct.pack("<IH", 0x223E9F78, 1) + attribute(2, 0x9002, b"") * 50_000))

    assert read.oddities == ("tnef_broken",)
    assert time.thread_time() - start < 2


# --- uuencode ---------------------------------------------------------------------------------------------------


def uuencoded(data: bytes, name: str) -> str:
    lines = [binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


def test_uuencoded_files_are_taken_out_of_the_text() -> None:
    body = f"Bonjour\n{uuencoded(b'a' * 100, 'un.txt')}Milieu\n{uuencoded(b'b', '../deux.txt')}Fin\n"

    read = parse(mail(body))

    assert read.text == "Bonjour\nMilieu\nFin\n"
    assert [(part.name, part.content.read()) for part in read.attachments] == [
        ("un.txt", b"a" * 100),
        ("deux.txt", b"b"),
    ]


def test_a_sentence_that_begins_is_left_alone() -> None:
    body = "begin 644 times\nand never end, my friend\n"

    assert parse(mail(body)).text == body


def test_a_part_that_says_it_is_uuencoded_is_decoded() -> None:
    part = f"Content-Type: image/gif; name=a.gif\nContent-Transfer-Encoding: x-uuencode\n\n{uuencoded(b'GIF89a', 'a.gif')}"

    assert parse(multipart(TEXT, part)).attachments[0].content.read() == b"GIF89a"


# --- Signed, ciphered -------------------------------------------------------------------------------------------

SEALS = [
    (
        multipart(TEXT, "Content-Type: application/pgp-signature; name=signature.asc\n\nx", kind="signed"),
        "pgp_signed",
        ["signature.asc"],
    ),
    (
        multipart(
            TEXT, file(b"x", "Content-Type: application/pkcs7-signature; name=smime.p7s\n"), kind="signed"
        ),
        "smime_signed",
        ["smime.p7s"],
    ),
    (
        multipart(
            "Content-Type: application/pgp-encrypted\n\nVersion: 1",
            "Content-Type: application/octet-stream; name=x.asc\n\nx",
            kind="encrypted",
        ),
        "pgp_encrypted",
        ["application", "x.asc"],
    ),
    (
        mail(
            "eA==\n",
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n",
        ),
        "smime_encrypted",
        ["smime.p7m"],
    ),
    (mail("-----BEGIN PGP MESSAGE-----\n\nabc\n"), "pgp_encrypted", []),
]


@pytest.mark.parametrize(("raw", "seal", "names"), SEALS)
def test_what_is_sealed_is_named_and_kept(raw: bytes, seal: str, names: list[str]) -> None:
    read = parse(raw)

    assert read.sealed == (seal,)
    assert [part.name for part in read.attachments] == names
