"""Calendar parts, as events that a screen can tell in plain words."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from visavis.channels.email.charsets import decode, printable
from visavis.channels.email.mail import Invitation

if TYPE_CHECKING:
    from icalendar.cal import Component

LONGEST = 256 << 10  # bytes of a calendar part that are read
MOST = 20  # events


def invitations(data: bytes, *, charset: str, method: str) -> tuple[Invitation, ...] | None:
    """Return the events of a calendar part, None when it cannot be read; `method` is that of the
    Content-Type.
    """
    from icalendar import Calendar  # noqa: PLC0415 -- slow, and few mails invite

    source = printable(decode(data, charset)[0])
    try:
        calendars = Calendar.from_ical(source, multiple=True)
        events = [
            _event(event, method or str(calendar.get("METHOD", "")))
            for calendar in calendars
            for event in calendar.walk("VEVENT")[:MOST]
        ]
    except Exception:  # any calendar of the world goes through that parser, and its errors are of all kinds
        return None
    return tuple(events[:MOST])


def _event(event: Component, method: str) -> Invitation:
    """Read one event; what is missing is empty."""
    organiser = str(event.get("ORGANIZER", ""))
    name = getattr(event.get("ORGANIZER"), "params", {}).get("CN", "")
    repeats: Any = event.get("RRULE")
    return Invitation(
        method=method.upper()[:20],
        uid=_text(event, "UID"),
        summary=_text(event, "SUMMARY"),
        starts=_when(event, "DTSTART"),
        ends=_when(event, "DTEND"),
        place=_text(event, "LOCATION"),
        organiser=(str(name) or organiser.removeprefix("mailto:").removeprefix("MAILTO:"))[:300],
        description=_text(event, "DESCRIPTION", longest=10_000),
        repeats=repeats.to_ical().decode("utf-8", "replace")[:300] if hasattr(repeats, "to_ical") else "",
    )


def _text(event: Component, name: str, *, longest: int = 1000) -> str:
    value: Any = event.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value)[:longest].strip()


def _when(event: Component, name: str) -> datetime | date | None:
    value = getattr(event.get(name), "dt", None)
    return value if isinstance(value, date) else None


def lines(invitation: Invitation) -> str:
    """Return an event in lines without a word of any language, for a mail that says nothing else."""
    when = " → ".join(_written(moment) for moment in (invitation.starts, invitation.ends) if moment)
    told = (invitation.summary, when, invitation.place, invitation.organiser, "", invitation.description)
    return "\n".join(line for index, line in enumerate(told) if line or index == 4).strip()


def _written(moment: datetime | date) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}".strip() if isinstance(moment, datetime) else moment.isoformat()
