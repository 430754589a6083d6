"""How every view of the desk begins: who asks, and for which conversation."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from visavis.domain.conversations.access import conversation_for
from visavis.domain.conversations.correspondence import unreachable_addresses
from visavis.domain.conversations.sentences import bounce_told
from visavis.domain.errors import NotFound, Refused
from visavis.domain.people.access import Rights, rights
from visavis.domain.people.queries import known_by, names_of_people
from visavis.web import refusals
from visavis.web.account.reader import reader

if TYPE_CHECKING:
    from django.http import HttpRequest

    from visavis.domain.conversations.models import Conversation
    from visavis.domain.people.models import Identity

P = ParamSpec("P")
LARGEST_NUMBER = 18  # digits: what a database key can hold


class Asked:
    """One request to the desk.

    The page asked for it, the account behind it, and what that account may get.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.rights: Rights = rights(request.user)
        if not self.rights.treats_contents:
            raise NotFound
        self.adviser = reader(request)
        self.now = timezone.now()
        self._known: dict[int, list[Identity]] = {}
        self._unreachable: dict[int, dict[str, str]] = {}

    def known_by(self, customer_id: int) -> list[Identity]:
        """Return what a customer is known by; one query for the whole page."""
        if customer_id not in self._known:
            self._known[customer_id] = known_by(customer_id=customer_id)
        return self._known[customer_id]

    def unreachable(self, customer_id: int) -> dict[str, str]:
        """Return the addresses of a customer at which our letters came back, each with why; one query for the
        whole page.
        """
        if customer_id not in self._unreachable:
            found = unreachable_addresses(customer_id)
            self._unreachable[customer_id] = {address: bounce_told(row) for address, row in found.items()}
        return self._unreachable[customer_id]

    def conversation(self, number: int) -> Conversation:
        """Return the conversation, or NotFound."""
        return conversation_for(self.rights, number)

    def colleagues(self, conversation: Conversation) -> list[tuple[int, str]]:
        """Return (number, name) of who else serves the brand of the conversation."""
        people = names_of_people(brand_id=conversation.brand_id)
        return [(number, name) for number, name in people if number != self.rights.adviser_id]

    def text(self, name: str, *, longest: int = 20_000) -> str:
        """Return a field of the form, without its outer spaces, without NUL.

        Refused rather than cut: words that lose their end are worse than none.
        """
        typed = self.request.POST.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()
        if len(typed) > longest:
            raise Refused("too_long", too_long(longest))
        return typed

    def number(self, name: str) -> int:
        """Return a field of the form as a number. NotFound when it is not one."""
        value = self.request.POST.get(name, "")
        if not value.isdecimal() or len(value) > LARGEST_NUMBER:
            raise NotFound
        return int(value)

    def asked_number(self, name: str) -> int | None:
        """Return a number of the address, or None when it is not one."""
        value = self.request.GET.get(name, "")
        return int(value) if value.isdecimal() and len(value) <= LARGEST_NUMBER else None

    @property
    def by_script(self) -> bool:
        """True when htmx asked: a part of the page is enough."""
        return bool(self.request.headers.get("HX-Request"))


View = Callable[Concatenate[Asked, P], HttpResponseBase]


def asked(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Open the desk to who may treat contents; to others it does not exist."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(Asked(request), *args, **kwargs)

    # mypy keeps the name of the parameter, which Django gives by position.
    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", login_required(answer))


def sent(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """As `asked`, for what changes something; a script is told beside its form why it was refused."""

    @wraps(view)
    def answer(sender: Asked, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(sender, *args, **kwargs)
        except NotFound:
            raise
        except Refused as refusal:
            if not sender.by_script:
                raise
            return refused(refusal)

    return require_POST(asked(cast("View[P]", answer)))


def refused(refusal: Refused) -> HttpResponse:
    """Tell the form that asked, on the page: nothing that was typed there is replaced."""
    sentence = refusal.sentence or refusals.usual_sentence(409)
    response = HttpResponse(status=422)
    response.headers["HX-Reswap"] = "none"
    response.headers["HX-Trigger"] = json.dumps({"refused": {"code": refusal.code, "sentence": sentence}})
    return response


def too_long(longest: int) -> str:
    """Return the sentence for a text over `longest` characters."""
    return ngettext(
        "This is over %(count)s character: shorten it.",
        "This is over %(count)s characters: shorten it.",
        longest,
    ) % {"count": longest}


def back_to(number: int) -> HttpResponse:
    """Return to a conversation, for who has no script."""
    return redirect(reverse("desk:conversation", args=[number]))
