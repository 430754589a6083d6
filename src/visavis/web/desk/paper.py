"""The layout of a letter, as a page that is shown in a frame: harmless already, here made true and complete.

Its own pictures get the address of our file, those from afar theirs when they are asked for, and a link that
names one site and leads to another says where it leads.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from visavis.channels.email.html import BLOCKED, LINK, OPEN, is_deceptive

if TYPE_CHECKING:
    from collections.abc import Mapping

# As the cleaner writes a tag: in a text, its first sign would be escaped.
IMAGE = re.compile(r'<img(?: [\w-]+="[^"]*")*>')
REMOTE = re.compile(rf' {BLOCKED}="([^"]*)"')
OWN = re.compile(r' src="cid:([^"]*)"', re.IGNORECASE)
TAGS = re.compile(r"<[^>]*>")
# Nothing runs, nothing is sent; a link opens a window of its own.
SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"


def policy(*, with_remote: bool) -> str:
    """The content policy of the page of a layout.

    The frame keeps our origin: its own pictures are fetched with the rights of who reads, and our page can
    give it its height. No script runs there: by the sandbox, by this policy, and by what was cleaned.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self'",
            f"img-src 'self'{' https:' if with_remote else ''}",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
            f"sandbox {SANDBOX}",
        )
    )


def written(html: str, *, pictures: Mapping[str, str], with_remote: bool, our_host: str) -> str:
    """Return the cleaned HTML with its pictures and its warnings.

    pictures: address of each by its Content-ID.
    """

    def image(tag: re.Match[str]) -> str:
        told = OWN.sub(lambda found: _own(found[1], pictures), tag[0])
        return REMOTE.sub(lambda found: _remote(found, our_host), told) if with_remote else told

    summary = f"{OPEN}<summary>{escape(_('Quoted history'))}</summary>"
    return LINK.sub(_link, IMAGE.sub(image, html)).replace(OPEN, summary)


def _own(content_id: str, pictures: Mapping[str, str]) -> str:
    """The picture of a letter by our file; one that is not there keeps its words alone."""
    name = unquote(unescape(content_id)).strip("<> ")
    return f' src="{escape(pictures[name])}"' if name in pictures else ' data-missing=""'


def _remote(found: re.Match[str], our_host: str) -> str:
    """An image from afar, over TLS; never one of ours, which would be asked for in the name of who reads."""
    address = re.sub(r"^\s*(?:https?:)?//", "https://", unescape(found[1]), flags=re.IGNORECASE).strip()
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return found[0]
    return found[0] if host in {None, our_host} else f' src="{escape(address)}"'


def _link(found: re.Match[str]) -> str:
    """A link; when its words name another site, they are followed by where it leads."""
    shown, address = unescape(TAGS.sub("", found[2])).strip()[:200], unescape(found[1])
    if not is_deceptive(shown, address):
        return found[0]
    try:
        host = urlsplit(address).hostname or address
    except ValueError:
        host = address
    told = _("leads to %(host)s") % {"host": host[:100]}
    return f'{found[0]} <strong class="paper-leads">⚠ {escape(told)}</strong>'
