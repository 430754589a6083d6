"""A real e-mail goes through the reader into the desk: it is read, its images are asked for, a stranger is joined."""

from __future__ import annotations

import base64
import urllib.request
import uuid
from typing import TYPE_CHECKING, Any, Literal

import pytest
from playwright.sync_api import expect
from tests.browser import LOOKS
from tests.live.speaking import make_house

from visavis.cli.messages import unbroken

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from tests.browser import NewPage
    from tests.live_site import LiveSite

pytestmark = pytest.mark.browser
# A red point, by which one sees that the picture of the letter itself is shown.
POINT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg=="
)
QUOTED = "> Une ligne de plus, que chacun a déjà lue.\r\n" * 80
LETTER = f"""\
Return-Path: <odile.perrin@example.fr>\r
Authentication-Results: mx.netnet.example; spf=pass smtp.mailfrom=example.fr; dkim=pass header.d=example.fr;\r
 dmarc=pass header.from=example.fr\r
From: Odile Perrin <odile.perrin@example.fr>\r
To: Netnet <bonjour@netnet.example>\r
Cc: Claire Petit <claire.petit@example.fr>\r
Subject: Toujours T12\r
Date: Sun, 22 Nov 2026 08:00:00 +0100\r
Message-ID: <odile-1@example.fr>\r
MIME-Version: 1.0\r
Content-Type: multipart/related; boundary=outer\r
\r
--outer\r
Content-Type: multipart/alternative; boundary=inner\r
\r
--inner\r
Content-Type: text/plain; charset=utf-8\r
\r
Bonjour Monsieur Benali,\r
\r
toujours T12 ce soir. Je ne veux pas vous presser, mais sans nouvelles je m’inquiète pour l’examen de ma fille.\r
La page d’aide : https://netnet.example/aide/t12\r
\r
-- \r
Odile Perrin\r
12 rue des Lilas, Tours\r
\r
Le ven. 20 nov. 2026 à 10:00, Netnet <bonjour@netnet.example> a écrit :\r
> Bonjour Madame Perrin,\r
> avez-vous redémarré la box ?\r
{QUOTED}> Et voici le tout premier message.\r
\r
--inner\r
Content-Type: text/html; charset=utf-8\r
\r
<html><head><script>document.title = "pris"</script></head><body onload="alert(1)">\r
<h2 style="color:#8A386C">Bonjour Monsieur Benali,</h2><p>toujours <b>T12</b> ce soir. Voyez\r
<a href="https://piege.example/compte">www.netnet.example</a>.</p>\r
<p><img src="cid:point@odile" alt="Le voyant" width="60" height="60">\r
<img src="https://suivi.example/ouvert.gif" alt="Suivi" width="40" height="40"></p>\r
<blockquote type="cite"><p>Avez-vous redémarré la box ?</p></blockquote></body></html>\r
--inner--\r
--outer\r
Content-Type: image/png; name="voyant.png"\r
Content-ID: <point@odile>\r
Content-Disposition: inline; filename="voyant.png"\r
Content-Transfer-Encoding: base64\r
\r
{base64.b64encode(POINT).decode()}\r
--outer--\r
"""
STRANGER = """\
From: Bernard Perrin <bernard@ailleurs.example>\r
To: bonjour@netnet.example\r
Subject: RE: Toujours T12\r
Message-ID: <bernard-1@ailleurs.example>\r
In-Reply-To: <odile-1@example.fr>\r
Date: Sun, 22 Nov 2026 09:00:00 +0100\r
Content-Type: text/plain; charset=utf-8\r
\r
Je suis son mari, le voyant reste rouge chez nous.\r
"""


