"""The channels: one line each. Outside their folders nobody asks which channel it is, but what it is like."""

from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What a channel is like.

    `is_live`: someone waits in front of it; `effort`: points it takes on a desk; `needs_mailbox`: nobody
    comes by it to a house that has none.
    """

    name: str
    is_live: bool
    effort: int
    icon: str
    label: LazyText
    needs_mailbox: bool = False


CHANNELS = (
    Channel(name="chat", is_live=True, effort=2, icon="message-circle", label=_("chat")),
    Channel(name="form", is_live=False, effort=1, icon="file-text", label=_("form")),
    Channel(name="email", is_live=False, effort=1, icon="mail", label=_("e-mail"), needs_mailbox=True),
)
BY_NAME = {channel.name: channel for channel in CHANNELS}


def pairs(*, has_mailbox: bool) -> list[tuple[str, bool]]:
    """Return (name, is_live) of each channel by which the house can be reached, in order."""
    reached = [channel for channel in CHANNELS if has_mailbox or not channel.needs_mailbox]
    return [(channel.name, channel.is_live) for channel in reached]
