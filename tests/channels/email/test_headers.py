"""Fields are read as they are written: encoded well or badly, in any order, by any program."""

from __future__ import annotations

import time

import pytest

from visavis.channels.email.headers import addresses, date, identifiers, parameters, text
from visavis.channels.email.mail import Address

TEXTS = [
    (b"=?utf-8?Q?R=C3=A9ponse?=", "Réponse"),
    (b"=?utf-8?Q?R=C3=A9?= =?utf-8?Q?ponse?=", "Réponse"),
    (b"=?utf-8?Q?R=C3=A9?=\r\n =?utf-8?B?cG9uc2U=?= ok", "Réponse ok"),
    (b"=?utf-8?Q?R=C3?= =?utf-8?Q?=A9ponse?=", "Réponse"),  # a letter cut in two
    (b"=?iso-8859-1?Q?=E9t=E9?= =?utf-8?Q?=C3=A9t=C3=A9?=", "étéété"),
    (b"Re: =?UTF-8?B?w6l0w6k=?=", "Re: été"),
    (b"=?utf-8?B?w6l0w6k?=", "été"),  # no padding
    (b"=?utf-8?Q?l'=C3=A9t=C3=A9 dernier?=", "l'été dernier"),  # a blank inside
    (b"=?utf-8?Q?Quoi?=3F?=", "Quoi??"),
    (b"(=?utf-8?Q?=C3=A9?=)", "(é)"),
    (b"a=?utf-8?Q?=C3=A9?=b", "aéb"),
    (b"=?utf-8*fr?Q?=C3=A9?=", "é"),
    (b"=?x-unknown?Q?=C3=A9?=", "é"),
    (b"=?utf-8?Q?coup=C3=A9", "coupé"),
    (b"=?utf-8?X?rien?=", "=?utf-8?X?rien?="),
    (b"caf\xe9 cr\xe8me", "café crème"),
    ("café".encode(), "café"),
    (b"=?utf-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x"),
    (b"=?utf-8?Q?a=00b?=", "ab"),
    (b"a\r\n\tb", "a b"),
]


@pytest.mark.parametrize(("raw", "meant"), TEXTS)
def test_a_text_is_decoded(raw: bytes, meant: str) -> None:
    assert text(raw) == meant


