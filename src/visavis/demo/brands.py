"""The three brands and two sites of the demo: all of it invented."""

from dataclasses import dataclass

ALL_DAY = [[[0, 24 * 60]] for _ in range(7)]


@dataclass(frozen=True, kw_only=True)
class SkillPlan:
    """One skill of a brand; `words` found in a first message ask for it."""

    key: str
    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BrandPlan:
    """One brand, its colour, its number and what its customers' contracts look like."""

    slug: str
    name: str
    letter: str
    shape: str
    colour: str
    phone_number: str
    reference: str
    live_promise_seconds: int
    written_promise_seconds: int
    skills: tuple[SkillPlan, ...]
    languages: tuple[str, ...] = ("fr", "en")

    @property
    def address(self) -> str:
        """Where one writes to it."""
        return f"contact@{self.slug}.example"


@dataclass(frozen=True, kw_only=True)
class SitePlan:
    """One place where advisers work."""

    key: str
    name: str
    time_zone: str


SITES = (
    SitePlan(key="tours", name="Tours", time_zone="Europe/Paris"),
    SitePlan(key="cotonou", name="Cotonou", time_zone="Africa/Porto-Novo"),
)

ENGLISH = SkillPlan(key="english", name="Anglais")

# Numbers of the ranges that the French regulator keeps for fiction.
BRANDS = (
    BrandPlan(
        slug="netnet",
        name="Netnet",
        letter="N",
        shape="square",
        colour="#2B45C4",
        phone_number="02 61 91 00 12",
        reference="NN",
        live_promise_seconds=180,
        written_promise_seconds=8 * 3600,
        skills=(
            SkillPlan(key="t12", name="Code T12", words=("t12",)),
            SkillPlan(
                key="technique", name="Lignes et box", words=("fibre", "wifi", "box", "technicien", "débit")
            ),
            SkillPlan(
                key="factures", name="Factures Netnet", words=("facture", "prélèvement", "résilier", "rib")
            ),
        ),
    ),
    BrandPlan(
        slug="locacar",
        name="Locacar",
        letter="L",
        shape="circle",
        colour="#F2B705",
        phone_number="02 61 91 00 24",
        reference="LC",
        live_promise_seconds=150,
        written_promise_seconds=8 * 3600,
        skills=(
            SkillPlan(key="reservations", name="Réservations", words=("réservation", "réserver", "dates")),
            SkillPlan(
                key="facturation", name="Cautions et factures", words=("caution", "facture", "carburant")
            ),
            SkillPlan(
                key="dommages", name="Dommages", words=("rayure", "pare-chocs", "constat", "franchise")
            ),
            SkillPlan(
                key="assistance", name="Assistance sur la route", words=("panne", "dépannage", "oublié")
            ),
        ),
    ),
    BrandPlan(
        slug="credit-plus",
        name="Crédit Plus",
        letter="C",
        shape="leaf",
        colour="#1D6A3B",
        phone_number="02 61 91 00 36",
        reference="CP",
        live_promise_seconds=150,
        written_promise_seconds=8 * 3600,
        skills=(
            SkillPlan(
                key="gestion", name="Gestion des crédits", words=("mensualité", "attestation", "échéancier")
            ),
            SkillPlan(
                key="difficultes",
                name="Difficultés de paiement",
                words=("surendettement", "licenciement", "décès", "chômage"),
            ),
            SkillPlan(key="fraude", name="Fraude", words=("usurpation", "arnaque", "escroquerie")),
        ),
    ),
)


def brand(slug: str) -> BrandPlan:
    """The brand of that slug."""
    return next(plan for plan in BRANDS if plan.slug == slug)
