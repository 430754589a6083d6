"""The analyser alone: what a text becomes, and that no text is too much for it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.domain.search.analysis import body_terms, stems_of, surface_of, title_terms, tokens
from visavis.domain.search.highlighting import excerpt, highlight
from visavis.domain.search.language import MOST_CLAUSES, AllOf, Phrase, question

MEGA = 1_000_000
HOSTILE = {
    "no_space": "a" * MEGA,
    "digits": "1" * MEGA + "a",
    "nul": "\0" * MEGA,
    "lone_surrogates": "\ud800" * MEGA,
    "emoji": "👍🏽" * (MEGA // 4),
    "zero_width": "a\u200b" * (MEGA // 2),
    "only_zero_width": "\u200b" * MEGA,
    "accents_in_a_pile": "a" + "\u0301" * MEGA,
    "hundred_thousand_words": " ".join(f"mot{n}x" for n in range(100_000)),
    "one_word_again": "oui " * (MEGA // 4),
    "numbers": "1 " * (MEGA // 2) + "a",
    "hyphens": "a-" * (MEGA // 2),
    "elisions": "l'" * (MEGA // 2),
    "dots": "1.1a." * (MEGA // 5),
    "telephones": "06 12 34 56 78" * (MEGA // 14),
    "ibans": "FR76 1234 1234 1" * (MEGA // 16) + "z",
    "four_byte_letters": " ".join(chr(0x20000 + n % 40_000) * 20 + str(n) for n in range(20_000)),
    "expanding": "\ufdfa " * (MEGA // 3),
    "dotted_capital_i": "İ" * MEGA,
}


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Bonjour Bonjour", "bonjour bonjour =bonjour =bonjour.bonjour"),
        ("Œuvres", "oeuvres =oeuvr"),
        ("ex æquo", "ex aequo =ex =aequo"),
        ("l’eau", "l eau =l =eau"),
        ("qu'il", "qu il =qu =il =qu.il"),
        ("aujourd’hui", "aujourdhui =aujourdhui"),
        ("rendez-vous", "rendez vous = rendezvous =rend =vous =rendezvous"),
        ("O'Brien", "o brien = obrien =o =brien =obrien"),
        ("N’Diaye", "n diaye = ndiaye =n =diay =ndiay"),
        ("AB-12345", "ab 12345 = ab12345 =ab"),
        ("AB12345", "ab12345 = ab = 12345 =ab"),
        ("T12", "t12"),
        ("06 12 34 56 78", "06 12 34 56 78 = 0612345678"),
        ("+33 (0)6 12 34 56 78", "33 0 6 12 34 56 78 = 0612345678"),
        ("0033612345678", "0033612345678 = 0612345678"),
        ("+229 97 12 34 56", "229 97 12 34 56 = 22997123456"),
        ("1 234,50 €", "1 234 50 = 1234.5"),
        ("12.50", "12 50 = 12.5"),
        ("45,00", "45 00 = 45"),
        ("24/12/2026", "24 12 2026 = 24122026"),
        ("FR76 3000 4000 0312", "fr76 3000 4000 0312 = fr76300040000312"),
        ("e\u0301te\u0301", "ete =ete"),
        ("rembour\u00adsement", "remboursement =rembours"),
        ("ＡＢ ①", "ab 1 =ab"),
        ("👍🏽 \0 \ud800 — …", ""),
        ("", ""),
    ],
)
def test_terms_are(text: str, terms: str) -> None:
    assert body_terms(text) == terms


@pytest.mark.parametrize(
    "words",
    [
        "résilier résilié résiliée résiliés résilie resilie RÉSILIATION résiliations",
        "annuler annulé annulée annulées annulee annulees annule",
        "remboursement remboursements rembourser remboursé rembourse",
        "cheval chevaux",
        "commercial commerciaux",
        "œuvre œuvres oeuvre OEUVRES",
        "déçu déçue déçus decue",
    ],
)
def test_forms_of_a_word_share_a_stem(words: str) -> None:
    stems = [set(stems_of(word)) for word in words.split()]

    assert set.intersection(*stems) != set()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_gives_few_short_terms_quickly(name: str) -> None:
    text = HOSTILE[name]
    started = time.process_time()

    body, title = body_terms(text), title_terms(text)

    assert time.process_time() - started < 2
    assert len(body.encode()) + len(title.encode()) < 600_000
    assert max((len(term.encode()) for term in body.split(" ")), default=0) <= 65
    assert "\0" not in body


def test_a_word_repeated_keeps_its_place_by_a_hole() -> None:
    terms = body_terms("oui " * 300).split(" ")

    assert terms[:201] == ["oui"] * 200 + ["="]
    assert len(terms) == 301


@given(st.text())
def test_any_text_is_read_within_itself(text: str) -> None:
    ends = [0]
    for token in tokens(text):
        assert ends[-1] <= token.start < token.end <= len(text)
        ends.append(token.end)

    assert all(term and (term[0].isalnum() or term[0] == "=") for term in body_terms(text).split(" ") if term)


@given(st.text(alphabet="abé12 \"*«»'-.@+œ(", max_size=60), st.booleans())
def test_any_text_is_a_question_and_can_be_highlighted(text: str, last_is_beginning: bool) -> None:
    asked = question(text, last_is_beginning=last_is_beginning)
    shown = highlight("Ab é12 œ " + text, text, last_is_beginning=last_is_beginning)

    assert len(asked.clauses) <= MOST_CLAUSES
    assert "".join(piece for piece, _ in shown) == "Ab é12 œ " + text


def test_surface_of_nothing_searchable_is_empty() -> None:
    assert surface_of("\u200b") == ""


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("facture", ((Phrase(("=factur",)),),)),
        ("l'eau", ((Phrase(("=eau",)),),)),
        ('"Erreur T12"', ((Phrase(("erreur", "t12")),),)),
        ("fact*", ((Phrase(("fact",), is_beginning=True),),)),
        ("fa*", ((Phrase(("=fa",)),),)),
        ("0612345678", ((Phrase(("0612345678",)),),)),
        ("06 12", ((AllOf((Phrase(("06",)), Phrase(("12",)))), Phrase(("0612",))),)),
        ("AB-123", ((Phrase(("ab", "123")), Phrase(("ab123",))),)),
        ("facture facture", ((Phrase(("=factur",)),),)),
        ('"" * ( ) - NOT', ((Phrase(("=not",)),),)),
    ],
)
def test_question_is(text: str, clauses: tuple[object, ...]) -> None:
    assert question(text).clauses == clauses


def test_last_word_typed_is_a_beginning_too() -> None:
    asked = question("contrat rembourse", last_is_beginning=True)

    assert asked.clauses == (
        (Phrase(("=contrat",)),),
        (Phrase(("=rembours",)), Phrase(("rembourse",), is_beginning=True)),
    )


@pytest.mark.parametrize(
    ("text", "clauses"), [("contrat a", 1), ("contrat a ", 2), ("a", 1), ("erreur 12", 2)]
)
def test_last_letters_typed_wait_for_the_third(text: str, clauses: int) -> None:
    assert len(question(text, last_is_beginning=True).clauses) == clauses


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Mes remboursements, enfin", "remboursé", ["remboursements"]),
        ("L’eau et les eaux", "l'eau", ["eau", "eaux"]),
        ("L’eau et les eaux", '"l\'eau"', ["L’eau"]),
        ("Dossier AB-12345.", "12345", ["12345"]),
        ("Dossier AB12345.", "AB-12345", ["AB12345"]),
        ("Tél. 06.12.34.56.78 !", "+33612345678", ["06.12.34.56.78"]),
        ("Un geste commercial, un geste", '"geste commercial"', ["geste commercial"]),
        ("Œuvre d’art", "oeuv*", ["Œuvre"]),
        ("Rien de tout cela", "zzz", []),
    ],
)
def test_highlight_marks(text: str, query: str, marked: list[str]) -> None:
    assert [piece for piece, is_hit in highlight(text, query) if is_hit] == marked


def test_excerpt_is_cut_around_the_first_answer() -> None:
    pieces = excerpt("avant " * 100 + "le voyant rouge " + "après " * 100, "voyant")

    said = "".join(piece for piece, _ in pieces)
    assert said.startswith("… avant ")
    assert "le voyant rouge" in said
    assert said.endswith("après …")
    assert len(said) < 250
