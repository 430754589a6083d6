"""Requests and bytes of the first load of a page in Chromium, its cache empty; of the second; and the size of the widget.

`python -m benchmarks.first_load [--without-helpdesk]`. The desk and « Ma demande » of the demo, and django-helpdesk's ticket
list as peer. `transferred_kb` came over the network, headers included; `whole_kb` is the same unpacked: helpdesk is
served by Django's own server, which packs nothing, so the latter is the one to compare.
"""

import argparse
import contextlib
import gzip
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from tests.browser import FLAGS, PROGRAMS
from tests.live_site import ROOT, LiveSite, free_port

from benchmarks.helpdesk import prepared
from benchmarks.prepared import analysed, fingerprint
from benchmarks.sites import site_on
from benchmarks.telling import Row, tell

LOAD_DEMO = """
import json
import os
from importlib import import_module
from pathlib import Path
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from visavis.demo import opening
from visavis.domain.conversations.models import Conversation
from visavis.domain.people.models import Adviser
link = opening.make_ready(Path({folder!r}), told=lambda what, share: None, is_live=False)
kader = Adviser.objects.get(email="kader@demo.example")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(kader.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = kader.get_session_auth_hash()
session.save()
number = Conversation.objects.ours().filter(adviser=kader).order_by("pk").values_list("pk", flat=True).last()
print(json.dumps([link, session.session_key, number]))
"""
HELPDESK_SESSION = """
import django
django.setup()
from django.contrib.auth import get_user_model
from django.test import Client
client = Client()
client.force_login(get_user_model().objects.filter(is_staff=True).first())
print(client.cookies["sessionid"].value)
"""
HELPDESK_MESSAGES = 5000
SETTLED_MS = 2500


@dataclass
class Load:
    """What one page asked for: a size for each request, as it came and unpacked, in bytes."""

    transferred: dict[str, float] = field(default_factory=dict)
    whole: dict[str, float] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def row(self, page: str) -> Row:
        """Told in kilobytes."""
        by_kind = dict.fromkeys(("document", "stylesheet", "script", "font"), 0.0)
        for request, size in self.transferred.items():
            kind = self.kinds.get(request, "")
            by_kind |= {kind: by_kind[kind] + size} if kind in by_kind else {}
        return {
            "page": page,
            "requests": len(self.kinds),
            "transferred_kb": kilobytes(sum(self.transferred.values())),
            "whole_kb": kilobytes(sum(self.whole.values())),
            **{f"{kind}_kb": kilobytes(size) for kind, size in by_kind.items()},
        }


def main() -> None:
    """Measure and tell."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--without-helpdesk", action="store_true", help="ours alone: nothing is fetched")
    options = made.parse_args()
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, PROGRAMS)))
        flags = [flag for flag in FLAGS if not flag.startswith("--host-resolver-rules")]
        rules = "--host-resolver-rules=MAP testserver 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=program, args=[*flags, rules])
        measured = [*ours(browser), *([] if options.without_helpdesk else theirs(browser))]
        browser.close()
    tell("first_load", measured)


def ours(browser: Browser) -> Iterator[Row]:
    """The desk, the page of a customer, and the widget."""
    with site_on("") as site:
        link, session, number = json.loads(
            site.execute(LOAD_DEMO.format(folder=str(site.folder)), timeout=600).splitlines()[-1]
        )
        site.start()
        cookie = {"name": "visavis", "value": session, "url": site.url}
        yield from twice(browser, f"{site.url}/poste/", "desk, its list", cookie)
        yield from twice(browser, f"{site.url}/poste/{number}/", "desk, a conversation", cookie)
        yield from twice(browser, f"{site.url}{link}", "Ma demande")
        yield widget(site)


def widget(site: LiveSite) -> Row:
    """The size of the script that a brand's site carries."""
    request = urllib.request.Request(f"{site.url}/widget.js", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        packed = answer.read()
    whole = gzip.decompress(packed)
    sizes = {"transferred_kb": kilobytes(len(packed)), "whole_kb": kilobytes(len(whole))}
    return {"page": "widget.js, its body", "requests": 1, **sizes}


def theirs(browser: Browser) -> Iterator[Row]:
    """The ticket list of django-helpdesk."""
    helpdesk = prepared.on_sqlite(*corpus_of(HELPDESK_MESSAGES))
    session = helpdesk.run("-c", HELPDESK_SESSION).split()[-1]
    with served(helpdesk) as port:
        cookie = {"name": "sessionid", "value": session, "url": f"http://testserver:{port}"}
        yield from twice(browser, f"http://testserver:{port}/tickets/", "django-helpdesk, its list", cookie)


def corpus_of(count: int) -> tuple[Path, int, str]:
    """What helpdesk is filled with, as the other measures do."""
    texts = analysed(count)
    return texts, count, fingerprint(texts.with_suffix(".mark"), *prepared.FILES)


@contextlib.contextmanager
def served(helpdesk: prepared.Helpdesk) -> Iterator[int]:
    """Helpdesk, behind Django's own server, its static files too."""
    port = free_port()
    command = [
        str(prepared.python()),
        "-m",
        "django",
        "runserver",
        "--insecure",
        "--noreload",
        f"127.0.0.1:{port}",
    ]
    process = subprocess.Popen(
        command,
        env=os.environ | helpdesk.environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        limit = time.monotonic() + 60
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Host": "testserver"})
        while time.monotonic() < limit:
            with contextlib.suppress(ConnectionError, urllib.error.URLError):
                urllib.request.urlopen(request, timeout=20).close()
                break
            time.sleep(0.3)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def twice(browser: Browser, url: str, name: str, cookie: dict[str, str] | None = None) -> Iterator[Row]:
    """Load it in a browser that was never here, then once more."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900})
    if cookie:
        context.add_cookies([cookie])  # type: ignore[list-item] # Playwright's own dictionary of a cookie
    yield loaded(context, url).row(name)
    yield loaded(context, url).row(f"{name}, again")
    context.close()


def loaded(context: BrowserContext, url: str) -> Load:
    """Load it in a new window; give what went over the network until it was still."""
    page, load = context.new_page(), Load()
    network = context.new_cdp_session(page)

    def asked(event: dict[str, object]) -> None:
        load.kinds[str(event["requestId"])] = str(event.get("type", "")).lower()

    def cached(event: dict[str, object]) -> None:
        load.kinds.pop(str(event["requestId"]), None)

    def answered(event: dict[str, dict[str, object]]) -> None:
        if event["response"].get("fromDiskCache"):
            cached({"requestId": event["requestId"]})

    def arrived(event: dict[str, object]) -> None:
        request = str(event["requestId"])
        load.whole[request] = load.whole.get(request, 0) + float(str(event["dataLength"]))

    def ended(event: dict[str, object]) -> None:
        load.transferred[str(event["requestId"])] = float(str(event["encodedDataLength"]))

    network.on("Network.requestWillBeSent", asked)
    network.on("Network.requestServedFromCache", cached)
    network.on("Network.responseReceived", answered)
    network.on("Network.dataReceived", arrived)
    network.on("Network.loadingFinished", ended)
    network.send("Network.enable")
    page.goto(url, wait_until="load")
    page.wait_for_timeout(SETTLED_MS)
    page.close()
    asked_for = load.kinds
    load.whole = {request: size for request, size in load.whole.items() if request in asked_for}
    load.transferred = {request: size for request, size in load.transferred.items() if request in asked_for}
    return load


def kilobytes(size: float) -> float:
    """In thousands of bytes."""
    return round(size / 1000, 1)


if __name__ == "__main__":
    main()
