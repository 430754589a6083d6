"""Texts with the words that answer in evidence."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from visavis.domain.search.queries import Fragment

register = template.Library()


@register.filter
def marked(fragments: list[Fragment]) -> SafeString:
    """The fragments in a row, those that answer as marks; everything in them is escaped."""
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", piece) if is_hit else piece,) for piece, is_hit in fragments),
    )
