"""The hours of a promise, offered wherever one promises or moves a promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import timezone

from visavis.web.promises.when import OTHER, choices, clock_there

if TYPE_CHECKING:
    from visavis.domain.people.models import Brand

register = template.Library()


@register.inclusion_tag("promises/when.html")
def promise_when(brand: Brand, number: int, *, name: str) -> dict[str, object]:
    """The hours to choose, in the working time of the brand, and a free one.

    number: of the conversation.  name: what tells this form from others of the page.
    """
    now = timezone.now()
    offered = choices(brand, now=now)
    return {
        "brand": brand,
        "number": number,
        "name": name,
        "choices": offered,
        "other": OTHER,
        "clock_there": clock_there(brand, now=now) if offered else "",
    }
