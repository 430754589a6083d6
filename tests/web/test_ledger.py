"""The ledger of the mail: leaders see each mail and why, and say what becomes of what was kept out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.domain.people_made import House, make_house
from tests.domain.posted import comes, mail, mailbox_of, taken
from tests.web.test_settings import signed_in

from visavis.domain.intake.models import Arrival, Mailbox, Reason
from visavis.domain.intake.operations import (
    mailbox_failed,
    mailbox_worked,
    quarantine,
    set_aside,
    settle_outage,
)
from visavis.web.ledger.original import SHOWN_BYTES, harmless
from visavis.web.ledger.words import ASIDE

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db
QUERIES_OF_LEDGER = 11
RAW = (
    b"From: Louise Petit <louise@example.fr>\r\nTo: bonjour@netnet.example\r\nSubject: Une question\r\n"
    b"Message-ID: <louise-1@example.fr>\r\nDate: Mon, 16 Nov 2026 09:00:00 +0000\r\n\r\n"
    b"Bonjour, o\xf9 en est ma demande ? <script>alert(1)</script>\r\n"
)


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def chloe(house: House) -> Client:
    return signed_in(house.chloe)


@pytest.fixture
def mailbox(house: House) -> Mailbox:
    return mailbox_of(house.netnet, house.ada)


def kept_out(mailbox: Mailbox, reason: str = "unforeseen", raw: bytes = RAW) -> Arrival:
    """One mail in quarantine."""
    arrival = taken(mailbox, raw)
    quarantine(arrival, reason, at=timezone.now())
    return arrival


def aside(mailbox: Mailbox, reason: str) -> Arrival:
    """One mail set aside."""
    arrival = taken(mailbox, RAW)
    set_aside(arrival, reason, at=timezone.now())
    return arrival


def told(client: Client, address: str) -> str:
    """The page at this address, its spaces made plain."""
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ").replace("\u2060", "")


# --- The list -----------------------------------------------------------------------------------------------


def test_each_mail_says_its_state_and_its_reason(mailbox: Mailbox, chloe: Client) -> None:
    comes(mailbox, mail("Ma box affiche T12", subject="Panne"))
    aside(mailbox, "auto_reply")
    kept_out(mailbox, "too_deep")

    page = told(chloe, "/courrier/")

    for sentence in ("Dans sa conversation.", "Réponse automatique", "Construit comme un piège"):
        assert sentence in page
    assert [page.count(f"/courrier/{row.pk}/") for row in Arrival.objects.all()] == [1, 1, 1]


def test_filters_keep_what_they_name_and_nothing_else(mailbox: Mailbox, house: House, chloe: Client) -> None:
    other = mailbox_of(house.netnet, house.ada, "factures@netnet.example")
    bounced, spam, foreign = aside(mailbox, "bounce"), aside(mailbox, "spam"), aside(other, "spam")
    broken = kept_out(mailbox)
    accepted = comes(mailbox, mail(sender=("Odile", "odile@example.fr"), subject="Ma facture")).arrival
    rows = {row.pk for row in (bounced, spam, foreign, broken, accepted)}

    def found(search: str) -> set[int]:
        page = told(chloe, f"/courrier/?{search}")
        return {number for number in rows if f"/courrier/{number}/" in page}

    assert found("etat=quarantined") == {broken.pk}
    assert found("motif=spam") == {spam.pk, foreign.pk}
    assert found(f"motif=spam&boite={other.pk}") == {foreign.pk}
    assert found("q=facture") == {accepted.pk}
    assert found("q=odile%40example") == {accepted.pk}
    assert found("etat=nothing&motif=nothing&boite=x&apres=x") == rows


def test_counts_add_up_to_what_the_outside_counts(mailbox: Mailbox, chloe: Client) -> None:
    for reason in ("spam", "bounce"):
        aside(mailbox, reason)
    kept_out(mailbox)
    taken(mailbox)
    comes(mailbox, mail())
    taken(mailbox, b"Subject: y\r\n\r\nz", door="lmtp")

    page = " ".join(told(chloe, "/courrier/").split())

    cells = '<td class="number"><strong>5</strong></td><td class="number">1</td><td class="number">2</td>'
    assert f"Relevé (IMAP)</td>{cells}" in page
    assert 'Remis par LMTP</td><td class="number"><strong>1</strong>' in page


def test_pages_follow_each_other_without_a_gap(mailbox: Mailbox, chloe: Client) -> None:
    numbers = [kept_out(mailbox).pk for _number in range(53)]

    first = told(chloe, "/courrier/?etat=quarantined")
    second = told(chloe, f"/courrier/?etat=quarantined&apres={numbers[3]}")

    assert f"apres={numbers[3]}" in first
    assert [number for number in numbers if f"/courrier/{number}/" in first] == numbers[3:]
    assert [number for number in numbers if f"/courrier/{number}/" in second] == numbers[:3]


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_as_much_whatever_it_holds(
    count: int, mailbox: Mailbox, chloe: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        comes(mailbox, mail(f"Bonjour {number}"))

    with django_assert_num_queries(QUERIES_OF_LEDGER):
        chloe.get("/courrier/")


def test_empty_ledger_says_what_comes_next(house: House, chloe: Client) -> None:
    assert "Un administrateur ajoute les adresses" in told(chloe, "/courrier/")

    mailbox = mailbox_of(house.netnet, house.ada)

    assert "Aucun e-mail n’est encore arrivé" in told(chloe, "/courrier/")
    assert "Aucun e-mail ne correspond" in told(chloe, f"/courrier/?boite={mailbox.pk}&q=rien")


def test_every_reason_of_setting_aside_has_its_words() -> None:
    assert set(ASIDE) == set(Reason.values)


# --- Who sees it --------------------------------------------------------------------------------------------


def test_leader_of_another_brand_finds_nothing(mailbox: Mailbox, house: House) -> None:
    arrival = kept_out(mailbox)
    house.chloe.team = house.other_team
    house.chloe.save()
    other = signed_in(house.chloe)

    assert f"/courrier/{arrival.pk}/" not in told(other, "/courrier/")
    for address in ("", "original/", "original/fichier/"):
        assert other.get(f"/courrier/{arrival.pk}/{address}").status_code == 404
    assert other.post(f"/courrier/{arrival.pk}/accepter/").status_code == 404
    assert other.post(f"/courrier/boites/{mailbox.pk}/interruption/", {"choice": "read"}).status_code == 404


def test_menu_shows_the_ledger_once_a_mailbox_exists(house: House, chloe: Client) -> None:
    assert 'href="/courrier/"' not in told(chloe, "/connexion/compte/")

    mailbox_of(house.locacar, house.ada, "bonjour@locacar.example")
    assert 'href="/courrier/"' not in told(chloe, "/connexion/compte/")

    mailbox_of(house.netnet, house.ada)
    assert 'href="/courrier/"' in told(chloe, "/connexion/compte/")
    assert 'href="/courrier/"' not in told(signed_in(house.alice), "/connexion/compte/")


# --- One mail -----------------------------------------------------------------------------------------------


def test_what_was_read_of_a_mail_is_shown_as_text(mailbox: Mailbox, chloe: Client) -> None:
    page = told(chloe, f"/courrier/{kept_out(mailbox).pk}/")

    assert "Louise Petit &lt;louise@example.fr&gt;" in page
    assert "Bonjour, où en est ma demande" in page
    assert "<script>alert" not in page


def test_original_is_shown_as_text_and_saved_byte_for_byte(mailbox: Mailbox, chloe: Client) -> None:
    arrival = kept_out(mailbox)

    page = told(chloe, f"/courrier/{arrival.pk}/original/")
    saved = chloe.get(f"/courrier/{arrival.pk}/original/fichier/")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "o\\xf9 en est" in page
    assert saved.getvalue() == RAW
    assert saved.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in saved.headers["Content-Security-Policy"]


def test_original_that_is_long_is_shown_from_its_beginning(mailbox: Mailbox, chloe: Client) -> None:
    arrival = kept_out(mailbox, raw=b"Subject: x\r\n\r\n" + b"debut " + b"a" * SHOWN_BYTES + b" fin")

    page = told(chloe, f"/courrier/{arrival.pk}/original/")

    assert ("debut" in page, " fin" in page, "Seul le début est montré" in page) == (True, False, True)


def test_signs_that_would_act_on_the_page_are_pictured() -> None:
    assert harmless("a\x00b\x1bc\td\u202ee") == "a\u2400b\u241bc\td\\u202ee"


def test_mail_that_was_erased_says_so(mailbox: Mailbox, chloe: Client) -> None:
    arrival = kept_out(mailbox)
    Arrival.objects.filter(pk=arrival.pk).update(raw=None)

    page = told(chloe, f"/courrier/{arrival.pk}/")

    assert "Accepter cet e-mail" not in page
    assert chloe.get(f"/courrier/{arrival.pk}/original/").status_code == 404


def test_accepting_and_trying_again_are_recorded_once(mailbox: Mailbox, house: House, chloe: Client) -> None:
    accepted, again = kept_out(mailbox), aside(mailbox, "history")

    chloe.post(f"/courrier/{accepted.pk}/accepter/")
    chloe.post(f"/courrier/{again.pk}/relire/")
    twice = chloe.post(f"/courrier/{again.pk}/relire/")

    rows = {row.pk: (row.state, row.accepted_by_id) for row in Arrival.objects.all()}
    assert rows == {accepted.pk: ("taken", house.chloe.pk), again.pk: ("taken", None)}
    assert twice.status_code == 409
    assert 'hx-trigger="every 2s, live-mail from:document"' in told(chloe, f"/courrier/{accepted.pk}/")


def test_spam_is_set_aside_and_brought_back(mailbox: Mailbox, chloe: Client) -> None:
    arrival = comes(mailbox, mail()).arrival

    chloe.post(f"/courrier/{arrival.pk}/indesirable/")
    page = told(chloe, f"/courrier/{arrival.pk}/")
    chloe.post(f"/courrier/{arrival.pk}/ramener/")

    assert "Ce n’est pas un indésirable : le ramener" in page
    assert Arrival.objects.get().state == "accepted"


def test_mail_in_no_conversation_cannot_be_spam(mailbox: Mailbox, chloe: Client) -> None:
    assert chloe.post(f"/courrier/{kept_out(mailbox).pk}/indesirable/").status_code == 409


# --- All again ----------------------------------------------------------------------------------------------


def test_all_of_one_reason_are_tried_again_and_no_other(mailbox: Mailbox, chloe: Client) -> None:
    first, second, other = kept_out(mailbox), kept_out(mailbox), kept_out(mailbox, "too_deep")

    assert "Tout relire" in told(chloe, "/courrier/tout-relire/?motif=unforeseen")
    answer = chloe.post("/courrier/tout-relire/?motif=unforeseen")

    states = dict(Arrival.objects.values_list("pk", "state"))
    assert states == {first.pk: "taken", second.pk: "taken", other.pk: "quarantined"}
    assert answer.headers["Location"] == "/courrier/?motif=unforeseen&relus=2"
    assert '<progress class="ledger-progress" max="2" value="0"' in told(chloe, answer.headers["Location"])

    quarantine(first, "too_deep", at=timezone.now())
    assert 'max="2" value="1"' in told(chloe, "/courrier/avancement/?relus=2")
    quarantine(second, "too_deep", at=timezone.now())
    assert "Tout a été relu." in told(chloe, "/courrier/avancement/?relus=2")


@pytest.mark.parametrize("search", ["", "etat=accepted", "etat=quarantined&q=x", "etat=quarantined&boite=1"])
def test_nothing_is_tried_again_that_was_not_named(search: str, mailbox: Mailbox, chloe: Client) -> None:
    kept_out(mailbox)

    assert chloe.post(f"/courrier/tout-relire/?{search}").headers["Location"] == "/courrier/"
    assert Arrival.objects.get().state == "quarantined"


# --- Outages and late mailboxes -----------------------------------------------------------------------------


@pytest.fixture
def out(mailbox: Mailbox) -> Mailbox:
    """A mailbox that nobody fetched for two days, with one mail of that time."""
    now = timezone.now()
    mailbox_worked(mailbox, at=now - timedelta(days=2))
    mailbox_worked(mailbox, at=now)
    comes(Mailbox.objects.get(), mail(), at=now - timedelta(days=1))
    return mailbox


@pytest.mark.parametrize(("choice", "end"), [("read", ("taken", "")), ("keep", ("set_aside", "history"))])
def test_outage_is_settled_by_a_leader(
    choice: str, end: tuple[str, str], out: Mailbox, chloe: Client
) -> None:
    assert "1 e-mail attend votre décision" in told(chloe, "/courrier/")
    address = f"/courrier/boites/{out.pk}/interruption/"
    assert "1 e-mail arrivé pendant ce temps est gardé" in told(chloe, address)

    undecided = chloe.post(address, {})
    chloe.post(address, {"choice": choice})

    row = Arrival.objects.get()
    assert (undecided.status_code, (row.state, row.reason)) == (422, end)
    assert "Aucune interruption à régler" in told(chloe, address)


def test_outage_that_another_settled_is_not_settled_twice(out: Mailbox, house: House, chloe: Client) -> None:
    settle_outage(out, by=house.ada, at=timezone.now(), read=False)

    answer = chloe.post(f"/courrier/boites/{out.pk}/interruption/", {"choice": "read"})

    assert (answer.status_code, Arrival.objects.get().reason) == (409, "history")


def test_late_mailbox_is_told_on_floor_and_elsewhere_to_those_of_its_brand(
    mailbox: Mailbox, house: House, chloe: Client
) -> None:
    now = timezone.now()
    mailbox_worked(mailbox, at=now - timedelta(minutes=20))
    mailbox_failed(mailbox, at=now, fault="password")
    sentence = "Les e-mails de bonjour@netnet.example ont 20 min de retard."

    floor, notice = told(chloe, "/plateau/"), told(chloe, "/courrier/alerte/")
    alice = told(signed_in(house.alice), "/courrier/alerte/")

    assert all(sentence in page for page in (floor, notice, alice))
    assert ("Registre de" in notice, "Registre de" in alice) == (True, False)
    assert sentence not in told(signed_in(house.eve), "/courrier/alerte/")
    assert 'hx-get="/courrier/alerte/"' in told(signed_in(house.alice), "/poste/")


def test_mailbox_on_time_says_nothing(mailbox: Mailbox, chloe: Client) -> None:
    mailbox_worked(mailbox, at=timezone.now())

    assert 'class="notice' not in told(chloe, "/courrier/alerte/")


def test_mail_with_a_virus_says_its_name_and_is_not_given_out(mailbox: Mailbox, chloe: Client) -> None:
    arrival = aside(mailbox, Reason.VIRUS)
    Arrival.objects.filter(pk=arrival.pk).update(scanned="infected", virus="Win.Test.EICAR")

    page = told(chloe, f"/courrier/{arrival.pk}/")
    given = chloe.get(f"/courrier/{arrival.pk}/original/fichier/")

    assert "Virus trouvé : Win.Test.EICAR." in page
    assert "/original/fichier/" not in page
    assert given.status_code == 409
    assert "Un virus a été trouvé dans ce courrier" in given.content.decode()


def test_ledger_says_when_there_is_no_antivirus(mailbox: Mailbox, chloe: Client, settings: Settings) -> None:
    without = told(chloe, "/courrier/")
    settings.CLAMD = "/nowhere"
    while_well = told(chloe, "/courrier/")
    Arrival.objects.filter(pk=taken(mailbox, RAW).pk).update(scanned="waiting")
    while_away = told(chloe, "/courrier/")

    assert "Pas d’antivirus" in without
    assert "antivirus" not in while_well
    assert "L’antivirus ne répond pas" in while_away
