"""The ledger and the mailboxes in a real browser: accessible at every width, by keyboard, with and without a script."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser import LOOKS
from tests.domain.people_made import House, make_house
from tests.domain.posted import comes, mail, mailbox_of, taken
from tests.web.test_settings_browser import judge, sign_in

from visavis.cli.messages import unbroken
from visavis.domain.intake.models import Arrival, Mailbox
from visavis.domain.intake.operations import mailbox_failed, mailbox_worked, quarantine, set_aside

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer
    from tests.browser import NewPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RAW = (
    "From: Louise Petit <louise@example.fr>\r\nTo: bonjour@netnet.example\r\nSubject: Ma box ne démarre plus\r\n"
    "Message-ID: <louise-1@example.fr>\r\nDate: Mon, 16 Nov 2026 09:00:00 +0000\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    "Bonjour,\r\n\r\nDepuis ce matin le voyant reste rouge. Pouvez-vous m’appeler ?\r\n\r\nLouise Petit\r\n"
).encode()
PAGES = (
    "/courrier/",
    "/courrier/?etat=quarantined&q=rien",
    "/courrier/?relus=4",
    "/courrier/{broken}/",
    "/courrier/{accepted}/",
    "/courrier/{broken}/original/",
    "/courrier/tout-relire/?etat=quarantined",
    "/courrier/boites/{out}/interruption/",
    "/reglages/boites/",
    "/reglages/boites/nouvelle/",
    "/reglages/boites/{out}/",
    "/reglages/boites/{out}/signature/",
    "/plateau/",
)


class Mails:
    """A house whose mailboxes are in every state, with a mail at every end."""

    def __init__(self) -> None:
        self.house: House = make_house()
        now = timezone.now()
        self.out = mailbox_of(self.house.netnet, self.house.ada)
        mailbox_worked(self.out, at=now - timedelta(days=3))
        mailbox_worked(self.out, at=now)
        self.late = mailbox_of(self.house.netnet, self.house.ada, "factures@netnet.example", way="microsoft")
        mailbox_worked(self.late, at=now - timedelta(minutes=25))
        mailbox_failed(self.late, at=now, fault="token")
        mailbox_of(self.house.locacar, self.house.ada, "agence@locacar.example", imap_host="")
        row = Mailbox.objects.get(pk=self.out.pk)
        comes(row, mail("Où est mon technicien ?"), at=now - timedelta(days=1))
        self.accepted = comes(self.late, mail("Ma facture a doublé", subject="Facture de novembre")).arrival
        absent = taken(self.late, RAW, envelope_from="absente@example.fr")
        set_aside(absent, "auto_reply", at=now)
        self.broken = taken(
            row, RAW, envelope_from="louise@example.fr", uid=12, uid_validity=7, folder="INBOX"
        )
        quarantine(self.broken, "unforeseen", at=now)
        taken(row, RAW + b"2")

    def addresses(self) -> list[str]:
        """The pages, with the numbers of this house."""
        numbers = {"broken": self.broken.pk, "accepted": self.accepted.pk, "out": self.out.pk}
        return [page.format(**numbers) for page in PAGES]


@pytest.fixture
def mails() -> Mails:
    return Mails()


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page_is_accessible(
    mails: Mails,
    live_server: LiveServer,
    new_page: NewPage,
    axe: Callable[[Page], None],
    *,
    width: int,
    theme: Literal["light", "dark"],
) -> None:
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    sign_in(page, live_server)
    for address in mails.addresses():
        judge(page, live_server.url + address, axe)


def test_mail_is_found_read_and_accepted_by_keyboard_alone(
    mails: Mails, live_server: LiveServer, page: Page
) -> None:
    sign_in(page, live_server, "chloe@example.fr")
    page.locator(".account > summary").press("Enter")
    page.get_by_role("link", name="Registre du courrier").press("Enter")
    page.wait_for_url("**/courrier/")
    page.get_by_role("link", name="En quarantaine 1").press("Enter")
    page.locator(f"a.row[href='/courrier/{mails.broken.pk}/']").press("Enter")
    expect(page.get_by_text("Depuis ce matin le voyant reste rouge.")).to_be_visible()
    page.get_by_role("button", name=unbroken("Accepter cet e-mail")).press("Enter")

    expect(page.locator("#toasts").get_by_text(unbroken("L’e-mail est accepté."))).to_be_visible()
    arrival = Arrival.objects.get(pk=mails.broken.pk)
    assert (arrival.state, arrival.accepted_by_id) == ("taken", mails.house.chloe.pk)
    quarantine(arrival, "unforeseen", at=timezone.now())
    expect(page.get_by_role("button", name="Relire")).to_be_visible()


def test_mail_that_comes_stands_in_the_list_by_itself(
    mails: Mails, live_server: LiveServer, page: Page
) -> None:
    """The stream says that something changed (as in `live/events.py`); the page asks what."""
    sign_in(page, live_server, "chloe@example.fr")
    page.goto(f"{live_server.url}/courrier/")
    page.locator("#q").fill("à moitié tapé")
    comes(mails.late, mail("Bonjour", subject="Une lettre toute neuve", sender=("Ève", "eve@example.fr")))

    page.evaluate("document.dispatchEvent(new CustomEvent('live-mail', { detail: { type: 'mail' } }))")

    expect(page.get_by_text("Une lettre toute neuve")).to_be_visible()
    expect(page.get_by_role("link", name="Acceptés 2")).to_be_visible()
    expect(page.locator("#q")).to_have_value("à moitié tapé")


def test_all_works_without_a_script(mails: Mails, live_server: LiveServer, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, live_server, "chloe@example.fr")
    page.goto(f"{live_server.url}/courrier/?etat=quarantined")
    page.get_by_role("link", name="Tous les relire").click()
    page.get_by_role("button", name="Tout relire").click()
    expect(page.get_by_role("progressbar")).to_have_count(0)  # another one was waiting before
    page.goto(f"{live_server.url}/courrier/boites/{mails.out.pk}/interruption/")
    page.get_by_label("Les garder comme historique").check()
    page.get_by_role("button", name="Confirmer").click()

    expect(page.get_by_text(unbroken("1 e-mail est gardé comme historique."))).to_be_visible()
    assert sorted(Arrival.objects.values_list("state", "reason")) == [
        ("accepted", ""),
        ("set_aside", "auto_reply"),
        ("set_aside", "history"),
        ("taken", ""),
        ("taken", ""),
    ]


def test_late_mailbox_is_told_where_one_is(mails: Mails, live_server: LiveServer, page: Page) -> None:
    sign_in(page, live_server, "alice@example.fr")

    told = page.get_by_text(unbroken("Les e-mails de factures@netnet.example ont 25 min de retard."))
    expect(told).to_be_visible(timeout=15_000)
