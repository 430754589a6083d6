"""When things happen in a story: paces, working hours, and when promises fall due."""

import random
import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .script import Pledge, Story, Turn

PARIS = ZoneInfo("Europe/Paris")
OPENS, CLOSES = time(8), time(20)
_DUE_IN_DAYS = re.compile(r"\+(\d+)j (\d+)h$")
_DUE_IN_HOURS = re.compile(r"\+(\d+)h$")
NIGHT_ENDS = 7
LONG_PAUSE = timedelta(minutes=30)


def paces(story: Story, rng: random.Random) -> list[timedelta]:
    """How long after the turn before each turn comes; the first one is zero."""
    jitter = (1.0, 1.0) if story.only_for else (0.85, 1.2)
    return [timedelta(0)] + [
        _pace(turn, channel=story.channel, jitter=jitter, rng=rng) for turn in story.turns[1:]
    ]


def _pace(turn: Turn, *, channel: str, jitter: tuple[float, float], rng: random.Random) -> timedelta:
    if turn.delay is not None:
        return turn.delay * rng.uniform(*jitter)
    if turn.who == "note":
        return timedelta(seconds=rng.randint(15, 90))
    if channel == "chat":
        return timedelta(seconds=rng.randint(25, 150))
    return timedelta(minutes=rng.randint(20, 200))


def forward(
    start: datetime, delays: Sequence[timedelta], *, story: Story, rng: random.Random
) -> list[datetime]:
    """The instants of a story that begins at `start`; we answer in our hours, people write in theirs."""
    instants = [start]
    for turn, delay in zip(story.turns[1:], delays[1:], strict=True):
        at = instants[-1] + delay
        instants.append(
            at if delay < LONG_PAUSE else in_hours(at, is_customer=turn.who == "customer", rng=rng)
        )
    return instants


def backward(end: datetime, delays: Sequence[timedelta], *, last: int) -> list[datetime]:
    """The instants of a story whose turn `last` happens at `end`."""
    instants = [end]
    for delay in reversed(delays[1 : last + 1]):
        at = instants[0] - delay
        instants.insert(0, at if delay < LONG_PAUSE else _evening_before(at))
    return instants


def _evening_before(at: datetime) -> datetime:
    """That instant, or the evening before when people were asleep."""
    hour = at.astimezone(PARIS).hour
    return at - timedelta(hours=hour + 3.4) if hour < NIGHT_ENDS else at


def in_hours(at: datetime, *, is_customer: bool, rng: random.Random) -> datetime:
    """That instant, or the next morning when it is night."""
    local = at.astimezone(PARIS)
    latest = time(22, 15) if is_customer else CLOSES
    if OPENS <= local.time() < latest:
        return at
    day = local.date() + timedelta(days=1) if local.time() >= latest else local.date()
    morning = datetime.combine(day, OPENS, PARIS) + timedelta(minutes=rng.randint(4, 130))
    return morning.astimezone(at.tzinfo)


def start_of_day(now: datetime, *, days_ago: int, rng: random.Random) -> datetime:
    """An instant of that day, as people come: two peaks, late morning and late afternoon."""
    peak = rng.choice([10.4, 10.4, 17.0, 14.0])
    hour = min(19.6, max(8.05, rng.gauss(peak, 1.5)))
    day = now.astimezone(PARIS).date() - timedelta(days=days_ago)
    return (datetime.combine(day, time(0), PARIS) + timedelta(hours=hour)).astimezone(now.tzinfo)


def due(pledge: Pledge, made_at: datetime) -> datetime:
    """When a promise made at that instant falls due."""
    if found := _DUE_IN_DAYS.match(pledge.due):
        day = made_at.astimezone(PARIS).date() + timedelta(days=int(found[1]))
        return datetime.combine(day, time(int(found[2])), PARIS).astimezone(made_at.tzinfo)
    found = _DUE_IN_HOURS.match(pledge.due)
    if found is None:
        raise ValueError(f"not a due time: {pledge.due!r}")
    return made_at + timedelta(hours=int(found[1]))


def noon_tomorrow(now: datetime) -> datetime:
    """Tomorrow at noon, where most customers are."""
    day = now.astimezone(PARIS).date() + timedelta(days=1)
    return datetime.combine(day, time(12), PARIS).astimezone(now.tzinfo)


def is_in_hours(pledge: Pledge) -> bool:
    """True when the promise falls due some hours after it was made, whatever the time of day."""
    return _DUE_IN_HOURS.match(pledge.due) is not None


def pledge_turn(story: Story) -> int:
    """The turn at which the promise of a story is made."""
    ours = [number for number, turn in enumerate(story.turns) if turn.who == "adviser"]
    if story.channel == "form":
        return ours[0]
    paused = [n for n, turn in enumerate(story.turns) if turn.delay is not None and turn.delay >= LONG_PAUSE]
    return max((n for n in ours if not paused or n < paused[0]), default=ours[0])
