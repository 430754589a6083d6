"""Tabs that are really hidden: the title counts, a notification and a sound come by choice, once for all tabs."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser import FLAGS, PROGRAMS
from tests.live.speaking import Customer, make_house

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page
    from tests.live_site import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What the page shows and sounds is noted as it does it, by the browser's own constructor and oscillator.
SPY = """
window.shown = [];
window.asked = 0;
window.sounds = 0;
window.Notification = new Proxy(window.Notification, {
    construct(made, given) { window.shown.push(given); return Reflect.construct(made, given); },
    get(made, name) {
        if (name === "requestPermission") return () => { window.asked += 1; return made.requestPermission(); };
        return made[name];
    },
});
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...given) { window.sounds += 1; return start.apply(this, given); };
"""
CHOOSE = """
from django.utils import timezone
from visavis.domain.people.models import Adviser
from visavis.domain.people.operations import choose_preferences
choose_preferences(
    Adviser.objects.get(pk={adviser}), language="fr", theme="", has_shortcuts=True, has_sound={sound},
    has_notifications={notifications}, at=timezone.now(),
)
"""


@contextmanager
def windows(chromium: Browser, folder: Path) -> Iterator[BrowserContext]:
    """A Chromium that hides the tabs behind the one in front, as everybody's does.

    Playwright's own windows are always visible; of one that it only joins, it leaves the tabs as they are.
    """
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    command = [program, *FLAGS, "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}"]
    process = subprocess.Popen([*command, "about:blank"], stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port_of(folder)}"
        browser = chromium.browser_type.connect_over_cdp(address, no_defaults=True)
        yield browser.contexts[0]
        browser.close()
    finally:
        process.terminate()
        process.wait(15)


def port_of(folder: Path) -> str:
    """Where that Chromium can be joined, once it has said so."""
    said = folder / "DevToolsActivePort"
    limit = time.monotonic() + 30
    while not (said.exists() and said.read_text(encoding="utf-8").strip()):
        assert time.monotonic() < limit, "Chromium did not say its port"
        time.sleep(0.1)
    return said.read_text(encoding="utf-8").split()[0]


@pytest.fixture(scope="module")
def house(live_site: LiveSite) -> dict[str, Any]:
    """The people of the house, in the site of this module."""
    return make_house(live_site)


@pytest.fixture
def chosen(live_site: LiveSite, house: dict[str, Any]) -> Callable[..., None]:
    """Alice chose how she is called."""

    def choose(*, sound: bool = False, notifications: bool = False) -> None:
        values = {"adviser": house["alice"]["id"], "sound": sound, "notifications": notifications}
        live_site.execute(CHOOSE.format(**values))

    return choose


@pytest.fixture
def browser(
    chromium: Browser, live_site: LiveSite, house: dict[str, Any], tmp_path: Path
) -> Iterator[BrowserContext]:
    """Alice's browser, which allows notifications."""
    with windows(chromium, tmp_path / "chromium") as context:
        context.add_cookies([{"name": "visavis", "value": house["alice"]["session"], "url": live_site.url}])
        context.grant_permissions(["notifications"], origin=live_site.url)
        context.add_init_script(SPY)
        context.set_default_timeout(15_000)
        yield context


def tab(context: BrowserContext, address: str) -> Page:
    """One more tab, in front."""
    page = context.new_page()
    page.goto(address)
    return page


def at_desk(context: BrowserContext, site: LiveSite, state: str = "available") -> Page:
    """Alice's desk, in front; she clicked there, so that the page may sound, and what she had is read."""
    page = tab(context, f"{site.url}/poste/")
    expect(page.locator("html")).to_have_attribute("data-live", "on")
    page.locator(f"#presence-{state}").click()
    expect(page.locator(f"#presence-{state}")).to_have_attribute("aria-pressed", "true")
    return page


def hidden(page: Page) -> Page:
    """Put another tab in front of this one; gives that other tab."""
    other = tab(page.context, "about:blank")
    other.bring_to_front()
    page.wait_for_function("document.visibilityState === 'hidden'")
    return other


TAKE = """
from visavis.domain.conversations.models import Message
from visavis.domain.flows.take import take
from visavis.domain.people.models import Adviser
alice = Adviser.objects.get(pk={alice})
found = Message.objects.filter(text={text!r}).latest("pk").conversation
if found.adviser_id != alice.pk:
    take(found, by=alice)
"""


@pytest.fixture
def writes(live_site: LiveSite, house: dict[str, Any]) -> Callable[[str], Customer]:
    """A new customer writes, and their words come to Alice's desk."""

    def write(text: str) -> Customer:
        customer = Customer(live_site.port).open()
        customer.say(text)
        live_site.execute(TAKE.format(alice=house["alice"]["id"], text=text))
        return customer

    return write


def notified(*pages: Page) -> list[list[Any]]:
    """What the browser was given to show, by all these tabs."""
    return [given for page in pages for given in page.evaluate("window.shown")]


def sounds(*pages: Page) -> int:
    """How many tones these tabs sounded."""
    return sum(page.evaluate("window.sounds") for page in pages)


def test_the_title_counts_the_people_who_write_and_is_itself_again_once_seen(
    browser: BrowserContext, live_site: LiveSite, writes: Callable[[str], Customer]
) -> None:
    desk = at_desk(browser, live_site)
    title = desk.title()
    hidden(desk)

    first = writes("Bonjour, une première.")
    expect(desk).to_have_title(f"(1) {title}")
    writes("Bonjour, une deuxième.")
    expect(desk).to_have_title(f"(2) {title}")
    first.say("Toujours la première.")  # the same person: one conversation waits, not two
    expect(desk.locator("a.row", has_text="Toujours la première.")).to_have_count(1)
    expect(desk).to_have_title(f"(2) {title}")

    desk.bring_to_front()
    expect(desk).to_have_title(title)
    hidden(desk)
    desk.wait_for_timeout(1500)
    assert desk.title() == title  # what was there as one left is no news


