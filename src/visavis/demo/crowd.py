"""The others: advisers of the demo whom nobody plays. They are there, so that the floor is not empty.

In the quiet demo their hands are full: what a visitor writes as a customer comes to whoever signs in. With --live
they have room, and answer (see live.py).
"""

import random
from collections.abc import Iterable
from datetime import datetime

from visavis.domain.dispatch.load import loads_of
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser, Role
from visavis.domain.people.operations import set_work
from visavis.domain.presence.models import Presence, PresenceState
from visavis.domain.presence.operations import hear, hear_again, set_presence

from .people import ADVISERS, SHOWN

ROOM = 8
# What the others do, in turn; most are with someone.
STATES = (
    *(PresenceState.AVAILABLE,) * 4,
    PresenceState.PAUSE,
    *(PresenceState.AVAILABLE,) * 3,
    PresenceState.TRAINING,
    *(PresenceState.AVAILABLE,) * 4,
    PresenceState.HELP,
    *(PresenceState.AVAILABLE,) * 3,
    PresenceState.PAUSE,
    *(PresenceState.AVAILABLE,) * 2,
    PresenceState.WRAP_UP,
    *(PresenceState.AVAILABLE,) * 3,
    PresenceState.RECOVERY,
)


def others() -> list[Adviser]:
    """The advisers whom nobody plays, in the order of the plan; one query."""
    emails = [plan.email for plan in ADVISERS if plan.key not in SHOWN]
    found = {
        row.email: row for row in Adviser.objects.filter(email__in=emails, role=Role.ADVISER, is_active=True)
    }
    return [found[email] for email in emails if email in found]


@flow
def come_in(*, now: datetime, is_live: bool) -> list[Adviser]:
    """The others are at their desks; those who are played are away until someone signs in."""
    there = others()
    loads = loads_of(adviser.pk for adviser in there)
    for place, adviser in enumerate(there):
        room = ROOM if is_live else max(1, loads.get(adviser.pk, 0))
        _make_room(adviser, room, now)
        state = STATES[place % len(STATES)]
        if is_live and state in {PresenceState.WRAP_UP, PresenceState.RECOVERY}:
            state = PresenceState.AVAILABLE
        set_presence(adviser, state, at=now)
    played = Presence.objects.exclude(adviser__in=there).exclude(state=PresenceState.AWAY)
    for presence in played.select_related("adviser"):
        set_presence(presence.adviser, PresenceState.AWAY, at=now)
    return there


def _make_room(adviser: Adviser, room: int, now: datetime) -> None:
    room = min(30, room)
    if adviser.capacity != room:
        set_work(
            adviser, capacity=room, channels=adviser.channels, languages=adviser.languages, by=None, at=now
        )


def beat(there: Iterable[Adviser], *, now: datetime) -> None:
    """Their desks are heard."""
    for adviser in there:
        if hear(adviser.pk, at=now):
            hear_again(adviser, at=now)


def swap(there: list[Adviser], *, now: datetime, rng: random.Random) -> None:
    """Somebody comes back from a pause, and somebody else takes theirs."""
    states = dict(Presence.objects.filter(adviser__in=there).values_list("adviser_id", "state"))
    resting = [
        a
        for a in there
        if states.get(a.pk) in {PresenceState.PAUSE, PresenceState.WRAP_UP, PresenceState.HELP}
    ]
    working = [a for a in there if states.get(a.pk) == PresenceState.AVAILABLE]
    if resting:
        set_presence(rng.choice(resting), PresenceState.AVAILABLE, at=now)
    if len(working) > len(there) // 2:
        state = rng.choice(
            [PresenceState.PAUSE, PresenceState.PAUSE, PresenceState.HELP, PresenceState.WRAP_UP]
        )
        set_presence(rng.choice(working), state, at=now)