ADD_MAILBOX = """
from tests.domain.posted import mailbox_of
from visavis.domain.intake.access import mailbox_token
from visavis.domain.people.models import Adviser, Brand
brand, ada = Brand.objects.get(slug="netnet"), Adviser.objects.get(displayed_name="Ada")
given = {"authserv_id": "mx.netnet.example", "name": "Netnet", "imap_host": "", "smtp_host": "localhost"}
print(mailbox_token(mailbox_of(brand, ada, **given)))
"""
FIND = """
import time
from visavis.domain.intake.models import Arrival
for _ in range(100):
    row = Arrival.objects.filter(header_id=%r, message__isnull=False).select_related("message").first()
    if row:
        break
    time.sleep(0.1)
print(row.message.conversation_id, row.message_id)
"""
BOUNCE = """
import uuid
from django.utils import timezone
from visavis.domain.conversations import operations
from visavis.domain.conversations.models import Conversation
from visavis.domain.flows.reply import Answer, answer
from visavis.domain.people.models import Adviser
alice, odile = Adviser.objects.get(displayed_name="Alice"), Conversation.objects.get(pk=%s)
given = Answer(key=uuid.uuid4(), text="Je regarde tout de suite.")
ours = answer(odile, given, by=alice)
operations.note_bounce(
    ours, address="odile.perrin@example.fr", is_permanent=True, status="5.2.2",
    diagnostic="552 5.2.2 mailbox full", at=timezone.now(),
)
"""


