"""Customers, their identities, and what opens their history: only what they proved."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks
from tests.domain.people_made import NOW, House, make_house

from visavis.domain.errors import Refused, TooMany
from visavis.domain.journal.models import Entry
from visavis.domain.people.identity_values import normal_value
from visavis.domain.people.models import Identity, IdentityKind
from visavis.domain.people.operations import (
    add_identity,
    add_statement,
    change_customer,
    erase_statement,
    know_customer,
    push_contract_facts,
    remove_identity,
    send_code,
    verify_by_code,
    verify_identity,
)
from visavis.domain.people.queries import customer_with_verified, initials

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


def last_fact() -> Entry:
    return Entry.objects.latest("id")


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("email", " David@Exemple.FR ", "david@exemple.fr"),
        ("email", "david@café.fr", "david@xn--caf-dma.fr"),
        ("phone", "06 12 34 56 78", "+33612345678"),
        ("phone", "+229 01 21 30 00 00", "+2290121300000"),
        ("reference", " ab-12 34 ", "AB-1234"),
    ],
)
def test_same_identity_is_written_the_same(kind: str, typed: str, kept: str) -> None:
    assert normal_value(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("email", "david"),
        ("email", "@exemple.fr"),
        ("email", "a@" + "é" * 80 + ".fr"),
        ("phone", "12"),
        ("phone", "bonjour"),
        ("reference", "  "),
        ("reference", "x" * 65),
        ("reference", "a\x00b"),
        ("fax", "1"),
    ],
)
def test_what_is_no_identity_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(Refused):
        normal_value(kind, typed)


def test_claimed_identity_finds_nobody(house: House) -> None:
    add_identity(house.david, "email", "david@example.fr", verified=False, at=NOW)

    assert customer_with_verified(house.netnet.pk, "email", "david@example.fr") is None


def test_verified_identity_finds_its_customer_in_its_brand_only(house: House) -> None:
    add_identity(house.david, "phone", "06 12 34 56 78", verified=True, at=NOW)

    assert customer_with_verified(house.netnet.pk, "phone", "+33 6 12 34 56 78") == house.david
    assert customer_with_verified(house.locacar.pk, "phone", "0612345678") is None


def test_identity_added_twice_is_one_and_stays_verified(house: House) -> None:
    first = add_identity(house.david, "email", "david@example.fr", verified=True, at=NOW)
    second = add_identity(house.david, "email", "David@example.fr", verified=False, at=NOW)

    assert (first.pk, Identity.objects.get().verified_at) == (second.pk, NOW)


def test_several_may_claim_but_one_may_prove(house: House) -> None:
    other = know_customer(house.netnet.pk, name="David bis", language="fr", at=NOW)
    claimed = add_identity(other, "email", "david@example.fr", verified=False, at=NOW)
    add_identity(house.david, "email", "david@example.fr", verified=True, at=NOW)

    with pytest.raises(Refused, match="identity_of_another"):
        verify_identity(claimed, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():  # the database says it too
        Identity.objects.filter(pk=claimed.pk).update(verified_at=NOW)


def test_code_verifies_and_is_mailed_in_the_language_of_the_customer(
    house: House, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    identity = add_identity(house.david, "email", "david@example.fr", verified=False, at=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        code = send_code(identity, at=NOW)
    verify_by_code(identity, f" {code} ", at=NOW + timedelta(minutes=9))

    assert code in mail.outbox[0].body
    assert mail.outbox[0].to == ["david@example.fr"]
    assert customer_with_verified(house.netnet.pk, "email", "david@example.fr") == house.david
    assert last_fact().verb == "customer.identity_verified"


def test_code_is_kept_as_a_digest_only(house: House) -> None:
    identity = add_identity(house.david, "email", "david@example.fr", verified=False, at=NOW)

    code = send_code(identity, at=NOW)

    assert code not in str(Identity.objects.filter(pk=identity.pk).values())


def test_code_ends_after_ten_minutes(house: House) -> None:
    identity = add_identity(house.david, "email", "david@example.fr", verified=False, at=NOW)
    code = send_code(identity, at=NOW)

    with pytest.raises(TooMany, match="code_ended"):
        verify_by_code(identity, code, at=NOW + timedelta(minutes=10))


def test_code_ends_after_five_attempts(house: House) -> None:
    identity = add_identity(house.david, "email", "david@example.fr", verified=False, at=NOW)
    code = send_code(identity, at=NOW)

    for _attempt in range(5):
        with pytest.raises(Refused, match="code_wrong"):
            verify_by_code(identity, "wrong", at=NOW)
    with pytest.raises(TooMany, match="code_ended"):
        verify_by_code(identity, code, at=NOW)

    assert Identity.objects.get(pk=identity.pk).verified_at is None


def test_code_works_once_and_nothing_was_sent_to_the_verified(house: House) -> None:
    identity = add_identity(house.david, "email", "david@example.fr", verified=False, at=NOW)
    code = send_code(identity, at=NOW)
    verify_by_code(identity, code, at=NOW)

    with pytest.raises(TooMany):
        verify_by_code(identity, code, at=NOW)
    with pytest.raises(Refused, match="already_verified"):
        send_code(identity, at=NOW)


def test_code_of_one_identity_does_not_open_another(house: House) -> None:
    first = add_identity(house.david, "email", "david@example.fr", verified=False, at=NOW)
    second = add_identity(house.david, "email", "autre@example.fr", verified=False, at=NOW)
    code = send_code(first, at=NOW)
    send_code(second, at=NOW)

    second.code_sha256 = first.code_sha256
    with pytest.raises(Refused, match="code_wrong"):
        verify_by_code(second, code, at=NOW)


def test_removed_identity_finds_nobody(house: House) -> None:
    identity = add_identity(house.david, "reference", "NN-12", verified=True, at=NOW)

    remove_identity(identity, by=house.alice, at=NOW)

    assert customer_with_verified(house.netnet.pk, "reference", "nn-12") is None
    assert last_fact().facts == {"customer_id": house.david.pk, "kind": "reference"}


def test_statement_is_kept_then_erased_wholly(house: House) -> None:
    statement = add_statement(house.david, text=" entend mal  à droite ", by=house.alice, at=NOW, icon="ear")
    assert statement.text == "entend mal à droite"
    with pytest.raises(Refused, match="statement_known"):
        add_statement(house.david, text="entend mal à droite", by=house.alice, at=NOW)

    erase_statement(statement, by=house.alice, at=NOW)

    assert house.david.statements.count() == 0
    assert not Entry.objects.filter(facts__icontains="droite").exists()


@pytest.mark.parametrize("text", ["", "  ", "x" * 201])
def test_statement_has_a_length(house: House, text: str) -> None:
    with pytest.raises(Refused, match="statement_length"):
        add_statement(house.david, text=text, by=house.alice, at=NOW)


def test_pushed_facts_replace_the_former_ones_in_order(house: House) -> None:
    push_contract_facts(house.david, facts=[("Offre", "Fibre 1 Go"), ("Depuis", "2021")], at=NOW)
    push_contract_facts(house.david, facts=[("Box", "V4"), ("Offre", "Fibre 2 Go")], at=NOW)

    kept = list(house.david.contract_facts.order_by("rank").values_list("label", "value"))
    assert kept == [("Box", "V4"), ("Offre", "Fibre 2 Go")]
    assert last_fact().facts == {"customer_id": house.david.pk, "count": 2}


@pytest.mark.parametrize(
    "facts",
    [
        [("Offre", "1"), ("Offre", "2")],
        [("", "1")],
        [("x" * 61, "1")],
        [("Offre", "x" * 201)],
        [(str(i), "") for i in range(41)],
    ],
)
def test_facts_beyond_measure_are_refused(house: House, facts: list[tuple[str, str]]) -> None:
    with pytest.raises(Refused):
        push_contract_facts(house.david, facts=facts, at=NOW)


def test_customer_is_put_right(house: House) -> None:
    change_customer(house.david, by=house.alice, at=NOW, name="David Morel", place="Chinon")

    assert last_fact().facts == {"customer_id": house.david.pk, "fields": ["place"]}
    assert IdentityKind.values == ["email", "phone", "reference"]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Odile Perrin", "OP"),
        ("M. Thomas Weber", "TW"),
        ("Jean-Pierre Le Goff", "JG"),
        ("Élodie", "É"),
        ("", "?"),
        ("  ", "?"),
    ],
)
def test_initials_stand_for_a_name(name: str, letters: str) -> None:
    assert initials(name) == letters
