"""The journal of the demo: facts gathered in any order, written once in the order of time."""

import uuid
from collections.abc import Callable
from datetime import datetime
from operator import itemgetter

from visavis.domain.journal.facts import Fact
from visavis.domain.journal.models import Entry

BATCH = 2000


class Ledger:
    """Facts with their instants; the same instant keeps the order in which they were noted."""

    def __init__(self) -> None:
        self._noted: list[tuple[datetime, Fact]] = []

    def note(self, fact: Fact, at: datetime) -> None:
        """One more fact."""
        self._noted.append((at, fact))

    def write(self, told: Callable[[int, int], None]) -> int:
        """All of them are in the journal; returns how many. `told` hears how far it is."""
        self._noted.sort(key=itemgetter(0))
        total = len(self._noted)
        for start in range(0, total, BATCH):
            Entry.objects.bulk_create([_entry(at, fact) for at, fact in self._noted[start : start + BATCH]])
            told(min(start + BATCH, total), total)
        return total


def _entry(at: datetime, fact: Fact) -> Entry:
    return Entry(
        at=at,
        verb=fact.verb,
        cause=uuid.uuid4(),
        adviser_id=fact.adviser_id,
        team_id=fact.team_id,
        brand_id=fact.brand_id,
        conversation_id=fact.conversation_id,
        facts=fact.details(),
    )
