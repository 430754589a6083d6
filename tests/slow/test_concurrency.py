"""Eight dispatching processes and eight writers on PostgreSQL: nothing twice, nobody beyond room or rest."""

# ruff: noqa: T201 — a random test tells its seed and what it measured

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from tests.live.speaking import BEHIND_A_PROXY, make_house
from tests.live_site import ROOT
from tests.slow.test_kill import Writer
from tests.workers.comparing import everything_numbered, rows, wait_for

if TYPE_CHECKING:
    from tests.live_site import LiveSite, NewSite

pytestmark = [pytest.mark.slow, pytest.mark.postgres]

SECONDS = 45
DISPATCHERS = 8
ADVISERS = """
from datetime import timedelta
from django.utils import timezone
from visavis.domain.dispatch.operations import publish_policy
from visavis.domain.people.models import Adviser, Team
from visavis.domain.people.operations import make_account
from visavis.domain.presence.models import Presence
from visavis.domain.presence.operations import set_presence
from visavis.engine.routing import Policy
publish_policy(Policy(version=1, rest_seconds=10).as_dict(), by=None)
team = Team.objects.get(name="Loire")
for number in range(60):
    adviser = make_account(email=f"a{number}@example.fr", displayed_name=f"A{number}", role="adviser", team=team,
                           password=None, at=timezone.now())
    set_presence(adviser, "available")
Presence.objects.update(heard_at=timezone.now() + timedelta(days=1))
"""
# Conversations end, so that there is room again.
RESOLVER = """
import time
from visavis.domain.conversations.models import Conversation
from visavis.domain.conversations.operations import resolve_conversation
while True:
    held = Conversation.objects.filter(adviser__isnull=False).exclude(state="resolved").select_related("adviser")
    for conversation in held.order_by("pk")[:5]:
        resolve_conversation(conversation, by=conversation.adviser)
    time.sleep(0.05)
"""
BEYOND_ROOM = """
SELECT a.id FROM domain_adviser a JOIN domain_conversation c ON c.adviser_id = a.id
WHERE c.state IN ('open', 'reopened') AND c.merged_into_id IS NULL AND c.snoozed_until IS NULL
GROUP BY a.id, a.capacity HAVING sum(c.effort) > a.capacity
"""
# Offered again without having been given back, refused or returned in between.
OFFERED_TWICE = """
SELECT conversation_id FROM domain_entry WHERE verb = 'conversation.offered' GROUP BY 1
HAVING count(*) > 1 + (SELECT count(*) FROM domain_entry e WHERE e.conversation_id = domain_entry.conversation_id
                       AND e.verb IN ('offer.refused', 'conversation.returned', 'message.received',
                                      'conversation.resolved'))
"""
# Two offers to one person, nearer than the rest that the policy leaves them.
WITHOUT_REST = """
SELECT adviser_id FROM (
  SELECT adviser_id, offered_at - lag(offered_at) OVER (PARTITION BY adviser_id ORDER BY offered_at) AS rest
  FROM domain_offer) AS told
WHERE rest < interval '10 seconds'
"""
# In the order of positions, a conversation opens first and is offered after a message.
OUT_OF_ORDER = """
SELECT conversation_id FROM (
  SELECT conversation_id, verb, row_number() OVER (PARTITION BY conversation_id ORDER BY position) AS rank
  FROM domain_entry WHERE conversation_id IS NOT NULL) AS told
WHERE (rank = 1) <> (verb = 'conversation.opened')
"""


class Watch(threading.Thread):
    """Looks ten times a second at who has more than their room."""

    def __init__(self, site: LiveSite) -> None:
        super().__init__(daemon=True)
        self.site = site
        self.beyond: list[object] = []
        self.looks = 0
        self.stopping = threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        while not self.stopping.wait(0.1):
            self.beyond += rows(self.site, BEYOND_ROOM)
            self.looks += 1


def test_eight_dispatchers_and_eight_writers(new_site: NewSite) -> None:
    site = new_site(environment=BEHIND_A_PROXY)
    make_house(site)
    site.execute(ADVISERS)
    site.start()
    log = (site.folder / "dispatchers.log").open("ab")
    commands = [["-m", "visavis", "worker", "dispatcher"]] * DISPATCHERS
    commands.append(["-c", f"import django; django.setup()\n{RESOLVER}"])
    processes = [
        subprocess.Popen([sys.executable, *command], env=site.environment, cwd=ROOT, stdout=log, stderr=log)
        for command in commands
    ]
    writers, watch = [Writer(site.port, each=2) for _ in range(8)], Watch(site)
    threads: list[Writer | Watch] = [*writers, watch]
    for thread in threads:
        thread.start()

    time.sleep(SECONDS)
    for thread in threads:
        thread.stopping.set()
    for thread in threads:
        thread.join(60)
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(30)
    log.close()

    told = (site.folder / "dispatchers.log").read_text(encoding="utf-8") + site.log
    wait_for(lambda: rows(site, "SELECT count(*) FROM domain_entry WHERE position IS NULL") == [(0,)])
    [(offers,)] = rows(site, "SELECT count(*) FROM domain_offer")
    print(f"{offers} offers, {sum(len(writer.accepted) for writer in writers)} messages, {watch.looks} looks")
    assert offers > 50
    assert watch.looks > SECONDS
    assert watch.beyond == []
    assert rows(site, OFFERED_TWICE) == []
    assert rows(site, WITHOUT_REST) == []
    assert rows(site, OUT_OF_ORDER) == []
    assert rows(site, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == [(0,)]
    assert "failed" not in told
    everything_numbered(site)
