"""Parts of a page that are drawn once, and shown again for as long as what they tell is the same.

A list is read again at every news, and nearly all of its lines are as they were. A part is kept by all that
it tells, so it can never show what is no longer so; what is not asked for any more makes room for the rest.
"""

from __future__ import annotations

import re
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

from django.template import Context, Template
from django.template.base import Node
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from django.template.base import FilterExpression, NodeList

MOST_KEPT = 4096
# Stands for the token of each request in what is kept; nobody can guess it, so nobody can write it.
TOKEN_PLACE = secrets.token_hex(16)
# The same for what a steady part only has put in its place: digits, so that an address takes it for a number.
PLACE = f"9{secrets.randbelow(10**24):024}"
PLACES = re.compile(rf"{PLACE}(\d\d)")


def drawn(template: str, told: Mapping[str, Hashable], *, csrf_token: str = "") -> SafeString:
    """The template with these values and nothing else: words told in the reader's language and zone."""
    html = _kept(template, get_language() or "", tuple(told.items()))
    # A template escaped what it says, and a token is letters.
    return mark_safe(html.replace(TOKEN_PLACE, csrf_token))  # noqa: S308 -- see the line above


@lru_cache(maxsize=MOST_KEPT)
def _kept(template: str, language: str, told: tuple[tuple[str, Hashable], ...]) -> str:
    del language  # a part of the key: the template speaks the active one
    return render_to_string(template, {**dict(told), "csrf_token": TOKEN_PLACE})


class Steady(Node):
    """A part of a template that is drawn once: see the tag `steady`."""

    child_nodelists = ("inside",)

    def __init__(
        self, inside: NodeList, told: Mapping[str, FilterExpression], placed: Mapping[str, FilterExpression]
    ) -> None:
        self.inside = inside
        self.told = told
        self.placed = placed
        self.names = (*placed, "csrf_token")

    def render(self, context: Context) -> SafeString:
        """The kept pieces, with the values of this page between them."""
        told = tuple((name, *_held(value.resolve(context))) for name, value in self.told.items())
        pieces = list(_pieces(self, get_language() or "", told))
        values: list[str] = [conditional_escape(value.resolve(context)) for value in self.placed.values()]
        values.append(str(context.get("csrf_token", "")))
        pieces[1::2] = [values[int(place)] for place in pieces[1::2]]
        # A template escaped what it says, the values are escaped above, and a token is letters.
        return mark_safe("".join(pieces))  # noqa: S308 -- see the line above

    def drawn(self, told: Mapping[str, object]) -> str:
        """The part, with a place for each value that is only put there."""
        template = Template("")
        template.nodelist = self.inside
        places = {name: f"{PLACE}{index:02}" for index, name in enumerate(self.names)}
        return template.render(Context({**told, **places}))


def _held(value: object) -> tuple[type, Hashable]:
    """A value as a key; with its type, since a safe text equals one that is still to be escaped."""
    return type(value), tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=MOST_KEPT)
def _pieces(part: Steady, language: str, told: tuple[tuple[str, type, Hashable], ...]) -> tuple[str, ...]:
    """Text, index of a value, text, index of a value, …, text."""
    del language  # a part of the key: the template speaks the active one
    return tuple(PLACES.split(part.drawn({name: value for name, _type, value in told})))
