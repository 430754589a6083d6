"""What others read of people."""

from dataclasses import dataclass

import phonenumbers
from django.conf import settings
from django.db.models import Count, F, Prefetch, Q, QuerySet

from visavis.domain.errors import Refused
from visavis.domain.prepared import prepared

from .identity_values import normal_phone, normal_value
from .models import (
    Adviser,
    AdviserSkill,
    Brand,
    BrandToken,
    ContractFact,
    Customer,
    CustomerMerge,
    Identity,
    SelfStatement,
    Site,
    Skill,
    Team,
)


def zone_of_adviser(adviser: Adviser) -> str:
    """Return the zone of the adviser's site, or the house's; no query when the team is loaded."""
    return adviser.team.site.time_zone if adviser.team_id and adviser.team else settings.TIME_ZONE


def initials(name: str) -> str:
    """Return the capitals by which a face stands for a name: « Odile Perrin » gives OP, nothing gives ?."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    words = [word for word in words if word not in {"M.", "Mme", "Dr"}] or words
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


# --- Brands -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class BrandCard:
    """What a screen or the widget shows of a brand."""

    id: int
    slug: str
    name: str
    letter: str
    shape: str
    colour: str
    phone_number: str
    phone_price: str
    languages: tuple[str, ...]


def brand_by_slug(slug: str) -> Brand | None:
    """Return the active brand with this slug, for public doors; one query."""
    return Brand.objects.filter(slug=slug, is_active=True).first()


def brand_card(brand: Brand) -> BrandCard:
    """Return what is shown of the brand; no query."""
    return BrandCard(
        id=brand.pk,
        slug=brand.slug,
        name=brand.name,
        letter=brand.letter,
        shape=brand.shape,
        colour=brand.colour,
        phone_number=brand.phone_number,
        phone_price=brand.phone_price,
        languages=tuple(brand.languages) or ("fr",),
    )


def active_brands() -> list[Brand]:
    """Return the brands that are served, by name; one query."""
    return list(Brand.objects.filter(is_active=True).order_by("name"))


def region_of_brand(brand: Brand) -> str:
    """Return the country (FR) from which the numbers of the brand's customers are dialled; no query."""
    region = brand.holiday_region[:2].upper()
    return region if region in phonenumbers.SUPPORTED_REGIONS else "FR"


# --- Advisers -----------------------------------------------------------------------------------------------


def advisers_of_brands(brand_ids: frozenset[int]) -> list[Adviser]:
    """Return the active advisers and leaders whose team serves one of the brands, by name; one query."""
    return list(
        Adviser.objects.filter(is_active=True, team__brands__in=brand_ids)
        .select_related("team__site")
        .order_by("displayed_name", "pk")
        .distinct()
    )


def people_who_can(*, brand_id: int, skill_ids: frozenset[int] = frozenset()) -> list[Adviser]:
    """Return the active people of the brand's teams who hold all of the skills, by name; one query."""
    people = Adviser.objects.filter(is_active=True, team__brands=brand_id)
    for skill_id in sorted(skill_ids):
        people = people.filter(skills__skill=skill_id)
    return list(people.select_related("team__site").order_by("displayed_name", "pk").distinct())


@prepared
def names_of_people(*, brand_id: int) -> QuerySet[Adviser, tuple[int, str]]:
    """Return (number, name) of the active people of the brand's teams, by name; one query."""
    people = Adviser.objects.filter(is_active=True, team__brands=brand_id)
    return people.order_by("displayed_name", "pk").values_list("pk", "displayed_name")


@prepared
def names_of_teams(*, brand_id: int) -> QuerySet[Team, tuple[int, str]]:
    """Return (number, name) of the active teams of the brand, by name; one query."""
    teams = Team.objects.filter(is_active=True, brands=brand_id)
    return teams.order_by("name", "pk").values_list("pk", "name")


# --- Customers ----------------------------------------------------------------------------------------------


def customer_with_verified(brand_id: int, kind: str, value: str) -> Customer | None:
    """Return the customer of the brand who proved that the identity is theirs; one query, two for a number.

    A claim that was never verified finds nobody: it must not open anyone's history.
    """
    region = "FR"
    if kind == "phone":
        region = region_of_brand(Brand.objects.get(pk=brand_id))
    identity = (
        Identity.objects.select_related("customer__brand")
        .filter(
            brand_id=brand_id,
            kind=kind,
            value=normal_value(kind, value, region=region),
            verified_at__isnull=False,
        )
        .first()
    )
    return identity.customer if identity else None


def skills_held(adviser: Adviser) -> list[AdviserSkill]:
    """Return the skills of the adviser with their level and who validated them, by name; one query."""
    return list(adviser.skills.select_related("skill__brand", "validated_by").order_by("skill__name"))


