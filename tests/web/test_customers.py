"""One customer's record: known by what, proved how, and the same person as whom."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from tests.domain.people_made import House, make_house

from visavis.domain.journal.models import Entry
from visavis.domain.people.models import Adviser, Customer, CustomerMerge, Identity
from visavis.domain.people.operations import add_identity, know_customer
from visavis.domain.people.queries import customer_with_verified

pytestmark = pytest.mark.django_db
QUERIES = 9


@pytest.fixture
def house() -> House:
    cache.clear()
    return make_house()


def signed_in(adviser: Adviser) -> Client:
    client = Client()
    client.force_login(adviser, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def alice(house: House) -> Client:
    return signed_in(house.alice)


@pytest.fixture
def claimed(house: House) -> Identity:
    return add_identity(house.david, "email", "david@example.fr", verified=False, at=timezone.now())


@pytest.fixture
def mailed(
    alice: Client, claimed: Identity, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> str:
    """What was mailed to David so that he may confirm."""
    with django_capture_on_commit_callbacks(execute=True):
        alice.post(f"/fiche/connu-par/{claimed.pk}/envoyer/")
    assert mail.outbox[0].to == ["david@example.fr"]
    return str(mail.outbox[0].body)


def link_in(text: str) -> str:
    found = re.search(rf"{settings.PUBLIC_URL}(/fiche/confirmer/\S+)", text)
    assert found is not None
    return found[1]


def code_in(text: str) -> str:
    found = re.search(r"\b\d{6}\b", text)
    assert found is not None
    return found[0]


def proved(house: House) -> Customer | None:
    return customer_with_verified(house.netnet.pk, "email", "david@example.fr")


def test_link_confirms_after_a_click_and_once(house: House, mailed: str) -> None:
    visitor = Client()
    page = visitor.get(link_in(mailed))
    assert "Confirmez votre adresse" in page.content.decode()
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert proved(house) is None  # filters open links: a click is asked

    done = visitor.post(link_in(mailed))

    assert "Votre adresse est confirmée" in done.content.decode()
    assert proved(house) == house.david
    assert visitor.get(link_in(mailed)).status_code == 404


def test_forged_or_late_link_opens_nothing(house: House, mailed: str) -> None:
    forged = link_in(mailed)[:-3] + "x/"

    assert Client().get(forged).status_code == 404
    assert Client().get("/fiche/confirmer/made-up/").status_code == 404


def test_code_confirms_when_the_adviser_types_it(
    house: House, alice: Client, claimed: Identity, mailed: str
) -> None:
    wrong = alice.post(f"/fiche/connu-par/{claimed.pk}/code/", {f"{claimed.pk}-code": "wrong"})
    right = alice.post(
        f"/fiche/connu-par/{claimed.pk}/code/", {f"{claimed.pk}-code": code_in(mailed)}, follow=True
    )

    assert wrong.status_code == 422
    assert "Ce n’est pas le code que nous avons envoyé." in wrong.content.decode()
    assert "c’est bien à cette personne." in right.content.decode()
    assert proved(house) == house.david


def test_code_is_never_shown_to_the_adviser(alice: Client, house: House, mailed: str) -> None:
    assert code_in(mailed) not in alice.get(f"/fiche/{house.david.pk}/").content.decode()


def test_proof_of_what_another_record_proved_makes_them_one(house: House, mailed: str) -> None:
    known = know_customer(house.netnet.pk, name="David M.", language="fr", at=timezone.now())
    add_identity(known, "email", "david@example.fr", verified=True, at=timezone.now())

    Client().post(link_in(mailed))

    assert Customer.objects.get(pk=house.david.pk).merged_into == known
    assert Client().post(link_in(mailed)).status_code == 404


def test_mail_leaves_three_times_an_hour_at_most(alice: Client, claimed: Identity) -> None:
    answers = [alice.post(f"/fiche/connu-par/{claimed.pk}/envoyer/").status_code for _time in range(4)]

    assert answers == [302, 302, 302, 429]


# --- By hand ------------------------------------------------------------------------------------------------


def test_adviser_answers_for_an_identity_and_their_name_stays_beside(
    house: House, alice: Client, claimed: Identity
) -> None:
    done = alice.post(f"/fiche/connu-par/{claimed.pk}/verifier/", hand(claimed, "contract"), follow=True)

    assert proved(house) == house.david
    page = done.content.decode()
    assert "vérifié à la main" in page
    assert "La personne a répondu à trois questions sur son contrat. Alice en répond" in page
    fact = Entry.objects.get(verb="customer.identity_verified_by_hand")
    assert (fact.adviser_id, fact.facts["identity_id"], fact.facts["means"]) == (
        house.alice.pk,
        claimed.pk,
        "contract",
    )
    assert claimed.value not in str(fact.facts)


def test_what_an_adviser_answered_for_is_undone_by_another(
    house: House, alice: Client, claimed: Identity
) -> None:
    alice.post(f"/fiche/connu-par/{claimed.pk}/verifier/", hand(claimed, "callback"))

    signed_in(house.bob).post(f"/fiche/connu-par/{claimed.pk}/ne-plus-verifier/")

    claimed.refresh_from_db()
    assert (claimed.verified_at, claimed.verified_how, claimed.verified_by) == (None, "", None)
    undone = Entry.objects.get(verb="customer.hand_verification_undone")
    assert (undone.adviser_id, undone.facts["identity_id"]) == (house.bob.pk, claimed.pk)


@pytest.mark.parametrize("means", ["", "sa voix, je la connais"])
def test_adviser_says_how_from_the_list_only(alice: Client, claimed: Identity, means: str) -> None:
    answer = alice.post(f"/fiche/connu-par/{claimed.pk}/verifier/", hand(claimed, means))

    claimed.refresh_from_db()
    assert (answer.status_code, claimed.verified_at) == (422, None)
    assert not Entry.objects.filter(verb="customer.identity_verified_by_hand").exists()


def test_what_another_proved_is_not_answered_for_but_merged(
    house: House, alice: Client, claimed: Identity
) -> None:
    known = know_customer(house.netnet.pk, name="David M.", language="fr", at=timezone.now())
    add_identity(known, "email", "david@example.fr", verified=True, at=timezone.now())

    answer = alice.post(f"/fiche/connu-par/{claimed.pk}/verifier/", hand(claimed, "document"))

    assert answer.status_code == 422
    assert "fusionnez" in answer.content.decode()


def test_what_the_customer_proved_themselves_is_not_undone(alice: Client, house: House, mailed: str) -> None:
    Client().post(link_in(mailed))
    identity = Identity.objects.get()

    answer = alice.post(f"/fiche/connu-par/{identity.pk}/ne-plus-verifier/")

    assert answer.status_code == 409
    assert proved(house) == house.david


def test_who_serves_another_brand_answers_for_nobody(house: House, claimed: Identity) -> None:
    eve = signed_in(house.eve)

    assert eve.post(f"/fiche/connu-par/{claimed.pk}/verifier/", hand(claimed, "contract")).status_code == 404
    assert eve.post(f"/fiche/connu-par/{claimed.pk}/ne-plus-verifier/").status_code == 404
    assert proved(house) is None


def hand(identity: Identity, means: str) -> dict[str, str]:
    """What the form sends."""
    return {f"{identity.pk}-means": means}


def test_new_identity_is_a_claim_and_a_wrong_one_is_told(house: House, alice: Client) -> None:
    wrong = alice.post(f"/fiche/{house.david.pk}/connu-par/", {"kind": "email", "value": "david"})
    alice.post(f"/fiche/{house.david.pk}/connu-par/", {"kind": "phone", "value": "06 12 34 56 78"})

    assert (wrong.status_code, 'id="id_value_error"' in wrong.content.decode()) == (422, True)
    identity = Identity.objects.get()
    assert (identity.value, identity.verified_at) == ("+33612345678", None)


def test_identity_is_taken_off_after_a_confirmation(alice: Client, claimed: Identity) -> None:
    alice.get(f"/fiche/connu-par/{claimed.pk}/retirer/")
    assert Identity.objects.exists()

    alice.post(f"/fiche/connu-par/{claimed.pk}/retirer/")

    assert not Identity.objects.exists()


def test_customer_is_put_right(house: House, alice: Client) -> None:
    given = {"civility": "M.", "name": "David Morel", "place": "Chinon", "language": "en"}
    alice.post(f"/fiche/{house.david.pk}/corriger/", given)

    house.david.refresh_from_db()
    assert (house.david.civility, house.david.place, house.david.language) == ("M.", "Chinon", "en")


def test_same_claim_is_shown_merged_and_undone(house: House, alice: Client, claimed: Identity) -> None:
    twin = know_customer(house.netnet.pk, name="D. Morel", language="fr", at=timezone.now())
    add_identity(twin, "email", claimed.value, verified=False, at=timezone.now())
    assert "D. Morel" in alice.get(f"/fiche/{house.david.pk}/").content.decode()

    alice.post(f"/fiche/{house.david.pk}/fusionner/", {"other": twin.pk})
    assert alice.get(f"/fiche/{twin.pk}/").headers["Location"] == f"/fiche/{house.david.pk}/"
    page = alice.get(f"/fiche/{house.david.pk}/").content.decode()
    assert "Annuler la fusion avec D. Morel" in page

    alice.post(f"/fiche/fusions/{CustomerMerge.objects.get().pk}/annuler/")
    assert alice.get(f"/fiche/{twin.pk}/").status_code == 200


def test_customer_of_another_brand_is_neither_found_nor_merged(house: House, alice: Client) -> None:
    stranger = know_customer(house.locacar.pk, name="David Autre", language="fr", at=timezone.now())

    assert "David Autre" not in alice.get(f"/fiche/{house.david.pk}/?qui=David").content.decode()
    assert alice.post(f"/fiche/{house.david.pk}/fusionner/", {"other": stranger.pk}).status_code == 404


def test_others_are_found_by_name_number_and_reference(house: House, alice: Client) -> None:
    other = know_customer(house.netnet.pk, name="Odile Perrin", language="fr", at=timezone.now())
    add_identity(other, "phone", "06 12 34 56 78", verified=False, at=timezone.now())
    add_identity(other, "reference", "nn-12", verified=False, at=timezone.now())

    for words in ("odile", "0612345678", "NN-12", "nn 12".replace(" ", "-")):
        assert "Odile Perrin" in alice.get(f"/fiche/{house.david.pk}/", {"qui": words}).content.decode(), (
            words
        )
    assert "Personne d’autre" in alice.get(f"/fiche/{house.david.pk}/", {"qui": "personne"}).content.decode()


def test_record_costs_the_same_with_one_and_three_alike(
    house: House, alice: Client, claimed: Identity, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 2):
        for _twin in range(count):
            twin = know_customer(house.netnet.pk, name="D.", language="fr", at=timezone.now())
            add_identity(twin, "email", claimed.value, verified=False, at=timezone.now())
        with django_assert_num_queries(QUERIES):
            alice.get(f"/fiche/{house.david.pk}/")
