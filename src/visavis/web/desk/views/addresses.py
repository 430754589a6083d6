"""How the reply that one writes leaves: to whom, and when; parts of the composer, read again alone."""

from django.http import HttpResponse
from django.shortcuts import render

from visavis.web.desk.addressing import hours_to_choose
from visavis.web.desk.reading import addresses_context

from .door import Asked, asked


@asked
def addresses(asked: Asked, number: int) -> HttpResponse:
    """Show to whom a reply goes, as things stand now."""
    return render(asked.request, "desk/addresses.html", addresses_context(asked, asked.conversation(number)))


@asked
def later(asked: Asked, number: int) -> HttpResponse:
    """Show the hours at which a reply may leave, counted from now."""
    return render(asked.request, "desk/later.html", hours_to_choose(asked.conversation(number)))
