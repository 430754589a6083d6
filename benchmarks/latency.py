"""From the customer's click to the adviser's screen: the POST of a message until its event on the stream.

`python -m benchmarks.latency`. Thirty desks are open; 500 messages come one after the other, some fifteen a second.
With `--stored`, on copies of the prepared houses of a million messages, everyone available and the routing at work.
"""

import json
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

from tests.live.speaking import Customer, Listener, adviser_listens, everyone_leaves, make_house
from tests.live_site import LiveSite
from tests.workers.comparing import rows

from benchmarks.sites import copies, percentile, servers, site_on
from benchmarks.telling import Row, tell

MESSAGES = 500
DESKS = 30
PAUSE_SECONDS = 0.05
CUSTOMERS = 25
EVERYONE_IS_THERE = """
import json
from datetime import timedelta
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from visavis.domain.people.models import Adviser, Brand
from visavis.domain.presence.models import Presence
from visavis.domain.presence.operations import set_presence
Brand.objects.update(hours=[[[0, 1440]]] * 7)
advisers = list(Adviser.objects.order_by("pk")[:30])
for adviser in advisers:
    set_presence(adviser, "available")
Presence.objects.update(heard_at=timezone.now() + timedelta(days=1))
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(advisers[0].pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = advisers[0].get_session_auth_hash()
session.save()
print(json.dumps(session.session_key))
"""


def main() -> None:
    """Measure on each database and tell."""
    is_stored = "--stored" in sys.argv
    measured: list[Row] = []
    for name, site, session in with_a_million() if is_stored else fresh():
        site.start()
        desks = [adviser_listens(site, session) for _ in range(DESKS)]
        measured.append({"database": name, "desks": DESKS, **measure(site, desks[-1])})
        everyone_leaves()
    tell("latency_million" if is_stored else "latency", measured)


def fresh() -> Iterator[tuple[str, LiveSite, str]]:
    """New sites with nothing in them."""
    for name, url in servers():
        with site_on(url) as site:
            yield name, site, make_house(site)["alice"]["session"]


def with_a_million() -> Iterator[tuple[str, LiveSite, str]]:
    """Copies of the prepared houses."""
    for name, site in copies(1_000_000):
        session: Any = json.loads(site.execute(EVERYONE_IS_THERE).splitlines()[-1])
        yield name, site, session


def measure(site: LiveSite, desk: Listener) -> Row:
    """Send the messages; give how long each took to be accepted and to be told."""
    customers = [arrive(site) for _ in range(CUSTOMERS)]
    accepted, told = [], []
    for turn in range(MESSAGES):
        customer, number = customers[turn % CUSTOMERS]
        before = len(desk.events)
        started = time.monotonic()
        status, _ = customer.say(f"Message {uuid.uuid4()}")
        assert status == 201, status
        accepted.append((time.monotonic() - started) * 1000)
        seconds = heard(desk, number, after=before)
        told.append((seconds - started) * 1000)
        time.sleep(PAUSE_SECONDS)
    return {
        "messages": MESSAGES,
        "accepted_p50_ms": round(percentile(accepted, 0.5), 1),
        "accepted_p95_ms": round(percentile(accepted, 0.95), 1),
        "on_screen_p50_ms": round(percentile(told, 0.5), 1),
        "on_screen_p95_ms": round(percentile(told, 0.95), 1),
    }


def arrive(site: LiveSite) -> tuple[Customer, int]:
    """A customer who has said a first word, with the number of their conversation."""
    customer = Customer(site.port).open()
    status, told = customer.say("Bonjour")
    assert status == 201, told
    [(number,)] = rows(site, f"SELECT conversation_id FROM domain_message WHERE id = {told['id']}")
    return customer, int(number)


def heard(desk: Listener, number: int, *, after: int) -> float:
    """The instant at which the desk was told of this conversation."""
    news = ("conversation", number)
    assert desk.wait_for(lambda: news in {event[:2] for event in desk.events[after:]}, 30)
    place = next(n for n in range(after, len(desk.events)) if desk.events[n][:2] == news)
    return desk.instants[place]


if __name__ == "__main__":
    main()
