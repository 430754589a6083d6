"""The search in a real browser: found while typing, by keyboard alone, at every width, with and without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.browser import LOOKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from tests.browser import NewPage
    from tests.live_site import LiveSite

pytestmark = pytest.mark.browser

WRITE = """
import uuid
from datetime import timedelta
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tests.domain.people_made import NOW, make_house
from visavis.domain.flows.inbound import Inbound, receive

house = make_house()
for number in range(40):
    receive(Inbound(
        brand=house.netnet, channel="chat" if number % 2 else "form", is_live=bool(number % 2), effort=1, key=uuid.uuid4(),
        text=f"Bonjour, mon remboursement de {number},50 € n’est pas arrivé. Référence AB-{12300 + number}. " + "Merci. " * number,
        at=NOW + timedelta(minutes=number), subject=f"Remboursement attendu, dossier {number}",
        name=f"Odile Remblai {number}", email=f"odile{number}@exemple.fr", phone="06 12 34 56 78" if number == 3 else "",
    ))
session = SessionStore()
session[SESSION_KEY] = str(house.alice.pk)
session[BACKEND_SESSION_KEY] = "visavis.web.account.backend.Accounts"
session[HASH_SESSION_KEY] = house.alice.get_session_auth_hash()
session.create()
print(session.session_key)
"""


@pytest.fixture(scope="module")
def session(live_site: LiveSite) -> str:
    """Alice's session, in a house where forty people wrote."""
    return live_site.execute(WRITE).split()[-1]


@pytest.fixture
def alice(new_page: NewPage, live_site: LiveSite, session: str) -> Callable[..., Page]:
    """Open windows in which Alice is signed in."""

    def window(**options: object) -> Page:
        page = new_page(**options)
        page.context.add_cookies([{"name": "visavis", "value": session, "url": live_site.url}])
        page.goto(f"{live_site.url}/recherche/")
        return page

    return window


def test_results_come_while_typing_and_the_keyboard_is_enough(
    alice: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = alice()

    page.keyboard.type("remboursement AB-12307")
    page.wait_for_selector("#found-message")

    assert page.evaluate("document.activeElement.id") == "q"
    assert "q=remboursement+AB-12307" in page.url
    assert page.locator("#results mark").all_inner_texts() == ["remboursement", "AB-12307"]
    axe(page)
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.className") == "row"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/poste/*/**")


@pytest.mark.slow
def test_one_goes_on_to_the_older_ones(alice: Callable[..., Page]) -> None:
    page = alice()
    page.fill("#q", "remboursement")
    page.locator("text=Tous les messages").click()

    first = page.locator("a.row").all_inner_texts()
    page.locator("a[rel=next]").click()
    page.wait_for_url("**avant=*")

    assert (len(first), page.locator("a.row").count()) == (30, 10)


@pytest.mark.slow
def test_the_page_works_without_a_script(alice: Callable[..., Page]) -> None:
    page = alice(java_script_enabled=False)

    page.fill("#q", "0612345678")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=0612345678")

    assert page.locator("#found-person + a, #found-person").count() == 1
    assert page.locator("mark").first.inner_text().split() == ["06", "12", "34", "56", "78"]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_page_is_accessible_at_every_width(
    alice: Callable[..., Page], axe: Callable[[Page], None], live_site: LiveSite, *, scheme: str, width: int
) -> None:
    page = alice(color_scheme=scheme, viewport={"width": width, "height": 800})

    axe(page)
    for query in ("?q=remboursement+odile", "?q=zzz", "?q=remb*&type=message"):
        page.goto(f"{live_site.url}/recherche/{query}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
