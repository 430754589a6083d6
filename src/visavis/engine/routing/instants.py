"""Instants at the border of routing: aware datetimes outside, whole seconds since 1970 inside."""

from datetime import UTC, datetime


def seconds(at: datetime) -> int:
    """The whole seconds since 1970 at this aware instant, rounded down; a naive datetime is refused."""
    if at.utcoffset() is None:
        raise ValueError("an instant needs its zone: this datetime is naive")
    return int(at.timestamp() // 1)


def instant(at: int) -> datetime:
    """The aware datetime, in UTC, of a number of seconds since 1970."""
    return datetime.fromtimestamp(at, UTC)
