"""The hub: slow readers, ends, and what closes a batch."""

from __future__ import annotations

import asyncio

from visavis.live.events import CustomerReader, Event
from visavis.live.hub import WAITING_LIMIT, Hub, Stream


def event(position: int, *, ends: int | None = None) -> tuple[Event, bytes]:
    """News of conversation 42, as the journal's reader hands it over."""
    made = Event(
        type="conversation",
        number=42,
        position=position,
        conversation_id=42,
        shown_to_customer=True,
        ends_customer_of=ends,
    )
    return made, made.text


def read_all(stream: Stream) -> str:
    """What waits in the stream."""

    async def read() -> bytes:
        return await asyncio.wait_for(stream.take(), 1) or b""

    return asyncio.run(read()).decode()


def test_batch_ends_with_its_position() -> None:
    hub = Hub()
    stream = hub.add(CustomerReader(42))

    hub.deliver([event(1), event(2)], 5)

    told = read_all(stream)
    assert told.count("event: conversation") == 2
    assert told.endswith("id: 5\n\n")
    assert told.count("id:") == 1


def test_reader_of_something_else_is_not_woken() -> None:
    hub = Hub()
    stream = hub.add(CustomerReader(43))

    hub.deliver([event(1)], 1)

    assert stream.is_idle


def test_slow_reader_is_told_to_reload_and_costs_no_more_memory() -> None:
    hub = Hub()
    stream = hub.add(CustomerReader(42))

    for position in range(1, 3 * WAITING_LIMIT):
        hub.deliver([event(position)], position)

    told = read_all(stream)
    assert "event: reload" in told
    assert told.count("event: conversation") <= WAITING_LIMIT


def test_revoked_link_sends_its_customer_away() -> None:
    hub = Hub()
    david, other = hub.add(CustomerReader(42)), hub.add(CustomerReader(43))

    hub.deliver([event(1, ends=42)], 1)

    assert "event: gone" in read_all(david)
    assert asyncio.run(asyncio.wait_for(david.take(), 1)) is None
    assert other.is_idle


def test_stream_opened_after_the_stop_ends_at_once() -> None:
    hub = Hub()
    hub.close()

    assert asyncio.run(asyncio.wait_for(hub.add(CustomerReader(42)).take(), 1)) is None
