"""Every refusal tells a person, in both languages, what to do: none is left to the usual sentence."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from django.utils import translation
from tests.architecture.reading import PACKAGE, files, tree, where

from visavis.domain.errors import NotFound, Refused, TooMany
from visavis.web.refusals import usual_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

TRANSLATED = {"_", "gettext", "ngettext", "pgettext"}
TOLD_WITH_WORDS = {Refused.__name__, TooMany.__name__}
# Not 429: « wait a minute » is also what the rate limit itself says.
STATUSES = (400, 403, 404, 409, 413, 500)


def refusals() -> Iterator[tuple[str, ast.Call]]:
    """Every refusal of the rules, and where it stands; only what comes from the tree in errors.py."""
    for path in files(".py", under=PACKAGE):
        names = {
            name.asname or name.name
            for node in ast.walk(tree(path))
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("errors")
            for name in node.names
        }
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield where(path, node.lineno), node


def sentence_of(refusal: ast.Call) -> ast.expr | None:
    """What a refusal tells a person; None when it says nothing."""
    named = [word.value for word in refusal.keywords if word.arg == "sentence"]
    return refusal.args[1] if len(refusal.args) > 1 else next(iter(named), None)


def literals(sentence: ast.expr) -> list[str]:
    """The English sentences that stand in it, as the catalogue knows them."""
    return [
        argument.value
        for node in ast.walk(sentence)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TRANSLATED
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def test_every_code_has_its_sentence() -> None:
    found = sorted(refusals(), key=lambda place_and_call: place_and_call[0])
    codes = {
        call.args[0].value for _place, call in found if call.args and isinstance(call.args[0], ast.Constant)
    }
    silent = [
        f"{place} says nothing to a person"
        for place, call in found
        if isinstance(call.func, ast.Name)
        and (call.func.id in TOLD_WITH_WORDS or call.args)
        and (sentence_of(call) is None or isinstance(sentence_of(call), ast.Constant))
    ]

    assert silent == [], "\n".join(silent)
    assert {"cannot_merge", "nothing_to_split", "already_resolved", "settled", "too_many"} <= codes


def test_every_sentence_is_its_own_and_is_said_in_french() -> None:
    sentences = {
        words for _place, call in refusals() if (said := sentence_of(call)) for words in literals(said)
    }
    with translation.override("fr"):
        usual = {usual_sentence(status) for status in STATUSES}
        not_said = {english for english in sentences if translation.gettext(english) in usual | {english}}

    assert len(sentences) > 50
    assert not_said == set()


def test_what_does_not_exist_does_not_say_why() -> None:
    assert NotFound().sentence == ""
