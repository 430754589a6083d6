"""Loads the house of the demo: brands, sites, teams, skills, accounts and customers, with their facts."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from visavis.domain.people.facts import (
    AdviserJoined,
    ContractFactsPushed,
    CustomerKnown,
    IdentityAdded,
    SkillsValidated,
    StatementAdded,
)
from visavis.domain.people.models import (
    Adviser,
    AdviserSkill,
    Brand,
    ContractFact,
    Customer,
    Identity,
    IdentityKind,
    SelfStatement,
    Site,
    Skill,
    Team,
)
from visavis.domain.people.operations import make_brand, make_site, make_skill, make_team
from visavis.domain.presence.facts import PresenceChanged
from visavis.domain.presence.models import Presence, PresenceState

from . import brands, people
from .ledger import Ledger
from .people import AdviserPlan, CustomerPlan
from .plans import DemoPlan

OFFERS = {
    "netnet": ("Fibre Essentiel", "Fibre Famille", "Fibre 1 gigabit", "Box 4G", "Fibre Pro"),
    "locacar": ("Carte Locacar", "Locacar Pro", "Sans abonnement"),
    "credit-plus": ("Prêt personnel", "Crédit auto", "Crédit travaux", "Petit prêt étudiant"),
}


@dataclass
class House:
    """What was loaded, by the keys of the plan."""

    brands: dict[str, Brand] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    skills: dict[str, Skill] = field(default_factory=dict)
    advisers: dict[str, Adviser] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    identities: dict[str, list[str]] = field(default_factory=dict)


def load_house(plan: DemoPlan, ledger: Ledger) -> House:
    """Everyone is there, and nothing has been said yet."""
    house, at = House(), beginning(plan)
    for brand in brands.BRANDS:
        house.brands[brand.slug] = make_brand(
            by=None,
            at=at,
            name=brand.name,
            slug=brand.slug,
            letter=brand.letter,
            shape=brand.shape,
            colour=brand.colour,
            phone_number=brand.phone_number,
            hours=brands.ALL_DAY,
            live_promise_seconds=brand.live_promise_seconds,
            written_promise_seconds=brand.written_promise_seconds,
            languages=list(brand.languages),
        )
        for skill in brand.skills:
            made = make_skill(
                name=skill.name, brand=house.brands[brand.slug], by=None, at=at, words=skill.words
            )
            house.skills[skill.key] = made
    house.skills["english"] = make_skill(name=brands.ENGLISH.name, brand=None, by=None, at=at)
    for site in brands.SITES:
        house.sites[site.key] = make_site(name=site.name, time_zone=site.time_zone, by=None, at=at)
    for team in plan.teams:
        served = [house.brands[slug] for slug in team.brands]
        house.teams[team.key] = make_team(
            name=team.name, site=house.sites[team.site], brands=served, by=None, at=at
        )
    _load_accounts(plan, house, ledger)
    _load_customers(plan, house, ledger)
    return house


def beginning(plan: DemoPlan) -> datetime:
    """When the house was set up: a month before the first word."""
    first = min(conversation.opened_at for conversation in plan.conversations)
    return first - timedelta(days=30)


def _load_accounts(plan: DemoPlan, house: House, ledger: Ledger) -> None:
    at = beginning(plan) + timedelta(hours=1)
    password = make_password(people.PASSWORD)  # once for all: it is shown on screen anyway
    made = Adviser.objects.bulk_create([_account(one, house, password, at) for one in plan.advisers])
    house.advisers = {one.key: adviser for one, adviser in zip(plan.advisers, made, strict=True)}
    sofia = house.advisers["sofia"]
    for one in plan.advisers:
        adviser = house.advisers[one.key]
        ledger.note(AdviserJoined(adviser_id=adviser.pk, team_id=adviser.team_id, role=one.role), at)
        if levels := _levels(one, house):
            AdviserSkill.objects.bulk_create(
                AdviserSkill(
                    adviser=adviser, skill_id=skill, level=level, validated_by=sofia, validated_on=at.date()
                )
                for skill, level in levels
            )
            validated = [[skill, level] for skill, level in levels]
            ledger.note(SkillsValidated(adviser_id=adviser.pk, by_id=sofia.pk, levels=validated), at)
    Presence.objects.bulk_create(
        Presence(adviser=adviser, state=PresenceState.AWAY, since=at) for adviser in made
    )
    for adviser in made:
        fact = PresenceChanged(adviser_id=adviser.pk, team_id=adviser.team_id, state=PresenceState.AWAY.value)
        ledger.note(fact, at)


def _account(plan: AdviserPlan, house: House, password: str, at: datetime) -> Adviser:
    return Adviser(
        email=plan.email,
        displayed_name=plan.name,
        role=plan.role,
        team=house.teams[people.team_of(plan)],
        languages=list(plan.languages),
        capacity=plan.capacity,
        password=password,
        joined_at=at,
    )


def _levels(plan: AdviserPlan, house: House) -> list[tuple[int, int]]:
    """Skills with a level each, the first named being the best known."""
    numbered = sorted((house.skills[key].pk, max(2, 4 - rank)) for rank, key in enumerate(plan.skills))
    return [(skill, level) for skill, level in numbered]


# --- Customers ----------------------------------------------------------------------------------------------


def _load_customers(plan: DemoPlan, house: House, ledger: Ledger) -> None:
    first_words = {c.customer: c.opened_at for c in reversed(plan.conversations)}
    earliest = beginning(plan) + timedelta(hours=2)
    known_at = {one.key: min(first_words.get(one.key, plan.now), earliest) for one in plan.customers}
    made = Customer.objects.bulk_create([_customer(one, house, known_at[one.key]) for one in plan.customers])
    house.customers = {one.key: customer for one, customer in zip(plan.customers, made, strict=True)}
    for one in plan.customers:
        fact = CustomerKnown(brand_id=house.brands[one.brand].pk, customer_id=house.customers[one.key].pk)
        ledger.note(fact, known_at[one.key])
    _load_identities(plan, house, ledger, known_at)
    _load_contracts(plan, house, ledger, known_at)
    _load_statements(plan, house, ledger)


def _customer(plan: CustomerPlan, house: House, at: datetime) -> Customer:
    return Customer(
        brand=house.brands[plan.brand],
        name=plan.name,
        civility="Mme" if plan.gender == "f" else "M.",
        place=plan.city,
        since_year=plan.since_year,
        language=plan.language,
        known_at=at,
    )


def _load_identities(plan: DemoPlan, house: House, ledger: Ledger, known_at: dict[str, datetime]) -> None:
    rows: list[tuple[str, Identity]] = []
    for one in plan.customers:
        given = (
            (IdentityKind.EMAIL, one.email),
            (IdentityKind.REFERENCE, one.reference),
            (IdentityKind.PHONE, one.phone),
        )
        house.identities[one.key] = [value for _kind, value in given if value]
        for kind, value in given:
            if value:
                verified = None if kind == IdentityKind.PHONE else known_at[one.key]
                row = Identity(
                    customer=house.customers[one.key],
                    brand=house.brands[one.brand],
                    kind=kind,
                    value=value,
                    verified_at=verified,
                )
                rows.append((one.key, row))
    made = Identity.objects.bulk_create([row for _key, row in rows])
    for (key, _row), identity in zip(rows, made, strict=True):
        fact = IdentityAdded(
            brand_id=identity.brand_id,
            customer_id=identity.customer_id,
            identity_id=identity.pk,
            kind=str(identity.kind),
            is_verified=identity.verified_at is not None,
        )
        ledger.note(fact, known_at[key])


def _load_contracts(plan: DemoPlan, house: House, ledger: Ledger, known_at: dict[str, datetime]) -> None:
    rng = random.Random(f"{plan.seed}-contracts")
    rows: list[ContractFact] = []
    for one in plan.customers:
        customer, at = house.customers[one.key], known_at[one.key]
        facts = _contract(one, rng)
        for rank, (label, value) in enumerate(facts):
            rows.append(ContractFact(customer=customer, label=label, value=value, rank=rank, pushed_at=at))
        fact = ContractFactsPushed(brand_id=customer.brand_id, customer_id=customer.pk, count=len(facts))
        ledger.note(fact, at)
    ContractFact.objects.bulk_create(rows)


def _contract(plan: CustomerPlan, rng: random.Random) -> list[tuple[str, str]]:
    """What the brand's own software says of this customer: read-only."""
    offer = rng.choice(OFFERS[plan.brand])
    facts = [("Offre", offer), ("Référence", plan.reference), ("Depuis", str(plan.since_year))]
    if plan.brand == "netnet":
        return [*facts, ("Box", rng.choice(["Box N3", "Box N4", "Box N4 Pro"])), ("Engagement", "Aucun")]
    if plan.brand == "locacar":
        return [*facts, ("Locations", str(rng.randint(1, 14)))]
    rest = rng.randrange(900, 9000, 10)
    return [
        *facts,
        ("Mensualité", f"{rng.randrange(80, 320)}\u00a0€"),
        ("Reste dû", f"{rest:,}\u00a0€".replace(",", "\u202f")),
    ]


def _load_statements(plan: DemoPlan, house: House, ledger: Ledger) -> None:
    seen: set[tuple[int, str]] = set()
    rows: list[SelfStatement] = []
    for conversation in plan.conversations:
        customer = house.customers[conversation.customer]
        for text in conversation.said:
            if (customer.pk, text) in seen:
                continue
            seen.add((customer.pk, text))
            at = conversation.opened_at + timedelta(minutes=2)
            rows.append(SelfStatement(customer=customer, text=text[:200], icon=_icon(text), said_at=at))
            ledger.note(StatementAdded(brand_id=customer.brand_id, customer_id=customer.pk), at)
    SelfStatement.objects.bulk_create(rows)


def _icon(text: str) -> str:
    """The picture beside what someone said of themselves."""
    words = text.lower()
    if "sourd" in words or "entend" in words:
        return "ear"
    return "phone" if "téléphone" in words or "appeler" in words else "user"
