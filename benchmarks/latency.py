"""From the customer's click to the adviser's screen, thirty desks open, with the demo's customers writing meanwhile.

`python -m benchmarks.latency [--without-million] [--messages N]`. Five hundred messages are posted at a natural pace
to a site on a copy of the prepared house of a million messages (without it: on the demo's own). Two of the thirty
desks are pages of Chromium: a message is there when its text is in the document. The stream is also timed alone.
"""

import argparse
import contextlib
import json
import random
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, sync_playwright
from tests.browser import FLAGS, PROGRAMS
from tests.live.speaking import Customer, Listener, adviser_listens, everyone_leaves
from tests.live_site import ROOT, LiveSite
from tests.workers.comparing import rows

from benchmarks.sites import copies, percentile, servers, site_on
from benchmarks.telling import Row, tell

MILLION = 1_000_000
MESSAGES = 500
DESKS = 30
SCREENS = 2
CUSTOMERS_EACH = 10  # with one adviser whose screen is watched
PAUSE_SECONDS = (0.4, 1.2)
PATIENCE_SECONDS = 30
LOAD_DEMO = """
from pathlib import Path
from visavis.demo import opening
opening.make_ready(Path({folder!r}), told=lambda what, share: None, is_live=True)
"""
# In a house that is not the demo's, the advisers take the names of the demo's, who answer its customers.
EVERYONE_IS_THERE = """
import json
from datetime import timedelta
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from visavis.demo.people import ADVISERS
from visavis.domain.people.models import Adviser, Brand, Team
from visavis.domain.people.operations import make_account
from visavis.domain.presence.models import Presence
from visavis.domain.presence.operations import set_presence
Brand.objects.update(hours=[[[0, 1440]]] * 7)
if not Adviser.objects.filter(email=ADVISERS[0].email).exists():
    for plan, adviser in zip(ADVISERS, Adviser.objects.filter(role="adviser").order_by("pk")):
        Adviser.objects.filter(pk=adviser.pk).update(email=plan.email)
others = list(Adviser.objects.filter(email__in=[plan.email for plan in ADVISERS], role="adviser").order_by("pk"))
team = Team.objects.filter(brands__slug="netnet").order_by("pk").first()
watched = [
    make_account(email=f"watched{n}@example.fr", displayed_name=f"Alice {n}", role="adviser", team=team,
                 password=None, at=timezone.now())
    for n in range(SCREENS)
]
for adviser in others:
    set_presence(adviser, "available")
Presence.objects.update(heard_at=timezone.now() + timedelta(days=1))
sessions = []
for adviser in [*watched, *others][:DESKS]:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(adviser.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = adviser.get_session_auth_hash()
    session.save()
    sessions.append(session.session_key)
print(json.dumps(sessions))
"""
TAKE = """
from visavis.domain.conversations.models import Conversation
from visavis.domain.flows.take import take
from visavis.domain.people.models import Adviser
from visavis.domain.presence.operations import set_presence
for n, numbers in enumerate(NUMBERS):
    adviser = Adviser.objects.get(email=f"watched{n}@example.fr")
    for conversation in Conversation.objects.filter(pk__in=numbers):
        take(conversation, by=adviser)
    set_presence(adviser, "available")
"""
PLAY = "from pathlib import Path; from visavis.demo import live; live.play(Path({folder!r}), port={port}, is_live=True, speed=1)"
# Notes when each message is in the document for the first time, in the list or in the thread.
WATCH = """
window.shown = {};
const note = (text) => {
  for (const [found] of text.matchAll(/Message [0-9a-f-]{36}/g)) window.shown[found] ??= Date.now();
};
new MutationObserver((changes) => {
  for (const { type, target, addedNodes } of changes) {
    if (type === "characterData") note(target.data);
    else for (const node of addedNodes) note(node.textContent);
  }
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


@dataclass
class Watched:
    """An adviser whose screen is watched, and the customers who write to them."""

    stream: Listener
    customers: list[tuple[Customer, int]]
    page: Page | None = None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message that was accepted; `clock` is the wall's, in seconds, `started` that of the streams."""

    to: Watched
    number: int
    text: str
    clock: float
    started: float
    accepted_ms: float


@dataclass
class Times:
    """What was measured, in milliseconds."""

    on_stream: list[float] = field(default_factory=list)
    on_screen: list[float] = field(default_factory=list)


def main() -> None:
    """Measure on each database and tell."""
    options = parser().parse_args()
    measured: list[Row] = []
    for name, site in demo_sites() if options.without_million else copies(options.stored):
        stored = rows(site, "SELECT count(*) FROM domain_message")[0][0]
        row = measure(site, messages=options.messages)
        measured.append({"database": name, "stored": stored, **row})
    tell("latency" if options.without_million else "latency_million", measured)


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--without-million", action="store_true", help="on the demo's own house")
    made.add_argument("--stored", type=int, default=MILLION, help="messages of the prepared house")
    made.add_argument("--messages", type=int, default=MESSAGES, help="messages to send")
    return made


def demo_sites() -> Iterator[tuple[str, LiveSite]]:
    """New sites that hold the demo."""
    for name, url in servers():
        with site_on(url) as site:
            site.execute(LOAD_DEMO.format(folder=str(site.folder)), timeout=600)
            yield name, site


