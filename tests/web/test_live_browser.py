"""The live stream in a real browser: one for all tabs, taken over when a tab closes, told when it is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.live.speaking import Customer, make_house

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.browser import NewPage
    from tests.live_site import LiveSite

pytestmark = pytest.mark.browser

LISTEN = """() => {
    window.heard = [];
    document.addEventListener("live", (event) => heard.push(event.detail.type));
    document.addEventListener("live-conversation", (event) => heard.push(event.detail.number));
}"""


@pytest.fixture(scope="module")
def house(live_site: LiveSite) -> dict[str, Any]:
    """The people of the house, in the site of this module."""
    return make_house(live_site)


@pytest.fixture
def alice(live_site: LiveSite, house: dict[str, Any], new_page: NewPage) -> Page:
    """Alice's browser, at a page."""
    page = new_page()
    page.context.add_cookies([{"name": "visavis", "value": house["alice"]["session"], "url": live_site.url}])
    return at_work(page, live_site)


def at_work(page: Page, site: LiveSite) -> Page:
    """The page, open, and listening."""
    page.goto(f"{site.url}/composants/")
    page.evaluate(LISTEN)
    return page


def hears(page: Page, kind: str) -> bool:
    """Whether the page heard of it, within five seconds."""
    for _ in range(50):
        if kind in page.evaluate("window.heard"):
            return True
        page.wait_for_timeout(100)
    return False


@pytest.mark.slow
def test_nine_tabs_hear_through_one_stream_that_the_next_takes_over(alice: Page, live_site: LiveSite) -> None:
    tabs = [alice, *(at_work(alice.context.new_page(), live_site) for _ in range(7))]
    ninth = at_work(alice.context.new_page(), live_site)  # a browser opens six connections to one place
    expect(ninth.locator("html")).to_have_attribute("data-live", "on")

    Customer(live_site.port).open().say("Bonjour, ma box ne marche plus.")
    assert [hears(page, "conversation") for page in [*tabs, ninth]] == [True] * 9
    assert live_site.log.count("GET direct/flux") <= 1  # told when a stream ends

    alice.close()
    ninth.evaluate("window.heard = []")
    Customer(live_site.port).open().say("Moi non plus.")
    assert hears(ninth, "conversation")


@pytest.mark.slow
def test_news_between_two_pages_is_heard_on_the_second(alice: Page, live_site: LiveSite) -> None:
    expect(alice.locator("html")).to_have_attribute("data-live", "on")
    alice.goto("about:blank")
    Customer(live_site.port).open().say("Êtes-vous là ?")
    alice.wait_for_timeout(500)

    alice.add_init_script(f"({LISTEN})()")
    alice.goto(f"{live_site.url}/composants/")

    assert hears(alice, "conversation")


def test_cut_is_said_and_resumed_without_loss(alice: Page, live_site: LiveSite) -> None:
    expect(alice.locator("html")).to_have_attribute("data-live", "on")
    live_site.stop()
    expect(alice.locator("#band")).to_contain_text("Le direct est coupé depuis", timeout=15_000)
    expect(alice.locator("#band")).to_contain_text("Nous réessayons.")

    live_site.start()
    expect(alice.locator("html")).to_have_attribute("data-live", "on", timeout=45_000)
    expect(alice.locator("#band")).to_be_empty()
    Customer(live_site.port).open().say("Et maintenant ?")
    assert hears(alice, "conversation")
