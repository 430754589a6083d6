"""A letter is written, addressed, planned, taken back and settled in a real browser, and leaves by a real Postfix."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser import LOOKS
from tests.live.speaking import make_house

from visavis.cli.messages import unbroken

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.browser import NewPage
    from tests.live_site import LiveSite
    from tests.smtp_server import Postfix

pytestmark = pytest.mark.browser
Axe = Callable[["Page"], None]
DAVID, MARIE = "david@example.fr", "marie@example.fr"
WRITE = """
import uuid
from django.utils import timezone
from visavis.domain.conversations.operations import LetterFields, assign_conversation, open_conversation, receive_message, write_letter
from visavis.domain.intake.models import Mailbox
from visavis.domain.people.models import Adviser, Brand
from visavis.domain.people.operations import know_customer
brand, alice, at = Brand.objects.get(slug="netnet"), Adviser.objects.get(email="alice@example.fr"), timezone.now()
Mailbox.objects.update_or_create(
    address="bonjour@netnet.example",
    defaults={{"brand": brand, "name": "Netnet", "smtp_host": "localhost", "smtp_port": {port}, "smtp_security": "none"}},
)
david = know_customer(brand.pk, name="David Morel", language="fr", at=at)
conversation = open_conversation(
    brand=brand, customer=david, channel="email", is_live=False, effort=1, subject="Ma box clignote", language="fr", at=at
)
message = receive_message(
    conversation, key=uuid.uuid4(), channel="email", is_live=False, effort=1, text="Ma box clignote.", at=at
)
write_letter(message, LetterFields(
    header_id=f"{{message.key.hex}}@client.example", sender=("David Morel", "{david}"), subject="Ma box clignote"
))
assign_conversation(conversation, to=alice, by=alice)
print(conversation.pk)
"""
DOUBT = """
from django.utils import timezone
from visavis.domain.deliveries.models import Delivery
from visavis.domain.flows.outbound_email import in_doubt
delivery = Delivery.objects.select_related("message__conversation").get(
    message__conversation={number}, state="waiting"
)
in_doubt(delivery)
"""


@pytest.fixture(scope="module")
def house(live_site: LiveSite) -> dict[str, Any]:
    """The people of the house, in the site of this module."""
    return make_house(live_site)


@pytest.fixture
def number(live_site: LiveSite, house: dict[str, Any], postfix: Postfix) -> int:
    """David wrote a letter, which is on Alice’s desk; what is answered leaves by Postfix."""
    return int(live_site.execute(WRITE.format(port=postfix.port, david=DAVID)).splitlines()[-1])


def at_desk(live_site: LiveSite, house: dict[str, Any], page: Page, number: int) -> Page:
    """Alice, signed in, with the conversation open."""
    page.context.add_cookies([{"name": "visavis", "value": house["alice"]["session"], "url": live_site.url}])
    page.goto(f"{live_site.url}/poste/{number}/")
    page.locator("h2#subject").wait_for()
    return page


def write(page: Page, text: str) -> None:
    """Begin a reply by its key, and type."""
    page.keyboard.press("r")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.type(text)


@pytest.fixture
def alice(live_site: LiveSite, house: dict[str, Any], new_page: NewPage, number: int) -> Page:
    """Alice at her desk."""
    return at_desk(live_site, house, new_page(), number)


def test_a_letter_is_addressed_planned_taken_back_and_settled_by_keyboard(
    live_site: LiveSite, alice: Page, postfix: Postfix, axe: Axe, number: int
) -> None:
    says_to_whom(alice)
    a_wrong_address_is_named(alice, axe)
    people_are_kept_with_the_draft(alice)
    is_planned(alice, axe)
    is_taken_back_and_sent(alice)

    # Nobody knows whether it left: told by the live push, and settled by a key.
    live_site.execute(DOUBT.format(number=number))
    doubt = alice.locator(".desk-leaving-uncertain")
    expect(doubt).to_contain_text("Elle est peut-être partie, ou pas.")
    axe(alice)
    doubt.get_by_role("button", name="Elle n’est pas partie : l’envoyer").press("Enter")
    expect(alice.get_by_text("Elle repart dans 10 secondes.", exact=True)).to_be_visible()

    letters = postfix.wait_for(2)
    expect(alice.locator(".desk-leaving")).to_have_count(0)
    assert sorted(one.recipients[0] for one in letters) == [DAVID, MARIE]
    assert len({one.header_id for one in letters}) == 1


def says_to_whom(alice: Page) -> None:
    """Before one writes, the page says how the reply leaves."""
    expect(alice.locator("#recipients summary")).to_contain_text(
        unbroken("E-mail de Alice – Netnet (bonjour@netnet.example)")
    )
    expect(alice.locator("#told-to")).to_have_text(DAVID)


def a_wrong_address_is_named(alice: Page, axe: Axe) -> None:
    """Its field is where one goes on."""
    write(alice, "Bonjour, éteignez-la dix secondes.")
    alice.locator("#recipients summary").focus()
    alice.keyboard.press("Enter")
    alice.get_by_label("Copie à (Cc)").focus()
    alice.keyboard.type("marie")
    expect(alice.locator("#told-copies")).to_contain_text("marie")
    alice.locator("#reply-text").focus()
    alice.keyboard.press("Control+Enter")
    expect(alice.locator("#reply-form .field-error")).to_contain_text("marie")
    expect(alice.get_by_label("Copie à (Cc)")).to_be_focused()
    expect(alice.get_by_label("Copie à (Cc)")).to_have_attribute("aria-invalid", "true")
    alice.keyboard.type("@example.fr")
    axe(alice)


def people_are_kept_with_the_draft(alice: Page) -> None:
    """They are there again when the page is opened again."""
    expect(alice.locator("#composer-state")).to_have_text("Brouillon gardé")
    alice.wait_for_timeout(1_000)
    alice.reload()
    expect(alice.get_by_label("Copie à (Cc)")).to_have_value(MARIE)
    expect(alice.locator("#reply-text")).to_have_value("Bonjour, éteignez-la dix secondes.")


def is_planned(alice: Page, axe: Axe) -> None:
    """The button says so, and the thread shows it."""
    alice.locator("#later summary").focus()
    alice.keyboard.press("Enter")
    alice.locator("#later").get_by_label("Un autre moment").check()
    alice.locator("#later").get_by_label("Jour et heure").fill("2027-01-04T09:30")
    expect(alice.locator("#send")).to_contain_text("Programmer")
    axe(alice)
    alice.locator("#reply-text").focus()
    alice.keyboard.press("Control+Enter")
    planned = alice.locator(".desk-leaving-planned")
    expect(planned).to_contain_text("Programmée")
    expect(alice.locator("#reply-text")).to_have_value("")
    expect(alice.locator("#later")).not_to_have_attribute("open", "")
    expect(alice.locator("#told-copies")).to_be_hidden()
    axe(alice)


def is_taken_back_and_sent(alice: Page) -> None:
    """Words and people are there again; then it leaves."""
    alice.locator(".desk-leaving-planned").get_by_role("button", name="Reprendre en brouillon").press("Enter")
    expect(alice.locator("#reply-text")).to_have_value("Bonjour, éteignez-la dix secondes.")
    expect(alice.locator("#reply-cc")).to_have_value(MARIE)
    alice.locator("#reply-text").focus()
    alice.keyboard.press("Control+Enter")
    expect(alice.get_by_text("Votre réponse part dans 10 secondes.", exact=True)).to_be_visible()
    expect(alice.locator(".desk-leaving-soon")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_composer_is_whole_in_every_look(
    *,
    live_site: LiveSite,
    house: dict[str, Any],
    new_page: NewPage,
    axe: Axe,
    number: int,
    width: int,
    scheme: str,
) -> None:
    alice = at_desk(
        live_site, house, new_page(viewport={"width": width, "height": 900}, color_scheme=scheme), number
    )
    alice.locator("#recipients summary").click()
    alice.locator("#later summary").click()

    axe(alice)
    assert alice.evaluate("document.documentElement.scrollWidth <= innerWidth")
