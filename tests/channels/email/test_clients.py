"""What one wrote is told from what one quotes, in mails as French webmails, telephones and the usual programs write them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from visavis.channels.email.parse import parse

CLIENTS = Path(__file__).parent / "clients"
EXPECTED: dict[str, str] = json.loads((CLIENTS / "expected.json").read_text(encoding="utf-8"))


def words(text: str) -> list[str]:
    """The lines that are not empty."""
    return [line for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("client", EXPECTED)
def test_what_was_said_is_shown_and_the_rest_folded(client: str) -> None:
    mail = parse((CLIENTS / f"{client}.eml").read_bytes())

    said = "".join(piece.text for piece in mail.shown if piece.kind == "said")
    assert words(said) == words(EXPECTED[client])
    assert "".join(piece.text for piece in mail.shown) == mail.text
    assert (mail.kind, mail.oddities, mail.language) == ("ordinary", (), "fr")


@pytest.mark.parametrize("client", [name for name in EXPECTED if name.endswith("html")])
def test_what_is_quoted_in_html_is_inside_a_fold(client: str) -> None:
    mail = parse((CLIENTS / f"{client}.eml").read_bytes())

    before, fold, inside = mail.html.partition('<details class="quoted">')
    assert fold
    assert "n’est pas arrivé" in before
    assert "Bonjour David" not in before
    assert "Bonjour David" in inside.partition("</details>")[0] or mail.html.count("<details") == 2
