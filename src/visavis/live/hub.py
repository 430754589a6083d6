"""The hub: one per web process. It reads the journal once and tells each stream what its reader may know."""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence

from .events import AdviserReader, CustomerReader, Event, Reader, block

# More than this waiting for a slow reader, and it is told to fetch everything again.
WAITING_LIMIT = 200
HEARTBEAT_SECONDS = 15
# A stream is closed after about ten minutes; the browser comes back, and its session is looked at again.
LIFE_SECONDS = (480, 720)

Batch = Sequence[tuple[Event, bytes]]
NewReaders = Mapping[int, AdviserReader | None]


class Stream:
    """One open stream: what waits to be written to it, and who reads it."""

    __slots__ = ("_ended", "_waiter", "_waiting", "ends_at", "reader")

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.ends_at = time.monotonic() + random.uniform(*LIFE_SECONDS)  # noqa: S311 — spreads reconnections
        self._waiting: list[bytes] = []
        self._waiter: asyncio.Future[None] | None = None
        self._ended = False

    @property
    def is_idle(self) -> bool:
        """True when nothing waits to be written."""
        return not self._waiting

    def put(self, chunk: bytes, *, position: int) -> None:
        """Leave a chunk for the reader; when too many wait, they are all replaced by one `reload`."""
        if len(self._waiting) >= WAITING_LIMIT:
            self._waiting = [block("reload"), mark(position)]
        self._waiting.append(chunk)
        self._wake()

    def end(self) -> None:
        """Close after what waits is written."""
        self._ended = True
        self._wake()

    async def take(self) -> bytes | None:
        """Return what waits, as soon as something does; None when the stream has ended."""
        while not self._waiting:
            if self._ended:
                return None
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        chunk = b"".join(self._waiting)
        self._waiting.clear()
        return chunk

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def mark(position: int) -> bytes:
    """Return what tells the browser where it is, so that it resumes from there; nothing is shown."""
    return f"id: {position}\n\n".encode()


class Hub:
    """The open streams of this process. Every method runs in the event loop."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.position = 0
        self.rights_read = 0
        self.is_closed = False

    def add(self, reader: Reader) -> Stream:
        """Open a stream; it receives what is delivered from now on."""
        stream = Stream(reader)
        self.streams.add(stream)
        if self.is_closed:
            stream.end()
        return stream

    def remove(self, stream: Stream) -> None:
        """Forget a stream whose reader left."""
        self.streams.discard(stream)
        stream.end()

    def deliver(self, batch: Batch, position: int) -> None:
        """Tell each stream what its reader may know of this batch, then where the journal stands."""
        self.position = max(self.position, position)
        close_of_batch = mark(self.position)
        for stream in self.streams:
            may_know = stream.reader.may_know
            told = [text for event, text in batch if may_know(event)]
            if told:
                told.append(close_of_batch)
                stream.put(b"".join(told), position=self.position)
        self._end_customers(batch)

    def renew(self, readers: NewReaders) -> None:
        """Give streams their reader's new rights: `gone` when something is lost, `reload` when won."""
        self.rights_read += 1
        for stream in self.streams:
            if not isinstance(stream.reader, AdviserReader):
                continue
            former = stream.reader.rights
            if former.adviser_id not in readers:
                continue
            new = readers[former.adviser_id]
            if new is None or not new.rights.is_active:
                self._send_away(stream)
            elif new.rights != former:
                stream.reader = new
                lost = former.brand_ids - new.rights.brand_ids or former.role != new.rights.role
                stream.put(block("gone" if lost else "reload"), position=self.position)

    def adviser_ids(self) -> set[int]:
        """Return the accounts that have a stream here; safe from another thread."""
        readers = [stream.reader for stream in list(self.streams)]
        return {reader.rights.adviser_id for reader in readers if isinstance(reader, AdviserReader)}

    async def keep_alive(self) -> None:
        """Every fifteen seconds tell each stream where the journal is; end those that lived long enough."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            beat = b":\n" + mark(self.position)
            now = time.monotonic()
            for stream in self.streams:
                if now > stream.ends_at:
                    stream.end()
                elif stream.is_idle:
                    stream.put(beat, position=self.position)

    def close(self) -> None:
        """End every stream: the server stops."""
        self.is_closed = True
        for stream in self.streams:
            stream.end()

    def _end_customers(self, batch: Batch) -> None:
        ended = {event.ends_customer_of for event, _ in batch} - {None}
        if not ended:
            return
        for stream in self.streams:
            if isinstance(stream.reader, CustomerReader) and stream.reader.conversation_id in ended:
                self._send_away(stream)

    def _send_away(self, stream: Stream) -> None:
        stream.put(block("gone"), position=self.position)
        stream.end()
