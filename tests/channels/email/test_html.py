"""The HTML of strangers can do nothing, loads nothing, and gives its text."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.channels.email.html import clean, tidy, to_text

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="jav ascript:alert(1)">x</a>',
    '<a href="jav\tascript:alert(1)">x</a>',
    '<a href="java&#10;script:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    "<style>@import 'http://evil.example'</style>",
    '<p style="background:url(http://evil.example)">x</p>',
    '<p style="background:u\\72l(http://evil.example)">x</p>',
    '<p style="position:fixed;top:0">x</p>',
    '<link rel=stylesheet href="http://evil.example">',
    '<meta http-equiv=refresh content="0;url=http://evil.example">',
    '<iframe src="http://evil.example"></iframe>',
    '<form action="http://evil.example"><input name=password></form>',
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<base href="http://evil.example">',
    '<video src="http://evil.example" poster="http://evil.example"></video>',
    '<table background="http://evil.example"><tr><td>x</table>',
    '<img srcset="http://evil.example 2x" src="cid:a">',
    '<input type=image src="http://evil.example">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
]


@pytest.mark.parametrize("source", HOSTILE)
def test_what_is_hostile_goes(source: str) -> None:
    cleaned = clean(f"<p>Bonjour</p>{source}<p>Merci</p>").html

    left = re.sub(r"&[a-z]+;|&#\d+;", "", cleaned).lower()
    tags = " ".join(re.findall(r"<[^>]*>", left))
    assert "Bonjour" in cleaned
    assert not re.search(r"script|\bon\w+=|evil|style>|iframe|<form|<input|<svg|<math|fixed|data:", tags)


def test_images_from_afar_wait_and_those_of_the_mail_stay() -> None:
    cleaned = clean(
        '<img src="http://a.example/1.png"><img src="//a.example/2"><img src="cid:logo@x" alt="Logo"><img src="x.png">'
    )

    assert cleaned.html == (
        '<img data-remote="http://a.example/1.png"><img data-remote="//a.example/2"><img src="cid:logo@x" alt="Logo"><img>'
    )
    assert cleaned.remote_images == 2


def test_links_are_shown_and_one_that_deceives_is_told() -> None:
    cleaned = clean(
        '<a href="https://www.banque.example/x">banque.example</a> <a href="http://voleur.example/">www.banque.example</a> '
        '<a href=" https://a.example/b c">ici</a> <a href="javascript:x">rien</a>'
    )

    assert [(link.shown, link.address, link.is_deceptive) for link in cleaned.links] == [
        ("banque.example", "https://www.banque.example/x", False),
        ("www.banque.example", "http://voleur.example/", True),
        ("ici", "https://a.example/b%20c", False),
    ]


def test_a_text_is_made_of_paragraphs_lists_and_tables() -> None:
    source = "<p>Bonjour,<br>voici&nbsp;:</p><ul><li>un<li>deux</ul><table><tr><td>Prix<td>12 €</table><style>p{}</style>"

    text = to_text(source, clean(source).html)

    assert text == "Bonjour,\nvoici :\n\n  * un\n  * deux\nPrix  12 €"


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<b a={}>",
        "<table><tr><td>",
        "<blockquote>",
        "<a href=",
        "<style>",
        "&#",
        "&",
        "<",
        "<svg>",
        "\n ",
    ],
)
def test_a_bomb_of_html_costs_little_and_keeps_its_words(piece: str) -> None:
    source = "Bonjour " + piece.replace("{}", "1") * (400_000 // len(piece)) + " fin"

    start = time.thread_time()
    text = to_text(source, clean(source).html)

    assert time.thread_time() - start < 5  # under one second on an idle machine; without a bound, minutes
    assert text.startswith("Bonjour")


def test_a_wide_table_costs_little() -> None:
    """What makes texts of tables fills their lines up with spaces."""
    start = time.thread_time()

    assert tidy(f"Total{' ' * 200_000}12 €  \n \n\n\nFin") == f"Total{' ' * 200_000}12 €\n\nFin"

    assert time.thread_time() - start < 2  # some milliseconds; when each space looks at the others, minutes


def test_depth_that_the_parser_of_texts_would_drop_is_read() -> None:
    source = "<div>" * 180 + "au fond" + "</div>" * 180

    assert to_text(source, clean(source).html) == "au fond"
    assert to_text("<div>" * 3000 + "au fond", clean("<div>" * 3000 + "au fond").html) == "au fond"


TAGS = [
    "<div>",
    "</div>",
    "<p>",
    "<b>",
    "</b>",
    '<div class="gmail_quote">',
    '<blockquote type="cite">',
    "</blockquote>",
    "<hr>",
]
TAGS += [
    '<div id="divRplyFwdMsg">',
    "De :",
    "<table><tr><td>",
    "</table>",
    '<div style="border-top:solid 1px">',
    "a",
    "</details>",
]


@given(st.lists(st.sampled_from(TAGS), max_size=40))
def test_folding_keeps_what_the_cleaner_made_well_formed(tags: list[str]) -> None:
    cleaned = clean("".join(tags)).html

    open_tags: list[str] = []
    for closing, name in re.findall(r"<(/?)([a-z]+)[^>]*>", cleaned):
        if closing:
            assert open_tags.pop() == name
        elif name not in {"hr", "br", "img"}:
            open_tags.append(name)
    assert open_tags == []
