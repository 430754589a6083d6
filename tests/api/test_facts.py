"""The fields of contracts, pushed by the brand's own software."""

import json
from typing import Any

import pytest
from django.test import Client
from tests.domain.people_made import NOW, House, make_house

from visavis.domain.people.models import ContractFact, Customer
from visavis.domain.people.operations import add_identity, change_brand, give_brand_token, revoke_brand_token
from visavis.domain.people.queries import customer_with_verified

pytestmark = pytest.mark.django_db
URL = "/api/v1/brands/netnet/customers/nn-12/facts"
BODY = {"facts": [{"label": "Offre", "value": "Fibre 2 Go"}, {"label": "Box", "value": "V4"}]}


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def token(house: House) -> str:
    return give_brand_token(house.netnet, label="Contrats", by=house.ada, at=NOW).secret


def put(body: object, token: str, *, url: str = URL) -> Any:  # the test client's response knows json()
    """Push the body."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client().put(url, raw, content_type="application/json", headers=headers)


def test_known_customer_has_the_fields_pushed(house: House, token: str) -> None:
    add_identity(house.david, "reference", "NN-12", verified=True, at=NOW)

    response = put(BODY, token)

    assert (response.status_code, response.json()) == (200, {"kept": 2})
    assert list(house.david.contract_facts.order_by("rank").values_list("label", "value")) == [
        ("Offre", "Fibre 2 Go"),
        ("Box", "V4"),
    ]


def test_same_push_twice_is_one(house: House, token: str) -> None:
    assert put(BODY, token).status_code == 201
    assert put(BODY, token).status_code == 200

    assert ContractFact.objects.count() == 2


def test_unknown_reference_makes_its_customer(house: House, token: str) -> None:
    response = put(BODY | {"name": "Odile Perrin", "language": "en"}, token)

    odile = customer_with_verified(house.netnet.pk, "reference", "NN-12")
    assert response.status_code == 201
    assert odile is not None
    assert (odile.name, odile.language) == ("Odile Perrin", "en")


def test_reference_that_someone_only_claimed_is_not_theirs(house: House, token: str) -> None:
    add_identity(house.david, "reference", "NN-12", verified=False, at=NOW)

    put(BODY, token)

    assert house.david.contract_facts.count() == 0


def test_empty_list_erases_the_fields(house: House, token: str) -> None:
    put(BODY, token)

    assert put({"facts": []}, token).json() == {"kept": 0}
    assert ContractFact.objects.count() == 0


def test_wrong_no_revoked_or_strange_token_opens_nothing(house: House, token: str) -> None:
    other = give_brand_token(house.locacar, label="Autre", by=house.ada, at=NOW).secret
    ended = give_brand_token(house.netnet, label="Fini", by=house.ada, at=NOW)
    revoke_brand_token(ended.row, by=house.ada, at=NOW)

    answers = [put(BODY, wrong) for wrong in ("", "vv_made-up", other, ended.secret)]
    answers.append(put(BODY, token, url=URL.replace("netnet", "nowhere")))

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert Customer.objects.count() == 1


def test_brand_that_is_no_longer_served_takes_nothing(house: House, token: str) -> None:
    change_brand(house.netnet, by=house.ada, at=NOW, is_active=False)

    assert put(BODY, token).status_code == 401


def test_guessing_tokens_is_slowed_down(house: House) -> None:
    answers = [put(BODY, "vv_made-up") for _guess in range(21)]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff\xfe", 400),
        (b"[" * 10_000, 400),
        ([], 400),
        ({}, 400),
        ({"facts": {}}, 400),
        ({"facts": ["Offre"]}, 400),
        ({"facts": [{"label": "Offre"}]}, 400),
        ({"facts": [{"label": "Offre", "value": 2}]}, 400),
        ({"facts": [{"label": "Offre", "value": "a\x00b"}]}, 400),
        (b'{"facts": [{"label": "Offre", "value": "\\ud800"}]}', 400),
        ({"facts": [{"label": "x" * 61, "value": ""}]}, 400),
        ({"facts": [{"label": "", "value": "a"}]}, 422),
        ({"facts": [{"label": "A", "value": "1"}, {"label": "A", "value": "2"}]}, 422),
        ({"facts": [{"label": str(i), "value": ""} for i in range(41)]}, 422),
        ({"facts": [], "admin": True}, 400),
        ({"facts": [], "name": 3}, 400),
        (b"x" * 65_000, 422),
    ],
)
def test_bad_body_is_told_and_nothing_is_kept(house: House, token: str, body: object, status: int) -> None:
    response = put(body, token)

    assert response.status_code == status
    assert set(response.json()) == {"code", "sentence"}
    assert (ContractFact.objects.count(), Customer.objects.count()) == (0, 1)


@pytest.mark.parametrize("reference", ["x" * 65, "a%00b"])
def test_bad_reference_is_refused(house: House, token: str, reference: str) -> None:
    assert put(BODY, token, url=URL.replace("nn-12", reference)).status_code == 422


def test_reading_is_not_offered(token: str) -> None:
    response = Client().get(URL, headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == 405
