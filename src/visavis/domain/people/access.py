"""Who may get which person, brand, team, skill or customer; everything else does not exist for them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from visavis.domain.errors import NotFound
from visavis.domain.prepared import prepared

from .models import (
    Adviser,
    Brand,
    BrandToken,
    Customer,
    CustomerMerge,
    Identity,
    Invitation,
    Role,
    SelfStatement,
    Site,
    Skill,
    Team,
)
from .secret_tokens import token_digest

T = TypeVar("T")
SERVED = "served_brand_ids"  # on a team that was read with its account
EVERY_BRAND = frozenset({Role.OPERATIONS, Role.ADMINISTRATOR})


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What one account may get, as a plain value: it travels to streams and workers without a query."""

    adviser_id: int
    role: str
    team_id: int | None
    brand_ids: frozenset[int]
    leads: bool
    is_active: bool

    @property
    def sees_every_brand(self) -> bool:
        """True for operations and administrators."""
        return self.is_active and self.role in EVERY_BRAND

    @property
    def administers(self) -> bool:
        """True for who may change brands, sites, teams, skills, and anyone's role."""
        return self.is_active and self.role == Role.ADMINISTRATOR

    @property
    def looks_after_team(self) -> bool:
        """True for who may invite people and set their skills: in their own team, or anywhere."""
        return self.administers or (self.is_active and self.role == Role.LEADER and self.team_id is not None)

    @property
    def treats_contents(self) -> bool:
        """True for who may read conversations: a planner plans, and reads none."""
        return self.is_active and self.role != Role.PLANNER


def rights(user: Adviser | AnonymousUser) -> Rights:
    """Return what the account of a request may get; no query for who serves the brands of a team, one for who
    sees every brand. Nobody is NotFound.
    """
    if not isinstance(user, Adviser) or user.pk is None:
        raise NotFound
    return _rights(user)


def rights_of(adviser_id: int) -> Rights:
    """Return what the account with this number may get; one query. NotFound when there is none."""
    return _rights(found_or_not(account(adviser_id)))


def account(adviser_id: int) -> Adviser | None:
    """Return the account with this number, with its team, site and brands: all that rights are made of.

    One query, whatever is asked of it later.
    """
    rows = _accounts(adviser_id=adviser_id)
    if rows and rows[0].team:
        vars(rows[0].team)[SERVED] = frozenset(brand_id for row in rows if (brand_id := vars(row)[SERVED]))
    return rows[0] if rows else None


@prepared
def _accounts(*, adviser_id: int) -> QuerySet[Adviser]:
    """A row for each brand that the team serves; one when it serves none."""
    accounts = Adviser.objects.select_related("team__site").annotate(**{SERVED: F("team__brands")})
    return accounts.filter(pk=adviser_id)


def _rights(adviser: Adviser) -> Rights:
    return Rights(
        adviser_id=adviser.pk,
        role=adviser.role,
        team_id=adviser.team_id,
        brand_ids=_brand_ids(adviser),
        leads=adviser.is_active and adviser.leads,
        is_active=adviser.is_active,
    )


def floor_rights(rights: Rights) -> Rights:
    """Return the rights with which one looks at the floor; NotFound for who neither leads nor plans.

    A planner counts people in every brand, and still reads no content: the numbers of brands open queues, not
    conversations, which ask `treats_contents` first. One query for a planner, none otherwise.
    """
    if rights.leads:
        return rights
    if rights.role != Role.PLANNER or not rights.is_active:
        raise NotFound
    return replace(rights, brand_ids=frozenset(Brand.objects.values_list("pk", flat=True)))


def _brand_ids(adviser: Adviser) -> frozenset[int]:
    if not adviser.is_active or adviser.role == Role.PLANNER:
        return frozenset()
    if adviser.role in EVERY_BRAND:
        return frozenset(Brand.objects.values_list("pk", flat=True))
    if adviser.team is None:
        return frozenset()
    read: frozenset[int] | None = vars(adviser.team).get(SERVED)
    return frozenset(adviser.team.brands.values_list("pk", flat=True)) if read is None else read


# --- The house ----------------------------------------------------------------------------------------------


def brand_for(rights: Rights, key: int | str) -> Brand:
    """Return the brand with this number or slug, when its contents are theirs; one query."""
    brands = Brand.objects.filter(pk__in=rights.brand_ids)
    found = brands.filter(slug=key).first() if isinstance(key, str) else brands.filter(pk=key).first()
    return found_or_not(found)


def team_for(rights: Rights, team_id: int) -> Team:
    """Return the team when it is theirs, or serves a brand of theirs; one query."""
    return found_or_not(visible_teams(rights).filter(pk=team_id).first())


def visible_teams(rights: Rights) -> QuerySet[Team]:
    """Return the teams that these rights show, each with its site."""
    teams = Team.objects.select_related("site")
    if rights.sees_every_brand:
        return teams
    return teams.filter(Q(pk=rights.team_id) | Q(brands__in=rights.brand_ids)).distinct()


def skill_for(rights: Rights, skill_id: int) -> Skill:
    """Return the skill when it is of every brand or of a brand of theirs; one query."""
    skills = Skill.objects.select_related("brand").filter(Q(brand=None) | Q(brand__in=rights.brand_ids))
    return found_or_not(skills.filter(pk=skill_id).first())


