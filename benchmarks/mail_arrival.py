"""From the arrival of an e-mail on its server (APPEND) to the event on the adviser's stream.

`python -m benchmarks.mail_arrival [--mails 60]`. A real Dovecot, the whole program (`visavis run`), one adviser who
listens as a desk does; one e-mail at a time, at a natural pace, each of a new customer. The clock starts when Dovecot
has said OK to APPEND, and ends when the stream names the conversation that the e-mail opened.
"""

import argparse
import os
import random
import time
from collections.abc import Iterator, Sequence
from imaplib import IMAP4, Time2Internaldate

from tests.live.speaking import Listener, adviser_listens, everyone_leaves, make_house
from tests.live_site import LiveSite

from benchmarks.letters import DOMAIN, asked, dovecot, furnish, mails
from benchmarks.sites import percentile, servers, site_on
from benchmarks.telling import Row, tell

COUNT = 60
USER = "contact"
PAUSE_SECONDS = (0.3, 1.2)
PATIENCE_SECONDS = 60
FETCHED = "SELECT count(*) FROM domain_mailbox WHERE succeeded_at IS NOT NULL"
LAST = (
    "SELECT max(m.conversation_id) FROM domain_arrival a JOIN domain_message m ON m.id = a.message_id "
    "WHERE a.id = (SELECT max(id) FROM domain_arrival)"
)


def main() -> None:
    """Measure and tell."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--mails", type=int, default=COUNT, help=f"how many ({COUNT})")
    options = made.parse_args()
    letters = list(mails(options.mails, to=f"{USER}@{DOMAIN}", answers=0))
    tell("mail_arrival", list(measured(letters)))


def measured(letters: Sequence[bytes]) -> Iterator[Row]:
    """On each database."""
    for engine, url in servers():
        with dovecot() as server, site_on(url) as site:
            house = make_house(site)
            furnish(site, server, [USER])
            site.start()
            wait_for(site, FETCHED, at_least=1)
            stream = adviser_listens(site, house["alice"]["session"])
            with server.talk(USER) as client:
                seconds = [arrived(site, client, stream, letter) for letter in letters]
            everyone_leaves()
        yield {
            "engine": engine,
            "mails": len(letters),
            "p50_seconds": round(percentile(seconds, 0.5), 2),
            "p95_seconds": round(percentile(seconds, 0.95), 2),
            "worst_seconds": round(max(seconds), 2),
            "load": round(os.getloadavg()[0], 1),
        }


def arrived(site: LiveSite, client: IMAP4, stream: Listener, letter: bytes) -> float:
    """Bring one e-mail; how long until its conversation is on the stream."""
    time.sleep(random.uniform(*PAUSE_SECONDS))
    before = asked(site, LAST)[0]
    seen = len(stream.events)
    client.append("INBOX", "", Time2Internaldate(time.time()), letter)
    began = time.monotonic()
    number = wait_for(site, LAST, at_least=before + 1)

    def told() -> list[float]:
        heard = list(zip(list(stream.events), list(stream.instants), strict=False))[seen:]
        return [at for (kind, about, _), at in heard if about == number and kind == "conversation"]

    assert stream.wait_for(lambda: bool(told()), PATIENCE_SECONDS)
    return told()[0] - began


def wait_for(site: LiveSite, question: str, *, at_least: int) -> int:
    """The answer of the database, once it is that high."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while (found := asked(site, question)[0]) < at_least:
        assert time.monotonic() < limit, f"{question}: {found}\n{site.log}"
        time.sleep(0.05)
    return found


if __name__ == "__main__":
    main()