class Netnet:
    """A house that is written to by e-mail: mails come in by a door of the real program, whose worker reads them."""

    def __init__(self, site: LiveSite) -> None:
        self.site = site
        self.people = make_house(site)
        self.token = site.execute(ADD_MAILBOX).strip()

    def comes(self, letter: str) -> tuple[int, int]:
        """A mail is brought, and read by the worker; its conversation and its message."""
        request = urllib.request.Request(  # noqa: S310 -- our own address
            f"{self.site.url}/courriel/{self.token}",
            data=letter.encode(),
            headers={"Content-Type": "message/rfc822"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 -- our own address
            assert answer.status == 200
        header_id = letter.partition("Message-ID: <")[2].partition(">")[0]
        conversation, message = self.site.execute(FIND % header_id).split()
        return int(conversation), int(message)

    def odile(self) -> tuple[int, int, str]:
        """Odile wrote: her conversation, her message, and the Message-ID of what she wrote."""
        own = f"{uuid.uuid4().hex}@example.fr"
        return *self.comes(LETTER.replace("odile-1@example.fr", own)), own

    def husband(self, answered: str) -> int:
        """Her husband answers in her conversation, from an address that nobody knows; the conversation of that."""
        own = f"{uuid.uuid4().hex}@ailleurs.example"
        letter = STRANGER.replace("odile-1@example.fr", answered).replace("bernard-1@ailleurs.example", own)
        return self.comes(letter)[0]


@pytest.fixture(scope="module")
def netnet(live_site: LiveSite) -> Netnet:
    return Netnet(live_site)


@pytest.fixture
def desk(netnet: Netnet, new_page: NewPage) -> Callable[..., Page]:
    """Open a window of Alice at an address of the desk."""

    def opened(path: str, **options: Any) -> Page:  # Playwright's own options
        page = new_page(**options)
        session = netnet.people["alice"]["session"]
        page.context.add_cookies([{"name": "visavis", "value": session, "url": netnet.site.url}])
        page.goto(netnet.site.url + path)
        return page

    return opened


def test_a_letter_is_read_and_a_stranger_joined_by_keyboard_alone(
    netnet: Netnet, desk: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    odile, number, header_id = netnet.odile()
    page = desk("/poste/?onglet=team")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator(f"#row-{odile}").press("Enter")

    # Its head, its words, its history.
    said = page.locator(f"#message-{number}")
    expect(said.locator(".said-head")).to_contain_text("Odile Perrin")
    expect(said.get_by_text("Expéditeur vérifié")).to_be_visible()
    expect(said.get_by_text("avez-vous redémarré la box")).to_be_hidden()
    said.get_by_text("Historique cité").press("Enter")
    expect(said.get_by_text("avez-vous redémarré la box")).to_be_visible()
    expect(said.get_by_text("le tout premier message")).to_be_visible()  # it was fetched
    said.locator(".letter-about > summary").press("Enter")
    expect(said.get_by_text("DMARC : réussi")).to_be_visible()
    expect(said.get_by_text("mène à piege.example")).to_be_visible()
    axe(page)

    assert [url for url in asked if "mise-en-page" in url] == []  # nobody has opened it yet

    # Its layout: in a frame that fits it, with its own picture, and nothing from afar.
    said.locator(".letter-layout > summary").press("Enter")
    paper = page.frame_locator(f"#paper-{number}")
    expect(paper.get_by_role("heading", name="Bonjour Monsieur Benali,")).to_be_visible()
    expect(paper.get_by_text("⚠ mène à piege.example")).to_be_visible()
    assert (
        paper.get_by_alt_text("Le voyant").evaluate("image => image.decode().then(() => image.naturalWidth)")
        == 5
    )
    expect(said.get_by_text("Je ne veux pas vous presser")).to_be_hidden()
    assert page.locator(f"#paper-{number}").evaluate("frame => frame.title") == unbroken(
        "L’e-mail dans sa mise en page d’origine"
    )
    assert page.locator(f"#paper-{number}").evaluate("frame => frame.contentDocument.title") == "Toujours T12"
    page.wait_for_function(
        f"(() => {{ const frame = document.getElementById('paper-{number}');"
        " return frame.contentDocument.documentElement.scrollHeight <= frame.clientHeight; })()"
    )
    assert [url for url in asked if "suivi.example" in url] == []
    axe(page)

    # One asks: the images of this letter come, and the sentence goes.
    said.get_by_role("link", name=unbroken("Charger les images de cet e-mail")).press("Enter")
    expect(page.locator(f"#images-{number}")).to_be_hidden()
    assert [url for url in asked if "suivi.example" in url] == ["https://suivi.example/ouvert.gif"]
    said.locator(".letter-layout > summary").press("Enter")
    expect(said.get_by_text("Je ne veux pas vous presser")).to_be_visible()

    # Who was in copy takes part; who answered without being of it comes by itself, and is joined.
    page.get_by_role("button", name="Oui, elle participe").press("Enter")
    expect(page.locator("#taking-part")).to_contain_text("Claire Petit")
    held = netnet.husband(header_id)
    page.reload()
    expect(page.locator(f"#held-{held}")).to_contain_text("Bernard Perrin a répondu ici sans participer")
    axe(page)
    page.locator(f"#join-{held}").press("Enter")
    expect(page.locator("#messages").get_by_text("Je suis son mari")).to_be_visible()
    expect(page.locator("#taking-part")).to_contain_text("Bernard Perrin")


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_letters_are_accessible_at_every_width(
    netnet: Netnet,
    desk: Callable[..., Page],
    axe: Callable[[Page], None],
    *,
    width: int,
    theme: Literal["light", "dark"],
) -> None:
    odile, number, header_id = netnet.odile()
    netnet.site.execute(BOUNCE % odile)
    held = netnet.husband(header_id)
    page = desk(f"/poste/{odile}/", viewport={"width": width, "height": 900}, color_scheme=theme)
    page.locator(f"#message-{number} .letter-about > summary").click()
    page.locator(f"#message-{number} .letter-layout > summary").click()
    expect(page.frame_locator(f"#paper-{number}").get_by_text("Bonjour Monsieur Benali,")).to_be_visible()
    expect(page.get_by_text("Non remis.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)

    for address in (f"/poste/messages/{number}/lettre/", f"/poste/{held}/"):
        page.goto(netnet.site.url + address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        axe(page)


def test_letters_are_read_without_a_script(netnet: Netnet, desk: Callable[..., Page]) -> None:
    odile, number, _header_id = netnet.odile()
    page = desk(f"/poste/{odile}/", java_script_enabled=False)
    page.locator(f"#message-{number} .letter-layout > summary").click()
    paper = page.frame_locator(f"#paper-{number}")
    expect(paper.get_by_text("Bonjour Monsieur Benali,")).to_be_visible()
    page.get_by_role("link", name=unbroken("Charger les images de cet e-mail")).click()
    expect(paper.locator("img[src^='https://suivi.example']")).to_have_count(1)
    page.get_by_role("button", name="Oui, elle participe").click()
    expect(page.locator("#taking-part")).to_contain_text("Claire Petit")


def test_spam_is_set_aside_from_the_menu_and_undone(netnet: Netnet, desk: Callable[..., Page]) -> None:
    odile, _number, _header_id = netnet.odile()
    page = desk(f"/poste/{odile}/")
    page.get_by_label("Autres actions").press("Enter")
    page.get_by_role("button", name="C’est un indésirable").press("Enter")
    page.get_by_role("button", name="Écarter comme indésirable").press("Enter")
    expect(page.locator("#is-spam")).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Annuler").click()

    expect(page.locator("#is-spam")).to_have_count(0)
    expect(page.locator("#turn")).to_have_text("Résolu")