@pytest.mark.slow
def test_nothing_is_shown_nor_sounded_to_who_chose_nothing(
    browser: BrowserContext,
    live_site: LiveSite,
    chosen: Callable[..., None],
    writes: Callable[[str], Customer],
) -> None:
    chosen()
    desk = at_desk(browser, live_site)
    hidden(desk)

    writes("Bonjour, sans bruit.")

    expect(desk).to_have_title(re.compile(r"^\(1\) "))
    desk.wait_for_timeout(800)
    assert (notified(desk), sounds(desk)) == ([], 0)
    assert desk.evaluate("window.asked") == 0


def test_a_notification_says_no_word_and_no_name_of_the_customer(
    browser: BrowserContext,
    live_site: LiveSite,
    chosen: Callable[..., None],
    writes: Callable[[str], Customer],
) -> None:
    chosen(notifications=True)
    desk = at_desk(browser, live_site)
    writes("Bonjour, je suis devant vous.")
    expect(desk.locator("a.row", has_text="Bonjour, je suis devant vous.")).to_be_visible()
    assert notified(desk) == []  # on screen, it is seen

    hidden(desk)
    writes("Bonjour, mon mot de passe est secret.")

    for _tenth in range(150):  # what is hidden draws no frame: nothing may wait for one
        if notified(desk):
            break
        desk.wait_for_timeout(100)
    assert notified(desk) == [["Une personne vous attend.", {"tag": "visavis-desk", "silent": True}]]
    assert sounds(desk) == 0


def test_a_sound_comes_once_for_three_tabs_and_not_twice_in_a_minute(
    browser: BrowserContext,
    live_site: LiveSite,
    chosen: Callable[..., None],
    writes: Callable[[str], Customer],
) -> None:
    chosen(sound=True, notifications=True)
    tabs = [at_desk(browser, live_site) for _ in range(3)]
    hidden(tabs[-1])

    writes("Bonjour, à trois onglets.")

    for page in tabs:
        expect(page).to_have_title(re.compile(r"^\(1\) "))
    tabs[0].wait_for_timeout(2000)
    assert sounds(*tabs) == 1
    assert len(notified(*tabs)) == 1

    writes("Bonjour, tout de suite après.")
    for page in tabs:
        expect(page).to_have_title(re.compile(r"^\(2\) "))
    tabs[0].wait_for_timeout(2000)
    assert sounds(*tabs) == 1
    assert len(notified(*tabs)) == 2


@pytest.mark.slow
def test_a_tab_on_screen_speaks_for_those_that_are_hidden(
    browser: BrowserContext,
    live_site: LiveSite,
    chosen: Callable[..., None],
    writes: Callable[[str], Customer],
) -> None:
    chosen(sound=True, notifications=True)
    behind, front = at_desk(browser, live_site), at_desk(browser, live_site)
    behind.wait_for_function("document.visibilityState === 'hidden'")

    writes("Bonjour, je me vois ici.")

    expect(behind).to_have_title(re.compile(r"^\(1\) "))
    behind.wait_for_timeout(1500)
    assert (notified(behind, front), sounds(behind, front)) == ([], 0)


@pytest.mark.slow
def test_who_is_at_pause_is_left_alone(
    browser: BrowserContext,
    live_site: LiveSite,
    chosen: Callable[..., None],
    writes: Callable[[str], Customer],
) -> None:
    chosen(sound=True, notifications=True)
    desk = at_desk(browser, live_site, state="pause")
    hidden(desk)

    writes("Bonjour, pendant la pause.")

    expect(desk).to_have_title(re.compile(r"^\(1\) "))
    desk.wait_for_timeout(1500)
    assert (notified(desk), sounds(desk)) == ([], 0)


@pytest.mark.slow
def test_ones_own_doings_are_no_news(
    browser: BrowserContext,
    live_site: LiveSite,
    chosen: Callable[..., None],
    writes: Callable[[str], Customer],
) -> None:
    chosen(sound=True, notifications=True)
    behind = at_desk(browser, live_site)
    writes("Bonjour, répondez-moi.")
    row = behind.locator("a.row", has_text="Bonjour, répondez-moi.")
    expect(row).to_be_visible()
    front = tab(browser, live_site.url + str(row.get_attribute("href")))
    front.locator("#reply-text").fill("Je vous réponds.")
    front.locator("#send").click()
    expect(front.locator("#messages").get_by_text("Je vous réponds.").first).to_be_visible()
    front.locator("#presence-pause").click()
    hidden(front)
    behind.wait_for_timeout(2000)

    assert not behind.title().startswith("(")
    assert (notified(behind, front), sounds(behind, front)) == ([], 0)


def test_the_browser_asks_when_one_ticks_the_box_and_never_before(
    browser: BrowserContext, live_site: LiveSite, chosen: Callable[..., None]
) -> None:
    chosen()
    browser.clear_permissions()
    account = tab(browser, f"{live_site.url}/connexion/compte/")
    box = account.get_by_label("Une notification quand l’onglet est caché")
    assert account.evaluate("[Notification.permission, window.asked]") == ["default", 0]

    box.check()
    account.wait_for_function("window.asked === 1")

    # Nobody is there to answer this browser, which refuses; the page says so, and does not insist.
    expect(account.locator("#notifications-refused")).to_be_visible()
    box.uncheck()
    expect(account.locator("#notifications-refused")).to_be_hidden()
    assert account.evaluate("window.asked") == 1
