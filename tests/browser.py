"""A real Chromium for the tests of screens, the one of the distribution, and axe to judge each page.

`page` is one window of a French visitor; `new_page(**options)` opens others, each with its own cookies (two people
in the same test), with Playwright's options for a context: `color_scheme="dark"`, `viewport=…`, `locale="en-GB"`.
`axe(page)` fails when the page is not accessible. A script that throws, or something that the content policy blocks,
fails the test that saw it; `page_faults` is the list, for a test that expects one: it empties it.
"""

from __future__ import annotations

import ctypes
import json
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# The same engine without the windows that nobody would see computes a quarter less.
SHELL = "chromium-headless-shell"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
# How a page is looked at: once in every run, in every size and theme with --slow.
THEMES = ["light", pytest.param("dark", marks=pytest.mark.slow)]
LOOKS = [
    pytest.param(1440, "light"),
    pytest.param(1440, "dark", marks=pytest.mark.slow),
    pytest.param(320, "light", marks=pytest.mark.slow),
    pytest.param(320, "dark", marks=pytest.mark.slow),
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class NewPage(Protocol):
    """Opens a window with its own cookies."""

    # Playwright's options of a context are many, and checked by Playwright.
    def __call__(self, **options: Any) -> Page: ...


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for all the tests of a module; each test has its own windows.

    Not for the session: Playwright keeps an event loop running on this thread, in which no other test may start its
    own, so it is closed before the next module.
    """
    program = next(filter(None, map(shutil.which, (SHELL, *PROGRAMS))), None)
    if program is None:
        pytest.skip("Chromium is missing: apt-get install chromium")
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        pytest.skip("What drives Chromium needs a library: apt-get install libatomic1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page_faults() -> list[str]:
    """What went wrong in the windows of this test: errors of scripts, and what the content policy blocked."""
    return []


@pytest.fixture
def new_page(chromium: Browser, page_faults: list[str]) -> Iterator[NewPage]:
    """Open as many windows as the test has people; at the end, no script may have failed in any of them."""
    contexts = []

    def open_window(**options: Any) -> Page:  # Playwright's own options, whatever they are
        context = chromium.new_context(**{"locale": "fr-FR", "timezone_id": "Europe/Paris", **options})
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: page_faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: note_console(page_faults, message))
        return page

    yield open_window
    for context in contexts:
        context.close()
    let_answers_end()
    assert page_faults == []


def let_answers_end() -> None:
    """What a closed window asked of the server of this process is answered before its tables are emptied."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(10)


def note_console(faults: list[str], message: ConsoleMessage) -> None:
    """Keep what the content policy blocked; browsers only tell it in the console."""
    if message.type == "error" and "Content Security Policy" in message.text:
        faults.append(message.text)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One window of a visitor who reads French."""
    return new_page()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Fail when axe finds anything on the page as it stands now."""
    source = AXE.read_text(encoding="utf-8")

    def judge(page: Page) -> None:
        page.evaluate(source)
        options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
        found = page.evaluate(f"axe.run(document, {json.dumps(options)})")
        findings = [told(violation) for violation in found["violations"]]
        assert findings == [], f"{page.url}\n" + "\n".join(findings)

    return judge


def told(violation: dict[str, Any]) -> str:  # JSON that comes from axe
    """One finding of axe, in a line that says where to look."""
    where = "; ".join(node["html"][:160] for node in violation["nodes"][:4])
    return f"{violation['id']} ({violation['impact']}): {violation['help']} — {where}"