PEOPLE = [
    (b"david@client.example", [("", "david@client.example")]),
    (b'"Martin, David" <david@CLIENT.example>', [("Martin, David", "david@client.example")]),
    (
        b"=?utf-8?Q?Chlo=C3=A9?= <c@x.example>, =?utf-8?Q?Martin,_D?= <d@x.example>",
        [("Chloé", "c@x.example"), ("Martin, D", "d@x.example")],
    ),
    (b"d@x.example (David)", [("David", "d@x.example")]),
    (b"d@x.example (David, le client)", [("David, le client", "d@x.example")]),
    (b"undisclosed-recipients:;", []),
    (
        b"Equipe: a@x.example, b@x.example;, c@x.example",
        [("", "a@x.example"), ("", "b@x.example"), ("", "c@x.example")],
    ),
    (b"a@x.example; b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
    (b"'David' <d@x.example>", [("David", "d@x.example")]),
    (b'"service@banque.example" <voleur@x.example>', [("service@banque.example", "voleur@x.example")]),
    (
        b"=?utf-8?Q?service=40banque=2Eexample?= <voleur@x.example>",
        [("service@banque.example", "voleur@x.example")],
    ),
    (b"=?utf-8?Q?=22Zo=C3=A9=22_=3Cz=40x=2Eexample=3E?=", [("Zoé", "z@x.example")]),
    (b"<>", []),
    (b"", []),
    (b"David", []),
    (b"David <d@x.example", [("David <", "d@x.example")]),
    (b"<@relay.example:d@x.example>", [("", "d@x.example")]),
    (b'"a b"@x.example', [("", '"ab"@x.example')]),
]


@pytest.mark.parametrize(("raw", "people"), PEOPLE)
def test_people_are_found(raw: bytes, people: list[tuple[str, str]]) -> None:
    assert addresses(raw) == tuple(Address(name, address) for name, address in people)


PARAMETERS = [
    (b'attachment; filename="a b.pdf"', "a b.pdf"),
    (b"attachment; filename=a b.pdf", "a b.pdf"),
    (b"attachment; filename*=utf-8''%C3%A9t%C3%A9.pdf", "été.pdf"),
    (b"attachment; filename*=iso-8859-1'fr'%E9t%E9.pdf; filename=ete.pdf", "été.pdf"),
    (b"attachment; filename*0*=utf-8''%C3%A9t; filename*1*=%C3%A9; filename*2=.pdf", "été.pdf"),
    (b"attachment;\r\n filename*1=b.pdf;\r\n filename*0=a", "ab.pdf"),
    (b'attachment; filename="=?utf-8?B?w6l0w6kucGRm?="', "été.pdf"),
    (b"attachment; filename==?utf-8?Q?=C3=A9t=C3=A9.pdf?=", "été.pdf"),
    (b'attachment; filename="\xe9t\xe9.pdf"', "été.pdf"),
    (b'attachment; filename="a;b\\"c.pdf"', 'a;b"c.pdf'),
    (b'attachment; filename="sans fin', "sans fin"),
    (b"attachment; FileName = a.pdf ;x=y", "a.pdf"),
    (b"attachment", ""),
]


@pytest.mark.parametrize(("raw", "name"), PARAMETERS)
def test_a_parameter_is_read(raw: bytes, name: str) -> None:
    found = parameters(raw)

    assert (found.value, found.get("filename")) == ("attachment", name)


DATES = [
    (b"Mon, 3 Nov 2025 10:12:00 +0100", "2025-11-03T10:12:00+01:00"),
    (b"Mon, 3 Nov 2025 10:12:00 +0100 (CET)", "2025-11-03T10:12:00+01:00"),
    (b"3 Nov 2025 10:12 GMT", "2025-11-03T10:12:00+00:00"),
    (b"Mon, 3 Nov 2025 10:12:00 -0000", "2025-11-03T10:12:00+00:00"),
    (b"lun., 3 nov. 2025 10:12:00 +0100", "2025-11-03T10:12:00+01:00"),
    ("3 décembre 2025 10:12:00 +0100".encode(), "2025-12-03T10:12:00+01:00"),
    ("3 août 2025 10:12:00 +0200".encode(), "2025-08-03T10:12:00+02:00"),
    (b"2025-11-03T10:12:00Z", "2025-11-03T10:12:00+00:00"),
    (b"hier", None),
    (b"", None),
    (b"Mon, 99 Nov 99999 10:12", None),
    (b"Mon, 1 Jan 1904 00:00:00 +0000", None),
    (b"Mon, 3 Nov 2025 10:12:00 +9999", None),
]


@pytest.mark.parametrize(("raw", "instant"), DATES)
def test_a_date_is_an_instant_or_nothing(raw: bytes, instant: str | None) -> None:
    found = date(raw)

    assert (found.isoformat() if found else None) == instant


@pytest.mark.parametrize(
    "raw", [b"x" * 200_000, b"x" * 100_000 + b" @", b"(a(" * 60_000, b"(" * 200_000, b"a," * 100_000]
)
def test_a_hostile_field_of_addresses_costs_little(raw: bytes) -> None:
    began = time.thread_time()
    addresses(raw)

    assert time.thread_time() - began < 1  # some hundredths; without a bound, 8


def test_identifiers_are_found_once_each() -> None:
    assert identifiers(b"<a@b>\r\n <c@d> <a@b>") == ("a@b", "c@d")
    assert identifiers(b"Message de David du 3 nov <a@b>") == ("a@b",)
    assert identifiers(b"a@b") == ("a@b",)
    assert identifiers(b"<a@\r\n b>") == ("a@b",)
