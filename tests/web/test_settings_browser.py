"""Sign-in, one's own account and the settings in a real browser: by keyboard alone, in every size, theme and language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect
from tests.domain.people_made import NOW, PASSWORD, House, make_house

from visavis.cli.messages import unbroken
from visavis.domain.intake.operations import block_sender
from visavis.domain.people.models import Adviser, Brand
from visavis.domain.people.operations import (
    add_identity,
    choose_preferences,
    give_brand_token,
    invite,
    know_customer,
    proof_token,
    send_code,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer
    from tests.browser import NewPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/connexion/compte/",
    "/connexion/mot-de-passe/",
    "/reglages/",
    "/reglages/personnes/",
    "/reglages/personnes/?comptes=fermes",
    "/reglages/personnes/inviter/",
    "/reglages/personnes/{bob}/",
    "/reglages/personnes/{bob}/fermer/",
    "/reglages/marques/",
    "/reglages/marques/nouvelle/",
    "/reglages/marques/netnet/",
    "/reglages/marques/netnet/horaires/",
    "/reglages/marques/netnet/logiciels/",
    "/reglages/equipes/",
    "/reglages/equipes/nouvelle/",
    "/reglages/sites/nouveau/",
    "/reglages/competences/",
    "/reglages/competences/nouvelle/",
    "/reglages/bloques/",
    "/fiche/{david}/",
    "/fiche/{david}/?qui=personne",
)
VISITORS_PAGES = ("/connexion/", "/connexion/oublie/", "/connexion/oublie/envoye/", "/connexion/oublie/1-x/")


@pytest.fixture
def house() -> House:
    """A house with something in every list."""
    house = make_house()
    invite(email="fatou@example.fr", role="adviser", team=house.team, by=house.ada, at=NOW)
    give_brand_token(house.netnet, label="Contrats", by=house.ada, at=NOW)
    block_sender(house.netnet.pk, source="x" * 64, by=house.alice, at=NOW)
    send_code(add_identity(house.david, "email", "david@example.fr", verified=False, at=NOW), at=NOW)
    twin = know_customer(house.netnet.pk, name="D. Morel", language="fr", at=NOW)
    add_identity(twin, "email", "david@example.fr", verified=False, at=NOW)
    return house


def sign_in(page: Page, live_server: LiveServer, email: str = "ada@example.fr") -> None:
    """Sign in by keyboard alone."""
    page.goto(f"{live_server.url}/connexion/")
    page.keyboard.press("Tab")  # the skip link
    page.keyboard.press("Tab")  # the logo
    page.keyboard.press("Tab")
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/connexion/" not in url)


def judge(page: Page, url: str, axe: Callable[[Page], None]) -> None:
    """One page is accessible, and nothing of it stands beyond the window."""
    page.goto(url)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
    axe(page)


@pytest.mark.parametrize(
    "look",
    [
        (1280, "light", "fr"),
        pytest.param((1280, "dark", "en"), marks=pytest.mark.slow),
        pytest.param((320, "light", "en"), marks=pytest.mark.slow),
        pytest.param((320, "dark", "fr"), marks=pytest.mark.slow),
    ],
)
def test_every_page_is_accessible(
    house: House,
    live_server: LiveServer,
    new_page: NewPage,
    axe: Callable[[Page], None],
    look: tuple[int, Literal["light", "dark"], str],
) -> None:
    width, theme, language = look
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=theme, locale=language)
    proof = proof_token(house.david.identities.get())
    for path in (*VISITORS_PAGES, f"/fiche/confirmer/{proof}/"):
        judge(page, live_server.url + path, axe)
    choose_preferences(
        house.ada,
        language=language,
        theme="",
        has_shortcuts=True,
        has_sound=False,
        has_notifications=False,
        at=NOW,
    )
    sign_in(page, live_server)
    for path in PAGES:
        judge(page, live_server.url + path.format(bob=house.bob.pk, david=house.david.pk), axe)


def test_first_page_makes_the_house_by_keyboard_alone(
    live_server: LiveServer, page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto(live_server.url)
    axe(page)
    page.locator("#id_brand").focus()
    given = ("Netnet", None, "Tours", None, "Loire", "Ada", "ada@example.fr", PASSWORD)
    for text in given:
        if text:
            page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**/reglages/")
    assert Adviser.objects.get().email == "ada@example.fr"


@pytest.mark.slow
def test_error_takes_the_eye_to_its_field(house: House, live_server: LiveServer, page: Page) -> None:
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/reglages/marques/netnet/")
    page.fill("#id_colour", "#7F7F7F")
    page.locator("#id_colour").press("Enter")

    field = page.locator("#id_colour")
    expect(field).to_have_attribute("aria-invalid", "true")
    told = page.locator(f"#{(field.get_attribute('aria-describedby') or '').split()[-1]}")
    expect(told).to_contain_text("4,18 pour 1")


def test_week_is_typed_by_keyboard_alone(house: House, live_server: LiveServer, page: Page) -> None:
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/reglages/marques/netnet/horaires/")
    page.get_by_label("lundi, ouverture 1, de").focus()
    for text in ("9h", "12h30", "14h", "18h"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Faire comme lundi jusqu’à vendredi").press("Enter")
    expect(page.get_by_text("Mardi à vendredi sont comme lundi.")).to_be_visible()
    page.get_by_role("button", name="Enregistrer les horaires").press("Enter")

    expect(page.get_by_text("Horaires enregistrés.")).to_be_visible()
    assert Brand.objects.get(pk=house.netnet.pk).hours == [[[540, 750], [840, 1080]]] * 5 + [[], []]


@pytest.mark.slow
def test_link_of_an_invitation_is_copied(
    house: House,
    live_server: LiveServer,
    new_page: NewPage,
) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/reglages/personnes/inviter/")
    page.get_by_label(unbroken("Adresse e-mail")).fill("gilles@example.fr")
    page.get_by_label("Équipe").select_option(label="Loire, Tours")
    page.get_by_role("button", name="Créer l’invitation").click()
    page.get_by_role("button", name="Copier").click()

    expect(page.get_by_text("Lien copié.").first).to_be_visible()
    assert "/connexion/invitation/" in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.slow
def test_theme_and_language_take_effect_at_once(
    house: House,
    live_server: LiveServer,
    page: Page,
) -> None:
    sign_in(page, live_server, "paul@example.fr")
    page.goto(f"{live_server.url}/connexion/compte/")
    page.get_by_label("Anglais").check()
    page.get_by_label("Sombre").check()
    page.get_by_role("button", name="Enregistrer les préférences").click()

    expect(page.get_by_role("heading", name="My account")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "sombre")
