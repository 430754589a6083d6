"""How every view of the desk begins: who asks, and for which conversation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from visavis.domain.conversations.access import conversation_for
from visavis.domain.errors import NotFound
from visavis.domain.people.access import Rights, rights
from visavis.web.account.reader import reader

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from visavis.domain.conversations.models import Conversation

P = ParamSpec("P")


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

    def conversation(self, number: int) -> Conversation:
        """Return the conversation, or NotFound."""
        return conversation_for(self.rights, number)

    def text(self, name: str, *, longest: int = 20_000) -> str:
        """Return a field of the form, without its outer spaces, cut at `longest`, without NUL."""
        return self.request.POST.get(name, "").replace("\x00", "").strip()[:longest]

    def number(self, name: str) -> int:
        """Return a field of the form as a number. NotFound when it is not one."""
        value = self.request.POST.get(name, "")
        if not value.isdecimal() or len(value) > 18:
            raise NotFound
        return int(value)

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
    """As `asked`, for what changes something."""
    return require_POST(asked(view))


def back_to(number: int) -> HttpResponse:
    """Return to a conversation, for who has no script."""
    return redirect(reverse("desk:conversation", args=[number]))
