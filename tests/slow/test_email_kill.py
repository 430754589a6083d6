"""E-mail under random kill -9: what the doors said outside is what the ledger holds, and no letter leaves twice."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import pytest
from tests.live.speaking import BEHIND_A_PROXY, make_house
from tests.live_site import ROOT, free_port
from tests.mail_server import PASSWORD, Cutter
from tests.slow.mails_in_storm import PLACE, Pace, Said, Sender, Sent, by_http, by_lmtp, by_pipe, strand
from tests.slow.test_kill import SEED, children, tell
from tests.smtp_server import Peer, peer_running
from tests.workers.comparing import everything_numbered, rows, wait_for
from tests.workers.letters_leaving import LATER, answer_letter, settle_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.live_site import LiveSite, NewSite
    from tests.mail_server import MailServer

pytestmark = pytest.mark.slow

MAILS = int(os.environ.get("VISAVIS_TEST_MAILS", "2000"))
LETTERS = int(os.environ.get("VISAVIS_TEST_LETTERS", "500"))
KILLS = int(os.environ.get("VISAVIS_TEST_EMAIL_KILLS", "40"))
IN_A_CONVERSATION = 10
SHARES = {"imap": 0.6, "lmtp": 0.24, "webhook": 0.15, "pipe": 0.01}
ADD = """
from datetime import datetime, UTC
from django.utils import timezone
from visavis.domain.intake.access import mailbox_token
from visavis.domain.intake.operations import MailboxSettings, add_mailbox
from visavis.domain.people.models import Adviser, Brand
netnet, ada = Brand.objects.get(slug="netnet"), Adviser.objects.get(email="ada@example.fr")
for door in ("imap", "lmtp", "webhook", "pipe"):
    host = {{"imap_host": "127.0.0.1", "history_before": datetime(2020, 1, 1, tzinfo=UTC)}} if door == "imap" else {{}}
    row = add_mailbox(netnet, by=ada, at=timezone.now(), settings=MailboxSettings(
        address=door + "@netnet.example", imap_port={port}, imap_security="none", user="tempete", secret="{password}", **host,
    ))
print(mailbox_token(row))
"""
STORED = """
import json
from hashlib import sha256
from visavis.domain.files.queries import content
from visavis.domain.intake.models import Arrival
for row in Arrival.objects.select_related("raw").order_by("pk"):
    digest = sha256()
    for piece in content(row.raw):
        digest.update(piece)
    print(json.dumps([row.pk, row.door, row.uid, row.state, row.reason, digest.hexdigest()]))
