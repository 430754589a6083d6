"""What the bar of every page is given: one's own presence."""

from functools import partial

from django.http import HttpRequest

from visavis.domain.presence.queries import state_of

CHOICES = ("available", "pause", "recovery")
MORE = ("wrap_up", "help", "training", "away")


def presence(request: HttpRequest) -> dict[str, object]:
    """Return the states to choose from, and one's own.

    The query is made only by a page that shows the bar.
    """
    return {
        "presence_choices": CHOICES,
        "presence_more": MORE,
        "own_presence": partial(_own, request),
    }


def _own(request: HttpRequest) -> str:
    return state_of(request.user.pk) if request.user.is_authenticated else "away"
