"""Bytes become the text that was meant, whatever their label says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.channels.email.charsets import decode

CASES = [
    ("été", "utf-8", "utf-8", ""),
    ("été", "utf-8", "", ""),
    ("été", "latin-1", "iso-8859-1", ""),
    ("l’été à 5 €", "cp1252", "iso-8859-1", ""),
    ("été", "utf-8", "iso-8859-1", "charset_wrong"),
    ("été", "utf-8", "us-ascii", ""),
    ("été", "utf-8", "x-unknown", "charset_unknown"),
    ("été", "utf-8", "unknown-8bit", "charset_unknown"),
    ("été", "cp1252", "x-unknown", "charset_unknown"),
    ("été", "cp1252", "utf-8", "charset_broken"),
    ("été", "cp1252", "us-ascii", "charset_broken"),
    ("œuvre à 5 €", "iso-8859-15", "ISO-8859-15", ""),
    ("œuvre", "cp1252", "Windows-1252", ""),
    ("été", "mac_roman", "x-mac-roman", ""),
    ("été", "cp850", "cp-850", ""),
    ("привет", "koi8-r", "koi8-r", ""),
    ("привет", "cp1251", "windows-1251", ""),
    ("你好，朋友", "gb18030", "gb2312", ""),
    ("こんにちは", "iso2022_jp", "iso-2022-jp", ""),
    ("こんにちは①", "cp932", "shift_jis", ""),
    ("안녕하세요", "cp949", "ks_c_5601-1987", ""),
    ("été", "utf-7", "unicode-1-1-utf-7", ""),
    ("été", "utf-16", "utf-16", ""),
    ("bonjour été", "utf-16-le", "utf-8", "charset_wrong"),
    ("été", "utf-8", '"utf-8"', ""),
    ("été", "utf-8", "utf8", ""),
    ("été", "utf-8", "hex", "charset_wrong"),
    ("été", "utf-8", "unicode_escape", "charset_unknown"),
    ("été", "utf-8", "zip", "charset_wrong"),
    ("été", "utf-8", "\0" * 100, "charset_unknown"),
]


@pytest.mark.parametrize(("text", "encoding", "label", "code"), CASES)
def test_what_was_meant_is_read(text: str, encoding: str, label: str, code: str) -> None:
    data = text.encode(encoding)

    assert decode(data, label) == (text, code)


def test_a_text_that_mixes_two_charsets_keeps_each_accent() -> None:
    data = "Réponse : ".encode() + "été à 5 €".encode("cp1252")

    assert decode(data, "utf-8") == ("Réponse : été à 5 €", "charset_broken")


def test_a_hole_in_another_script_is_no_western_letter() -> None:
    data = "Смотрите данное письмо".encode()[:-1] + b"."

    assert decode(data, "utf-8") == ("Смотрите данное письм�.", "charset_broken")


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "utf-8", "utf-16", "utf-7", "hz", "iso-2022-jp", "gb2312", "rot13", "cp1252", "x"]),
)
def test_any_bytes_give_a_text(data: bytes, label: str) -> None:
    text, _code = decode(data, label)

    assert isinstance(text, str)
