"""The channels: one line each. Outside their folders nobody asks which channel it is, but what it is like."""

from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What a channel is like.

    `is_live`: someone waits in front of it; `effort`: points it takes on a desk.
    """

    name: str
    is_live: bool
    effort: int
    icon: str
    label: LazyText


CHANNELS = (
    Channel(name="chat", is_live=True, effort=2, icon="message-circle", label=_("chat")),
    Channel(name="form", is_live=False, effort=1, icon="file-text", label=_("form")),
    Channel(name="email", is_live=False, effort=1, icon="mail", label=_("e-mail")),
)
BY_NAME = {channel.name: channel for channel in CHANNELS}


def pairs() -> list[tuple[str, bool]]:
    """Return (name, is_live) of each channel, in order."""
    return [(channel.name, channel.is_live) for channel in CHANNELS]
