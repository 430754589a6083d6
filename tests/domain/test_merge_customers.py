"""Two customers who prove to be one person, and are taken apart again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.domain.people_made import NOW, House, make_house

from visavis.domain.conversations.models import Conversation
from visavis.domain.errors import NotFound, Refused
from visavis.domain.flows.inbound import Inbound, receive
from visavis.domain.flows.merge_customers import merge_customers, undo_merge
from visavis.domain.journal.models import Entry
from visavis.domain.people.access import merge_for, rights
from visavis.domain.people.models import Customer, Identity
from visavis.domain.people.operations import (
    add_identity,
    add_statement,
    know_customer,
    push_contract_facts,
    undo_hand_verification,
    verify_by_hand,
)
from visavis.domain.people.queries import customer_with_verified
from visavis.domain.promises.models import Promise
from visavis.domain.promises.operations import make_promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


def writes(house: House, email: str) -> Conversation:
    """Someone of this address writes to Netnet."""
    return receive(
        Inbound(
            brand=house.netnet,
            channel="form",
            is_live=False,
            effort=1,
            key=uuid4(),
            text="Bonjour",
            at=timezone.now(),
            name="David",
            email=email,
        )
    ).conversation


def test_all_that_one_had_comes_under_the_other(house: House) -> None:
    first, second = writes(house, "un@example.fr"), writes(house, "deux@example.fr")
    kept, absorbed = first.customer, second.customer
    make_promise(second, by=house.alice, what="Rappeler", due_at=timezone.now() + timedelta(hours=2))
    add_statement(absorbed, text="entend mal", by=house.alice, at=NOW)
    push_contract_facts(absorbed, facts=[("Offre", "Fibre")], at=NOW)

    merge = merge_customers(kept, absorbed, by=house.alice, at=NOW)

    assert set(Conversation.objects.filter(customer=kept)) == {first, second}
    assert Promise.objects.get().customer == kept
    assert sorted(kept.identities.values_list("value", flat=True)) == ["deux@example.fr", "un@example.fr"]
    assert [kept.statements.get().text, kept.contract_facts.get().value] == ["entend mal", "Fibre"]
    assert Customer.objects.get(pk=absorbed.pk).merged_into == kept
    fact = Entry.objects.filter(verb="customer.merged").get()
    assert fact.facts == {
        "kept_id": kept.pk,
        "absorbed_id": absorbed.pk,
        "merge_id": merge.pk,
        "conversations": [second.pk],
    }


def test_undone_each_has_again_what_they_had(house: House) -> None:
    first, second = writes(house, "un@example.fr"), writes(house, "deux@example.fr")
    kept, absorbed = first.customer, second.customer
    add_statement(absorbed, text="entend mal", by=house.alice, at=NOW)
    push_contract_facts(kept, facts=[("Offre", "Fibre")], at=NOW)
    push_contract_facts(absorbed, facts=[("Offre", "ADSL"), ("Box", "V4")], at=NOW)
    before = picture()
    merge = merge_customers(kept, absorbed, by=house.alice, at=NOW)
    assert list(kept.contract_facts.order_by("pk").values_list("label", "value")) == [
        ("Offre", "Fibre"),
        ("Box", "V4"),
    ]

    undo_merge(merge, by=house.alice, at=NOW)

    assert picture() == before
    with pytest.raises(Refused, match="merge_undone"):
        undo_merge(merge, by=house.alice, at=NOW)


def picture() -> list[object]:
    """Who has what."""
    return [
        sorted(Conversation.objects.values_list("pk", "customer_id")),
        sorted(Identity.objects.values_list("pk", "customer_id", "verified_at", "verified_how"), key=str),
        sorted((row.pk, list(row.statements.values_list("pk"))) for row in Customer.objects.all()),
        sorted((row.pk, list(row.contract_facts.values_list("pk"))) for row in Customer.objects.all()),
        sorted(Customer.objects.values_list("pk", "merged_into_id"), key=str),
    ]


def test_who_answers_for_an_identity_goes_with_it_and_back(house: House) -> None:
    other = know_customer(house.netnet.pk, name="David", language="fr", at=NOW)
    add_identity(house.david, "email", "david@example.fr", verified=False, at=NOW)
    by_hand = add_identity(other, "email", "david@example.fr", verified=False, at=NOW)
    verify_by_hand(by_hand, means="callback", by=house.alice, at=NOW)
    before = picture()

    merge = merge_customers(house.david, other, by=house.bob, at=NOW)

    kept = house.david.identities.get()
    assert (kept.verified_at, kept.verified_how, kept.verified_by) == (NOW, "callback", house.alice)
    undo_merge(merge, by=house.bob, at=NOW)
    assert picture() == before


def test_a_verification_undone_since_the_merge_does_not_come_back(house: House) -> None:
    other = know_customer(house.netnet.pk, name="David", language="fr", at=NOW)
    add_identity(house.david, "email", "david@example.fr", verified=False, at=NOW)
    by_hand = add_identity(other, "email", "david@example.fr", verified=False, at=NOW)
    verify_by_hand(by_hand, means="callback", by=house.alice, at=NOW)
    merge = merge_customers(house.david, other, by=house.bob, at=NOW)

    undo_hand_verification(house.david.identities.get(), by=house.bob, at=NOW)
    undo_merge(merge, by=house.bob, at=NOW)

    assert not Identity.objects.filter(verified_at__isnull=False).exists()


def test_what_came_since_stays_with_the_one_kept(house: House) -> None:
    first, second = writes(house, "un@example.fr"), writes(house, "deux@example.fr")
    kept, absorbed = first.customer, second.customer
    merge = merge_customers(kept, absorbed, by=house.alice, at=NOW)
    add_statement(kept, text="préfère le matin", by=house.alice, at=NOW)

    undo_merge(merge, by=house.alice, at=NOW)

    assert kept.statements.get().text == "préfère le matin"
    assert absorbed.statements.count() == 0


def test_proof_of_one_serves_the_claim_of_the_other_and_goes_back(house: House) -> None:
    other = know_customer(house.netnet.pk, name="David", language="fr", at=NOW)
    add_identity(house.david, "email", "david@example.fr", verified=False, at=NOW)
    add_identity(other, "email", "david@example.fr", verified=True, at=NOW)

    merge = merge_customers(house.david, other, by=house.alice, at=NOW)
    assert customer_with_verified(house.netnet.pk, "email", "david@example.fr") == house.david

    undo_merge(merge, by=house.alice, at=NOW)
    assert customer_with_verified(house.netnet.pk, "email", "david@example.fr") == other


def test_merge_across_brands_with_oneself_or_twice_is_refused(house: House) -> None:
    stranger = know_customer(house.locacar.pk, name="David", language="fr", at=NOW)
    other = know_customer(house.netnet.pk, name="David", language="fr", at=NOW)

    with pytest.raises(Refused, match="merge_across_brands"):
        merge_customers(house.david, stranger, by=house.alice, at=NOW)
    with pytest.raises(Refused, match="merge_with_itself"):
        merge_customers(house.david, house.david, by=house.alice, at=NOW)
    merge_customers(house.david, other, by=house.alice, at=NOW)
    with pytest.raises(Refused, match="merge_again"):
        merge_customers(house.david, other, by=house.alice, at=NOW)


def test_earlier_merge_is_undone_after_the_later_one(house: House) -> None:
    second = know_customer(house.netnet.pk, name="David", language="fr", at=NOW)
    third = know_customer(house.netnet.pk, name="David", language="fr", at=NOW)
    earlier = merge_customers(second, third, by=house.alice, at=NOW)
    later = merge_customers(house.david, second, by=house.alice, at=NOW)

    with pytest.raises(Refused, match="merge_below_another"):
        undo_merge(earlier, by=house.alice, at=NOW)
    undo_merge(later, by=house.alice, at=NOW)
    undo_merge(earlier, by=house.alice, at=NOW)

    assert not Customer.objects.exclude(merged_into=None).exists()


def test_merge_of_another_brand_does_not_exist(house: House) -> None:
    other = know_customer(house.netnet.pk, name="David", language="fr", at=NOW)
    merge = merge_customers(house.david, other, by=house.alice, at=NOW)

    assert merge_for(rights(house.alice), merge.pk) == merge
    with pytest.raises(NotFound):
        merge_for(rights(house.eve), merge.pk)
