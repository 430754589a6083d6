"""One's own open sessions, told in words: which program, which machine, since when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

# In this order: Edge also says Chrome and Safari, Chrome also says Safari.
PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, kw_only=True)
class OwnSession:
    """One open session."""

    id: int
    device: str
    address: str
    opened_at: datetime
    is_current: bool


def own_sessions(request: HttpRequest) -> list[OwnSession]:
    """Return the reader's open sessions, the present one first, then the newest."""
    rows = UserSession.objects.purge_and_list(request.user)
    present = request.session.session_key
    rows.sort(key=lambda row: (row.session_key != present, -row.created_at.timestamp()))
    return [
        OwnSession(
            id=row.pk,
            device=device(row.user_agent),
            address=row.ip,
            opened_at=row.created_at,
            is_current=row.session_key == present,
        )
        for row in rows
    ]


def end(request: HttpRequest, session_id: int) -> None:
    """The reader's session with this number is closed; nothing happens when it is not theirs, or not open."""
    for row in UserSession.objects.filter(user=request.user, pk=session_id):
        row.end()


def end_others(request: HttpRequest) -> None:
    """Every session of the reader is closed but the present one."""
    for row in UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key):
        row.end()


def device(user_agent: str) -> str:
    """Return « Firefox, Linux », or that the device did not say."""
    named = [name for known in (PROGRAMS, MACHINES) for name in first_named(user_agent, known)]
    return ", ".join(named) or _("A device that does not say its name")


def first_named(user_agent: str, known: tuple[tuple[str, str], ...]) -> list[str]:
    """Return the first name whose sign stands in the text, in a list, or nothing."""
    return [name for sign, name in known if re.search(rf"\b{re.escape(sign)}", user_agent)][:1]
