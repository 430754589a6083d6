"""Static files: hashed names, kept for good, in gzip, without a step for anybody; plain names where none were made."""

from __future__ import annotations

import gzip
import re
import urllib.request
from typing import TYPE_CHECKING

from django.templatetags.static import static

if TYPE_CHECKING:
    from email.message import Message

    from tests.live_site import LiveSite

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
FOR_GOOD = "max-age=315360000, public, immutable"


def fetched(site: LiveSite, path: str, encoding: str = "identity") -> tuple[Message, bytes]:
    """The headers and the body of what stands there."""
    request = urllib.request.Request(site.url + path, headers={"Accept-Encoding": encoding})  # noqa: S310 -- our own
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 -- same
        return answer.headers, answer.read()


def addresses(page: bytes) -> list[str]:
    """The static files that a page asks for, without what is after #."""
    return re.findall(r'(?:href|src|content|data-[\w-]+)="(/static/[^"#]+)', page.decode())


def test_each_file_of_a_page_is_kept_for_good_under_a_name_with_its_hash(live_site: LiveSite) -> None:
    _headers, page = fetched(live_site, "/connexion/")

    asked = addresses(page)

    assert asked
    assert [path for path in asked if not HASHED.search(path)] == []
    assert {fetched(live_site, path)[0]["Cache-Control"] for path in asked} == {FOR_GOOD}


def test_text_comes_in_gzip_and_says_the_same(live_site: LiveSite) -> None:
    _headers, page = fetched(live_site, "/connexion/")

    for path in [path for path in addresses(page) if path.endswith((".css", ".js"))]:
        plain = fetched(live_site, path)[1]
        headers, packed = fetched(live_site, path, "gzip")
        if headers["Content-Encoding"] is None:
            assert len(plain) < 1000, path
        else:
            assert gzip.decompress(packed) == plain


def test_a_script_asks_for_others_by_their_hashed_names(live_site: LiveSite) -> None:
    _headers, page = fetched(live_site, "/connexion/")
    asked = {path.rpartition("/")[2] for path in addresses(page)}
    made = (live_site.folder / "static").rglob("*.js")

    imported = [
        name
        for path in made
        for name in re.findall(r'from "[./]*([^"]+\.js)"', path.read_text(encoding="utf-8"))
    ]

    assert imported
    assert [name for name in imported if not HASHED.search(name)] == []
    assert {name.rpartition("/")[2] for name in imported if "/shell." in name} <= asked


def test_widget_keeps_its_one_address_and_is_asked_about_again(live_site: LiveSite) -> None:
    headers, script = fetched(live_site, "/widget.js", "gzip")

    assert headers["Cache-Control"] == "public, max-age=600"
    assert headers["ETag"]
    assert headers["Content-Encoding"] == "gzip"
    assert len(script) < 15_000


def test_where_nothing_was_collected_names_are_plain() -> None:
    assert static("design/shell.js") == "/static/design/shell.js"
