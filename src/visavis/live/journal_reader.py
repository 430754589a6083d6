"""The thread that reads the journal for the hub: one database connection for all the streams."""

import asyncio
import logging
import threading
from collections import deque
from functools import lru_cache

from django.db import close_old_connections, connections

from visavis.domain.conversations.models import Conversation
from visavis.domain.errors import NotFound
from visavis.domain.journal.queries import entries_after, last_position
from visavis.domain.people.access import rights_of

from . import bell
from .events import AdviserReader, Event, events_of, once_each
from .hub import Hub

LIMIT = 500
# A safety net under the bell.
LOOK_SECONDS = 5
logger = logging.getLogger(__name__)


class JournalReader:
    """Follows the journal from where it stands at the start, and hands what it means to the hub."""

    def __init__(self, hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
        self._hub = hub
        self._loop = loop
        self._now = threading.Event()
        self._nudges: deque[bell.Nudge] = deque()
        self._stopping = False
        self._position = -1
        self.is_ready = asyncio.Event()
        self._thread = threading.Thread(target=self._follow, name="journal-reader", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping = True
        self._now.set()
        if self._thread.is_alive():
            self._thread.join(2)

    def ear(self, ring: bell.Ring) -> None:
        """Hear the bell: there may be something to read."""
        if isinstance(ring, bell.Nudge):
            self._nudges.append(ring)
            self._now.set()
        elif ring == "advanced":
            self._now.set()

    def _follow(self) -> None:
        self._now.set()
        while not self._stopping:
            self._now.wait(LOOK_SECONDS)
            self._now.clear()
            try:
                close_old_connections()
                if self._position < 0:
                    self._begin()
                self._tell_nudges()
                while self._read():
                    pass
            except Exception as error:  # the streams must outlive a database that is away
                # No traceback: it holds the values of queries.
                cannot = "The live screens cannot read the journal: %s"
                logger.error(cannot, type(error).__name__)  # noqa: TRY400 -- it would hold values
                connections["default"].close()
                threading.Event().wait(1)
                self._now.set()
        connections["default"].close()

    def _begin(self) -> None:
        self._position = last_position()
        self._loop.call_soon_threadsafe(self._hub.deliver, [], self._position)
        self._loop.call_soon_threadsafe(self.is_ready.set)

    def _read(self) -> bool:
        """Read one batch and hand it over; True when there may be more."""
        entries = entries_after(self._position, limit=LIMIT)
        if not entries:
            return False
        events = once_each(event for entry in entries for event in events_of(entry))
        self._renew_rights(events)
        self._position = entries[-1].position or self._position
        self._hand_over(events, self._position)
        return len(entries) == LIMIT

    def _renew_rights(self, events: list[Event]) -> None:
        """Read again the rights that these events may have changed, before anyone is told of them."""
        here = self._hub.adviser_ids()
        everyone = any(event.changes_rights_of == "everyone" for event in events)
        some = {event.number for event in events if event.changes_rights_of == "one"}
        if everyone or some:
            readers = {number: self._reader(number) for number in (here if everyone else here & some)}
            self._loop.call_soon_threadsafe(self._hub.renew, readers)

    def _reader(self, adviser_id: int) -> AdviserReader | None:
        try:
            return AdviserReader(rights_of(adviser_id))
        except NotFound:
            return None

    def _tell_nudges(self) -> None:
        events = []
        while self._nudges:
            nudge = self._nudges.popleft()
            event = Event(
                type=nudge.kind,
                number=nudge.number,
                position=0,
                brand_id=_brand_of(nudge.number),
                for_leaders=False,
                conversation_id=nudge.number,
                shown_to_customer=True,
            )
            if event.brand_id is not None:
                events.append(event)
        if events:
            self._hand_over(once_each(events), self._position)

    def _hand_over(self, events: list[Event], position: int) -> None:
        batch = [(event, event.text) for event in events]
        self._loop.call_soon_threadsafe(self._hub.deliver, batch, position)


@lru_cache(maxsize=4096)
def _brand_of(conversation_id: int) -> int | None:
    return Conversation.objects.filter(pk=conversation_id).values_list("brand_id", flat=True).first()
