"""Somebody who never came: the form, the page of their request, a link, and back from elsewhere to write again.

In French and in English, with and without a script.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.live.speaking import make_house

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.browser import NewPage
    from tests.live_site import LiveSite

pytestmark = pytest.mark.browser
WORDS = {
    "fr-FR": {
        "message": "Votre message",
        "send": "Envoyer",
        "received": "Votre message est reçu.",
        "link": "Faire mon lien",
        "address": "Lien vers cette page",
    },
    "en-GB": {
        "message": "Your message",
        "send": "Send",
        "received": "Your message is received.",
        "link": "Make my link",
        "address": "Link to this page",
    },
}


@pytest.fixture(scope="module")
def site(live_site: LiveSite) -> LiveSite:
    """A site with its house."""
    make_house(live_site)
    return live_site


@pytest.mark.parametrize(
    ("locale", "has_script"),
    [
        ("fr-FR", True),
        ("en-GB", False),
        pytest.param("fr-FR", False, marks=pytest.mark.slow),
        pytest.param("en-GB", True, marks=pytest.mark.slow),
    ],
)
def test_who_wrote_comes_back_and_writes_again(
    site: LiveSite, new_page: NewPage, locale: str, *, has_script: bool
) -> None:
    words = WORDS[locale]
    first = new_page(locale=locale, java_script_enabled=has_script)
    first.goto(f"{site.url}/ecrire/netnet/")
    write(first, words, "Plus d’internet depuis ce matin.")
    page = first.url

    first.get_by_role("button", name=words["link"]).click()
    address = first.get_by_label(words["address"]).input_value()
    elsewhere = new_page(locale=locale, java_script_enabled=has_script)
    elsewhere.goto(address)
    expect(elsewhere.locator("#messages")).to_contain_text("Plus d’internet depuis ce matin.")
    assert elsewhere.url == page.partition("?")[0]  # the token is out of the address
    write(elsewhere, words, "Le voyant est orange.")
    first.goto(page.partition("?")[0])

    expect(first.locator("#messages")).to_contain_text("Le voyant est orange.")
    stranger = new_page(locale=locale)
    answer = stranger.goto(page)
    assert answer is not None
    assert answer.status == 404


def write(page: Page, words: dict[str, str], text: str) -> None:
    """Write, and read that it is received."""
    page.get_by_label(words["message"]).fill(text)
    page.get_by_role("button", name=words["send"], exact=True).click()
    expect(page.get_by_text(words["received"])).to_be_visible()
    expect(page.locator("#messages")).to_contain_text(text)
