"""Brands, sites, teams and skills: made and changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypedDict, Unpack
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.validators import slug_re
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _

from visavis.domain.errors import Refused
from visavis.domain.journal.record import operation, record
from visavis.domain.people.colours import checked_colour
from visavis.domain.people.facts import (
    BrandChanged,
    BrandMade,
    SiteChanged,
    SiteMade,
    SkillChanged,
    SkillMade,
    TeamChanged,
    TeamMade,
)
from visavis.domain.people.holiday_regions import checked_region
from visavis.domain.people.models import Adviser, Brand, Site, Skill, Team
from visavis.domain.people.phone_prices import checked_number
from visavis.domain.people.queries import region_of_brand
from visavis.domain.people.weekly_hours import Week, checked_week


class BrandFields(TypedDict, total=False):
    """What may be given of a brand."""

    name: str
    slug: str
    letter: str
    shape: str
    colour: str
    time_zone: str
    hours: Week
    holiday_region: str
    phone_number: str
    live_promise_seconds: int
    written_promise_seconds: int
    retention_months: int
    allowed_origins: list[str]
    languages: list[str]
    is_active: bool


@operation
def make_brand(*, by: Adviser | None, at: datetime, **fields: Unpack[BrandFields]) -> Brand:
    """A brand is served; its letter and address come from its name when they are not given.

    Refused: a colour on which no text reads, a premium number, hours upside down, a zone that does not exist.
    """
    name = _needed(fields.get("name", ""))
    brand = Brand(
        name=name, slug=fields.get("slug") or slugify(name)[:40], letter=name[0].upper(), languages=["fr"]
    )
    _refuse_slug(brand.slug)
    _apply(brand, fields)
    brand.colour = checked_colour(brand.colour)
    brand.save(force_insert=True)
    record(BrandMade(adviser_id=_number(by), brand_id=brand.pk), at=at)
    return brand


@operation
def change_brand(brand: Brand, *, by: Adviser | None, at: datetime, **fields: Unpack[BrandFields]) -> None:
    """What is given is changed; the address never is, since links in the hands of customers carry it."""
    former = {field: getattr(brand, field) for field in fields if field != "slug"}
    _apply(brand, {**fields, "slug": brand.slug})
    brand.save()
    changed = sorted(field for field, value in former.items() if getattr(brand, field) != value)
    record(BrandChanged(adviser_id=_number(by), brand_id=brand.pk, fields=changed), at=at)


def _apply(brand: Brand, fields: BrandFields) -> None:
    for field, value in _checked(fields).items():
        setattr(brand, field, value)
    if "phone_number" in fields:
        region = region_of_brand(brand)
        brand.phone_number, brand.phone_price = checked_number(fields["phone_number"], region=region)


def _checked(fields: BrandFields) -> Mapping[str, object]:
    checks = {
        "name": _needed,
        "letter": lambda letter: _needed(letter)[:2],
        "colour": checked_colour,
        "time_zone": _checked_zone,
        "hours": checked_week,
        "holiday_region": checked_region,
        "allowed_origins": _checked_origins,
        "retention_months": _checked_retention,
    }
    return {
        field: checks[field](value) if field in checks else value  # type: ignore[operator] # each check takes its field
        for field, value in fields.items()
        if field not in {"slug", "phone_number"}
    }


@operation
def make_site(*, name: str, time_zone: str, by: Adviser | None, at: datetime) -> Site:
    """A site exists under a name of its own."""
    _refuse_taken(Site.objects.filter(name__iexact=name.strip()))
    site = Site.objects.create(name=_needed(name), time_zone=_checked_zone(time_zone))
    record(SiteMade(adviser_id=_number(by), site_id=site.pk), at=at)
    return site


@operation
def change_site(site: Site, *, name: str, time_zone: str, by: Adviser | None, at: datetime) -> None:
    """The site has this name and this zone."""
    _refuse_taken(Site.objects.filter(name__iexact=name.strip()).exclude(pk=site.pk))
    site.name, site.time_zone = _needed(name), _checked_zone(time_zone)
    site.save(update_fields=["name", "time_zone"])
    record(SiteChanged(adviser_id=_number(by), site_id=site.pk), at=at)


@operation
def make_team(*, name: str, site: Site, brands: Iterable[Brand], by: Adviser | None, at: datetime) -> Team:
    """A team of the site serves the brands."""
    _refuse_taken(Team.objects.filter(name__iexact=name.strip()))
    team = Team.objects.create(name=_needed(name), site=site)
    team.brands.set(served := list(brands))
    record(
        TeamMade(adviser_id=_number(by), team_id=team.pk, brand_ids=sorted(brand.pk for brand in served)),
        at=at,
    )
    return team


@operation
def change_team(
    team: Team,
    *,
    name: str,
    site: Site,
    brands: Iterable[Brand],
    by: Adviser | None,
    at: datetime,
    is_active: bool = True,
) -> None:
    """The team has this name, site and brands; closed only when nobody is in it any more."""
    _refuse_taken(Team.objects.filter(name__iexact=name.strip()).exclude(pk=team.pk))
    if not is_active and team.members.filter(is_active=True).exists():
        raise Refused("team_not_empty", _("People are still in this team. Give them another one first."))
    team.name, team.site, team.is_active = _needed(name), site, is_active
    team.save(update_fields=["name", "site", "is_active"])
    team.brands.set(served := list(brands))
    record(
        TeamChanged(adviser_id=_number(by), team_id=team.pk, brand_ids=sorted(brand.pk for brand in served)),
        at=at,
    )


@operation
def make_skill(
    *, name: str, brand: Brand | None, by: Adviser | None, at: datetime, words: Iterable[str] = ()
) -> Skill:
    """A skill has a name; its words, found in a first message, ask for it."""
    _refuse_taken(Skill.objects.filter(name__iexact=name.strip()))
    skill = Skill.objects.create(name=_needed(name), brand=brand, words=_checked_words(words))
    record(SkillMade(adviser_id=_number(by), brand_id=brand.pk if brand else None, skill_id=skill.pk), at=at)
    return skill


@operation
def change_skill(
    skill: Skill,
    *,
    name: str,
    brand: Brand | None,
    words: Iterable[str],
    by: Adviser | None,
    at: datetime,
    is_active: bool = True,
) -> None:
    """The skill has this name, brand and words; inactive it is asked of no new conversation."""
    _refuse_taken(Skill.objects.filter(name__iexact=name.strip()).exclude(pk=skill.pk))
    skill.name, skill.brand, skill.words, skill.is_active = (
        _needed(name),
        brand,
        _checked_words(words),
        is_active,
    )
    skill.save(update_fields=["name", "brand", "words", "is_active"])
    record(
        SkillChanged(adviser_id=_number(by), brand_id=brand.pk if brand else None, skill_id=skill.pk), at=at
    )


# --- Checks -------------------------------------------------------------------------------------------------


def _number(by: Adviser | None) -> int | None:
    return by.pk if by else None


def _needed(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Refused("name_needed", _("A name is needed."))
    return words[:80]


def _refuse_taken(others: models.QuerySet[models.Model]) -> None:
    if others.exists():
        raise Refused("name_taken", _("This name is already taken."))


def _refuse_slug(slug: str) -> None:
    if not slug_re.fullmatch(slug):
        raise Refused("slug_unreadable", _("An address has letters without accents, digits and dashes."))
    if Brand.objects.filter(slug=slug).exists():
        raise Refused("slug_taken", _("Another brand already has this address."))


def _checked_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("zone_unknown", _("This time zone does not exist. For example: Europe/Paris")) from None
    return zone


def _checked_origins(origins: list[str]) -> list[str]:
    for origin in origins:
        parts = urlsplit(origin)
        if (
            parts.scheme not in {"https", "http"}
            or not parts.hostname
            or f"{parts.scheme}://{parts.netloc}" != origin
        ):
            raise Refused(
                "origin_unreadable",
                _("%(origin)s is not the address of a site. Expected form: https://www.example.fr")
                % {"origin": origin},
            )
    return sorted(set(origins))


def _checked_retention(months: int) -> int:
    if not 1 <= months <= 120:
        raise Refused("retention_range", _("Conversations are kept from 1 to 120 months."))
    return months


def _checked_words(words: Iterable[str]) -> list[str]:
    return sorted({word for word in (" ".join(word.split()).lower() for word in words) if word})[:200]
