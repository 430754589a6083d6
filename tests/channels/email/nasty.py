"""Mails that go wrong in real life, each with what a reader must find in it: written by hand from the formats."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

People = list[tuple[str, str]]
TOP = "From: Anne <anne@client.example>\r\nTo: sav@netnet.example\r\nDate: Tue, 3 Nov 2026 11:02:00 +0100\r\n"


@dataclass(frozen=True)
class Nasty:
    """The bytes, and the fields that matter; what is None is not looked at."""

    raw: bytes
    subject: str | None = None
    people: People | None = None  # of From
    to: People | None = None
    reply_to: People | None = None
    text: str | None = None
    files: list[tuple[str, str]] | None = None  # names and types
    kind: str = "ordinary"
    sealed: tuple[str, ...] | None = None
    more: dict[str, object] = field(default_factory=dict)


def plain(charset: str, body: bytes, *, top: str = TOP, subject: str = "Box") -> bytes:
    """A text in this charset, or in what says to be it."""
    head = (
        f"{top}Subject: {subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n"


def headed(*lines: str | bytes, body: bytes = b"Bonjour\r\n") -> bytes:
    """A mail with these header lines."""
    return (
        b"\r\n".join(line.encode() if isinstance(line, str) else line for line in lines) + b"\r\n\r\n" + body
    )


def parts(kind: str, *inside: bytes, boundary: str = "=_x", top: str = TOP) -> bytes:
    """A multipart of these parts, each with its own header."""
    head = f'{top}Subject: Box\r\nMIME-Version: 1.0\r\nContent-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    mark = f"--{boundary}".encode()
    return head.encode() + b"".join(mark + b"\r\n" + part + b"\r\n" for part in inside) + mark + b"--\r\n"


def part(fields: str, body: bytes) -> bytes:
    """One part."""
    return fields.encode() + b"\r\n\r\n" + body


HELLO = part("Content-Type: text/plain; charset=utf-8", "Voilà".encode())
PDF = base64.encodebytes(b"%PDF-1.4 x").replace(b"\n", b"\r\n")

NASTY: dict[str, Nasty] = {
    # --- Charsets that lie
    "windows_1252_named_latin_1": Nasty(
        plain("iso-8859-1", "L’été à 20 € – « oui »…".encode("cp1252")), text="L’été à 20 € – « oui »…"
    ),
    "utf_8_named_latin_1": Nasty(
        plain("iso-8859-1", "Déjà réglé, cœur léger".encode()), text="Déjà réglé, cœur léger"
    ),
    "latin_1_named_utf_8": Nasty(
        plain("utf-8", "Déjà réglé à Noël".encode("latin-1")), text="Déjà réglé à Noël"
    ),
    "latin_1_named_ascii": Nasty(
        plain("us-ascii", "Déjà réglé à Noël".encode("latin-1")), text="Déjà réglé à Noël"
    ),
    "charset_unknown": Nasty(plain("x-unknown", "Déjà réglé".encode()), text="Déjà réglé"),
    "charset_default": Nasty(plain("default_charset", "Déjà réglé".encode("cp1252")), text="Déjà réglé"),
    "utf_7": Nasty(plain("utf-7", b"D+AOk-j+AOA- r+AOk-gl+AOk-"), text="Déjà réglé"),
    "iso_2022_jp": Nasty(plain("iso-2022-jp", "こんにちは".encode("iso-2022-jp")), text="こんにちは"),
    "gb18030_named_gb2312": Nasty(plain("gb2312", "您好，账单€".encode("gb18030")), text="您好，账单€"),
    "koi8_r": Nasty(plain("koi8-r", "Добрый день".encode("koi8-r")), text="Добрый день"),
    "macintosh": Nasty(plain("macintosh", "Déjà réglé".encode("mac-roman")), text="Déjà réglé"),
    "quotes_around_charset": Nasty(plain("'utf-8'", "Déjà".encode()), text="Déjà"),
    "utf_16_with_its_mark": Nasty(
        part(
            f"{TOP}Subject: Box\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-16\r\n"
            "Content-Transfer-Encoding: base64",
            base64.encodebytes("Déjà réglé".encode("utf-16")),
        ),
        text="Déjà réglé",
    ),
    "html_that_says_another_charset": Nasty(
        part(
            f"{TOP}Subject: Box\r\nMIME-Version: 1.0\r\nContent-Type: text/html",
            '<html><head><meta charset="utf-8"></head><body><p>Déjà réglé</p></body></html>'.encode(),
        ),
        text="Déjà réglé",
    ),
    # --- Headers
    "words_glued": Nasty(
        plain("utf-8", b"x", subject="=?utf-8?q?D=C3=A9j=C3=A0?==?utf-8?q?_r=C3=A9gl=C3=A9?="),
        subject="Déjà réglé",
    ),
    "word_split_in_a_letter": Nasty(
        plain("utf-8", b"x", subject="=?utf-8?B?UsM=?=\r\n =?utf-8?B?qWY=?= 12"), subject="Réf 12"
    ),
    "word_with_spaces_in_it": Nasty(
        plain("utf-8", b"x", subject="=?utf-8?Q?D=C3=A9j=C3=A0 r=C3=A9gl=C3=A9?="), subject="Déjà réglé"
    ),
    "word_in_quotes": Nasty(
        headed(
            'From: "=?utf-8?Q?Ren=C3=A9e_L?=" <r@client.example>', "To: sav@netnet.example", "Subject: Box"
        ),
        people=[("Renée L", "r@client.example")],
    ),
    "word_in_windows_1252": Nasty(
        plain("utf-8", b"x", subject="=?iso-8859-1?Q?L=92=E9t=E9_=80?="), subject="L’été €"
    ),
    "eight_bit_header": Nasty(
        headed(
            "From: Zoé Tournée <z@client.example>".encode("latin-1"),
            "To: sav@netnet.example",
            "Subject: Été réglé".encode(),
        ),
        people=[("Zoé Tournée", "z@client.example")],
        subject="Été réglé",
    ),
    "group_and_comment": Nasty(
        headed(
            "From: anne@client.example (Anne (la) Grande)",
            'To: Amis: bob@a.example, "D, C" <c@b.example>;, undisclosed-recipients:;',
            "Subject: Box",
        ),
        people=[("Anne (la) Grande", "anne@client.example")],
        to=[("", "bob@a.example"), ("D, C", "c@b.example")],
    ),
    "name_with_a_comma_and_no_quotes": Nasty(
        headed("From: Dupré, Martine <m@client.example>", "To: sav@netnet.example", "Subject: Box"),
        people=[("Dupré, Martine", "m@client.example")],
    ),
    "international_domain": Nasty(
        headed("From: Anne <anne@xn--lectricit-d4ab.example>", "To: sav@netnet.example", "Subject: Box"),
        people=[("Anne", "anne@xn--lectricit-d4ab.example")],
    ),
    "from_missing": Nasty(
        headed("Sender: scan@client.example", "To: sav@netnet.example", "Subject: Scan"), people=[]
    ),
    "reply_to_several": Nasty(
        headed(
            "From: a@client.example",
            "Reply-To: A <a@client.example>,\r\n B <b@client.example>",
            "To: sav@netnet.example",
            "Subject: Box",
        ),
        reply_to=[("A", "a@client.example"), ("B", "b@client.example")],
    ),
    "subject_missing": Nasty(
        headed("From: a@client.example", "To: sav@netnet.example"), subject="", text="Bonjour"
    ),
    "subject_folded_with_tabs": Nasty(
        headed(
            "From: a@client.example", "To: sav@netnet.example", "Subject: Ma box\r\n\tne marche\r\n  plus"
        ),
        subject="Ma box ne marche plus",
    ),
    # --- Names of files
    "name_continued": Nasty(
        parts(
            "mixed",
            HELLO,
            part(
                "Content-Type: application/pdf;\r\n name*0*=utf-8''Facture%20d%27ao%C3%BB;\r\n name*1*=t%202026;\r\n name*2=.pdf\r\n"
                "Content-Transfer-Encoding: base64",
                PDF,
            ),
        ),
        text="Voilà",
        files=[("Facture d'août 2026.pdf", "application/pdf")],
    ),
    "names_that_disagree": Nasty(
        parts(
            "mixed",
            HELLO,
            part(
                'Content-Type: application/pdf; name="=?utf-8?Q?ao=C3=BBt.pdf?="\r\nContent-Transfer-Encoding: base64\r\n'
                "Content-Disposition: attachment; filename*=UTF-8''ao%C3%BBt.pdf; filename=\"aout.pdf\"",
                PDF,
            ),
        ),
        files=[("août.pdf", "application/pdf")],
    ),
    "name_with_a_path": Nasty(
        parts(
            "mixed",
            HELLO,
            part(
                "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
                'Content-Disposition: attachment; filename="C:\\\\Users\\\\Anne\\\\facture.pdf"',
                PDF,
            ),
        ),
        files=[("facture.pdf", "application/pdf")],
    ),
    "name_missing": Nasty(
        parts(
            "mixed", HELLO, part("Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64", PDF)
        ),
        text="Voilà",
        more={"count": 1, "suffix": ".pdf"},
    ),
    # --- Parts
    "related_inside_mixed": Nasty(
        parts(
            "mixed",
            parts(
                "related",
                part("Content-Type: text/html; charset=utf-8", '<p>Voilà <img src="cid:i1"></p>'.encode()),
                part(
                    "Content-Type: image/png\r\nContent-ID: <i1>\r\nContent-Transfer-Encoding: base64",
                    base64.b64encode(b"\x89PNG\r\n\x1a\n"),
                ),
                boundary="in",
                top="",
            ).split(b"\r\n", 2)[2],
            part('Content-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64', PDF),
        ),
        text="Voilà",
        more={"count": 2},
    ),
    "boundary_of_strange_letters": Nasty(
        parts("mixed", HELLO, boundary="=_(a)'+_,-./:=? b"), text="Voilà", files=[]
    ),
    "boundary_that_begins_another": Nasty(
        parts("mixed", HELLO, parts("alternative", HELLO, boundary="=_x1", top="").split(b"\r\n", 2)[2]),
        more={"has": "Voilà"},
    ),
    "mail_inside": Nasty(
        parts(
            "mixed",
            HELLO,
            part("Content-Type: message/rfc822", plain("utf-8", b"x", subject="=?utf-8?Q?Pi=C3=A8ce?=")),
        ),
        text="Voilà",
        files=[("Pièce.eml", "message/rfc822")],
    ),
    "only_a_file": Nasty(
        part(
            f'{TOP}Subject: Scan\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf; name="scan.pdf"\r\nContent-Transfer-Encoding: base64',
            PDF,
        ),
        text="",
        files=[("scan.pdf", "application/pdf")],
    ),
    "only_html": Nasty(
        part(
            f"{TOP}Subject: Box\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8",
            "<div>Déjà<br>réglé&nbsp;!</div>".encode(),
        ),
        text="Déjà\nréglé !",
        files=[],
    ),
    "nothing_in_it": Nasty(
        headed("From: a@client.example", "To: sav@netnet.example", "Subject: Box", body=b""),
        text="",
        files=[],
    ),
    "base64_with_rubbish": Nasty(
        part(
            f"{TOP}Subject: Box\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: BASE64 ",
            b"RMOp!!asOg\r\n\r\n*IHLDqWds w6k=\r\n-- \r\n",
        ),
        more={"begins": "Déj"},
    ),
    "quoted_printable_that_is_not": Nasty(
        part(
            f"{TOP}Subject: Box\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
            b"100 = 50 + 50 =3D 100 =ZZ d=C3=A9j=C3=A0=",
        ),
        text="100 = 50 + 50 = 100 =ZZ déjà",
    ),
    "flowed_delsp": Nasty(
        part(
            f"{TOP}Subject: Box\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8; format=flowed; DelSp=yes",
            b"Ma box ne mar \r\nche  \r\nplus.\r\n-- \r\nAnne\r\n",
        ),
        more={"begins": "Ma box ne marche plus."},
    ),
    # --- Sealed, planned, automatic
    "signed": Nasty(
        parts(
            'signed; protocol="application/pkcs7-signature"; micalg=sha-256',
            HELLO,
            part(
                'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\nContent-Transfer-Encoding: base64',
                base64.b64encode(b"0\x82"),
            ),
        ),
        text="Voilà",
        sealed=("smime_signed",),
    ),
    "pgp_in_the_text": Nasty(
        plain("utf-8", b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n=abcd\r\n-----END PGP MESSAGE-----"),
        sealed=("pgp_encrypted",),
    ),
    "invitation_of_google": Nasty(
        parts(
            "alternative",
            HELLO,
            part(
                "Content-Type: text/calendar; charset=utf-8; method=REQUEST",
                "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART:20261103T090000Z\r\nDTEND:20261103T093000Z\r\n"
                "UID:x@google.com\r\nORGANIZER;CN=Anne:mailto:anne@client.example\r\nSUMMARY:Rendez-vous\\, relevé\r\nLOCATION:12 rue"
                " des Lilas\r\nEND:VEVENT\r\nEND:VCALENDAR".encode(),
            ),
        ),
        text="Voilà",
        more={"event": "Rendez-vous, relevé"},
    ),
    "absence_of_outlook": Nasty(
        headed(
            "From: Anne <anne@client.example>",
            "To: sav@netnet.example",
            "Subject: =?utf-8?Q?R=C3=A9ponse_automatique=C2=A0:_Box?=",
            "X-Auto-Response-Suppress: All",
            "Auto-Submitted: auto-generated",
        ),
        kind="auto_reply",
        subject="Réponse automatique\xa0: Box",
    ),
}
