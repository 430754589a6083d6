"""The words of others in a letter, with the addresses they name as links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.utils.safestring import SafeString

register = template.Library()
ADDRESS = re.compile(r"https?://[^\s<>\"\u00a0\u202f]{1,2000}", re.IGNORECASE)
ENDS = ".,;:!?…»)]}'’*_"


@register.filter
def with_links(text: str) -> SafeString:
    """The text as it was written, its addresses of the web opened in a window of their own."""
    return format_html_join("", "{}", ((piece,) for piece in _pieces(text)))


def _pieces(text: str) -> Iterator[str]:
    at = 0
    for found in ADDRESS.finditer(text):
        address = found[0].rstrip(ENDS)
        if "(" in address and found[0].startswith(f"{address})"):
            address += ")"
        yield text[at : found.start()]
        yield format_html(
            '<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>', address, address
        )
        at = found.start() + len(address)
    yield text[at:]
