"""The script of the widget: its size, its making, how it is served, and its sentences."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client

from visavis.web.widget.views import whole
from visavis.web.widget.words import SENTENCES, sentences

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

WIDGET = Path(settings.PACKAGE) / "web" / "widget"
ROOT = Path(__file__).resolve().parents[2]
BUDGET = 15_000


def get(**headers: str) -> Response:
    return Client().get("/widget.js", headers=headers)


@pytest.mark.django_db
def test_widget_with_everything_weighs_less_than_its_budget() -> None:
    served = get(**{"Accept-Encoding": "gzip"})

    assert served.headers["Content-Encoding"] == "gzip"
    assert len(served.content) < BUDGET
    assert gzip.decompress(served.content) == whole()


@pytest.mark.django_db
def test_widget_is_served_plain_to_who_does_not_unpack() -> None:
    served = get()

    assert "Content-Encoding" not in served.headers
    assert served.content == whole()
    assert served.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert served.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.django_db
def test_widget_that_did_not_change_is_not_sent_again() -> None:
    version = get().headers["ETag"]

    assert get(**{"If-None-Match": version}).status_code == 304


def test_widget_is_what_its_source_gives(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("Node is missing: apt-get install nodejs npm")
    if not (ROOT / "node_modules" / "esbuild").is_dir():
        pytest.skip("esbuild is missing: npm ci")
    made = tmp_path / "widget.min.js"

    subprocess.run(["node", WIDGET / "build.mjs", made], check=True, timeout=60)

    assert made.read_text(encoding="utf-8") == (WIDGET / "widget.min.js").read_text(encoding="utf-8")


def test_widget_needs_nothing_that_a_strict_policy_forbids() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted((WIDGET / "source").glob("*.js")))

    forbidden = (
        "eval(",
        "new Function",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.cookie",
        "document.write",
    )
    assert [word for word in forbidden if re.search(rf"(?<!forbid ){re.escape(word)}", source)] == []


def test_each_sentence_asked_for_is_given_and_each_given_is_asked_for() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (WIDGET / "source").glob("*.js"))

    asked = set(re.findall(r"\bwords\.(\w+)", source)) - {"js"}
    taken_apart = {"hour", "sharp"}  # by the function that tells an hour

    assert asked | taken_apart == set(SENTENCES)


def test_sentences_are_told_in_each_language_with_the_same_places() -> None:
    told = json.loads(sentences())

    assert sorted(told) == ["en", "fr"]
    for name in SENTENCES:
        places = [sorted(re.findall(r"\{(\w+)\}", told[code][name])) for code in ("en", "fr")]
        assert places[0] == places[1], name
    assert [name for name in SENTENCES if told["fr"][name] == told["en"][name]] == ["log"]
