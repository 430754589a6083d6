"""The eleven days of France, and those that some of its regions add."""

from __future__ import annotations

from datetime import date

import pytest

from visavis.engine.working_time import french_holidays


def test_france_has_eleven_public_holidays_in_2027() -> None:
    assert sorted(french_holidays([2027])) == [
        date(2027, 1, 1),
        date(2027, 3, 29),
        date(2027, 5, 1),
        date(2027, 5, 6),
        date(2027, 5, 8),
        date(2027, 5, 17),
        date(2027, 7, 14),
        date(2027, 8, 15),
        date(2027, 11, 1),
        date(2027, 11, 11),
        date(2027, 12, 25),
    ]


def test_alsace_and_moselle_add_good_friday_and_saint_stephen() -> None:
    assert french_holidays([2027], "57") - french_holidays([2027]) == {date(2027, 3, 26), date(2027, 12, 26)}


def test_several_years_are_given_at_once() -> None:
    assert len(french_holidays([2026, 2027])) == 22


def test_an_unknown_region_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        french_holidays([2027], "Atlantide")
