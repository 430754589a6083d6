"""The people of the demo: those who answer, and names to make those who write. All invented."""

import random
import unicodedata
from dataclasses import dataclass, replace

PASSWORD = "vis-a-vis"
DOMAIN = "demo.example"


def plain(text: str) -> str:
    """Lower case without accents, fit for an address."""
    letters = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return "".join(letter if letter.isalnum() else "-" for letter in letters).strip("-")


@dataclass(frozen=True, kw_only=True)
class AdviserPlan:
    """One account. `name` is the one that its owner chose to show."""

    key: str
    name: str
    gender: str
    site: str
    role: str = "adviser"
    brands: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("fr",)
    capacity: int = 6

    @property
    def first_name(self) -> str:
        """What they call themselves in a conversation."""
        return self.name.split()[0]

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return f"{self.key}@{DOMAIN}"


@dataclass(frozen=True, kw_only=True)
class TeamPlan:
    """One team of a site and the brands it serves."""

    key: str
    name: str
    site: str
    brands: tuple[str, ...]


TEAMS = (
    TeamPlan(
        key="tours", name="Tours, toutes marques", site="tours", brands=("netnet", "locacar", "credit-plus")
    ),
    TeamPlan(key="tours-netnet", name="Tours, Netnet", site="tours", brands=("netnet",)),
    TeamPlan(
        key="tours-route",
        name="Tours, Locacar et Crédit Plus",
        site="tours",
        brands=("locacar", "credit-plus"),
    ),
    TeamPlan(key="cotonou", name="Cotonou", site="cotonou", brands=("netnet", "locacar", "credit-plus")),
)
EVERY_BRAND = ("netnet", "locacar", "credit-plus")

_NETNET = ("netnet",)
_ROUTE = ("locacar", "credit-plus")
_TECHNICAL = ("t12", "technique")
_BILLS = ("technique", "factures")
_ROAD = ("reservations", "assistance", "dommages")
_MONEY = ("facturation", "dommages", "reservations")
_CREDIT = ("gestion", "fraude")
_CARE = ("gestion", "difficultes", "fraude")


def _adviser(
    name: str,
    gender: str,
    site: str,
    *,
    brands: tuple[str, ...],
    skills: tuple[str, ...],
    english: bool = False,
) -> AdviserPlan:
    """One adviser, whose address is their first name."""
    return AdviserPlan(
        key=plain(name.split(maxsplit=1)[0]),
        name=name,
        gender=gender,
        site=site,
        brands=brands,
        skills=(*skills, "english") if english else skills,
        languages=("fr", "en") if english else ("fr",),
        capacity=14 if name == "Kader Benali" else 6,
    )


