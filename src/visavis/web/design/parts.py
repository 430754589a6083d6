"""Parts of a page that are drawn once, and shown again for as long as what they tell is the same.

A list is read again at every news, and nearly all of its lines are as they were. A part is kept by all that
it tells, so it can never show what is no longer so; what is not asked for any more makes room for the rest.
"""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

MOST_KEPT = 4096
# Stands for the token of each request in what is kept; nobody can guess it, so nobody can write it.
TOKEN_PLACE = secrets.token_hex(16)


def drawn(template: str, told: Mapping[str, Hashable], *, csrf_token: str = "") -> SafeString:
    """The template with these values and nothing else: words told in the reader's language and zone."""
    html = _kept(template, get_language() or "", tuple(told.items()))
    # A template escaped what it says, and a token is letters.
    return mark_safe(html.replace(TOKEN_PLACE, csrf_token))  # noqa: S308 -- see the line above


@lru_cache(maxsize=MOST_KEPT)
def _kept(template: str, language: str, told: tuple[tuple[str, Hashable], ...]) -> str:
    del language  # a part of the key: the template speaks the active one
    return render_to_string(template, {**dict(told), "csrf_token": TOKEN_PLACE})
