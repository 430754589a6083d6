"""The same texts as tickets: the first message is the description, the others are follow-ups.

Run by the Python of helpdesk's environment: nothing of ours is imported.
"""

import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from itertools import islice

import django

django.setup()

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from helpdesk.models import FollowUp, Queue, Ticket  # type: ignore[import-not-found] # in an environment of its own

LONG, PER_CONVERSATION, LIVING, BATCH = 500, 5, 6_000, 2_000
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
OPEN, CLOSED = 1, 4


def conversation_of(message: int) -> int:
    """As in our house."""
    return 1 if message <= LONG else (message - 1) // PER_CONVERSATION + 1


def fill(source: str, count: int) -> None:
    """Everything, in one go."""
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous = OFF")
    users = get_user_model().objects
    account: dict[str, object] = {"username": "alice", "is_staff": True, "is_superuser": True}
    me = users.create(email="alice@example.fr", **account)
    queues = [Queue.objects.create(title=name, slug=name.lower()) for name in ("Locacar", "Netnet", "Credit")]
    last = count // PER_CONVERSATION
    tickets: list[Ticket] = []
    followups: list[FollowUp] = []
    texts = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    known: set[int] = set()
    for number, text in texts.execute("SELECT number, text FROM said ORDER BY number"):
        n = conversation_of(number)
        at = NOW - timedelta(minutes=count - number)
        if n in known:
            followups.append(FollowUp(ticket_id=n, date=at, title="Commentaire", comment=text, public=True))
        else:
            known.add(n)
            is_open = n > last - LIVING and (n - last + LIVING) % 3 != 2
            tickets.append(
                Ticket(
                    pk=n,
                    title=" ".join(text.split()[:6])[:200],
                    queue=queues[n % 3],
                    created=at,
                    modified=at,
                    submitter_email=f"client{n // 5 + 1}@exemple.fr",
                    description=text,
                    status=OPEN if is_open else CLOSED,
                    assigned_to=me if is_open and n % 60 == 0 else None,
                    secret_key="x",
                )
            )
        if len(tickets) + len(followups) >= 20_000:
            keep(tickets, followups)
            tickets, followups = [], []
    keep(tickets, followups)
    connection.cursor().execute("ANALYZE")


def keep(tickets: list[Ticket], followups: list[FollowUp]) -> None:
    """Write them."""
    with transaction.atomic():
        for rows in (tickets, followups):
            left = iter(rows)
            while batch := list(islice(left, BATCH)):
                type(batch[0]).objects.bulk_create(batch)


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]))