ADVISERS = (
    _adviser(
        "Kader Benali",
        "m",
        "tours",
        brands=EVERY_BRAND,
        skills=("t12", "technique", "gestion", "facturation", "dommages"),
    ),
    _adviser(
        "Inès Faure", "f", "tours", brands=EVERY_BRAND, skills=("t12", "technique", "dommages"), english=True
    ),
    _adviser("Julien Roche", "m", "tours", brands=_NETNET, skills=_TECHNICAL),
    _adviser("Camille Perret", "f", "tours", brands=_NETNET, skills=_BILLS),
    _adviser("Fabrice Aubin", "m", "tours", brands=_NETNET, skills=(*_TECHNICAL, "factures")),
    _adviser("Mélanie Renaud", "f", "tours", brands=_NETNET, skills=_BILLS),
    _adviser("Hugo Carlier", "m", "tours", brands=_NETNET, skills=_TECHNICAL, english=True),
    _adviser("Nora Lefèvre", "f", "tours", brands=_NETNET, skills=(*_TECHNICAL, "factures")),
    _adviser("Théo Laurent", "m", "tours", brands=_NETNET, skills=_BILLS),
    _adviser("Claire Duval", "f", "tours", brands=_ROUTE, skills=(*_CARE, "facturation")),
    _adviser("Estelle Dumas", "f", "tours", brands=_ROUTE, skills=_ROAD, english=True),
    _adviser("Antoine Lacroix", "m", "tours", brands=_ROUTE, skills=_MONEY),
    _adviser("Manon Rivière", "f", "tours", brands=_ROUTE, skills=(*_CREDIT, "difficultes")),
    _adviser("Paul Girard", "m", "tours", brands=_ROUTE, skills=(*_MONEY, "gestion")),
    _adviser("Léa Morin", "f", "tours", brands=_ROUTE, skills=_CARE),
    _adviser("Élodie Besson", "f", "tours", brands=_ROUTE, skills=(*_ROAD, "gestion")),
    _adviser("Victor Nguyen", "m", "tours", brands=_ROUTE, skills=(*_MONEY, "fraude"), english=True),
    _adviser("Marie Hamel", "f", "tours", brands=_ROUTE, skills=(*_CREDIT, "facturation")),
    _adviser(
        "Moussa Diallo",
        "m",
        "cotonou",
        brands=EVERY_BRAND,
        skills=("gestion", "difficultes", "technique", "reservations"),
    ),
    _adviser("Abdou Soglo", "m", "cotonou", brands=EVERY_BRAND, skills=(*_TECHNICAL, "reservations")),
    _adviser(
        "Awa Kpossou", "f", "cotonou", brands=EVERY_BRAND, skills=("factures", "facturation", "gestion")
    ),
    _adviser("Brice Zinsou", "m", "cotonou", brands=EVERY_BRAND, skills=(*_ROAD, "technique"), english=True),
    _adviser("Chloé Vodounou", "f", "cotonou", brands=EVERY_BRAND, skills=(*_CARE, "factures")),
    _adviser(
        "Désiré Agossou", "m", "cotonou", brands=EVERY_BRAND, skills=("t12", "technique", "facturation")
    ),
    _adviser(
        "Nadège Tossou", "f", "cotonou", brands=EVERY_BRAND, skills=("reservations", "assistance", "factures")
    ),
    _adviser(
        "Prudence Ahouansou",
        "f",
        "cotonou",
        brands=EVERY_BRAND,
        skills=("dommages", "facturation", "technique"),
    ),
    _adviser("Rodrigue Houngbo", "m", "cotonou", brands=EVERY_BRAND, skills=(*_ROAD, "t12"), english=True),
    _adviser("Samira Idrissou", "f", "cotonou", brands=EVERY_BRAND, skills=("gestion", "fraude", "factures")),
    _adviser(
        "Yasmine Hounsou",
        "f",
        "cotonou",
        brands=EVERY_BRAND,
        skills=("difficultes", "gestion", "reservations"),
    ),
    _adviser(
        "Karima Ouorou", "f", "cotonou", brands=EVERY_BRAND, skills=("factures", "technique", "dommages")
    ),
)
OTHERS = (
    AdviserPlan(key="sofia", name="Sofia M.", gender="f", site="tours", role="leader", brands=EVERY_BRAND),
    AdviserPlan(key="benoit", name="Benoît Charrier", gender="m", site="tours", role="leader", brands=_ROUTE),
    AdviserPlan(
        key="gildas", name="Gildas Adjovi", gender="m", site="cotonou", role="leader", brands=EVERY_BRAND
    ),
    AdviserPlan(
        key="helene", name="Hélène Roussel", gender="f", site="tours", role="operations", brands=EVERY_BRAND
    ),
    AdviserPlan(
        key="bastien", name="Bastien Lemoine", gender="m", site="tours", role="planner", brands=EVERY_BRAND
    ),
    AdviserPlan(
        key="amelie",
        name="Amélie Garnier",
        gender="f",
        site="tours",
        role="administrator",
        brands=EVERY_BRAND,
    ),
)
# Shown when the demo starts: one account of each role, then two more advisers to write to each other.
SHOWN = ("kader", "ines", "moussa", "sofia", "helene", "bastien", "amelie")


def team_of(adviser: AdviserPlan) -> str:
    """The key of the team someone belongs to."""
    if adviser.site == "cotonou":
        return "cotonou"
    if set(adviser.brands) == set(EVERY_BRAND):
        return "tours"
    return "tours-netnet" if "netnet" in adviser.brands else "tours-route"


# --- Those who write ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CustomerPlan:
    """One customer of one brand. `traits` say which stories can be theirs; they are never shown."""

    key: str
    brand: str
    first_name: str
    last_name: str
    gender: str
    city: str
    site: str
    since_year: int
    reference: str
    phone: str
    language: str = "fr"
    traits: frozenset[str] = frozenset()

    @property
    def email(self) -> str:
        """Their address, in the domain kept for examples."""
        return f"{self.key}@courriel.example"

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


