"""The files of the demo are what their names say, to those who open them."""

import pytest

from visavis.demo import papers
from visavis.domain.files.operations import sniffed


def test_photograph_is_a_png_that_a_page_may_show() -> None:
    assert sniffed(papers.photograph()[:8192]) == "image/png"


def test_paper_is_a_pdf() -> None:
    page = papers.paper("Été", "Rien de ceci n’est réel.")

    assert sniffed(page[:8192]) == "application/pdf"
    assert page.endswith(b"%%EOF\n")


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Photos jointes.", True),
        ("Je vous joins le relevé.", True),
        ("Voici l’acte. Merci.", True),
        ("Au nom de votre conjoint.", False),
        ("Merci beaucoup.", False),
    ],
)
def test_what_is_said_to_come_is_known(text: str, *, joined: bool) -> None:
    assert papers.is_joined(text) is joined
