"""The tag `steady`: most of a page is the same for everybody, and is drawn once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template import Library, TemplateSyntaxError
from django.template.base import token_kwargs

from visavis.web.design.parts import Steady

if TYPE_CHECKING:
    from django.template.base import Parser, Token

register = Library()


@register.tag
def steady(parser: Parser, token: Token) -> Steady:
    """Draw what is inside once for each set of values told, and put the others in their places.

    `{% steady is_mine=is_mine placing number=conversation.number %}…{% endsteady %}`. Inside, these names and
    `csrf_token` are all there is. What is told may be tested and must be hashable; what is placed is only
    written, without a filter, and may be the number of an address.
    """
    words = token.split_contents()[1:]
    told = token_kwargs(words, parser)
    placed = {}
    if words and words[0] == "placing":
        del words[0]
        placed = token_kwargs(words, parser)
    if words:
        raise TemplateSyntaxError(f"steady: nobody knows what {words[0]} is.")
    inside = parser.parse(("endsteady",))
    parser.delete_first_token()
    return Steady(inside, told, placed)
