"""Rules over the templates: each says what it accepts, and nothing in them would need a weaker content policy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.architecture.reading import PACKAGE, files, text, where

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATES = list(files(".html", under=PACKAGE))
FORBIDDEN = {
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(application|text)/(ld\+)?json\")[^>]*>", re.IGNORECASE
    ),
    "an inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an address that is a script": re.compile(r"(href|src|action)\s*=\s*[\"']?\s*javascript:", re.IGNORECASE),
    "htmx that evaluates": re.compile(r"\bhx-(on|vals=[\"']js:|vars)", re.IGNORECASE),
}
EXTENDS = re.compile(r"^\s*\{% extends [^%]*%\}")
COMMENTS = re.compile(r"\{#.*?#\}|\{% comment.*?%\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)


def in_words(path: Path) -> str:
    """The name of a template in the list of tests."""
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=in_words)
def test_a_template_opens_with_what_it_accepts(path: Path) -> None:
    opening = EXTENDS.sub("", text(path)).lstrip()

    assert opening.startswith(("{#", "{% comment")), "it opens with a comment: the variables it accepts"


@pytest.mark.parametrize("path", TEMPLATES, ids=in_words)
def test_a_template_has_nothing_inline(path: Path) -> None:
    markup = COMMENTS.sub(lambda comment: "\n" * comment[0].count("\n"), text(path))

    found = [
        f"{where(path, markup[: match.start()].count(chr(10)) + 1)}: {what}"
        for what, pattern in FORBIDDEN.items()
        for match in pattern.finditer(markup)
    ]

    assert found == [], "\n".join(found)
