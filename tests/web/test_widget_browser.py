"""The widget in a real browser, on a page of another origin whose policy allows nothing but our house."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser import LOOKS

from visavis.cli.messages import unbroken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page, Route
    from tests.browser import NewPage
    from tests.live_site import LiveSite, NewSite

pytestmark = pytest.mark.browser

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 60_000

SEED = """
import sys
from django.utils import timezone
from visavis.domain.people.models import Adviser, Brand, Site, Team
always = [[[0, 1440]] for _ in range(7)]
tours = Site.objects.create(name="Tours")
team = Team.objects.create(name="Tours", site=tours)
for slug, hours, phone in (("netnet", always, "+33970000012"), ("locacar", [[] for _ in range(7)], "")):
    team.brands.add(Brand.objects.create(
        name=slug.capitalize(), slug=slug, letter=slug[0].upper(), colour="#2B45C4", phone_number=phone,
        hours=hours, allowed_origins=[{origin!r}], languages=["fr", "en"],
    ))
Adviser.objects.create(email="claire@example.org", displayed_name="Claire Duval", team=team, joined_at=timezone.now())
"""

REPLY = """
import uuid
from django.core.files.base import ContentFile
from visavis.domain.conversations import operations
from visavis.domain.conversations.models import Message
from visavis.domain.flows.reply import Answer, answer
from visavis.domain.people.models import Adviser
claire = Adviser.objects.get(email="claire@example.org")
conversation = Message.objects.filter(text={after!r}).latest("pk").conversation
files = [operations.keep_attachment([{file!r}], name="plan.txt", by=claire).pk] if {file!r} else []
line = answer(conversation, Answer(key=uuid.uuid4(), text={text!r}, attachment_ids=files), by=claire)
if {corrected!r}:
    operations.correct_message(line, by=claire, text={corrected!r})
"""

KEPT = """
import json
from visavis.domain.conversations.models import Message
last = Message.objects.filter(text={text!r}).latest("pk")
print(json.dumps(list(last.conversation.messages.order_by("pk").values_list("text", flat=True))))
"""


# --- The brand's own site ----------------------------------------------------------------------------------------


HOSTILE = """<style>
    html { font-size: 40px }
    visavis-chat, p, ol, li, button, section {
        all: unset !important; color: red !important; display: none !important; font-size: 3em !important
    }
</style>"""


class Pages(BaseHTTPRequestHandler):
    """Pages of a brand that knows nothing of us but one script tag."""

    house = ""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        brand, language = [*query.split("&"), "fr"][:2]
        is_hostile = path == "/hostile"
        body = f"""<!doctype html><html lang="{language}"><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1"><title>La marque</title>
            {HOSTILE if is_hostile else ""}
            <main><h1>La marque</h1><p>Une page.</p><button data-visavis-open>Une question</button></main>
            <script src="{self.house}/widget.js" data-brand="{brand}" async></script></html>""".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if not is_hostile:
            directives = ("script-src", "connect-src", "img-src")
            allowed = "; ".join(f"{directive} {self.house}" for directive in directives)
            policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
            self.send_header("Content-Security-Policy", policy + "; require-trusted-types-for 'script'")
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that the library calls
        """Say nothing."""


@dataclass
class Shop:
    """The brand's site, and the house whose widget it carries."""

    url: str
    house: LiveSite

    def reply(self, text: str, *, after: str, corrected: str = "", file: bytes = b"") -> None:
        self.house.execute(REPLY.format(text=text, after=after, corrected=corrected, file=file))

    def kept(self, text: str) -> list[str]:
        """Everything that was said in the conversation where that was said."""
        kept: list[str] = json.loads(self.house.execute(KEPT.format(text=text)))
        return kept


@contextlib.contextmanager
def shop_of(house: LiveSite) -> Iterator[Shop]:
    pages = type("PagesOfOne", (Pages,), {"house": house.url})
    server = ThreadingHTTPServer(("127.0.0.1", 0), pages)
    url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    house.execute(SEED.format(origin=url))
    yield Shop(url, house)
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def shop(live_site: LiveSite) -> Iterator[Shop]:
    with shop_of(live_site) as shop:
        yield shop


# --- What a customer does ----------------------------------------------------------------------------------------


def visit(page: Page, shop: Shop, path: str = "/?netnet", name: str = "Écrire à Netnet") -> None:
    page.goto(shop.url + path)
    page.get_by_role("button", name=name).click()


def box(page: Page, name: str = "Votre message") -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def say(page: Page, text: str) -> None:
    box(page).fill(text)
    box(page).press("Enter")


def bubbles(page: Page) -> Locator:
    return page.locator("visavis-chat li .bubble p")


def texts(page: Page) -> list[str]:
    """What stands in the thread, without the greeting."""
    return bubbles(page).all_inner_texts()[1:]