"""
TEXTS = "SELECT conversation_id, text FROM domain_message WHERE direction = 'in' ORDER BY written_at, id"
# What time would bring: what waits for another try is due.
TIME_PASSES = """
from django.utils import timezone
from visavis.domain.deliveries.models import Delivery
Delivery.objects.filter(state="waiting").update(due_at=timezone.now())
"""


class Listening:
    """`visavis lmtp`, started again by whoever runs it when it dies."""

    def __init__(self, site: LiveSite) -> None:
        self.site, self.port = site, free_port()
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "visavis", "lmtp", "--port", str(self.port)]
        return subprocess.Popen(command, env=self.site.environment, cwd=ROOT, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        """It dies, and is started again."""
        self.end()
        self.process = self._start()

    def end(self) -> None:
        """It dies."""
        self.process.kill()
        self.process.wait(20)


@contextlib.contextmanager
def listening(site: LiveSite) -> Iterator[Listening]:
    """The process that takes mail by LMTP, ended at the end."""
    made = Listening(site)
    try:
        yield made
    finally:
        made.end()


def kill_one(site: LiveSite, chance: random.Random) -> None:
    """The web or the worker dies; now and then all at once."""
    assert site.process is not None
    if chance.random() < 0.08:
        site.kill()
        site.start()
        return
    wait_for(lambda: bool(children(site.process.pid)) if site.process else False)
    with contextlib.suppress(ProcessLookupError, IndexError):
        os.kill(chance.choice(children(site.process.pid)), 9)


def test_what_came_in_is_what_stands_in_the_ledger(
    new_site: NewSite, mail_server: MailServer, capfd: pytest.CaptureFixture[str]
) -> None:
    tell(capfd, f"VISAVIS_TEST_SEED={SEED} VISAVIS_TEST_MAILS={MAILS} VISAVIS_TEST_EMAIL_KILLS={KILLS}")
    began, chance = time.monotonic(), random.Random(SEED)
    site = new_site(environment=BEHIND_A_PROXY | {"VISAVIS_LONGEST_RESTART_SECONDS": "0"})
    make_house(site)
    cutter = Cutter(mail_server.port)
    token = site.execute(ADD.format(port=cutter.port, password=PASSWORD)).split()[-1]
    strands = strands_of_doors(chance)
    paced = sum(len(mails) for door in strands if door != "pipe" for mails in strands[door])
    # Each mail of the pipe starts a program: it goes as fast as it can, beside the others.
    said, pace, free = Said(), Pace(paced, KILLS), Pace(10**9, 1)
    brought: list[Sent] = []
    for_pipe = random.Random(SEED)

    def by_imap(mail: Sent) -> bool:
        mail_server.bring("tempete", mail.raw)
        brought.append(mail)
        return True

    site.start()
    with listening(site) as lmtp:
        senders = [
            Sender(woven(strands["imap"], chance), by_imap, pace),
            *(
                Sender(
                    strands["lmtp"][part::2],
                    lambda mail: by_lmtp(mail, port=lmtp.port, to="lmtp@netnet.example", said=said),
                    pace,
                )
                for part in range(2)
            ),
            Sender(
                strands["webhook"], lambda mail: by_http(mail, port=site.port, token=token, said=said), pace
            ),
            Sender(
                strands["pipe"],
                lambda mail: by_pipe(mail, site=site, to="pipe@netnet.example", said=said, chance=for_pipe),
                free,
            ),
        ]
        for sender in senders:
            sender.start()
        brought_before = 0
        while pace.killed < KILLS and not any(sender.error for sender in senders):
            time.sleep(chance.uniform(0.2, 1.2))
            match chance.choice(("site", "site", "lmtp", "imap")):
                case "site":
                    kill_one(site, chance)
                case "lmtp":
                    lmtp.kill()
                case _ if cutter.after is None and (brings := count(site, "door = 'imap'")) > brought_before:
                    # Some mail came since the last cut: what is cut again and again comes after the others.
                    cutter.after, brought_before = chance.randrange(2_000, 400_000), brings
                case _:
                    continue
            pace.kill()
            wait_for(lambda: not pace.is_behind() or any(sender.error for sender in senders), 240)
        for sender in senders:
            sender.join(300)
        wait_for(lambda: count(site, "door = 'imap'") == len(brought), 180)
    tell(capfd, f"{time.monotonic() - began:.0f} s: all taken, {count(site, 'settled_at IS NULL')} to read")
    wait_for(lambda: count(site, "settled_at IS NULL") == 0, 400)
    cutter.close()

    everything_numbered(site)
    spent = f"{time.monotonic() - began:.0f} s at load {os.getloadavg()[0]:.1f}"
    tell(
        capfd,
        f"{pace.gone + free.gone} mails by four doors, {KILLS} kills, {cutter.cuts} lines cut; lost answers {said.lost}: {spent}",
    )
    assert [sender.error for sender in senders if sender.error] == []
    check_ledger(site, mail_server.uids("tempete"), brought, said)
    check_conversations(site, list(chain.from_iterable(strands.values())))


def strands_of_doors(chance: random.Random) -> dict[str, list[list[Sent]]]:
    """What comes by each door."""
    found: dict[str, list[list[Sent]]] = {door: [] for door in SHARES}
    number = 0
    for door, share in SHARES.items():
        while sum(map(len, found[door])) < MAILS * share:
            found[door].append(strand(number, chance))
            number += 1
    return found


def woven(strands: list[list[Sent]], chance: random.Random) -> list[list[Sent]]:
    """Many customers who write at the same time, each in their order."""
    places = [number for number, mails in enumerate(strands) for _mail in mails]
    # Neighbours are mixed, so that answers follow soon and beside others.
    places.sort(key=lambda number: number + chance.uniform(0, 12))
    left = [iter(mails) for mails in strands]
    return [[next(left[number])] for number in places]


def count(site: LiveSite, condition: str) -> int:
    """How many mails of the ledger."""
    [(found,)] = rows(site, f"SELECT count(*) FROM domain_arrival WHERE {condition}")  # noqa: S608 -- ours
    return int(found)


def check_ledger(site: LiveSite, uids: list[int], brought: list[Sent], said: Said) -> None:
    """Each promise is one row with the very bytes; rows without a promise are those whose answer was lost."""
    ledger = [json.loads(line) for line in site.execute(STORED, timeout=300).splitlines()]
    fetched = [(uid, digest) for _pk, door, uid, _state, _reason, digest in ledger if door == "imap"]
    assert fetched == [(uid, mail.digest) for uid, mail in zip(uids, brought, strict=True)]
    assert said.twice == []
    kept = {pk: (door, digest) for pk, door, _uid, _state, _reason, digest in ledger}
    assert {number: kept.get(number) for number in said.kept} == said.kept
    piped = Counter(digest for door, digest in kept.values() if door == "pipe")
    assert Counter(said.piped) <= piped
    unsaid = Counter(door for pk, (door, _digest) in kept.items() if door != "imap" and pk not in said.kept)
    unsaid["pipe"] -= len(said.piped)
    assert +unsaid <= Counter(said.lost)


def check_conversations(site: LiveSite, strands: list[list[Sent]]) -> None:
    """Each letter is one message; those of one customer are one conversation, in their order; the rest opens nothing."""
    ends = Counter(mail.end for mails in strands for mail in mails)
    settled = {
        (state, reason): found
        for state, reason, found in rows(
            site, "SELECT state, reason, count(*) FROM domain_arrival GROUP BY 1, 2"
        )
    }
    told = [
        (number, *map(int, found.groups()))
        for number, text in rows(site, TEXTS)
        if (found := PLACE.search(text))
    ]
    assert settled.pop(("accepted", "")) == ends["accepted"] == len(told)
    assert settled.pop(("set_aside", "auto_reply"), 0) == ends["auto_reply"]
    assert settled.pop(("set_aside", "bounce"), 0) == ends["bounce"]
    assert settled.pop(("set_aside", "duplicate")) >= ends["twin"]
    assert set(settled) <= {("quarantined", "outlook_file")}
    assert len({(customer, place) for _number, customer, place in told}) == len(told)
    conversations: dict[int, set[int]] = {}
    places: dict[int, list[int]] = {}
    for number, customer, place in told:
        conversations.setdefault(customer, set()).add(number)
        places.setdefault(customer, []).append(place)
    assert {customer: found for customer, found in conversations.items() if len(found) > 1} == {}
    assert {customer: found for customer, found in places.items() if found != sorted(found)} == {}


# --- What leaves ------------------------------------------------------------------------------------------------


class Server:
    """A mail server that dies and comes back on its port, and remembers what it answers for."""

    def __init__(self) -> None:
        self.peer = Peer()
        self._held = contextlib.ExitStack()
        self._held.enter_context(peer_running(self.peer))

    def kill(self, seconds: float) -> None:
        """It is gone for a while, in the middle of what it was told."""
        self._held.close()
        self.peer.cut_all()
        time.sleep(seconds)
        self._held.enter_context(peer_running(self.peer))

    def break_off(self, stage: str) -> None:
        """It breaks off at this stage of the next letter."""
        self.peer.cuts, before = stage, self.peer.sessions
        limit = time.monotonic() + 3
        while self.peer.sessions == before and time.monotonic() < limit:
            time.sleep(0.01)
        time.sleep(0.05)
        self.peer.cuts = ""

    def close(self) -> None:
        """It ends."""
        self._held.close()


def test_letters_leave_at_most_once(new_site: NewSite, capfd: pytest.CaptureFixture[str]) -> None:
    kills = KILLS // 2
    tell(capfd, f"VISAVIS_TEST_SEED={SEED} VISAVIS_TEST_LETTERS={LETTERS}, {kills} kills")
    began, chance = time.monotonic(), random.Random(SEED)
    site = new_site(environment=BEHIND_A_PROXY | {"VISAVIS_LONGEST_RESTART_SECONDS": "0"})
    make_house(site)
    site.start()
    server = Server()
    keys = [
        [str(uuid.uuid4()) for _ in range(IN_A_CONVERSATION)] for _ in range(LETTERS // IN_A_CONVERSATION)
    ]
    pace = Pace(LETTERS, kills)
    writing = threading.Thread(target=write, args=(site, keys, server.peer.port, pace), daemon=True)
    writing.start()

    while pace.killed < kills:
        time.sleep(chance.uniform(0.2, 1.5))
        match chance.choice(("site", "site", "server", "stage", "stage")):
            case "site":
                kill_one(site, chance)
            case "server":
                server.kill(chance.uniform(0, 1))
            case _:
                server.break_off(chance.choice(("mail", "rcpt", "data", "middle", "dot", "taken")))
        site.execute(TIME_PASSES)
        pace.kill()
        wait_for(lambda: not pace.is_behind() or not writing.is_alive(), 120)
    writing.join(120)
    everything = list(chain.from_iterable(keys))
    until_over(site, everything)

    taken = Counter(one.header_id.partition("@")[0] for one in server.peer.taken)
    ends = ends_of(site)
    uncertain = {key for key, end in ends.items() if end == "uncertain"}
    spent = f"{time.monotonic() - began:.0f} s at load {os.getloadavg()[0]:.1f}"
    tell(capfd, f"{LETTERS} letters, {kills} kills, {len(uncertain)} in doubt: {spent}")
    wanted = {uuid.UUID(key).hex for key in everything}
    assert set(ends) == wanted
    assert Counter(ends.values()) == {"done": LETTERS - len(uncertain), "uncertain": len(uncertain)}
    assert max(taken.values()) == 1
    assert {key for key in wanted if not taken[key]} <= uncertain
    check_order(keys, [one.header_id.partition("@")[0] for one in server.peer.taken])
    time.sleep(3)  # an uncertain one would leave by itself now, if ever
    assert sum(taken.values()) == len(server.peer.taken)

    settle_all(site, server.peer)
    until_over(site, everything)
    assert Counter(ends_of(site).values()) == {"done": LETTERS}
    again = Counter(one.header_id.partition("@")[0] for one in server.peer.taken)
    assert again == dict.fromkeys(wanted, 1)
    facts = rows(site, "SELECT count(*) FROM domain_entry WHERE verb = 'reply.left'")
    assert facts == [(LETTERS,)]
    everything_numbered(site)
    server.close()


def write(site: LiveSite, keys: list[list[str]], port: int, pace: Pace) -> None:
    """Alice answers, ten times in each conversation, each of a customer of another domain."""
    for number, some in enumerate(keys):
        pace.wait()
        answer_letter(
            site, some, subject=f"Affaire {number}", address=f"david@client{number}.example", port=port
        )
        pace.one_more(len(some))


def ends_of(site: LiveSite) -> dict[str, str]:
    """Where each letter is."""
    query = "SELECT m.key, d.state FROM domain_delivery d JOIN domain_message m ON m.id = d.message_id"
    return {uuid.UUID(str(key)).hex: state for key, state in rows(site, query)}


def until_over(site: LiveSite, keys: list[str]) -> None:
    """Wait until each has left or is in doubt, as hours pass; a live worker tells a letter within seconds."""

    def over() -> bool:
        moving = [state for state in ends_of(site).values() if state not in {"done", "uncertain"}]
        if moving and not {"taken", "told"} & set(moving):
            site.execute(TIME_PASSES)
        elif moving:
            time.sleep(2)
            site.execute(LATER + TIME_PASSES)
        return not moving and len(ends_of(site)) == len(keys)

    wait_for(over, 240)


def check_order(keys: list[list[str]], taken: list[str]) -> None:
    """What a server has of one conversation came in the order in which it was written."""
    places = {key: place for place, key in enumerate(taken)}
    for some in keys:
        there = [places[found] for key in some if (found := uuid.UUID(key).hex) in places]
        assert all(first < second for first, second in pairwise(there)), some
