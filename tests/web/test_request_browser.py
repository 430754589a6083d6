"""Ma demande in a real browser: both themes, a narrow screen, large text, the keyboard alone, and no script at all."""

from __future__ import annotations

import re
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
from tests.domain.people_made import make_house
from visavis.domain.people.models import Brand
make_house()
Brand.objects.update(phone_number="+33970000012", hours=[[[0, 1440]]] * 7)
"""
LINK = """
import uuid
from datetime import timedelta
from django.utils import timezone
from visavis.domain.conversations import operations
from visavis.domain.flows.inbound import Inbound, receive
from visavis.domain.people.models import Adviser, Brand
from visavis.domain.people.operations import add_statement
from visavis.domain.promises.operations import keep_promise, make_promise
alice, brand, now = Adviser.objects.get(email="alice@example.fr"), Brand.objects.get(slug="netnet"), timezone.now()
row = receive(Inbound(brand=brand, channel="form", is_live=False, effort=1, key=uuid.uuid4(), at=now,
    text="Bonjour, ma box affiche T12 depuis hier.", subject="Plus d’internet", name="Odile Perrin", email="odile@example.fr",
)).conversation
operations.assign_conversation(row, to=alice, by=alice)
operations.write_headline(row, by=alice, text="Un technicien passe demain, entre 8 h et 10 h")
operations.add_step(row, by=alice, title="Le rendez-vous est pris", done_at=now, detail="De 8 h à 10 h, chez vous.")
operations.add_step(row, by=alice, title="Le technicien répare la ligne", expected_on=now.date() + timedelta(days=1))
keep_promise(make_promise(row, by=alice, what="Vous dire quand il passe", due_at=now + timedelta(hours=2)), by=alice)
make_promise(row, by=alice, what="Vous prévenir d’un retard", due_at=now + timedelta(hours=20))
add_statement(row.customer, text="entend mal à droite", by=alice, at=now)
print(operations.make_link(row, by=alice)[1])
"""


@pytest.fixture(scope="module")
def site(live_site: LiveSite) -> LiveSite:
    """The real program, with its people."""
    live_site.execute(WRITE)
    return live_site


@pytest.fixture
def link(site: LiveSite) -> str:
    """A link to the page of a request that Alice takes care of."""
    return f"{site.url}/demande/l/{site.execute(LINK).split()[-1]}/"


def fits(page: Page) -> bool:
    """True when nothing goes out of the screen sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def wrong_form(page: Page, site: LiveSite) -> None:
    """The form with errors: nothing written, an address that is none."""
    page.goto(f"{site.url}/ecrire/netnet/")
    page.fill("#id_email", "pas une adresse")
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_selector(".field-error")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_is_accessible_and_fits(
    new_page: NewPage, axe: Callable[[Page], None], site: LiveSite, link: str, *, scheme: str, width: int
) -> None:
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    page.goto(link)
    own = page.url

    def judged() -> None:
        axe(page)
        assert fits(page), page.url

    judged()
    page.goto(own + "historique/")
    judged()
    page.goto(own + "effacer/")
    judged()
    wrong_form(page, site)
    judged()
    page.goto(f"{site.url}/demande/l/faux/")
    judged()
    page.goto(own + "effacer/")
    page.get_by_role("button", name="Effacer pour toujours").click()
    page.wait_for_url("**/certificat/**")
    judged()


@pytest.mark.slow
def test_text_twice_as_large_still_fits(new_page: NewPage, site: LiveSite, link: str) -> None:
    """Half the width stands for a zoom of 200 %: that is what browsers do."""
    page = new_page(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    page.goto(link)

    assert fits(page)
    assert page.get_by_role("link", name="Appeler le").is_visible()


def test_the_keyboard_is_enough_to_erase(page: Page, link: str) -> None:
    page.goto(link)

    press_until(page, "L’effacer")
    page.keyboard.press("Enter")
    page.wait_for_url("**/effacer/")
    press_until(page, "Effacer pour toujours")
    page.keyboard.press("Enter")
    page.wait_for_url("**/certificat/**")

    assert page.get_by_role("heading", level=1).inner_text() == "Votre historique est effacé"
    with page.expect_download() as kept:
        press_until(page, "Télécharger le certificat")
        page.keyboard.press("Enter")
    assert re.fullmatch(r"certificat-\d{4}-\d{6}\.html", kept.value.suggested_filename)


def press_until(page: Page, words: str) -> None:
    """Go from one thing to the next with Tab, until the one that says this."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == words:
            return
    raise AssertionError(f"{words} is not reached by Tab")


@pytest.mark.slow
def test_what_is_typed_is_kept_in_the_tab_until_it_is_received(page: Page, link: str) -> None:
    page.goto(link)
    page.fill("#id_text", "Je serai là dès 7 h")

    page.reload()
    assert page.input_value("#id_text") == "Je serai là dès 7 h"
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url("**recu=1**")

    assert page.get_by_text("Je serai là dès 7 h").count() == 1
    assert page.input_value("#id_text") == ""


@pytest.mark.slow
def test_a_double_click_is_one_message_and_opens_the_page(page: Page, site: LiveSite) -> None:
    page.goto(f"{site.url}/ecrire/netnet/")
    page.fill("#id_text", "Deux clics valent un")
    page.get_by_role("button", name="Envoyer").dblclick(no_wait_after=True)
    page.wait_for_url("**recu=1**")

    assert page.locator(".said-cli").count() == 1


def test_the_whole_path_works_without_a_script(new_page: NewPage, site: LiveSite) -> None:
    page = new_page(java_script_enabled=False)
    wrong_form(page, site)
    assert page.input_value("#id_email") == "pas une adresse"
    page.fill("#id_email", "david@example.fr")
    page.fill("#id_text", "Ma box clignote")
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url("**recu=1**")
    own = page.url.partition("?")[0]

    page.fill("#id_text", "Elle clignote en rouge")
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url("**recu=1**")
    assert page.locator(".said-cli").count() == 2
    page.get_by_role("button", name="Une personne, ici, maintenant").click()
    page.wait_for_url("**personne=1**")
    assert page.get_by_text("C’est demandé").count() == 1

    page.get_by_role("link", name="L’effacer").click()
    page.get_by_role("button", name="Effacer pour toujours").click()
    page.wait_for_url("**/certificat/**")
    page.goto(own)
    assert page.get_by_role("heading", level=1).inner_text() == "Ce lien n’ouvre plus rien"
