"""What leaves is a letter that other programs read as we meant it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.channels.email.compose import compose
from visavis.domain.flows.outbound_email import Joined, Outgoing, Quoted

if TYPE_CHECKING:
    from email.message import EmailMessage

PARIS = ZoneInfo("Europe/Paris")
LETTER = Outgoing(
    header_id="abc@netnet.example",
    in_reply_to="one@client.example",
    references=["zero@client.example", "one@client.example"],
    sender=("Élodie, de Netnet", "bonjour@netnet.example"),
    reply_to="bonjour+c-12-0123456789ab@netnet.example",
    to=[("Zoé « l’été » Müller", "zoe@example.fr")],
    cc=[("Ordinary Name", "autre@example.fr")],
    recipients=["zoe@example.fr", "autre@example.fr"],
    subject="Re: Ma box clignote depuis l’été dernier, et l’œuvre de réparation n’avance pas [#12-0123456789ab]",
    text="Bonjour Zoé,\n\nVoici : https://netnet.example/aide?a=1&b=2.\n.\nÀ bientôt <3",
    signature="Élodie\nNetnet",
    quoted=Quoted("Zoé Müller", datetime(2026, 11, 20, 9, 5, tzinfo=PARIS), "Ma box clignote.\n\nMerci"),
    link="",
    brand_name="Netnet",
    colour="#2B45C4",
    language="fr",
    is_automatic=False,
    mark="f" * 32,
    at=datetime(2026, 11, 21, 10, 0, tzinfo=PARIS),
)


def raw(letter: Outgoing) -> bytes:
    with compose(letter) as file:
        return file.read()


def read(letter: Outgoing) -> EmailMessage:
    return message_from_bytes(raw(letter), policy=policy.default)


def body(letter: Outgoing, kind: str) -> str:
    part = read(letter).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_headers_read_as_they_were_meant() -> None:
    told = read(LETTER)

    assert [(who.display_name, who.addr_spec) for who in told["From"].addresses] == [LETTER.sender]
    assert [(who.display_name, who.addr_spec) for who in told["To"].addresses] == LETTER.to
    assert [(who.display_name, who.addr_spec) for who in told["Cc"].addresses] == LETTER.cc
    assert [who.addr_spec for who in told["Reply-To"].addresses] == [LETTER.reply_to]
    assert str(told["Subject"]) == LETTER.subject
    assert (told["Message-ID"], told["In-Reply-To"]) == ("<abc@netnet.example>", "<one@client.example>")
    assert str(told["References"]).split() == ["<zero@client.example>", "<one@client.example>"]
    assert (told["Date"].datetime, told["X-Visavis-Mark"]) == (LETTER.at, LETTER.mark)
    assert (told["Auto-Submitted"], told["Bcc"]) == (None, None)
    assert [type(defect).__name__ for part in told.walk() for defect in part.defects] == []


def test_lines_are_short_ascii_and_end_as_they_must() -> None:
    lines = raw(LETTER).split(b"\r\n")

    assert max(map(len, lines)) <= 78
    assert b"\n" not in b"".join(lines)
    assert raw(LETTER).isascii()


def test_the_text_ends_with_its_signature_then_what_it_answers() -> None:
    expected = (
        "Bonjour Zoé,\n\nVoici : https://netnet.example/aide?a=1&b=2.\n.\nÀ bientôt <3\n\n-- \nÉlodie\nNetnet\n\n"
        "Le ven. 20 nov. 2026 à 09:05, Zoé Müller a écrit\u00a0:\n> Ma box clignote.\n>\n> Merci\n"
    )
    told = body(LETTER, "plain").rstrip("\n") + "\n"

    assert re.sub(r"Le \w+\.? 20 \w+\.? 2026", "Le ven. 20 nov. 2026", told) == expected


def test_the_html_bears_the_brand_loads_nothing_and_folds_what_it_answers() -> None:
    told = body(LETTER, "html")

    assert "border-top:4px solid #2B45C4" in told
    assert '<a href="https://netnet.example/aide?a=1&amp;b=2">' in told
    assert "À bientôt &lt;3" in told
    assert '<blockquote type="cite" class="gmail_quote"' in told
    assert not re.search(r"<(img|script|link|style|iframe)|url\(|src=", told)


def test_a_hostile_subject_name_or_colour_adds_no_header_and_no_style() -> None:
    letter_of_eve = replace(
        LETTER,
        subject="Bonjour\r\nBcc: eve@example.fr",
        to=[("David\r\nX-Eve: 1", "david@example.fr")],
        colour="red;background:url(//eve)",
        in_reply_to="a>\r\nX-Eve: 2",
    )

    told = read(letter_of_eve)

    assert (told["Bcc"], told["X-Eve"]) == (None, None)
    assert str(told["Subject"]) == "Bonjour Bcc: eve@example.fr"
    assert "//eve" not in body(letter_of_eve, "html")


def test_an_acknowledgement_says_that_no_person_wrote_it() -> None:
    letter = replace(LETTER, is_automatic=True, quoted=None, link="https://aide.example/demande/l/jeton/")
    told = read(letter)

    assert (told["Auto-Submitted"], told["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert "https://aide.example/demande/l/jeton/" in body(letter, "plain")
    assert '<a href="https://aide.example/demande/l/jeton/">' in body(letter, "html")


@pytest.mark.parametrize(
    "name",
    [
        "facture.pdf",
        "Relevé d’été – œuvre n° 12.pdf",
        'guillemets " et \\ barre.pdf',
        "un nom vraiment très long " * 6 + "à la fin.pdf",
        "日本語.pdf",
    ],
)
def test_files_arrive_whole_under_their_name(name: str) -> None:
    content = bytes(range(256)) * 1000
    pieces = [content[start : start + 7001] for start in range(0, len(content), 7001)]
    letter = replace(LETTER, files=[Joined(name, "application/pdf", lambda: iter(pieces))])

    [part] = list(read(letter).iter_attachments())

    assert (part.get_filename(), part.get_content_type()) == (name, "application/pdf")
    assert part.get_content() == content
    assert max(map(len, raw(letter).split(b"\r\n"))) <= 200


@given(st.text(max_size=300), st.text(max_size=80), st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_words_come_back_as_they_went(text: str, name: str, subject: str) -> None:
    letter = replace(
        LETTER, text=text, subject=subject, quoted=None, to=[(name, "zoe@example.fr")], signature="Élodie"
    )

    told = read(letter)

    assert told["Message-ID"] == "<abc@netnet.example>"
    assert [who.addr_spec for who in told["To"].addresses] == ["zoe@example.fr"]
    assert raw(letter).isascii()
    assert max(map(len, raw(letter).split(b"\r\n"))) < 998
    if text.isprintable():
        assert body(letter, "plain").startswith(text.strip())