WOMEN = [
    "Odile",
    "Lucie",
    "Yvette",
    "Jeanne",
    "Nathalie",
    "Sylvie",
    "Martine",
    "Sandrine",
    "Aurélie",
    "Céline",
    "Patricia",
    "Monique",
    "Isabelle",
    "Valérie",
    "Sophie",
    "Anne",
    "Laurence",
    "Catherine",
    "Émilie",
    "Pauline",
    "Charlotte",
    "Mathilde",
    "Zoé",
    "Lina",
    "Fatima",
    "Khadija",
    "Leïla",
    "Amina",
    "Rokia",
    "Bintou",
    "Denise",
    "Solange",
    "Geneviève",
    "Colette",
    "Simone",
    "Thérèse",
    "Ginette",
    "Huguette",
    "Agnès",
    "Florence",
    "Delphine",
    "Virginie",
    "Magali",
    "Noémie",
    "Clémence",
    "Margaux",
    "Rachida",
    "Samia",
    "Ana",
    "Teresa",
    "Ewa",
    "Ioana",
    "Mai",
    "Linh",
    "Rosine",
    "Blandine",
    "Édith",
    "Véronique",
    "Brigitte",
]
MEN = [
    "Thomas",
    "Farid",
    "Karim",
    "Marc",
    "Philippe",
    "Laurent",
    "Stéphane",
    "Olivier",
    "Christophe",
    "Nicolas",
    "Sébastien",
    "Guillaume",
    "Romain",
    "Alexandre",
    "Maxime",
    "Quentin",
    "Baptiste",
    "Gérard",
    "Michel",
    "Bernard",
    "André",
    "Roger",
    "Marcel",
    "René",
    "Lucien",
    "Raymond",
    "Serge",
    "Alain",
    "Didier",
    "Thierry",
    "Yves",
    "Loïc",
    "Gaël",
    "Erwan",
    "Mehdi",
    "Youssef",
    "Samir",
    "Bilal",
    "Ousmane",
    "Ibrahima",
    "Mamadou",
    "Cheikh",
    "Antonio",
    "Manuel",
    "Paulo",
    "Piotr",
    "Andrei",
    "Minh",
    "Kévin",
    "Jérémy",
    "Damien",
    "Cédric",
    "Arnaud",
    "Fabien",
    "Mathieu",
    "Vincent",
    "Hervé",
    "Jean-Luc",
    "Jean-Marc",
    "Pierre-Yves",
]
SURNAMES = [
    "Martin",
    "Petit",
    "Robert",
    "Richard",
    "Durand",
    "Dubois",
    "Moreau",
    "Simon",
    "Michel",
    "Lefebvre",
    "Leroy",
    "Roux",
    "David",
    "Bertrand",
    "Morel",
    "Fournier",
    "Girault",
    "Bonnet",
    "Dupont",
    "Lambert",
    "Fontaine",
    "Rousseau",
    "Vincent",
    "Muller",
    "Lefort",
    "Faucher",
    "Mercier",
    "Blanc",
    "Guérin",
    "Boyer",
    "Garnier",
    "Chevalier",
    "François",
    "Legrand",
    "Gauthier",
    "Garcia",
    "Perez",
    "Robin",
    "Clément",
    "Morin",
    "Nicolas",
    "Henry",
    "Roussel",
    "Mathieu",
    "Gautier",
    "Masson",
    "Marchand",
    "Duval",
    "Denis",
    "Dumont",
    "Marie",
    "Lemaire",
    "Noël",
    "Meyer",
    "Dufour",
    "Meunier",
    "Brun",
    "Blanchard",
    "Giraud",
    "Joly",
    "Rivière",
    "Lucas",
    "Brunet",
    "Gaillard",
    "Barbier",
    "Arnaud",
    "Martinez",
    "Gérard",
    "Roche",
    "Renard",
    "Schmitt",
    "Roy",
    "Leroux",
    "Colin",
    "Vidal",
    "Caron",
    "Picard",
    "Roger",
    "Fabre",
    "Aubert",
    "Lemoine",
    "Renaud",
    "Dumas",
    "Lacroix",
    "Olivier",
    "Philippe",
    "Bourgeois",
    "Pierre",
    "Benoît",
    "Rey",
    "Leclerc",
    "Payet",
    "Rolland",
    "Leclercq",
    "Guillaume",
    "Lecomte",
    "Lopez",
    "Jean",
    "Dupuy",
    "Guillot",
    "Hubert",
    "Berger",
    "Carpentier",
    "Sanchez",
    "Dupuis",
    "Moulin",
    "Louis",
    "Deschamps",
    "Huet",
    "Vasseur",
    "Perrot",
    "Boucher",
    "Fleury",
    "Royer",
    "Klein",
    "Jacquet",
    "Adam",
    "Paris",
    "Poirier",
    "Marty",
    "Aubry",
    "Guyot",
    "Carré",
    "Charles",
    "Renault",
    "Charpentier",
    "Ménard",
    "Maillard",
    "Baron",
    "Bertin",
    "Bailly",
    "Hervé",
    "Schneider",
    "Fernandez",
    "Le-Gall",
    "Collet",
    "Léger",
    "Bouvier",
    "Julien",
    "Prévost",
    "Millet",
    "Perrot",
    "Haddad",
    "Weber",
    "Kowalski",
    "Oliveira",
    "Tran",
    "Traoré",
    "Cissé",
    "Benmoussa",
    "Amrani",
    "Cherif",
    "Ferreira",
    "Da-Silva",
    "Nowak",
    "Popescu",
    "Nguyen",
]
BENIN_WOMEN = [
    "Grâce",
    "Félicité",
    "Reine",
    "Carmelle",
    "Ornella",
    "Bignon",
    "Sènami",
    "Mireille",
    "Viviane",
    "Afiavi",
    "Pélagie",
    "Sidonie",
    "Edwige",
    "Rachidatou",
    "Falilath",
    "Eugénie",
    "Judith",
    "Clarisse",
    "Rosemonde",
    "Estelle",
]
BENIN_MEN = [
    "Koffi",
    "Codjo",
    "Sèdjro",
    "Romuald",
    "Arnauld",
    "Gaston",
    "Fidèle",
    "Ulrich",
    "Modeste",
    "Parfait",
    "Serge",
    "Wilfried",
    "Hospice",
    "Boris",
    "Mathias",
    "Kouassi",
    "Ismaël",
    "Rachad",
    "Bienvenu",
    "Crespin",
]
BENIN_SURNAMES = [
    "Dossou",
    "Hounkpè",
    "Agbodjan",
    "Zinsou",
    "Kpadé",
    "Houessou",
    "Ahouandjinou",
    "Gbaguidi",
    "Adjibadé",
    "Sossou",
    "Akplogan",
    "Kiki",
    "Bio",
    "Tchibozo",
    "Quenum",
    "Azonhiho",
    "Lawson",
    "Hountondji",
    "Adéoti",
    "Sagbo",
    "Gnonlonfoun",
    "Djossou",
    "Fagnon",
    "Amoussou",
    "Vignon",
]
ENGLISH_WOMEN = [
    "Emily",
    "Hannah",
    "Grace",
    "Sarah",
    "Priya",
    "Olivia",
    "Megan",
    "Chloe",
    "Amara",
    "Fiona",
    "Ruth",
    "Naomi",
]
ENGLISH_MEN = [
    "James",
    "Oliver",
    "Daniel",
    "Kwame",
    "Liam",
    "Henry",
    "Raj",
    "Callum",
    "Samuel",
    "Patrick",
    "Tom",
    "Isaac",
]
ENGLISH_SURNAMES = [
    "Walker",
    "Hughes",
    "Murphy",
    "O’Connor",
    "Campbell",
    "Mensah",
    "Okafor",
    "Patel",
    "Reid",
    "Bennett",
    "Clarke",
    "Fraser",
    "Sullivan",
    "Hall",
    "Foster",
    "Boateng",
    "Adeyemi",
    "Morgan",
]
CITIES = [
    "Tours",
    "Tours",
    "Tours",
    "Saint-Cyr-sur-Loire",
    "Joué-lès-Tours",
    "Amboise",
    "Loches",
    "Chinon",
    "Blois",
    "Angers",
    "Saumur",
    "Poitiers",
    "Orléans",
    "Nantes",
    "Rennes",
    "Vendôme",
    "Châtellerault",
    "Bourges",
    "Niort",
    "Cholet",
    "Laval",
    "Lyon",
    "Toulouse",
    "Lille",
    "Bordeaux",
    "Montlouis",
    "Vouvray",
]
BENIN_CITIES = ["Cotonou", "Cotonou", "Porto-Novo", "Abomey-Calavi", "Ouidah", "Parakou", "Bohicon"]

