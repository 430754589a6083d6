"""The same texts as tickets: the first message is the description, the others are follow-ups.

Run by the Python of helpdesk's environment: nothing of ours is imported.
"""

import sqlite3
import sys
from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import connection
from helpdesk.models import FollowUp, Queue, Ticket  # type: ignore[import-not-found] # in an environment of its own

from benchmarks.rows import keep

LONG, PER_CONVERSATION, LIVING = 500, 5, 6_000
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
OPEN, CLOSED = 1, 4
TICKET = (
    "id title queue_id created modified submitter_email description status assigned_to_id secret_key".split()
)


def conversation_of(message: int) -> int:
    """As in our house."""
    return 1 if message <= LONG else (message - 1) // PER_CONVERSATION + 1


def fill(source: str, count: int) -> None:
    """Everything, in one go."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA foreign_keys = OFF")
        else:
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET session_replication_role = replica")
    users = get_user_model().objects
    account: dict[str, object] = {"username": "alice", "is_staff": True, "is_superuser": True}
    me = users.create(email="alice@example.fr", **account)
    queues = [Queue.objects.create(title=name, slug=name.lower()) for name in ("Locacar", "Netnet", "Credit")]
    texts = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    said = "SELECT number, text FROM said ORDER BY number"
    firsts = {conversation_of(number): number for number in range(count, 0, -1)}
    keep(
        Ticket,
        TICKET,
        (
            ticket(conversation_of(number), text, count, queues, me)
            for number, text in texts.execute(said)
            if firsts[conversation_of(number)] == number
        ),
    )
    keep(
        FollowUp,
        ("ticket_id", "date", "title", "comment", "public"),
        (
            (conversation_of(number), said_at(number, count), "Commentaire", text, True)
            for number, text in texts.execute(said)
            if firsts[conversation_of(number)] != number
        ),
    )
    connection.cursor().execute("ANALYZE")


def ticket(n: int, text: str, count: int, queues: list[Queue], me: AbstractUser) -> tuple[object, ...]:
    """The row of a ticket: the last ones are open, one in sixty of them ours."""
    last = count // PER_CONVERSATION
    at = said_at(1 if n == 1 else (n - 1) * PER_CONVERSATION + 1, count)
    is_open = n > last - LIVING and (n - last + LIVING) % 3 != 2
    owner = me.pk if is_open and n % 60 == 0 else None
    title = " ".join(text.split()[:6])[:200]
    address = f"client{n // 5 + 1}@exemple.fr"
    return n, title, queues[n % 3].pk, at, at, address, text, OPEN if is_open else CLOSED, owner, "x"


def said_at(message: int, count: int) -> datetime:
    """As in our house."""
    return NOW - timedelta(minutes=count - message)


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]))
