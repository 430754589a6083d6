"""What Martine said is told from what she quotes, whatever program she writes with."""

from __future__ import annotations

import pytest
from tests.channels.email.replies_written import AFTER, AMONG, HEAD, SAID

from visavis.channels.email.parse import parse


def said(text: str) -> list[str]:
    """The lines that she said, without those that are empty; the pieces joined are the text."""
    mail = parse((HEAD + text).replace("\n", "\r\n").encode())
    assert "".join(piece.text for piece in mail.shown) == mail.text
    assert mail.subject == "Re\xa0: votre facture"
    lines = "".join(piece.text for piece in mail.shown if piece.kind == "said").split("\n")
    return [line.strip() for line in lines if line.strip()]


@pytest.mark.parametrize("program", AFTER)
def test_what_a_program_adds_is_folded(program: str) -> None:
    assert said(f"{SAID}\n{AFTER[program]}") == [line for line in SAID.split("\n") if line]


@pytest.mark.parametrize("how", AMONG)
def test_what_is_said_among_quotations_is_shown(how: str) -> None:
    text, meant = AMONG[how]

    assert said(text) == [line for line in meant.split("\n") if line]
