"""The channels: one line each. Outside their folders nobody asks which channel it is, but what it is like."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What a channel is like. `is_live`: someone waits in front of it; `effort`: points it takes on a desk."""

    name: str
    is_live: bool
    effort: int
    icon: str


CHANNELS = (
    Channel(name="chat", is_live=True, effort=2, icon="message-circle"),
    Channel(name="form", is_live=False, effort=1, icon="square-pen"),
)
BY_NAME = {channel.name: channel for channel in CHANNELS}


def pairs() -> list[tuple[str, bool]]:
    """Return (name, is_live) of each channel, in order."""
    return [(channel.name, channel.is_live) for channel in CHANNELS]