def site_for(rights: Rights, site_id: int) -> Site:
    """Return the site, to administrators; one query."""
    must_administer(rights)
    return found_or_not(Site.objects.filter(pk=site_id).first())


# --- Those who work here ------------------------------------------------------------------------------------


def adviser_for(rights: Rights, adviser_id: int) -> Adviser:
    """Return oneself or a colleague of the same brands, active or not, with team and site; one query."""
    return found_or_not(visible_advisers(rights).filter(pk=adviser_id).first())


def visible_advisers(rights: Rights) -> QuerySet[Adviser]:
    """Return oneself and the colleagues of the same brands; everyone to operations and administrators."""
    advisers = Adviser.objects.select_related("team__site")
    if rights.sees_every_brand:
        return advisers
    shared = Team.objects.filter(brands__in=rights.brand_ids).values("pk")
    return advisers.filter(Q(pk=rights.adviser_id) | Q(team__in=shared))


def member_for(rights: Rights, adviser_id: int) -> Adviser:
    """Return a person whom these rights may look after; one query."""
    return found_or_not(members_for(rights).filter(pk=adviser_id).first())


def members_for(rights: Rights) -> QuerySet[Adviser]:
    """Return everyone to an administrator, the advisers of their team to a leader, nobody to others."""
    people = Adviser.objects.select_related("team__site")
    if rights.administers:
        return people
    if rights.looks_after_team and rights.team_id is not None:
        return people.filter(team_id=rights.team_id, role=Role.ADVISER)
    return people.none()


def invitation_for(rights: Rights, invitation_id: int) -> Invitation:
    """Return an invitation that these rights may renew or withdraw; one query."""
    return found_or_not(invitations_for(rights).filter(pk=invitation_id).first())


def invitations_for(rights: Rights) -> QuerySet[Invitation]:
    """Return the invitations of the people to look after."""
    invitations = Invitation.objects.select_related("team", "adviser")
    if rights.administers:
        return invitations
    if rights.looks_after_team and rights.team_id is not None:
        return invitations.filter(team_id=rights.team_id, role=Role.ADVISER)
    return invitations.none()


def must_administer(rights: Rights) -> None:
    """Refuse, as if nothing were there, whoever is not an administrator."""
    if not rights.administers:
        raise NotFound


def must_look_after(rights: Rights) -> None:
    """Refuse, as if nothing were there, whoever looks after nobody."""
    if not rights.looks_after_team:
        raise NotFound


# --- Customers ----------------------------------------------------------------------------------------------


def customer_for(rights: Rights, customer_id: int) -> Customer:
    """Return the customer, with their brand, when the brand is theirs; one query."""
    return found_or_not(
        Customer.objects.select_related("brand", "merged_into")
        .filter(pk=customer_id, brand__in=_contents(rights))
        .first()
    )


def identity_for(rights: Rights, identity_id: int) -> Identity:
    """Return an identity of a customer whom these rights show; one query."""
    return found_or_not(
        Identity.objects.select_related("customer__brand")
        .filter(pk=identity_id, brand__in=_contents(rights))
        .first()
    )


def statement_for(rights: Rights, statement_id: int) -> SelfStatement:
    """Return what a customer whom these rights show said of themselves; one query."""
    return found_or_not(
        SelfStatement.objects.select_related("customer")
        .filter(pk=statement_id, customer__brand__in=_contents(rights))
        .first()
    )


def merge_for(rights: Rights, merge_id: int) -> CustomerMerge:
    """Return a merge of two customers whom these rights show; one query."""
    return found_or_not(
        CustomerMerge.objects.select_related("kept", "absorbed")
        .filter(pk=merge_id, kept__brand__in=_contents(rights))
        .first()
    )


def _contents(rights: Rights) -> frozenset[int]:
    return rights.brand_ids if rights.treats_contents else frozenset()


def found_or_not(thing: T | None) -> T:
    """Return the thing, or raise NotFound: what is hidden and what does not exist are told alike."""
    if thing is None:
        raise NotFound
    return thing


# --- Those who hold a secret --------------------------------------------------------------------------------


def invitation_of_token(token: str, *, at: datetime, for_account: bool) -> Invitation:
    """Return the invitation, or the password link of an account, whose token is held; one query."""
    links = Invitation.objects.select_related("team__site", "adviser", "invited_by").filter(
        token_sha256=token_digest(token), used_at=None, expires_at__gt=at, adviser__isnull=not for_account
    )
    found = links.first()
    if found is None:
        raise NotFound("link_ended", _("This link was used already, or has ended. Ask for another one."))
    return found


def brand_of_token(secret: str) -> Brand:
    """Return the brand whose program holds the token; one query."""
    row = (
        BrandToken.objects.select_related("brand")
        .filter(token_sha256=token_digest(secret), revoked_at=None)
        .first()
    )
    return found_or_not(row).brand


def token_for(rights: Rights, token_id: int) -> BrandToken:
    """Return a token of a brand's software, to administrators; one query."""
    must_administer(rights)
    return found_or_not(BrandToken.objects.select_related("brand").filter(pk=token_id).first())
