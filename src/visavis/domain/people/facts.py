"""What can happen to brands, teams, advisers and customers.

In facts about an account `adviser_id` is whom it is about and `by_id` who decided; in the others
`adviser_id` is who decided. Numbers and codes only: no name, no address.
"""

from dataclasses import dataclass, field

from visavis.domain.journal.facts import Fact

# --- The house ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class BrandMade(Fact, verb="brand.made"):
    """A brand began to be served."""


@dataclass(frozen=True, kw_only=True)
class BrandChanged(Fact, verb="brand.changed"):
    """Some fields of a brand changed; `fields` are their codes."""

    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class SiteMade(Fact, verb="site.made"):
    """A site opened."""

    site_id: int


@dataclass(frozen=True, kw_only=True)
class SiteChanged(Fact, verb="site.changed"):
    """A site changed its name or its zone."""

    site_id: int


@dataclass(frozen=True, kw_only=True)
class TeamMade(Fact, verb="team.made"):
    """A team was formed."""

    brand_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class TeamChanged(Fact, verb="team.changed"):
    """A team changed its name, site, brands, or whether it is active."""

    brand_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class SkillMade(Fact, verb="skill.made"):
    """A skill was named."""

    skill_id: int


@dataclass(frozen=True, kw_only=True)
class SkillChanged(Fact, verb="skill.changed"):
    """A skill changed its name, brand, words, or whether it is active."""

    skill_id: int


@dataclass(frozen=True, kw_only=True)
class TokenGiven(Fact, verb="brand_token.given"):
    """A brand's software was given a token."""

    token_id: int


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Fact, verb="brand_token.revoked"):
    """A token of a brand's software ended."""

    token_id: int


# --- Accounts -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AdviserInvited(Fact, verb="adviser.invited"):
    """Someone was invited; no account yet."""

    invitation_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class InvitationWithdrawn(Fact, verb="invitation.withdrawn"):
    """A link ended before it was used."""

    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class AdviserJoined(Fact, verb="adviser.joined"):
    """Someone made their account."""

    role: str


@dataclass(frozen=True, kw_only=True)
class PasswordLinkGiven(Fact, verb="adviser.password_link_given"):
    """A link to choose a new password was made by someone who looks after the account."""

    by_id: int | None


@dataclass(frozen=True, kw_only=True)
class PasswordChosen(Fact, verb="adviser.password_chosen"):
    """A new password was chosen through such a link."""


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Fact, verb="adviser.role_changed"):
    """An account changed role."""

    by_id: int | None
    role: str
    former_role: str


@dataclass(frozen=True, kw_only=True)
class TeamOfAdviserChanged(Fact, verb="adviser.team_changed"):
    """An account changed team; `team_id` is the new one."""

    by_id: int | None
    former_team_id: int | None


@dataclass(frozen=True, kw_only=True)
class SkillsValidated(Fact, verb="adviser.skills_validated"):
    """The skills of an adviser were set: pairs of skill and level."""

    by_id: int | None
    levels: list[list[int]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class WorkChanged(Fact, verb="adviser.work_changed"):
    """What an adviser takes (room, channels, languages) was set."""

    by_id: int | None
    capacity: int


@dataclass(frozen=True, kw_only=True)
class NameChosen(Fact, verb="adviser.name_chosen"):
    """Someone chose the name that customers see; always by themselves (rule 7)."""


@dataclass(frozen=True, kw_only=True)
class PreferencesChosen(Fact, verb="adviser.preferences_chosen"):
    """Someone chose how their screens behave."""


@dataclass(frozen=True, kw_only=True)
class AdviserDeactivated(Fact, verb="adviser.deactivated"):
    """An account can no longer sign in."""

    by_id: int | None


@dataclass(frozen=True, kw_only=True)
class AdviserReactivated(Fact, verb="adviser.reactivated"):
    """An account can sign in again."""

    by_id: int | None


# --- Customers ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CustomerKnown(Fact, verb="customer.known"):
    """A customer was met for the first time."""

    customer_id: int


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(Fact, verb="customer.changed"):
    """Name, place or language of a customer were put right."""

    customer_id: int
    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class IdentityAdded(Fact, verb="customer.identity_added"):
    """A way of knowing a customer was added."""

    customer_id: int
    identity_id: int
    kind: str
    is_verified: bool


@dataclass(frozen=True, kw_only=True)
class IdentityVerified(Fact, verb="customer.identity_verified"):
    """A customer proved that an identity is theirs."""

    customer_id: int
    identity_id: int


@dataclass(frozen=True, kw_only=True)
class IdentityVerifiedByHand(Fact, verb="customer.identity_verified_by_hand"):
    """An adviser answers for an identity: `means` is one of HandMeans, never words of their own."""

    customer_id: int
    identity_id: int
    means: str


@dataclass(frozen=True, kw_only=True)
class HandVerificationUndone(Fact, verb="customer.hand_verification_undone"):
    """An identity that an adviser answered for is a claim again."""

    customer_id: int
    identity_id: int


@dataclass(frozen=True, kw_only=True)
class IdentityRemoved(Fact, verb="customer.identity_removed"):
    """An identity was taken off a customer."""

    customer_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class CodeSent(Fact, verb="customer.code_sent"):
    """A one-time code was made to verify an identity."""

    customer_id: int
    identity_id: int


@dataclass(frozen=True, kw_only=True)
class StatementAdded(Fact, verb="customer.statement_added"):
    """A customer said something of themselves."""

    customer_id: int


@dataclass(frozen=True, kw_only=True)
class StatementErased(Fact, verb="customer.statement_erased"):
    """What a customer said of themselves was erased."""

    customer_id: int


@dataclass(frozen=True, kw_only=True)
class ContractFactsPushed(Fact, verb="customer.contract_facts_pushed"):
    """The brand pushed the fields of a contract."""

    customer_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class CustomersMerged(Fact, verb="customer.merged"):
    """Two customers proved to be one person."""

    kept_id: int
    absorbed_id: int
    merge_id: int
    conversations: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class MergeUndone(Fact, verb="customer.merge_undone"):
    """Two customers are two people again."""

    kept_id: int
    absorbed_id: int
    merge_id: int
    conversations: list[int] = field(default_factory=list)
