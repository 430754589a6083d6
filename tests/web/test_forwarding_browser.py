"""A letter is sent on by keyboard in a real browser, leaves by a real Postfix, and its answer is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser import LOOKS
from tests.live.speaking import make_house
from tests.web.test_writing_letters_browser import WRITE, at_desk

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.browser import NewPage
    from tests.live_site import LiveSite
    from tests.smtp_server import Postfix

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Axe = Callable[["Page"], None]
EXPERT = "marie@example.fr"
JOIN = """
from visavis.domain.conversations import operations
from visavis.domain.conversations.models import Attachment, Message
from visavis.domain.files.operations import store
message = Message.objects.get(conversation={number})
photograph = operations.keep_part(store([b"photo"]), name="box.jpg")
Attachment.objects.filter(pk=photograph.pk).update(message=message)
"""
# What the expert's mail program sends, as the door of the mailbox keeps it.
ANSWER = """
from django.utils import timezone
from email.message import EmailMessage
from visavis.domain.conversations.models import Letter
from visavis.domain.intake.models import Mailbox
from visavis.domain.intake.operations import take_mail
letter = Letter.objects.filter(message__conversation={number}, message__direction="note").latest("pk")
mail = EmailMessage()
mail["From"], mail["To"], mail["Subject"] = "Marie Roux <{expert}>", letter.reply_to[0][1], "RE: Ma box"
mail["Message-ID"], mail["In-Reply-To"] = "<un@example.fr>", f"<{{letter.header_id}}>"
mail.set_content("C’est le condensateur.")
take_mail(Mailbox.objects.get(address=letter.from_address), [mail.as_bytes()], door="imap")
from visavis.workers import read_email
while read_email.tick():
    pass
"""


@pytest.fixture(scope="module")
def house(live_site: LiveSite) -> dict[str, Any]:
    """The people of the house, in the site of this module."""
    return make_house(live_site)


@pytest.fixture
def number(live_site: LiveSite, house: dict[str, Any], postfix: Postfix) -> int:
    """David wrote a letter with a photograph, which is on Alice’s desk; what she sends leaves by Postfix."""
    number = int(
        live_site.execute(WRITE.format(port=postfix.port, david="david@example.fr")).splitlines()[-1]
    )
    live_site.execute(JOIN.format(number=number))
    return number


def test_a_letter_is_sent_on_taken_back_and_answered_by_keyboard(
    *, live_site: LiveSite, house: dict[str, Any], new_page: NewPage, postfix: Postfix, axe: Axe, number: int
) -> None:
    alice = at_desk(live_site, house, new_page(), number)
    is_written(alice, axe)
    is_kept_and_taken_back(alice)
    is_refused_for_a_wrong_address(alice)

    [left] = postfix.wait_for(1)
    assert left.recipients == (EXPERT,)
    expect(alice.locator(".desk-leaving")).to_have_count(0)

    live_site.execute(ANSWER.format(number=number, expert=EXPERT))
    answer = alice.locator(".said-note").filter(has_text="C’est le condensateur.")
    expect(answer).to_contain_text("Le client ne le voit pas.")
    axe(alice)

    answer.get_by_role("link", name="Lui répondre").press("Enter")
    expect(alice.locator("#forward-to")).to_have_value(EXPERT)
    expect(alice.locator("#forward-text")).to_be_focused()
    alice.keyboard.type("Merci !")
    alice.keyboard.press("Control+Enter")
    second = postfix.wait_for(2)[1]
    body = second.parsed.get_body(("plain",))
    assert body is not None
    assert (str(second.parsed["In-Reply-To"]), "Merci !" in body.get_content()) == ("<un@example.fr>", True)


def is_written(alice: Page, axe: Axe) -> None:
    """The key opens the form, ready for an address; the letter and its photograph go with it."""
    alice.keyboard.press("f")
    expect(alice.locator("#forward-to")).to_be_focused()
    expect(alice.locator("#forward-messages").get_by_role("checkbox")).to_be_checked()
    expect(alice.get_by_role("checkbox", name="box.jpg")).to_be_checked()
    expect(alice.locator("#reply-form")).to_be_hidden()
    alice.keyboard.type(EXPERT)
    alice.locator("#forward-text").focus()
    alice.keyboard.type("Un avis ?")
    axe(alice)


def is_kept_and_taken_back(alice: Page) -> None:
    """What is typed is there again when the page is opened again, and when it is taken back."""
    expect(alice.locator("#composer-state")).to_have_text("Brouillon gardé")
    alice.reload()
    expect(alice.locator("#compose-forward")).to_contain_text("brouillon")
    alice.keyboard.press("f")
    expect(alice.locator("#forward-to")).to_have_value(EXPERT)
    expect(alice.locator("#forward-text")).to_have_value("Un avis ?")
    alice.locator("#forward-text").focus()
    alice.keyboard.press("Control+Enter")
    note = alice.locator(".said-note")
    expect(note).to_contain_text(f"Fait suivre à {EXPERT}")
    expect(alice.locator("#forward-form")).to_have_count(0)
    expect(alice.locator("#reply-form")).to_be_visible()
    note.get_by_role("button", name="Reprendre").press("Enter")
    expect(alice.locator("#forward-text")).to_have_value("Un avis ?")
    expect(note).to_have_count(0)


def is_refused_for_a_wrong_address(alice: Page) -> None:
    """Its field is where one goes on; the files are still there."""
    alice.locator("#forward-to").fill("marie")
    alice.keyboard.press("Enter")
    expect(alice.locator("#forward-form .field-error")).to_contain_text("marie")
    expect(alice.locator("#forward-to")).to_be_focused()
    expect(alice.locator("#reply-to")).not_to_have_attribute("aria-invalid", "true")
    alice.locator("#forward-to").fill(EXPERT)
    expect(alice.locator(".desk-given").get_by_role("checkbox", name="box.jpg")).to_be_checked()
    alice.locator("#forward-text").focus()
    alice.keyboard.press("Control+Enter")
    expect(alice.locator(".said-note")).to_contain_text(f"Fait suivre à {EXPERT}")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_form_is_whole_in_every_look(
    *,
    live_site: LiveSite,
    house: dict[str, Any],
    new_page: NewPage,
    axe: Axe,
    number: int,
    width: int,
    scheme: str,
) -> None:
    look = new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    alice = at_desk(live_site, house, look, number)
    alice.keyboard.press("f")
    alice.locator("#forward-to").wait_for()

    axe(alice)
    assert alice.evaluate("document.documentElement.scrollWidth <= innerWidth")