# Customers of the design's screens, each on Kader's desk when the demo begins.
KNOWN = (
    ("netnet", "Odile", "Perrin", "f", "Tours", 2019),
    ("netnet", "Thomas", "Weber", "m", "Amboise", 2021),
    ("credit-plus", "Lucie", "Marchand", "f", "Tours", 2022),
    ("locacar", "Farid", "Haddad", "m", "Blois", 2023),
    ("netnet", "Karim", "Aït-Saïd", "m", "Joué-lès-Tours", 2018),
    ("credit-plus", "Yvette", "Tran", "f", "Loches", 2017),
    ("locacar", "Marc", "Oliveira", "m", "Saumur", 2024),
    ("locacar", "Jeanne", "Kowalski", "f", "Tours", 2020),
    ("locacar", "Didier", "Petit", "m", "Angers", 2022),
    ("locacar", "Blessing", "Okafor", "f", "Nantes", 2024),
)
SHARES = (("netnet", 150), ("locacar", 135), ("credit-plus", 115))
TRAITS = {"sourd": 9, "malvoyant": 5, "fauteuil": 5, "âge": 24, "english": 13}


def customers(rng: random.Random) -> list[CustomerPlan]:
    """Some four hundred people, the same for the same seed; each name is borne once."""
    made: dict[str, CustomerPlan] = {}
    for brand, first, last, gender, city, year in KNOWN:
        _keep(
            made, _one(rng, brand=brand, names=(first, last), gender=gender, place=(city, "tours"), year=year)
        )
    for brand, share in SHARES:
        missing = share - sum(plan.brand == brand for plan in made.values())
        traits = [trait for trait, number in TRAITS.items() for _ in range(number)]
        traits += [""] * (missing - len(traits))
        while traits:
            plan = _anyone(rng, brand, traits[-1])
            if plan.key not in made and plan.first_name != plan.last_name:
                _keep(made, plan)
                traits.pop()
    numbers = rng.sample(range(201_000, 989_000), len(made))
    return [
        replace(plan, reference=f"{plan.reference}-{n}")
        for plan, n in zip(made.values(), numbers, strict=True)
    ]