def has_arrived(page: Page, text: str) -> None:
    row = page.locator("visavis-chat li.theirs", has_text=text)
    expect(row).to_have_count(1)
    expect(row.locator(".meta", has_text="Reçu")).to_have_count(1, timeout=30_000)


def listens(page: Page) -> None:
    """Wait for the stream; Playwright's own way of waiting needs an eval, which the policy forbids."""
    limit = time.monotonic() + 10
    while not page.evaluate("document.querySelector('visavis-chat').line.isLive"):
        assert time.monotonic() < limit, "no stream after 10 s"
        page.wait_for_timeout(50)


def focused(page: Page) -> str:
    name: str = page.evaluate(
        "(document.activeElement.shadowRoot?.activeElement ?? document.activeElement).className"
        " || document.activeElement.shadowRoot?.activeElement?.localName || document.activeElement.localName"
    )
    return name


# --- A conversation ----------------------------------------------------------------------------------------------


def test_conversation_is_held_under_a_strict_policy(page: Page, shop: Shop) -> None:
    visit(page, shop)
    expect(bubbles(page).first).to_have_text(
        "Bonjour. Ici, une personne de Netnet vous lit et vous répond, pas un robot."
    )
    say(page, "Code T12 sur ma box")
    has_arrived(page, "Code T12 sur ma box")

    listens(page)

    shop.reply("Je regarde votre ligne.", after="Code T12 sur ma box")

    expect(bubbles(page).nth(2)).to_have_text("Je regarde votre ligne.")
    expect(page.get_by_role("heading", name="Claire Duval")).to_be_visible()
    expect(page.get_by_text("Vous répond pour Netnet, à Tours")).to_be_visible()
    expect(bubbles(page).first).to_have_text(
        "Bonjour, je suis Claire. C’est moi qui vous lis et vous réponds, pas un robot."
    )
    assert page.context.cookies() == []


@pytest.mark.slow
def test_own_page_of_the_customer_is_one_link_away(page: Page, shop: Shop) -> None:
    visit(page, shop)
    say(page, "Où lire tout cela ?")
    has_arrived(page, "Où lire tout cela ?")

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Lire ou effacer mes messages").click()

    expect(opened.value.get_by_text("Où lire tout cela ?").first).to_be_visible()


