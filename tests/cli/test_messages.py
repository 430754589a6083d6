"""The catalogues: compiled when they must be, and what a French typesetter would mark."""

from __future__ import annotations

import gettext
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from visavis.cli.messages import compile_stale, faults, typography_faults

if TYPE_CHECKING:
    from pathlib import Path

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def catalogue(package: Path, part: str, body: str) -> Path:
    """A French catalogue of that part, with that body."""
    path = package / "locale" / part / "fr" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(f"{HEADER}\n{body}\n", encoding="utf-8")
    return path


def needs_xgettext() -> None:
    """Extraction is xgettext's work."""
    if shutil.which("xgettext") is None:
        pytest.skip("xgettext is missing: apt-get install gettext")


def test_catalogue_is_compiled_once_then_only_when_it_changes(tmp_path: Path) -> None:
    path = catalogue(tmp_path, "desk", 'msgid "Send"\nmsgstr "Envoyer l’e-mail"')

    first, second = compile_stale(tmp_path), compile_stale(tmp_path)
    later = path.stat().st_mtime + 10
    os.utime(path, (later, later))
    third = compile_stale(tmp_path)

    assert (first, second, third) == ([path], [], [path])
    with path.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Send") == "Envoyer l’e-\u2060mail"


@pytest.mark.parametrize(
    "sentence",
    [
        "Bonjour\u202f!",
        "Pourquoi moi\u202f?!",
        "Rappel à 12:30\u00a0: «\u00a0oui\u00a0»",
        'L’adresse est <a href="/connexion/?suite=1">ici</a>…',
        "%(hour)s:%(minute)s",
        "Tom &amp; Léa",
    ],
)
def test_typography_accepts_what_is_well_set(sentence: str) -> None:
    assert typography_faults(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("Bonjour!", "U+202F is missing before ; ! or ?"),
        ("Bonjour !", "U+202F is missing before ; ! or ?"),
        ("%(name)s?", "U+202F is missing before ; ! or ?"),
        ("Objet : rien", "U+00A0 is missing before a colon"),
        ("« oui\u00a0»", "U+00A0 is missing after «"),
        ("«\u00a0oui»", "U+00A0 is missing before »"),
        ("L'adresse", "the apostrophe is ’"),
        ('Le "client"', "quotation marks are « »"),
        ("Attendez...", "the ellipsis is one sign, …"),
    ],
)
def test_typography_marks_what_is_not(sentence: str, fault: str) -> None:
    assert typography_faults(sentence) == [fault]


def test_faults_are_none_when_the_french_is_whole(tmp_path: Path) -> None:
    needs_xgettext()
    catalogue(
        tmp_path, "desk", 'msgid "Send"\nmsgstr "Envoyer"\n\nmsgctxt "verb"\nmsgid "Open"\nmsgstr "Ouvrir"'
    )
    (tmp_path / "desk.html").write_text(
        '{% translate "Send" %}{% translate "Open" context "verb" %}', encoding="utf-8"
    )

    assert list(faults(tmp_path)) == []


def test_faults_name_what_is_missing_empty_fuzzy_or_said_twice(tmp_path: Path) -> None:
    needs_xgettext()
    catalogue(tmp_path, "desk", 'msgid "Send"\nmsgstr "Envoyer"\n\nmsgid "Keep"\nmsgstr ""')
    catalogue(
        tmp_path, "floor", '#, fuzzy\nmsgid "Wait"\nmsgstr "Attendre"\n\nmsgid "Send"\nmsgstr "Expédier"'
    )
    (tmp_path / "views.py").write_text(
        "_('Send')\ngettext('Close')\nngettext('%(n)s day', '%(n)s days', n)\n", encoding="utf-8"
    )

    found = sorted(fault.what for fault in faults(tmp_path))

    assert found == [
        "empty: 'Keep'",
        "fuzzy: 'Wait'",
        "no French: '%(n)s day'",
        "no French: 'Close'",
        "two translations (say which with pgettext): 'Send'",
    ]


def test_faults_know_sentences_with_letters_beyond_ascii(tmp_path: Path) -> None:
    needs_xgettext()
    catalogue(tmp_path, "desk", 'msgid "It’s “open”…"\nmsgstr "C’est ouvert…"')
    (tmp_path / "views.py").write_text("_('It’s “open”…')\n", encoding="utf-8")

    assert list(faults(tmp_path)) == []
