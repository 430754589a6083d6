"""Wrong people at every door: each address and each stream is knocked at by everyone."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.web.doors import ACCOUNTS, DOORS, EVERYONE, SECRETS, STREAMS, Door, World, make_world

from visavis.domain.intake.models import RateCount
from visavis.live import hub, streams

# Their secret stands in the address: whoever holds it is let in, and in this test everyone does.
WITH_A_LINK = {"request:open", "customers:confirm"}
NOTHING_HERE = {401, 403, 404}


def every_name(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """Give the name of each address of the product; one without a name gives its pattern, which is no door."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from every_name(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name or pattern.pattern}"


NAMES = sorted(set(every_name(get_resolver())))


def test_every_address_has_its_line_in_the_table() -> None:
    assert [name for name in NAMES if name not in DOORS] == []


def test_every_line_of_the_table_has_its_address() -> None:
    spaces = {name.partition(":")[0] for name in NAMES if ":" in name}
    stale = [name for name in DOORS if name not in NAMES and name.partition(":")[0] in spaces]

    assert stale == []


def test_address_without_a_line_would_be_seen() -> None:
    assert "home:home" in NAMES
    assert set(NAMES) - (set(DOORS) - {"home:home"}) >= {"home:home"}


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def visitors(world: World) -> dict[str, Client]:
    """Give each person their browser; the customer's holds the pass of their conversation."""
    browsers = {name: Client(raise_request_exception=False) for name in sorted(EVERYONE)}
    for name in ACCOUNTS:
        browsers[name].force_login(getattr(world.house, name), backend=settings.AUTHENTICATION_BACKENDS[0])
    if "request:open" in NAMES:
        browsers["customer"].get(reverse("request:open", kwargs={"token": world.customer_link}))
    return browsers


def test_each_door_opens_to_its_people_only(world: World, visitors: dict[str, Client]) -> None:
    """One world for all doors: each knock is undone, and a world is long to make."""
    wrong = [
        f"{name}: {method} by {person} {fault}"
        for name in NAMES
        if name in DOORS  # the others fail the test above
        for method in DOORS[name].methods
        for person in sorted(EVERYONE)
        if (fault := knock(name, method, person, world=world, browser=visitors[person]))
    ]

    assert not wrong, "\n".join(wrong)


def knock(name: str, method: str, person: str, *, world: World, browser: Client) -> str:
    """Say what is wrong when this person comes to this door; nothing stays of their coming."""
    door = DOORS[name]
    address = reverse(name, kwargs=door.with_(world))
    body = door.body or urlencode(door.given(world))
    cookies = deepcopy(browser.cookies)  # what a rolled back answer gave opens nothing
    with transaction.atomic():
        response = browser.generic(method, address, body, door.takes, headers={"Accept": "text/html"})
        fault = what_is_wrong(response, door=door, person=person)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return fault


def what_is_wrong(
    response: Any,  # the test client’s, with what it adds
    *,
    door: Door,
    person: str,
) -> str:
    """Say in what the answer differs from the table; nothing when it is as it should be."""
    went = response.headers.get("Location", "")
    to_sign_in = response.status_code == 302 and went.startswith(settings.LOGIN_URL) and "next=" in went
    if response.status_code >= 500:
        return f"broke with {response.status_code}"
    if person in door.to:
        return (
            f"found nothing ({response.status_code} {went})"
            if to_sign_in or response.status_code in {401, 404}
            else ""
        )
    if not to_sign_in and response.status_code not in NOTHING_HERE:
        return f"was let in ({response.status_code} {went})"
    told = "" if response.streaming else response.content.decode()
    return next((f"read “{secret}”" for secret in SECRETS if secret in told), "")


@pytest.mark.parametrize("person", ["eve", "paul"])
def test_no_secret_is_read_even_where_one_may_come(
    person: str, world: World, visitors: dict[str, Client]
) -> None:
    """Eve advises for another brand, and Paul plans: nothing of this conversation stands on their pages."""
    for name in NAMES:
        door = DOORS.get(name)
        if door is None or person not in door.to or "GET" not in door.methods or name in WITH_A_LINK:
            continue
        with transaction.atomic():
            response = visitors[person].get(reverse(name, kwargs=door.with_(world)))
            transaction.set_rollback(True)
        told = "" if response.streaming else response.content.decode()
        assert [secret for secret in SECRETS if secret in told] == [], name


def test_stranger_finds_nothing_by_searching(visitors: dict[str, Client]) -> None:
    for words in ("coffre bleu", "Zébulon", "zebulon@example.fr"):
        told = visitors["eve"].get("/recherche/", {"q": words}).content.decode()
        assert "La clé du" not in told
        assert "Zébulon Secret" not in told


# --- Streams ------------------------------------------------------------------------------------------------


def test_every_stream_has_its_line_in_the_table() -> None:
    assert set(streams.Streams(hub.Hub()).doors) == set(STREAMS)


@pytest.mark.parametrize("path", sorted(STREAMS))
def test_stream_opens_to_its_people_only(path: str, visitors: dict[str, Client]) -> None:
    door = streams.Streams(hub.Hub()).doors[path]

    opened = {person for person, browser in visitors.items() if opens(door, path, browser)}

    assert opened == STREAMS[path]


def opens(door: object, path: str, browser: Client) -> bool:
    """Say whether the stream opens to the holder of these cookies."""
    cookies = "; ".join(f"{key}={morsel.value}" for key, morsel in browser.cookies.items())
    scope = {
        "path": path,
        "query_string": b"ticket=made-up",
        "headers": [(b"cookie", cookies.encode("latin-1"))],
    }
    try:
        door(scope)  # type: ignore[operator] # a function of streams
    except streams.Refusal:
        return False
    return True


def test_rates_of_the_doors_keep_no_address(visitors: dict[str, Client]) -> None:
    for browser in visitors.values():
        browser.post("/clavardage/netnet/session", content_type="application/json", data="{}")

    assert not [row for row in RateCount.objects.all() if "127.0.0.1" in row.source]