@pytest.mark.slow
def test_correction_leaves_its_trace(page: Page, shop: Shop) -> None:
    visit(page, shop)
    say(page, "Quand passe le technicien ?")
    has_arrived(page, "Quand passe")

    shop.reply("Mardi.", after="Quand passe le technicien ?", corrected="Mercredi.")

    expect(page.locator("visavis-chat li.ours", has_text="Mercredi.")).to_contain_text("corrigé à")
    expect(page.get_by_text("Mardi.")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.slow
def test_news_are_counted_on_the_button_when_the_panel_is_closed(page: Page, shop: Shop) -> None:
    visit(page, shop)
    say(page, "Je reviens")
    has_arrived(page, "Je reviens")
    page.keyboard.press("Escape")

    shop.reply("Prenez votre temps.", after="Je reviens")

    expect(page.get_by_role("button", name="Écrire à Netnet 1 nouveau message")).to_be_visible()
    page.get_by_role("button", name="Écrire à Netnet").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Écrire à Netnet", exact=True)).to_be_visible()


@pytest.mark.slow
@pytest.mark.slow
def test_answer_comes_without_the_stream(page: Page, shop: Shop) -> None:
    page.route("**/direct/**", lambda route: route.abort())
    visit(page, shop)
    say(page, "Sans le direct")
    has_arrived(page, "Sans le direct")

    shop.reply("Je vous lis.", after="Sans le direct")

    expect(bubbles(page).nth(2)).to_have_text("Je vous lis.")


# --- Nothing lost, nothing doubled -------------------------------------------------------------------------------


def test_reload_keeps_what_was_said_and_what_was_being_written(page: Page, shop: Shop) -> None:
    visit(page, shop)
    say(page, "Avant de recharger")
    has_arrived(page, "Avant de recharger")
    box(page).fill("Je n’ai pas fini")

    page.reload()

    has_arrived(page, "Avant de recharger")
    expect(box(page)).to_have_value("Je n’ai pas fini")
    assert shop.kept("Avant de recharger") == ["Avant de recharger"]


def test_messages_written_without_network_leave_once_and_in_order(page: Page, shop: Shop) -> None:
    visit(page, shop)
    say(page, "Premier")
    has_arrived(page, "Premier")
    page.context.set_offline(True)
    say(page, "Deuxième")
    say(page, "Troisième")
    expect(page.locator("visavis-chat .fault")).to_contain_text("gardé ici")
    expect(page.get_by_text("Gardé ici, pas encore parti").first).to_be_visible()

    page.context.set_offline(False)

    has_arrived(page, "Troisième")
    assert shop.kept("Premier") == ["Premier", "Deuxième", "Troisième"]
    assert texts(page) == ["Premier", "Deuxième", "Troisième"]
    expect(page.locator("visavis-chat .fault")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.slow
def test_message_written_without_network_survives_the_page(page: Page, shop: Shop) -> None:
    page.route("**/clavardage/**/messages*", lambda route: route.abort())
    visit(page, shop)
    say(page, "Écrit dans un tunnel")
    expect(page.get_by_text("Gardé ici, pas encore parti")).to_be_visible()
    page.goto("about:blank")
    page.unroute("**/clavardage/**/messages*")

    page.goto(shop.url + "/?netnet")

    has_arrived(page, "Écrit dans un tunnel")
    assert shop.kept("Écrit dans un tunnel") == ["Écrit dans un tunnel"]


def test_answer_lost_on_the_way_does_not_double_the_message(page: Page, shop: Shop) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and len(lost) < 2:
            lost.append(json.loads(route.request.post_data or "{}")["key"])
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/clavardage/netnet/messages", lose_the_first)
    visit(page, shop)
    say(page, "Une seule fois")

    has_arrived(page, "Une seule fois")
    assert len(set(lost)) == 1
    assert shop.kept("Une seule fois") == ["Une seule fois"]


@pytest.mark.slow
@pytest.mark.slow
def test_sleep_ends_in_a_new_look_and_a_new_stream(page: Page, shop: Shop) -> None:
    page.clock.install()
    visit(page, shop)
    say(page, "Avant la sieste")
    has_arrived(page, "Avant la sieste")
    listens(page)

    with page.expect_request("**/netnet/ticket"):
        page.clock.fast_forward("30:00")
    listens(page)
    shop.reply("Après la sieste.", after="Avant la sieste")

    expect(bubbles(page).nth(2)).to_have_text("Après la sieste.")


@pytest.mark.slow
@pytest.mark.slow
def test_two_tabs_hold_the_same_conversation(page: Page, shop: Shop) -> None:
    visit(page, shop)
    say(page, "Depuis le premier onglet")
    has_arrived(page, "Depuis le premier onglet")
    other = page.context.new_page()
    visit(other, shop)
    has_arrived(other, "Depuis le premier onglet")

    say(other, "Depuis le second")

    has_arrived(other, "Depuis le second")
    expect(bubbles(page).nth(2)).to_have_text("Depuis le second")
    assert shop.kept("Depuis le second") == ["Depuis le premier onglet", "Depuis le second"]


@pytest.mark.slow
@pytest.mark.slow
@pytest.mark.parametrize("label", ["inbound.received", "inbound.committed"])
def test_message_survives_a_server_killed_while_it_takes_it(
    new_site: NewSite, new_page: NewPage, label: str
) -> None:
    house = new_site(environment={"VISAVIS_CRASH_AT": label})
    house.start()
    with shop_of(house) as shop:
        page = new_page()
        visit(page, shop)
        say(page, "Juste avant la coupure")
        expect(page.locator("visavis-chat .fault")).to_contain_text("n’est pas parti", timeout=30_000)
        house.kill()
        del house.environment["VISAVIS_CRASH_AT"]

        house.start()

        has_arrived(page, "Juste avant la coupure")
        assert shop.kept("Juste avant la coupure") == ["Juste avant la coupure"]


# --- Files -------------------------------------------------------------------------------------------------------


def test_file_is_sent_and_another_is_received(page: Page, shop: Shop) -> None:
    visit(page, shop)
    assert page.get_by_role("button", name="Joindre un fichier, 15\u202fMo au plus").is_visible()
    page.locator("visavis-chat input[type=file]").set_input_files(
        {"name": "box-t12.png", "mimeType": "image/png", "buffer": PNG}
    )
    expect(page.get_by_role("list", name="Fichiers joints")).to_contain_text("box-t12.png")
    expect(page.locator("visavis-chat .note")).to_contain_text("box-t12.png est joint")
    say(page, "Voici une photo")
    has_arrived(page, "Voici une photo")
    expect(page.locator("visavis-chat li.theirs .file")).to_contain_text("box-t12.png, 60\u202fko")

    shop.reply("Le plan.", after="Voici une photo", file=b"Le plan de la prise")

    with page.expect_download() as download:
        page.get_by_role("button", name="plan.txt").click()
    assert download.value.path().read_bytes() == b"Le plan de la prise"


@pytest.mark.slow
@pytest.mark.slow
def test_file_beyond_the_limit_is_refused_before_it_leaves(page: Page, shop: Shop) -> None:
    visit(page, shop)

    page.locator("visavis-chat input[type=file]").set_input_files(
        {"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"0" * 15_100_000}
    )

    expect(page.locator("visavis-chat .note")).to_contain_text("la limite est de 15")
    expect(page.get_by_role("list", name="Fichiers joints")).to_be_hidden()


# --- For everyone ------------------------------------------------------------------------------------------------


def test_everything_is_done_with_the_keyboard(page: Page, shop: Shop) -> None:
    page.goto(shop.url + "/?netnet")
    expect(page.get_by_role("button", name="Écrire à Netnet")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "launcher"
    page.keyboard.press("Enter")
    assert focused(page) == "textarea"
    page.keyboard.type("Sans souris")
    page.keyboard.press("Enter")
    has_arrived(page, "Sans souris")
    assert focused(page) == "textarea"
    page.keyboard.press("Tab")
    assert focused(page) == "send"
    page.keyboard.press("Escape")
    assert focused(page) == "launcher"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "textarea"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Une question"


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing(
    new_page: NewPage, shop: Shop, axe: Callable[[Page], None], width: int, scheme: str
) -> None:
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce")
    page.goto(shop.url + "/?netnet")
    expect(page.get_by_role("button", name="Écrire à Netnet")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Écrire à Netnet").click()
    axe(page)
    words = f"Vu par axe, {width} {scheme}"
    say(page, words)
    has_arrived(page, words)
    shop.reply("Bonjour.", after=words, file=b"Le plan")
    expect(bubbles(page).nth(2)).to_have_text("Bonjour.")
    axe(page)
    page.context.set_offline(True)
    say(page, "Encore")
    expect(page.locator("visavis-chat .fault")).to_be_visible()
    axe(page)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(320, 640), (640, 400), (1280, 800)])
def test_nothing_is_cut_at_any_size(new_page: NewPage, shop: Shop, width: int, height: int) -> None:
    page = new_page(viewport={"width": width, "height": height})
    visit(page, shop)

    panel = page.locator("visavis-chat .panel").bounding_box()
    assert panel is not None
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Envoyer").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Envoyer")).to_be_in_viewport(ratio=1)


@pytest.mark.slow
@pytest.mark.slow
def test_english_page_has_an_english_widget(page: Page, shop: Shop) -> None:
    visit(page, shop, "/?netnet&en", name="Write to Netnet")

    expect(bubbles(page).first).to_contain_text("a person from Netnet reads you")
    box(page, "Your message").fill("Hello")
    box(page, "Your message").press("Enter")
    expect(page.get_by_text("Received at")).to_be_visible()


@pytest.mark.slow
@pytest.mark.slow
def test_closed_house_says_so_and_takes_the_message(page: Page, shop: Shop) -> None:
    visit(page, shop, "/?locacar", name="Écrire à Locacar")

    expect(page.locator("visavis-chat .wait")).to_contain_text("une personne vous répondra ici, par écrit")
    expect(page.get_by_label(unbroken("E-mail"))).to_be_visible()
    expect(page.get_by_text("Vous préférez parler")).to_be_hidden()
    page.get_by_label(unbroken("E-mail")).fill("david@example.org")
    say(page, "Je laisse un mot")
    has_arrived(page, "Je laisse un mot")


@pytest.mark.slow
@pytest.mark.slow
def test_number_is_told_with_what_it_costs(page: Page, shop: Shop) -> None:
    visit(page, shop)

    call = page.get_by_role("link", name="Appeler le 09 70 00 00 12")
    expect(call).to_have_attribute("href", "tel:+33970000012")
    expect(call).to_contain_text("prix d’un appel ordinaire")


@pytest.mark.slow
@pytest.mark.slow
def test_styles_of_the_page_do_not_reach_the_widget(page: Page, shop: Shop) -> None:
    page.goto(shop.url + "/hostile?netnet")
    launcher = page.get_by_role("button", name="Écrire à Netnet")
    launcher.click()

    style: dict[str, Any] = bubbles(page).first.evaluate(
        "node => { const { color, fontSize, display } = getComputedStyle(node); return { color, fontSize, display } }"
    )

    assert style == {"color": "rgb(18, 32, 31)", "fontSize": "16px", "display": "block"}


@pytest.mark.slow
@pytest.mark.slow
def test_still_when_motion_is_unwanted(new_page: NewPage, shop: Shop) -> None:
    page = new_page(reduced_motion="reduce")
    visit(page, shop)

    assert (
        page.locator("visavis-chat .panel").evaluate("node => getComputedStyle(node).animationName") == "none"
    )


@pytest.mark.slow
@pytest.mark.slow
def test_nothing_appears_where_the_brand_did_not_allow_it(page: Page, shop: Shop) -> None:
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/netnet/settings")):
        page.goto(shop.url.replace("127.0.0.1", "localhost") + "/?netnet")

    expect(page.locator("visavis-chat")).to_have_count(1)
    expect(page.get_by_role("button", name="Écrire à Netnet")).to_have_count(0)
