"""Customers are found by what they are known by, as soon as it is written."""

import pytest
from tests.domain.people_made import NOW, make_house

from visavis.domain.people.operations import add_identity, change_customer, know_customer, remove_identity
from visavis.domain.search.queries import matching

pytestmark = pytest.mark.django_db


def people_found(query: str, brand_id: int) -> list[int]:
    return [hit.object_id for hit in matching(query, brand_ids=[brand_id], kinds=["person"])]


def test_a_customer_is_found_by_name_place_and_identities() -> None:
    brand = make_house().netnet
    odile = know_customer(brand.pk, name="Odile Pérrin", language="fr", at=NOW, place="Tours")
    add_identity(odile, "email", "odile.perrin@exemple.fr", verified=False, at=NOW)
    add_identity(odile, "phone", "06 12 34 56 78", verified=False, at=NOW)

    for query in (
        "odile perrin",
        "tours",
        "odile.perrin@exemple.fr",
        "+33 6 12 34 56 78",
        "0612345678",
        "06 12 34 56 78",
    ):
        assert people_found(query, brand.pk) == [odile.pk], query


def test_a_customer_is_no_longer_found_by_what_was_put_right() -> None:
    brand = make_house().netnet
    odile = know_customer(brand.pk, name="Odile Perrin", language="fr", at=NOW)
    identity = add_identity(odile, "email", "odile@exemple.fr", verified=False, at=NOW)

    change_customer(odile, by=None, at=NOW, name="Odile Quentin")
    remove_identity(identity, by=None, at=NOW)

    assert people_found("perrin", brand.pk) == []
    assert people_found("odile@exemple.fr", brand.pk) == []
    assert people_found("quentin", brand.pk) == [odile.pk]