def has_accounts() -> bool:
    """Say whether anyone can sign in; one query."""
    return Adviser.objects.exists()


# --- What settings list -------------------------------------------------------------------------------------


def all_brands() -> list[Brand]:
    """Return every brand with `team_count`, served ones first, by name; one query."""
    return list(Brand.objects.annotate(team_count=Count("teams")).order_by("-is_active", "name"))


def all_sites() -> list[Site]:
    """Return every site with `team_count`, by name; one query."""
    active = Count("teams", filter=Q(teams__is_active=True))
    return list(Site.objects.annotate(team_count=active).order_by("name"))


def all_teams() -> list[Team]:
    """Return every team with its site, brands and `member_count`, active ones first; two queries."""
    members = Count("members", filter=Q(members__is_active=True))
    teams = Team.objects.select_related("site").annotate(member_count=members).order_by("-is_active", "name")
    return list(teams.prefetch_related(Prefetch("brands", Brand.objects.order_by("name"))))


def skills_of_brands(brand_ids: frozenset[int]) -> QuerySet[Skill]:
    """Return the skills of the brands and of every brand, with `holder_count`, active ones first."""
    holders = Count("holders", filter=Q(holders__adviser__is_active=True))
    skills = Skill.objects.select_related("brand").annotate(holder_count=holders)
    return skills.filter(Q(brand=None) | Q(brand__in=brand_ids)).order_by("-is_active", "name")


def tokens_of_brand(brand: Brand) -> list[BrandToken]:
    """Return the tokens of the brand's software that still open, newest first; one query."""
    return list(brand.tokens.filter(revoked_at=None).select_related("made_by").order_by("-made_at"))


def stand_ins(adviser: Adviser) -> list[Adviser]:
    """Return the others who serve a brand of the adviser's team and are active, by name; two queries."""
    if adviser.team is None:
        return []
    brand_ids = frozenset(adviser.team.brands.values_list("pk", flat=True))
    return [person for person in advisers_of_brands(brand_ids) if person.pk != adviser.pk]


def name_of_adviser(adviser_id: int) -> str:
    """Return the name that the person chose, or nothing when they are forgotten; one query."""
    return Adviser.objects.filter(pk=adviser_id).values_list("displayed_name", flat=True).first() or ""


# --- One customer's card ------------------------------------------------------------------------------------


@prepared
def known_by(*, customer_id: int) -> QuerySet[Identity]:
    """Return what the customer is known by, by kind; one query."""
    return Identity.objects.filter(customer_id=customer_id).order_by("kind", "pk")


@prepared
def statements_of(*, customer_id: int) -> QuerySet[SelfStatement]:
    """Return what the customer said of themselves; one query."""
    return SelfStatement.objects.filter(customer_id=customer_id).order_by("pk")


@prepared
def contract_of(*, customer_id: int) -> QuerySet[ContractFact]:
    """Return the facts of the customer's contract, in their order; one query."""
    return ContractFact.objects.filter(customer_id=customer_id).order_by("rank", "pk")


# --- One customer's record ----------------------------------------------------------------------------------


def identities_of(customer: Customer) -> list[Identity]:
    """Return what the customer is known by, with who answers for it, proved ones first; one query."""
    known = customer.identities.select_related("verified_by")
    return list(known.order_by(F("verified_at").asc(nulls_last=True), "kind", "pk"))


def merges_of(customer: Customer) -> list[CustomerMerge]:
    """Return the merges into this customer that stand, newest first, with the one absorbed; one query."""
    return list(customer.merges_kept.filter(undone_at=None).select_related("absorbed").order_by("-merged_at"))


def customers_like(customer: Customer, words: str = "", *, limit: int = 10) -> list[Customer]:
    """Return others of the brand who may be the same person, with their identities; three queries at most.

    Without words: those who claim an identity of this one. With words: by name, or by an exact identity.
    """
    others = Customer.objects.filter(brand_id=customer.brand_id, merged_into=None).exclude(pk=customer.pk)
    if words:
        known_by = {
            words.strip(),
            words.strip().lower(),
            "".join(words.split()).upper(),
            _as_phone(words, customer),
        }
        found = others.filter(Q(name__icontains=words.strip()) | Q(identities__value__in=known_by - {""}))
    else:
        found = others.filter(identities__value__in=customer.identities.values("value"))
    return list(found.distinct().prefetch_related("identities").order_by("name", "pk")[:limit])


def _as_phone(words: str, customer: Customer) -> str:
    try:
        return normal_phone(words, region=region_of_brand(customer.brand))
    except Refused:
        return ""