def measure(site: LiveSite, *, messages: int) -> Row:
    """Open the desks, let the customers live, send, and compare the instants."""
    code = EVERYONE_IS_THERE.replace("SCREENS", str(SCREENS)).replace("DESKS", str(DESKS))
    sessions: list[str] = json.loads(site.execute(code, timeout=600).splitlines()[-1])
    assert len(sessions) == DESKS
    site.start()
    watched = arrive(site, sessions[:SCREENS])
    for session in sessions[SCREENS:]:
        adviser_listens(site, session)
    before = rows(site, "SELECT count(*) FROM domain_message")[0][0]
    with chromium() as browser, living(site):
        for desk, session in zip(watched, sessions, strict=False):
            desk.page = open_desk(browser, site, session, desk.customers[0][1])
        sent = send(watched, messages)
        wait_until_shown(sent)
        times, missed = compare(sent)
    everyone_leaves()
    after = rows(site, "SELECT count(*) FROM domain_message")[0][0]
    return {
        "desks": DESKS,
        "messages": messages,
        "others_wrote": after - before - messages,
        **told("accepted", [one.accepted_ms for one in sent]),
        **told("on_stream", times.on_stream),
        **told("on_screen", times.on_screen),
        "never_shown": missed,
    }


def told(name: str, taken: Sequence[float]) -> dict[str, float]:
    """Median and ninety-fifth percentile."""
    return {
        f"{name}_p50_ms": round(percentile(taken, 0.5), 1),
        f"{name}_p95_ms": round(percentile(taken, 0.95), 1),
    }


# --- Those who are there ------------------------------------------------------------------------------------


def arrive(site: LiveSite, sessions: Sequence[str]) -> list[Watched]:
    """Customers who have said a first word, on the desks of those whose screens are watched."""
    everybody = [[first_word(site) for _ in range(CUSTOMERS_EACH)] for _ in sessions]
    numbers = [[number for _customer, number in customers] for customers in everybody]
    site.execute(TAKE.replace("NUMBERS", json.dumps(numbers)))
    return [
        Watched(adviser_listens(site, session), customers)
        for session, customers in zip(sessions, everybody, strict=True)
    ]


def first_word(site: LiveSite) -> tuple[Customer, int]:
    """A customer who has said a first word, with the number of their conversation."""
    customer = Customer(site.port).open()
    status, answer = customer.say("Bonjour")
    assert status == 201, answer
    [(number,)] = rows(site, f"SELECT conversation_id FROM domain_message WHERE id = {answer['id']}")
    return customer, int(number)


@contextlib.contextmanager
def living(site: LiveSite) -> Iterator[None]:
    """The customers of `demo --live` come through the doors, and their advisers answer, as fast as people do."""
    code = "import django; django.setup()\n" + PLAY.format(folder=str(site.folder), port=site.port)
    process = subprocess.Popen([sys.executable, "-c", code], env=site.environment, cwd=ROOT)
    try:
        yield
        assert process.poll() is None, "the customers of the demo left"
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A real browser."""
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def open_desk(browser: Browser, site: LiveSite, session: str, number: int) -> Page:
    """The desk of this person, a conversation open, its stream read."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "visavis", "value": session, "url": site.url}])
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{site.url}/poste/{number}/")
    page.wait_for_selector("html[data-live=on]")
    page.wait_for_timeout(2000)  # what is read again at opening is not measured
    return page


# --- The measure --------------------------------------------------------------------------------------------


def send(watched: Sequence[Watched], messages: int) -> list[Sent]:
    """Post the messages, each from another customer than the one before, without waiting for what becomes of them."""
    chance = random.Random(7)
    sent = []
    for turn in range(messages):
        desk = watched[turn % len(watched)]
        customer, number = desk.customers[turn // len(watched) % len(desk.customers)]
        text = f"Message {uuid.uuid4()}"
        clock, started = time.time(), time.monotonic()
        status, answer = customer.say(text)
        assert status == 201, answer
        accepted = (time.monotonic() - started) * 1000
        one = Sent(to=desk, number=number, text=text, clock=clock, started=started, accepted_ms=accepted)
        sent.append(one)
        time.sleep(chance.uniform(*PAUSE_SECONDS))
    return sent


def wait_until_shown(sent: Sequence[Sent]) -> None:
    """Give the last ones their time."""
    limit = time.monotonic() + PATIENCE_SECONDS
    last = [
        next(one for one in reversed(sent) if one.to is desk)
        for desk in {id(s.to): s.to for s in sent}.values()
    ]
    while time.monotonic() < limit and not all(one.text in shown(one.to) for one in last):
        time.sleep(0.5)


def shown(desk: Watched) -> dict[str, int]:
    """When each text was on this screen, in milliseconds of the wall's clock."""
    assert desk.page is not None
    found: dict[str, int] = desk.page.evaluate("window.shown")
    return found


def compare(sent: Sequence[Sent]) -> tuple[Times, int]:
    """The times, and how many messages never were on the screen."""
    times, missed = Times(), 0
    on_screens = {id(one.to): shown(one.to) for one in sent}
    for one in sent:
        at = on_screens[id(one.to)].get(one.text)
        if at is None:
            missed += 1
        else:
            times.on_screen.append(at - one.clock * 1000)
        times.on_stream.append((heard(one) - one.started) * 1000)
    return times, missed


def heard(one: Sent) -> float:
    """The instant at which the stream of its adviser told of its conversation."""
    events = zip(one.to.stream.events, one.to.stream.instants, strict=False)
    return next(at for event, at in events if event[:2] == ("conversation", one.number) and at >= one.started)


if __name__ == "__main__":
    main()
