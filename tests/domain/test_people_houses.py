"""Brands, sites, teams and skills."""

import pytest
from tests.domain.people_made import NOW, House, make_house

from visavis.domain.errors import Refused
from visavis.domain.journal.models import Entry
from visavis.domain.people.colours import contrast, text_on
from visavis.domain.people.models import Brand, PriceClass
from visavis.domain.people.operations import (
    change_brand,
    change_site,
    change_skill,
    change_team,
    give_brand_token,
    make_brand,
    make_site,
    make_skill,
    make_team,
    revoke_brand_token,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


def last_fact() -> Entry:
    return Entry.objects.latest("id")


def test_brand_takes_letter_and_address_from_its_name() -> None:
    brand = make_brand(name="Crédit Plus", colour="#1d6a3b", by=None, at=NOW)

    assert (brand.letter, brand.slug, brand.colour) == ("C", "credit-plus", "#1D6A3B")
    assert (last_fact().verb, last_fact().brand_id) == ("brand.made", brand.pk)


@pytest.mark.parametrize(("name", "slug"), [("", ""), ("Netnet", "net net"), ("Netnet", "é")])
def test_brand_without_name_or_address_is_refused(name: str, slug: str) -> None:
    with pytest.raises(Refused):
        make_brand(name=name, slug=slug, colour="#2B45C4", by=None, at=NOW)


def test_two_brands_cannot_share_an_address(house: House) -> None:
    with pytest.raises(Refused, match="slug_taken"):
        make_brand(name="Netnet", colour="#2B45C4", by=None, at=NOW)


def test_colour_on_which_no_text_reads_is_refused_with_its_ratio() -> None:
    with pytest.raises(Refused) as refusal:
        make_brand(name="Gris", colour="#7F7F7F", by=None, at=NOW)

    assert refusal.value.code == "colour_contrast"
    assert any(told in refusal.value.sentence for told in ("4.18", "4,18"))
    assert Brand.objects.count() == 0


@pytest.mark.parametrize(
    ("colour", "text"),
    [("#2B45C4", "#FFFFFF"), ("#F2C230", "#12201F"), ("#FFFFFF", "#12201F"), ("#000000", "#FFFFFF")],
)
def test_text_colour_is_the_one_that_reads_best(colour: str, text: str) -> None:
    assert text_on(colour) == text
    assert contrast(colour, text) >= 4.5


def test_contrast_of_black_and_white_is_twenty_one() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)  # a published value


@pytest.mark.parametrize(
    "number",
    [
        "0899 12 34 56",
        "08 92 70 07 00",
        "0810 123 456",
        "0820123456",
        "+33 825 123 456",
        "3639",
        "118 218",
        "1023",
        "0881123456",
    ],
)
def test_premium_number_is_refused(house: House, number: str) -> None:
    with pytest.raises(Refused, match="number_premium"):
        change_brand(house.netnet, by=house.ada, at=NOW, phone_number=number)


@pytest.mark.parametrize(
    ("number", "kept", "price"),
    [
        ("02 47 00 00 00", "+33247000000", PriceClass.NORMAL),
        ("09 69 36 36 36", "+33969363636", PriceClass.NORMAL),
        ("0806 12 34 56", "+33806123456", PriceClass.NORMAL),
        ("0 800 12 34 56", "+33800123456", PriceClass.FREE),
        ("30 61", "3061", PriceClass.FREE),
        ("+229 01 21 30 00 00", "+2290121300000", PriceClass.NORMAL),
        ("", "", PriceClass.NORMAL),
    ],
)
def test_other_numbers_are_kept_with_their_price(house: House, number: str, kept: str, price: str) -> None:
    change_brand(house.netnet, by=house.ada, at=NOW, phone_number=number)

    house.netnet.refresh_from_db()
    assert (house.netnet.phone_number, house.netnet.phone_price) == (kept, price)


