"""The design system in a real browser: axe in every size and theme, the keys, toasts, menus and popovers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser import LOOKS

from visavis.cli.messages import unbroken

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer
    from tests.browser import NewPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def components(page: Page, live_server: LiveServer) -> Page:
    """The page of components, open."""
    page.goto(f"{live_server.url}/composants/")
    return page


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_component_is_accessible_and_reflows(
    new_page: NewPage, live_server: LiveServer, axe: Callable[[Page], None], width: int, theme: str
) -> None:
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=theme)

    page.goto(f"{live_server.url}/composants/")
    page.evaluate("document.dispatchEvent(new CustomEvent('toast', {detail: {text: 'Noté.', undo: '/'}}))")

    assert page.get_by_role("region", name="Ce qui vient d’être fait").get_by_text("Noté.").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)


def test_a_word_with_a_hyphen_stays_whole_is_found_and_is_copied_as_it_is_typed(components: Page) -> None:
    components.evaluate(
        """sentence => {
            const box = document.createElement("p");
            box.id = "narrow";
            box.style.cssText = "width: 14ch; font-family: monospace";
            box.textContent = sentence;
            document.querySelector("main").append(box);
        }""",
        unbroken("Adresse de l’e-mail"),
    )

    lines, copied, is_found = components.evaluate(
        """() => {
            const words = document.getElementById("narrow").firstChild;
            const top = (sign) => {
                const range = document.createRange();
                range.setStart(words, words.data.indexOf(sign));
                range.setEnd(words, words.data.indexOf(sign) + 1);
                return range.getBoundingClientRect().top;
            };
            getSelection().selectAllChildren(words.parentElement);
            const clipboardData = new DataTransfer();
            document.dispatchEvent(new ClipboardEvent("copy", { clipboardData, cancelable: true }));
            getSelection().removeAllRanges();
            const isFound = window.find("l’e-mail");
            return [[top("A"), top("-"), top("m")], clipboardData.getData("text/plain"), isFound];
        }"""
    )

    assert lines[0] < lines[1] == lines[2]
    assert (copied, is_found) == ("Adresse de l’e-mail", True)


def test_question_mark_lists_the_keys_and_escape_closes(components: Page) -> None:
    components.keyboard.press("?")

    assert components.locator("#keys").is_visible()
    assert "Toutes les touches" in components.locator("#keys-list").inner_text()
    components.keyboard.press("Escape")
    assert not components.locator("#keys").is_visible()


def test_keys_are_inactive_while_one_writes_and_when_switched_off(components: Page) -> None:
    components.focus("#specimen-text")
    components.keyboard.type("? ?")
    assert components.input_value("#specimen-text") == "? ?"
    assert not components.locator("#keys").is_visible()

    components.evaluate("document.body.dataset.shortcuts = 'off'; document.activeElement.blur()")
    components.keyboard.press("?")
    assert not components.locator("#keys").is_visible()


def test_menu_opens_with_arrows_and_escape_gives_the_focus_back(components: Page) -> None:
    menu = components.locator("details.menu").filter(has_text="Marque")
    menu.locator("summary").focus()

    components.keyboard.press("ArrowDown")
    components.keyboard.press("ArrowDown")

    assert components.evaluate("document.activeElement.textContent") == "Netnet"
    components.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert components.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_definition_shows_on_focus_and_hover_and_closes_by_escape(components: Page) -> None:
    definition, opener = components.locator("#definition"), components.locator("[data-popover=definition]")

    opener.hover()
    definition.wait_for(state="visible")
    definition.hover()
    components.wait_for_timeout(400)
    assert definition.is_visible()
    components.keyboard.press("Escape")
    assert not definition.is_visible()


def test_toast_can_be_undone_and_is_said(components: Page) -> None:
    components.evaluate(
        """async () => {
            const { toast } = await import("/static/design/shell.js");
            toast({ text: "Promesse enregistrée.", undo: () => (document.body.dataset.undone = "yes") });
        }"""
    )

    components.get_by_role("button", name="Annuler").last.click()

    assert components.evaluate("document.body.dataset.undone") == "yes"
    assert components.locator("#toasts .toast").count() == 0
    expect(components.locator("#voice")).to_have_text("Promesse enregistrée.")
