"""Promising by keyboard, in working time; on a narrow screen, in both themes, and without a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser import LOOKS
from tests.live.speaking import Customer, make_house

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.browser import NewPage
    from tests.live_site import LiveSite

pytestmark = pytest.mark.browser
Axe = Callable[["Page"], None]
WORKING_DAYS = """
from visavis.domain.people.models import Brand
Brand.objects.update(hours=[[[540, 1080]]] * 5 + [[], []])
"""


@pytest.fixture(scope="module")
def house(live_site: LiveSite) -> dict[str, Any]:
    """The people of the house; its brands work from Monday to Friday."""
    made = make_house(live_site)
    live_site.execute(WORKING_DAYS)
    return made


@pytest.fixture
def bob(live_site: LiveSite, house: dict[str, Any], new_page: NewPage) -> Callable[..., Page]:
    """Open Bob's window on what David has just written."""

    def opened(**options: Any) -> Page:  # Playwright's own options
        Customer(live_site.port).open().say("Bonjour, ma box affiche T1.")
        page = new_page(**options)
        page.context.add_cookies(
            [{"name": "visavis", "value": house["bob"]["session"], "url": live_site.url}]
        )
        page.goto(live_site.url + "/poste/?onglet=team")
        page.locator("a.row", has_text="ma box affiche T1").first.click()
        page.locator("h2#subject").wait_for()
        return page

    return opened


def test_a_promise_is_made_by_keyboard_alone(bob: Callable[..., Page]) -> None:
    page = bob()
    with page.expect_response(lambda answer: answer.url.endswith("/promettre/quand/")):
        page.keyboard.press("p")
    expect(page.get_by_label("Ce que vous promettez")).to_be_focused()
    expect(page.locator("#promise").get_by_label("Jour et heure")).to_be_hidden()
    page.keyboard.type("Rappeler")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    chosen = page.locator("#promise input[name=when]:checked")
    expect(chosen).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("#person").get_by_text("Rappeler")).to_be_visible()
    expect(page.locator(".toast")).to_contain_text("Promesse enregistrée")


@pytest.mark.slow
def test_a_sunday_is_answered_while_it_is_typed(bob: Callable[..., Page]) -> None:
    page = bob()
    with page.expect_response(lambda answer: answer.url.endswith("/promettre/quand/")):
        page.keyboard.press("p")
    page.get_by_label("Ce que vous promettez").fill("Rappeler")
    page.locator("#promise").get_by_label("Un autre moment").check()
    page.locator("#promise").get_by_label("Jour et heure").fill("2099-01-04T15:00")
    page.keyboard.press("Tab")
    expect(page.locator("#promise-told")).to_contain_text("C’est un dimanche")

    page.locator("#promise").get_by_role("button", name="Promettre").click()

    expect(page.locator(".toast")).to_contain_text("personne ne travaille")


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_the_panel_is_accessible(bob: Callable[..., Page], axe: Axe, width: int, theme: str) -> None:
    page = bob(color_scheme=theme, viewport={"width": width, "height": 900})
    with page.expect_response(lambda answer: answer.url.endswith("/promettre/quand/")):
        page.keyboard.press("p")
    page.locator("#promise").get_by_label("Un autre moment").check()

    expect(page.locator("#promise").get_by_label("Jour et heure")).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.slow
def test_without_a_script_the_hours_are_there(bob: Callable[..., Page]) -> None:
    page = bob(java_script_enabled=False)
    page.get_by_label("Ce que vous promettez").fill("Rappeler sans script")
    page.locator("#promise input[name=when]").first.check()

    page.locator("#promise").get_by_role("button", name="Promettre").click()

    expect(page.locator("#person").get_by_text("Rappeler sans script")).to_be_visible()
    expect(page.get_by_text("Promesse enregistrée :")).to_be_visible()