def test_changed_fields_are_told_by_their_code(house: House) -> None:
    change_brand(house.netnet, by=house.ada, at=NOW, name="Netnet", slug="other", retention_months=6)

    house.netnet.refresh_from_db()
    assert (house.netnet.slug, house.netnet.retention_months) == ("netnet", 6)
    assert (last_fact().verb, last_fact().facts) == ("brand.changed", {"fields": ["retention_months"]})


def test_hours_are_put_in_order(house: House) -> None:
    day = [[14 * 60, 18 * 60], [9 * 60, 12 * 60]]

    change_brand(house.netnet, by=house.ada, at=NOW, hours=[day, [], [], [], [], [], []])

    assert house.netnet.hours[0] == [[540, 720], [840, 1080]]


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ([[600, 540]], "hours_upside_down"),
        ([[540, 540]], "hours_upside_down"),
        ([[540, 1500]], "hours_upside_down"),
        ([[540, 720], [700, 800]], "hours_overlap"),
    ],
)
def test_hours_upside_down_or_overlapping_are_refused(house: House, day: list[list[int]], code: str) -> None:
    with pytest.raises(Refused, match=code):
        change_brand(house.netnet, by=house.ada, at=NOW, hours=[day, [], [], [], [], [], []])


@pytest.mark.parametrize("zone", ["Europe/Tours", "../etc/passwd", "", "Paris"])
def test_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(Refused, match="zone_unknown"):
        make_site(name="Blois", time_zone=zone, by=None, at=NOW)


@pytest.mark.parametrize(
    "origin", ["www.netnet.fr", "https://netnet.fr/path", "javascript:alert(1)", "https://"]
)
def test_origin_that_is_no_site_is_refused(house: House, origin: str) -> None:
    with pytest.raises(Refused, match="origin_unreadable"):
        change_brand(house.netnet, by=house.ada, at=NOW, allowed_origins=[origin])


def test_site_team_and_skill_have_names_of_their_own(house: House) -> None:
    with pytest.raises(Refused, match="name_taken"):
        make_site(name=" tours ", time_zone="Europe/Paris", by=house.ada, at=NOW)
    with pytest.raises(Refused, match="name_taken"):
        make_team(name="LOIRE", site=house.tours, brands=[], by=house.ada, at=NOW)
    with pytest.raises(Refused, match="name_taken"):
        make_skill(name="panne", brand=None, by=house.ada, at=NOW)


def test_site_changes_name_and_zone(house: House) -> None:
    change_site(house.tours, name="Cotonou", time_zone="Africa/Porto-Novo", by=house.ada, at=NOW)

    house.tours.refresh_from_db()
    assert (house.tours.name, house.tours.time_zone, last_fact().verb) == (
        "Cotonou",
        "Africa/Porto-Novo",
        "site.changed",
    )


def test_team_changes_what_it_serves(house: House) -> None:
    change_team(
        house.team, name="Loire", site=house.tours, brands=[house.netnet, house.locacar], by=house.ada, at=NOW
    )

    assert last_fact().facts == {"brand_ids": sorted([house.netnet.pk, house.locacar.pk])}


def test_team_with_people_is_not_closed(house: House) -> None:
    with pytest.raises(Refused, match="team_not_empty"):
        change_team(
            house.team, name="Loire", site=house.tours, brands=[], by=house.ada, at=NOW, is_active=False
        )


def test_words_of_a_skill_are_kept_once_in_lower_case(house: House) -> None:
    change_skill(
        house.skill, name="Panne", brand=None, words=["T12", " t12", "", "Box"], by=house.ada, at=NOW
    )

    assert (house.skill.words, last_fact().verb) == (["box", "t12"], "skill.changed")


def test_token_of_a_brand_is_told_once_and_revoked_once(house: House) -> None:
    told = give_brand_token(house.netnet, label="Contrats", by=house.ada, at=NOW)
    assert told.secret not in told.row.token_sha256

    revoke_brand_token(told.row, by=house.ada, at=NOW)

    assert last_fact().verb == "brand_token.revoked"
    with pytest.raises(Refused, match="token_revoked"):
        revoke_brand_token(told.row, by=house.ada, at=NOW)
