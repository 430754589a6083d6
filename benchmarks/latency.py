"""From the customer's click to the adviser's screen: the POST of a message until its event on the stream.

`python -m benchmarks.latency`. Thirty desks are open; 500 messages come one after the other, twenty a second.
"""

import time
import uuid

from tests.live.speaking import Customer, Listener, adviser_listens, everyone_leaves, make_house
from tests.live_site import LiveSite

from benchmarks.sites import Row, percentile, servers, site_on, tell

MESSAGES = 500
DESKS = 30
PAUSE_SECONDS = 0.05
CUSTOMERS = 25


def main() -> None:
    """Measure on each database and tell."""
    rows: list[Row] = []
    for name, url in servers():
        with site_on(url) as site:
            house = make_house(site)
            site.start()
            session = house["alice"]["session"]
            desks = [adviser_listens(site, session) for _ in range(DESKS)]
            rows.append({"database": name, "desks": DESKS, **measure(site, desks[-1])})
            everyone_leaves()
    tell("latency", rows)


def measure(site: LiveSite, desk: Listener) -> Row:
    """Send the messages; give how long each took to be accepted and to be told."""
    customers = [Customer(site.port).open() for _ in range(CUSTOMERS)]
    accepted, told = [], []
    for number in range(MESSAGES):
        customer = customers[number % CUSTOMERS]
        before = len(desk.events)
        started = time.monotonic()
        status, _ = customer.say(f"Message {uuid.uuid4()}")
        assert status == 201, status
        accepted.append((time.monotonic() - started) * 1000)
        assert desk.wait_for(lambda: "conversation" in {event[0] for event in desk.events[before:]})  # noqa: B023
        first = next(n for n in range(before, len(desk.events)) if desk.events[n][0] == "conversation")
        told.append((desk.instants[first] - started) * 1000)
        time.sleep(PAUSE_SECONDS)
    return {
        "messages": MESSAGES,
        "accepted_p50_ms": round(percentile(accepted, 0.5), 1),
        "accepted_p95_ms": round(percentile(accepted, 0.95), 1),
        "on_screen_p50_ms": round(percentile(told, 0.5), 1),
        "on_screen_p95_ms": round(percentile(told, 0.95), 1),
    }


if __name__ == "__main__":
    main()
