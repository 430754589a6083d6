"""A first conversation in real browsers: the form, the desk, the floor, Ma demande; by keyboard, in both themes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser import THEMES
from tests.live.speaking import Customer, make_house

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.browser import NewPage
    from tests.live_site import LiveSite

pytestmark = pytest.mark.browser
Axe = Callable[["Page"], None]
SoonEnough = 4_000  # milliseconds: the figure itself is measured in benchmarks/


@pytest.fixture(scope="module")
def house(live_site: LiveSite) -> dict[str, Any]:
    """The people of the house, in the site of this module."""
    return make_house(live_site)


@pytest.fixture
def window(live_site: LiveSite, house: dict[str, Any], new_page: NewPage) -> Callable[..., Page]:
    """Open a window in which somebody of the house is signed in."""

    def opened(name: str, path: str, **options: Any) -> Page:  # Playwright's own options
        page = new_page(**options)
        page.context.add_cookies([{"name": "visavis", "value": house[name]["session"], "url": live_site.url}])
        page.goto(live_site.url + path)
        return page

    return opened


@pytest.fixture
def written(live_site: LiveSite) -> Customer:
    """David has written in the chat; whoever is available has it."""
    customer = Customer(live_site.port).open()
    customer.say("Bonjour, ma box affiche T1.")
    return customer


def available(page: Page) -> None:
    """Say that one is available."""
    page.locator("#presence-available").click()
    expect(page.locator("#presence-available")).to_have_attribute("aria-pressed", "true")


def due(page: Page, moment: str) -> None:
    """Type by when one promises, rather than choose an hour that is offered."""
    page.locator("#promise").get_by_label("Un autre moment").check()
    page.locator("#promise").get_by_label("Jour et heure").fill(moment)


def test_a_chat_line_arrives_by_itself_and_says_why(
    live_site: LiveSite, window: Callable[..., Page], written: Customer
) -> None:
    bob = window("bob", "/poste/")
    available(bob)
    row = bob.locator("a.row", has_text="ma box affiche T1")
    expect(row).to_be_visible(timeout=SoonEnough)
    row.click()
    bob.locator("h2#subject").wait_for()

    written.say("Vous êtes là ?")  # the only one who says it
    expect(bob.locator("#messages").get_by_text("Vous êtes là ?")).to_be_visible(timeout=SoonEnough)
    bob.keyboard.press("w")
    expect(bob.locator("#why")).to_contain_text("N’ont pas compté")
    expect(bob.locator("#why")).to_contain_text("Vous aviez de la place.")
    bob.keyboard.press("Escape")
    bob.locator("#presence-pause").click()  # the next one goes to Alice
    expect(bob.locator("#presence-pause")).to_have_attribute("aria-pressed", "true")


def test_a_request_goes_from_the_form_to_the_desk_and_the_answer_comes_back(
    live_site: LiveSite, window: Callable[..., Page], new_page: NewPage
) -> None:
    alice = window("alice", "/poste/")
    available(alice)
    david = new_page()
    david.goto(f"{live_site.url}/ecrire/netnet/")
    david.get_by_label("Votre message").fill("Ma facture est comptée deux fois.")
    david.get_by_label("Votre nom").fill("David Morel")
    david.get_by_role("button", name="Envoyer").click()
    expect(david.get_by_text("Votre message est reçu.")).to_be_visible()

    row = alice.locator("a.row", has_text="Ma facture est comptée deux fois.")
    expect(row).to_be_visible(timeout=SoonEnough)
    row.click()
    alice.locator("h2#subject").wait_for()
    alice.keyboard.press("r")
    expect(alice.locator("#reply-text")).to_be_focused()
    alice.keyboard.type("Bonjour David, je vous rembourse la seconde.")
    alice.keyboard.press("Control+Enter")
    expect(alice.get_by_text("Votre réponse part dans 10 secondes.")).to_be_visible()

    expect(david.get_by_text("Bonjour David, je vous rembourse la seconde.")).to_be_visible(timeout=20_000)
    expect(david.get_by_role("heading", level=1)).to_have_text("Nous vous avons répondu")
    assert "/demande/" in david.url
    assert re.fullmatch(r".*/demande/\d+/(\?recu=1)?", david.url)


def test_a_reply_taken_back_is_a_draft_again(
    window: Callable[..., Page], written: Customer, live_site: LiveSite
) -> None:
    bob = window("bob", "/poste/?onglet=team")
    form = window("bob", "/ecrire/netnet/")
    form.get_by_label("Votre message").fill("Une question sur mon contrat.")
    form.get_by_role("button", name="Envoyer").click()
    bob.goto(live_site.url + "/poste/?onglet=team")
    bob.locator("a.row", has_text="Une question sur mon contrat.").click()
    bob.locator("#reply-text").fill("Trop vite")
    bob.locator("#send").click()
    bob.locator(".toast").get_by_role("button", name="Annuler").click()

    expect(bob.locator("#reply-text")).to_have_value("Trop vite")


def test_a_promise_is_made_by_key_and_can_be_undone(
    window: Callable[..., Page], live_site: LiveSite, written: Customer
) -> None:
    bob = window("bob", "/poste/?onglet=team")
    bob.locator("a.row", has_text="ma box affiche T1").first.click()
    bob.locator("h2#subject").wait_for()
    bob.keyboard.press("p")
    bob.get_by_label("Ce que vous promettez").fill("Dire quand un technicien passe")
    due(bob, "2099-01-01T12:00")
    bob.locator("#promise").get_by_role("button", name="Promettre").click()

    expect(bob.locator("#person").get_by_text("Dire quand un technicien passe")).to_be_visible()
    bob.locator(".toast").get_by_role("button", name="Annuler").click()
    expect(bob.locator("#person").get_by_text("Dire quand un technicien passe")).to_have_count(0)


def test_a_draft_survives_a_reload(window: Callable[..., Page], written: Customer) -> None:
    bob = window("bob", "/poste/?onglet=team")
    bob.locator("a.row", has_text="ma box affiche T1").first.click()
    bob.locator("#reply-text").fill("Je regarde votre")
    expect(bob.locator("#composer-state")).to_have_text("Brouillon gardé")

    bob.reload()

    expect(bob.locator("#reply-text")).to_have_value("Je regarde votre")


def test_a_note_calls_a_colleague(
    window: Callable[..., Page], written: Customer, live_site: LiveSite
) -> None:
    bob = window("bob", "/poste/?onglet=team")
    bob.locator("a.row", has_text="ma box affiche T1").first.click()
    bob.locator("h2#subject").wait_for()
    bob.keyboard.press("n")
    bob.keyboard.type("@chl")
    expect(bob.get_by_role("option", name="Chloe")).to_be_visible()
    bob.keyboard.press("Enter")
    bob.keyboard.type("peux-tu regarder ?")
    expect(bob.locator("#note-text")).to_have_value("@Chloe peux-tu regarder ?")
    bob.keyboard.press("Control+Enter")
    expect(bob.locator(".said-note").get_by_text("peux-tu regarder")).to_be_visible()

    chloe = window("chloe", "/poste/?onglet=mentions")

    expect(chloe.locator("a.row").first).to_be_visible()


def test_the_list_goes_by_j_and_k(
    window: Callable[..., Page], written: Customer, live_site: LiveSite
) -> None:
    Customer(live_site.port).open().say("Une deuxième personne écrit.")
    bob = window("bob", "/poste/?onglet=team")
    rows = bob.locator("a.row")
    expect(rows.nth(1)).to_be_visible()

    bob.keyboard.press("j")
    bob.keyboard.press("j")
    second = bob.evaluate("document.activeElement.id")
    bob.keyboard.press("k")

    first = bob.evaluate("document.activeElement.id")
    assert first != second
    bob.keyboard.press("Enter")
    expect(bob.locator("h2#subject")).to_be_visible()
    bob.keyboard.press("Escape")
    expect(bob.locator("h2#subject")).to_have_count(0)
    expect(bob.locator(f"#{first}")).to_be_focused()


def test_a_refusal_stands_beside_what_was_typed(window: Callable[..., Page], written: Customer) -> None:
    bob = window("bob", "/poste/?onglet=team")
    bob.locator("a.row", has_text="ma box affiche T1").first.click()
    bob.locator("h2#subject").wait_for()
    bob.locator("#reply-text").fill("En cours d’écriture")
    bob.locator("body").press("Escape")
    bob.evaluate("document.activeElement.blur()")

    bob.keyboard.press("p")
    bob.get_by_label("Ce que vous promettez").fill("Rappeler")
    due(bob, "2020-01-01T12:00")
    bob.locator("#promise").get_by_role("button", name="Promettre").click()

    expect(bob.locator("#promise .field-error")).to_contain_text("Cette heure est passée.")
    expect(bob.get_by_label("Ce que vous promettez")).to_have_value("Rappeler")
    expect(bob.locator("#reply-text")).to_have_value("En cours d’écriture")


@pytest.mark.slow
def test_r_opens_the_row_at_hand_ready_to_answer(window: Callable[..., Page], written: Customer) -> None:
    bob = window("bob", "/poste/?onglet=team")
    expect(bob.locator("a.row").first).to_be_visible()

    bob.keyboard.press("j")
    bob.keyboard.press("r")

    expect(bob.locator("#reply-text")).to_be_focused()


@pytest.mark.slow
def test_a_sent_line_leaves_the_field_empty(window: Callable[..., Page], written: Customer) -> None:
    bob = window("bob", "/poste/?onglet=team")
    bob.locator("a.row", has_text="ma box affiche T1").first.click()
    bob.locator("h2#subject").wait_for()
    bob.keyboard.press("r")
    bob.keyboard.type("Je regarde tout de suite.")
    bob.keyboard.press("Control+Enter")

    expect(bob.locator("#messages .bubble").get_by_text("Je regarde tout de suite.")).to_be_visible()
    expect(bob.locator("#reply-text")).to_have_value("")


@pytest.mark.slow
def test_what_one_types_on_the_card_outlives_the_news(window: Callable[..., Page], written: Customer) -> None:
    written.say("Ici Wilfried.")
    bob = window("bob", "/poste/?onglet=team")
    bob.locator("a.row", has_text="Ici Wilfried.").click()
    bob.locator("h2#subject").wait_for()
    bob.get_by_text("Noter ce que la personne vient d’expliquer").click()
    bob.locator("#explained-text").fill("A redémarré la box")

    written.say("Je suis toujours là.")
    expect(bob.locator("#messages").get_by_text("Je suis toujours là.").first).to_be_visible(
        timeout=SoonEnough
    )
    bob.wait_for_timeout(2_000)  # the time for the card to have read itself again

    expect(bob.locator("#explained-text")).to_have_value("A redémarré la box")
    bob.locator("#explained-text").press("Enter")
    expect(bob.locator("#person .desk-checks").get_by_text("A redémarré la box").first).to_be_visible()


@pytest.mark.slow
def test_conversations_are_gathered_from_a_list(window: Callable[..., Page], written: Customer) -> None:
    bob = window("bob", "/poste/?onglet=team")
    bob.locator("a.row", has_text="ma box affiche T1").first.click()
    bob.locator("h2#subject").wait_for()
    bob.get_by_label("Autres actions").click()
    bob.get_by_text("Relier, réunir, séparer").first.click()

    expect(bob.locator("#gather").get_by_text("Autres conversations avec cette personne")).to_be_visible()


@pytest.mark.slow
def test_the_link_to_ma_demande_leaves_the_address(
    window: Callable[..., Page], new_page: NewPage, written: Customer
) -> None:
    bob = window("bob", "/poste/?onglet=team")
    bob.locator("a.row", has_text="ma box affiche T1").first.click()
    bob.get_by_role("button", name="Faire un lien vers sa page").click()
    link = bob.locator("input.desk-link").input_value()

    david = new_page()
    david.goto(re.sub(r"^https?://[^/]+", bob.url.split("/poste")[0], link))

    expect(david.get_by_role("heading", name="Parler à une personne")).to_be_visible()
    assert re.fullmatch(r".*/demande/\d+/", david.url)


PAGES = (
    ("alice", "/poste/"),
    ("alice", "/promesses/"),
    ("chloe", "/plateau/"),
    ("alice", "/ecrire/netnet/"),
    ("alice", "/marque/netnet/"),
)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("name", "path"), PAGES)
def test_axe_finds_nothing(
    window: Callable[..., Page], written: Customer, axe: Axe, *, name: str, path: str, theme: str
) -> None:
    page = window(name, path, color_scheme=theme)
    page.wait_for_load_state()

    axe(page)


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_on_an_open_conversation(
    window: Callable[..., Page], written: Customer, axe: Axe, theme: str
) -> None:
    bob = window("bob", "/poste/?onglet=team", color_scheme=theme)
    bob.locator("a.row").first.click()
    bob.locator("h2#subject").wait_for()

    axe(bob)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "path"), [*PAGES, ("bob", "first")])
def test_nothing_scrolls_sideways_at_320_pixels(
    window: Callable[..., Page], written: Customer, name: str, path: str
) -> None:
    page = window(
        name, "/poste/?onglet=team" if path == "first" else path, viewport={"width": 320, "height": 640}
    )
    if path == "first":
        page.locator("a.row").first.click()
        page.locator("h2#subject").wait_for()

    width = page.evaluate("document.documentElement.scrollWidth")

    assert width <= 320
