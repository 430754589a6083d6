"""The people of the house, as fixtures: Alice, Bob, Chloé, David, and Eve who must see nothing."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from tests.domain.people_made import House, make_house

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="module")
def kept_for_the_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What is made under it stays for all tests of a module: each of them runs in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def house_of_the_module(kept_for_the_module: None) -> House:
    """The house, made once."""
    return make_house()


@pytest.fixture
def house(house_of_the_module: House, db: None) -> House:
    """Two brands that do not know each other, with everyone."""
    return deepcopy(house_of_the_module)


@pytest.fixture
def new_house(db: None) -> House:
    """The same, made for one test: for modules of which some tests commit."""
    return make_house()
