"""The people of the house, as fixtures: Alice, Bob, Chloé, David, and Eve who must see nothing."""

import pytest
from tests.domain.people_made import House, make_house


@pytest.fixture
def house(db: None) -> House:
    """Two brands that do not know each other, with everyone."""
    return make_house()
