"""What is sent on, below the words of its sender: each message with its header, as text and as HTML. Pure."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .html import CLOSE, OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from visavis.domain.flows.forwarded import Forwarded

# As the cleaner writes them. An image from afar would tell its sender who reads; one of the letter is a file.
IMAGE = re.compile(r"<img(?: [\w-]+=\"[^\"]*\")*>")
WORDS_OF_IMAGE = re.compile(r" alt=\"([^\"]*)\"")
CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def as_text(messages: Sequence[Forwarded]) -> str:
    """Return the messages, each below its header."""
    return "\n\n".join(
        "\n".join([_title(), *(f"{name} {value}" for name, value in _header(one)), "", one.text.strip()])
        for one in messages
    )


def as_html(messages: Sequence[Forwarded], *, paragraphs: Callable[[str], str]) -> str:
    """Return the same as HTML: of each its layout, which is cleaned, or the paragraphs of its text."""
    return "\n".join(_block(one, paragraphs) for one in messages)


def _block(one: Forwarded, paragraphs: Callable[[str], str]) -> str:
    header = "<br>".join(f"<b>{escape(name)}</b> {escape(value)}" for name, value in _header(one))
    # Its class folds it, or names it, in most mail programs.
    return (
        f'<div class="gmail_quote" style="margin-top:24px"><p>{escape(_title())}<br>{header}</p>'
        f"<div>{_shown(one.html) if one.html else paragraphs(one.text)}</div></div>"
    )


def _title() -> str:
    return f"---------- {_('Forwarded message')} ----------"


def _header(one: Forwarded) -> list[tuple[str, str]]:
    # Translators: formats of Django.
    when = f"{date_format(one.at, _(r'D, j M Y'))}, {date_format(one.at, 'H:i')}"
    found = [
        (pgettext("header of a forwarded letter", "From:"), _person(*one.sender)),
        (pgettext("header of a forwarded letter", "Date:"), when),
        (pgettext("header of a forwarded letter", "Subject:"), _clean(one.subject)),
    ]
    to = ", ".join(_person(*person) for person in one.to)
    return [*found, (pgettext("header of a forwarded letter", "To:"), to)] if to else found


def _person(name: str, address: str) -> str:
    name = _clean(name)
    if not address:
        return name
    return f"{name} <{_clean(address)}>" if name else _clean(address)


def _clean(value: str) -> str:
    return CONTROLS.sub(" ", value).strip()


def _shown(html: str) -> str:
    """The cleaned layout, with the words of its images in their place, and its history unfolded."""

    def image(tag: re.Match[str]) -> str:
        found = WORDS_OF_IMAGE.search(tag[0])
        return f"[{found[1]}]" if found and found[1].strip() else ""

    return IMAGE.sub(image, html).replace(OPEN, "<div>").replace(CLOSE, "</div>")
