"""Folding loses nothing, knows attributions cut over lines, and leaves the sentences of people alone."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.channels.email.quotes import fold

LINES = [
    "Bonjour,",
    "",
    " ",
    "> cité",
    ">> deux fois",
    "Le lun. 3 nov. 2025 à 10:12, Service <service@netnet.example> a",
    "écrit :",
    "On Mon, Nov 3, 2025 at 10:12 AM Service <",
    "service@netnet.example> wrote:",
    "-----Message d'origine-----",
    "________________________________",
    "De : Service <s@netnet.example>",
    "Envoyé : lundi",
    "À : David",
    "Objet : Ma commande",
    "> Message du 03/11/25 10:12",
    "> De : Service",
    "> A : David",
    "-- ",
    "--",
    "Envoyé de mon iPhone",
    "\ue000",
    "\ue001",
    "\x0bautre\u2028fin",
]
ENDS = ["\n", "\r\n", "\n\n", ""]


def said(text: str) -> str:
    return "".join(piece.text for piece in fold(text) if piece.kind == "said")


@given(st.lists(st.tuples(st.sampled_from(LINES) | st.text(max_size=30), st.sampled_from(ENDS)), max_size=30))
def test_the_pieces_joined_are_the_text(lines: list[tuple[str, str]]) -> None:
    text = "".join(line + end for line, end in lines)

    pieces = fold(text)

    assert "".join(piece.text for piece in pieces) == text.replace("\ue000", "").replace("\ue001", "")
    assert all(piece.text for piece in pieces)
    assert all(one.kind != two.kind for one, two in pairwise(pieces))


ATTRIBUTIONS = [
    "Le lun. 3 nov. 2025 à 10:12, Service Client <service@netnet.example> a\nécrit :",
    "Le lun. 3 nov. 2025 à 10:12, Service Client <service@netnet.example>\na écrit :",
    "Le lundi 3 novembre 2025 à 10:12,\nService Client <service@netnet.example>\na écrit\xa0:",
    "Le 03/11/2025 à 10:12, Service Client a écrit :",
    "Le 3 nov. 2025 à 10:12, Service <s@n.example> a écrit :",
    "On Mon, Nov 3, 2025 at 10:12 AM Service <service@netnet.example>\nwrote:",
    "On Mon, 3 Nov 2025 at 10:12, Service <\nservice@netnet.example> wrote:",
    "On 3 Nov 2025, at 10:12, Service <s@n.example> wrote:",
    "On 03/11/2025 10:12, Service wrote:",
    "2025-11-03 10:12 GMT+01:00 Service <s@n.example>:",
    "Am 03.11.2025 um 10:12 schrieb Service <s@n.example>:",
    "El lun, 3 nov 2025 a las 10:12, Service (<s@n.example>) escribió:",
    "Il giorno lun 3 nov 2025 alle ore 10:12 Service <s@n.example> ha scritto:",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_attribution_is_folded_with_what_it_leads_to(attribution: str, end: str) -> None:
    text = f"Merci.\n\n{attribution}\n\n> Bonjour\n> David\n".replace("\n", end)

    assert said(text).strip() == "Merci."


SENTENCES = [
    "Le conseiller m'a dit qu'il m'a écrit : je n'ai rien reçu.",
    "Le 3 novembre 2025 à 10:12, votre conseiller m’a écrit :",
    "Le 12/11/2025 à 14:30 votre conseillère a écrit :",
    "Le 12/11/2025 à 14:30, elle nous a écrit :",
    "On Monday your adviser wrote:",
    "Sur le colis, le livreur a écrit :",
    "Le service a\nécrit :",
    "De : Paris\nJe pars à Lyon",
    "Nom : Martin\nDate : 3 novembre\nObjet : colis",
    "Envoyé par la poste le 3 novembre.",
    "--> voici la photo",
    "Date : 03/11/2025\nÀ : Lyon\nDe : 10 h à 12 h",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_sentence_of_a_person_is_not_folded(sentence: str) -> None:
    text = f"Bonjour,\n\n{sentence}\nMerci de me répondre.\n"

    assert said(text) == text


def test_an_answer_below_a_quotation_is_said() -> None:
    text = (
        "Le 03/11/2025 à 10:12, Service a écrit :\n> Quelle taille ?\n\nDu 42.\n> Quelle couleur ?\n\nBleu.\n"
    )

    assert said(text).split() == ["Du", "42.", "Bleu."]


def test_two_dashes_before_a_long_text_are_no_signature() -> None:
    text = "Bonjour\n--\n" + "encore une ligne\n" * 40

    assert said(text) == text


HOSTILE = [
    "*" * 900 + "\n",
    "--\n",
    "De : x\n",
    "Le " * 300 + ":\n",
    "a@" * 400 + "\n",
    " " * 900 + ":\n",
    "> \n",
    "-" * 900 + "\n",
]


@pytest.mark.parametrize("line", HOSTILE)
def test_a_hostile_text_costs_little(line: str) -> None:
    text = (line * 300_000)[:200_000]

    start = time.thread_time()  # of the processor: others may keep it busy
    fold(text)

    assert time.thread_time() - start < 4  # each takes under one second
