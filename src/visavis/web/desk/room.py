"""What the foot of the list says: the room left on one's own desk, and what may still come to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from visavis.channels.registry import CHANNELS
from visavis.domain.dispatch.load import room_of
from visavis.domain.presence.queries import state_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visavis.channels.registry import Channel
    from visavis.domain.dispatch.load import Room
    from visavis.domain.people.models import Adviser

# Somebody who rests, learns or has left is not called by a sound: the title counts, and waits for them.
LEFT_ALONE = frozenset({"pause", "recovery", "training", "away"})


@dataclass(frozen=True, kw_only=True)
class RoomTold:
    """In words: `places`, what the room left is enough for (none: full); `efforts`, what each kind takes.

    `state`: one's own presence.
    """

    room: Room
    state: str
    is_available: bool
    is_left_alone: bool
    places: list[str]
    efforts: list[str]

    @property
    def is_full(self) -> bool:
        """True when not even the smallest contact fits."""
        return not self.places


def room_told(adviser: Adviser) -> RoomTold:
    """Tell the room of one's own desk; two queries."""
    room, state = room_of(adviser), state_of(adviser.pk)
    efforts = dict(_efforts(adviser))
    return RoomTold(
        room=room,
        state=state,
        is_available=state == "available",
        is_left_alone=state in LEFT_ALONE,
        places=[
            _live(count) if is_live else _written(count)
            for is_live, effort in efforts.items()
            if (count := room.left // effort)
        ],
        efforts=[_effort_told(is_live, effort) for is_live, effort in efforts.items()],
    )


def _efforts(adviser: Adviser) -> Iterator[tuple[bool, int]]:
    """Points that one live contact takes, then one written, of the channels that this adviser takes."""
    for is_live in (True, False):
        points = [
            max(1, channel.effort)
            for channel in CHANNELS
            if channel.is_live == is_live and _takes(adviser, channel)
        ]
        if points:
            yield is_live, min(points)


def _takes(adviser: Adviser, channel: Channel) -> bool:
    return not adviser.channels or channel.name in adviser.channels


def _live(count: int) -> str:
    return ngettext("%(count)s chat", "%(count)s chats", count) % {"count": count}


def _written(count: int) -> str:
    return ngettext("%(count)s written request", "%(count)s written requests", count) % {"count": count}


def _effort_told(is_live: bool, effort: int) -> str:  # noqa: FBT001 — the two kinds of contact
    if is_live:
        sentence = ngettext("A chat takes %(count)s point.", "A chat takes %(count)s points.", effort)
    else:
        sentence = ngettext(
            "A written request takes %(count)s point.", "A written request takes %(count)s points.", effort
        )
    return sentence % {"count": effort}
