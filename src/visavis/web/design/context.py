"""What every page is given: where one can go, and the address of its live stream."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING

from django.urls import Resolver404, resolve

from visavis.domain.intake.queries import has_mailboxes
from visavis.domain.people.access import rights
from visavis.domain.promises.queries import count_owed
from visavis.web.navigation import NAVIGATION, Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from visavis.domain.people.access import Rights

STREAM = "/direct/flux"
THEMES = frozenset({"clair", "sombre"})


@dataclass(frozen=True, kw_only=True)
class Place:
    """An entry of the navigation as this reader sees it now."""

    label: str
    url: str
    icon: str
    key: str
    is_current: bool
    count: int | None = None


def shell(request: HttpRequest) -> dict[str, object]:
    """Return what base.html reads; the navigation is worked out only by the pages that show it."""
    held = cache(lambda: rights(request.user))  # the bar and the menu ask once
    return {
        "navigation": partial(places, request, "bar", held),
        "account_places": partial(places, request, "account", held),
        "stream_url": STREAM,
        "chosen_theme": theme if (theme := request.COOKIES.get("theme", "")) in THEMES else "",
    }


def places(request: HttpRequest, where: str, held: Callable[[], Rights]) -> list[Place]:
    """Return the entries for this reader's role, in the order of NAVIGATION; one query of the bar, and one of
    the menu for who leads.
    """
    role = getattr(getattr(request, "user", None), "role", "")
    counts = {"promises": count_owed(held())} if where == "bar" and role else {}
    return [
        Place(
            label=str(entry.label),
            url=entry.path,
            icon=entry.icon,
            key=entry.key,
            is_current=request.path.startswith(entry.path),
            count=counts.get(entry.counted),
        )
        for entry in NAVIGATION
        if entry.place == where
        and role in entry.roles
        and exists(entry)
        and (not entry.needs_mailbox or has_mailboxes(held().brand_ids))
    ]


@lru_cache(maxsize=64)
def exists(entry: Entry) -> bool:
    """Return whether the product, as installed, has this address."""
    try:
        resolve(entry.path)
    except Resolver404:
        return False
    return True
