"""The floor of three hundred advisers in a real browser: found by name, folded by team, told without a flood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser import THEMES
from tests.live.speaking import make_house

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from tests.browser import NewPage
    from tests.live_site import LiveSite

pytestmark = pytest.mark.browser

FILL = """
from types import SimpleNamespace
from tests.web.test_floor import big
from visavis.domain.people.models import Brand, Site
big(SimpleNamespace(netnet=Brand.objects.get(pk={netnet}), tours=Site.objects.get()), advisers=300, waiting=400)
"""
CHANGE = """
from visavis.domain.people.models import Adviser
from visavis.domain.presence.operations import set_presence
for name in {names}:
    set_presence(Adviser.objects.get(displayed_name=name), {state!r})
"""


@pytest.fixture(scope="module")
def house(live_site: LiveSite) -> dict[str, Any]:
    """A large house, in the site of this module."""
    told = make_house(live_site)
    live_site.execute(FILL.format(netnet=told["netnet"]))
    return told


@pytest.fixture
def floor(live_site: LiveSite, house: dict[str, Any], new_page: NewPage) -> Callable[..., Page]:
    """Open the floor, as Chloé sees it."""

    def opened(path: str = "/plateau/", **options: Any) -> Page:  # Playwright's own options
        page = new_page(**options)
        page.context.add_cookies(
            [{"name": "visavis", "value": house["chloe"]["session"], "url": live_site.url}]
        )
        page.goto(live_site.url + path)
        expect(page.locator("html")).to_have_attribute("data-live", "on")
        return page

    return opened


def test_a_colleague_is_found_by_keyboard_and_a_team_unfolds(floor: Callable[..., Page]) -> None:
    page = floor()
    expect(page.locator("#floor-team")).to_contain_text("303 personnes")
    expect(page.locator(".floor-people")).to_have_count(0)

    page.get_by_label("Chercher un collègue par son nom").focus()
    page.keyboard.type("adelaide 119")
    expect(page.locator("#floor-found")).to_contain_text("1 personne a « adelaide 119 » dans son nom")
    expect(page.locator(".floor-people li")).to_have_text(["Adélaïde 119"])
    expect(page.locator("#floor-name")).to_be_focused()
    expect(page.locator("#floor-name")).to_have_value("adelaide 119")
    page.locator("#floor-name").fill("")

    team = page.get_by_role("button", name="Équipe 2")
    expect(team).to_have_attribute("aria-expanded", "false")
    team.focus()
    page.keyboard.press("Enter")
    expect(team).to_have_attribute("aria-expanded", "true")
    expect(team).to_be_focused()
    assert page.locator(".floor-people li").count() == 50
    page.reload()
    expect(team).to_have_attribute("aria-expanded", "true")


@pytest.mark.slow
def test_a_definition_opens_by_key_by_pointer_and_outlives_the_news(
    floor: Callable[..., Page], live_site: LiveSite
) -> None:
    page = floor()
    opener = page.get_by_role("button", name="Attente prévue")
    definition = page.locator("#def-expected")
    opener.hover()
    expect(definition).to_be_visible()
    expect(opener).to_have_accessible_description(definition.inner_text())
    page.keyboard.press("Escape")
    expect(definition).to_be_hidden()

    page.mouse.move(0, 0)
    opener.focus()
    page.keyboard.press("Enter")
    expect(definition).to_be_visible()
    expect(definition).to_contain_text("÷ les places des conseillers présents")
    with page.expect_response(lambda answer: "partie=queues" in answer.url):
        page.evaluate("document.dispatchEvent(new CustomEvent('live', {detail: {type: 'reload'}}))")
    page.wait_for_timeout(300)
    expect(definition).to_be_visible()
    expect(opener).to_be_focused()


@pytest.mark.slow
def test_a_change_of_one_is_read_alone_and_many_changes_are_no_flood(
    floor: Callable[..., Page], live_site: LiveSite
) -> None:
    page = floor()
    page.wait_for_timeout(1500)
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "/direct/?partie" in request.url else None
    )
    page.evaluate("document.querySelector('#floor-waiting tbody').firstElementChild.isTheSame = true")

    live_site.execute(CHANGE.format(names=["Adélaïde 0"], state="pause"))
    page.wait_for_timeout(3000)
    assert {url.partition("partie=")[2].partition("&")[0] for url in asked} == {"team"}

    asked.clear()
    names = [f"Adélaïde {place}" for place in range(60)]
    live_site.execute(CHANGE.format(names=names, state="help"))
    page.wait_for_timeout(4000)
    assert 1 <= len(asked) <= 8
    expect(page.locator(".floor-states")).to_contain_text("60")
    assert page.evaluate("document.querySelector('#floor-waiting tbody').firstElementChild.isTheSame") is True


@pytest.mark.slow
def test_those_who_wait_turn_by_pages(floor: Callable[..., Page]) -> None:
    page = floor()
    expect(page.locator("#floor-waiting")).to_contain_text("1 à 50 sur 400")
    page.locator("#floor-next").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#floor-waiting")).to_contain_text("51 à 100 sur 400")
    expect(page.locator("#floor-next")).to_be_focused()
    assert "page=2" in page.url


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [1440, pytest.param(320, marks=pytest.mark.slow)])
def test_axe_finds_nothing_on_a_large_floor(
    floor: Callable[..., Page], axe: Callable[[Page], None], *, width: int, theme: str
) -> None:
    page = floor(color_scheme=theme, viewport={"width": width, "height": 900})
    page.get_by_role("button", name="Équipe 1").click()
    expect(page.locator(".floor-people").first).to_be_visible()
    page.locator("#floor-team .defined").first.click()

    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