def _keep(made: dict[str, CustomerPlan], plan: CustomerPlan) -> None:
    made[plan.key] = plan


def _anyone(rng: random.Random, brand: str, trait: str) -> CustomerPlan:
    """Someone new: from here, from Benin, or from abroad."""
    gender = rng.choice("mf")
    if trait == "english":
        first = rng.choice(ENGLISH_WOMEN if gender == "f" else ENGLISH_MEN)
        names = (first, rng.choice(ENGLISH_SURNAMES))
        place = rng.choice(
            [("Tours", "tours"), ("Amboise", "tours"), ("Nantes", "tours"), ("Cotonou", "cotonou")]
        )
    elif not trait and rng.random() < 0.22:
        first = rng.choice(BENIN_WOMEN if gender == "f" else BENIN_MEN)
        names = (first, rng.choice(BENIN_SURNAMES))
        place = (rng.choice(BENIN_CITIES), "cotonou")
    else:
        first = rng.choice(WOMEN if gender == "f" else MEN)
        names = (first, rng.choice(SURNAMES).replace("-", " "))
        place = (rng.choice(CITIES), "tours")
    return _one(
        rng, brand=brand, names=names, gender=gender, place=place, year=rng.randint(2011, 2025), trait=trait
    )


def _one(
    rng: random.Random,
    *,
    brand: str,
    names: tuple[str, str],
    gender: str,
    place: tuple[str, str],
    year: int,
    trait: str = "",
) -> CustomerPlan:
    first, last = names
    prefix = {"netnet": "NN", "locacar": "LC", "credit-plus": "CP"}[brand]
    return CustomerPlan(
        key=f"{plain(first)}.{plain(last)}",
        brand=brand,
        first_name=first,
        last_name=last,
        gender=gender,
        city=place[0],
        site=place[1],
        since_year=year,
        reference=prefix,
        phone=f"+3363998{rng.randrange(1000, 9999)}" if place[1] == "tours" else "",
        language="en" if trait == "english" else "fr",
        traits=frozenset({trait} - {""}) | ({"femme"} if gender == "f" else frozenset()),
    )
