"""Fills the house of this process with the corpus: three brands, a hundred advisers, a fifth as many conversations.

Most conversations are resolved. The last few thousand live: on Alice's desk, on those of others, at their turn, or
waiting for anybody. One conversation is long: five hundred messages.
"""

import sqlite3
import sys
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TypeVar

import django

django.setup()

from django.core.management.color import no_style
from django.db import connection, models, transaction

from benchmarks import corpus
from benchmarks.prepared import analysed, say
from visavis.domain.models import Conversation, Customer, Identity, Message, SearchDocument
from visavis.domain.people.models import Adviser, Brand
from visavis.domain.people.operations import make_account, make_brand, make_site, make_team
from visavis.domain.search.analysis import body_terms, title_terms
from visavis.domain.search.operations import Findable, position_of

LONG = 500
PER_CONVERSATION = 5
PER_CUSTOMER = 5
LIVING = 6_000
ADVISERS = 100
BATCH = 2_000
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
FIRST = "Odile Karim Inès Bastien Yasmina Paul Aïcha Hugo Marta Kevin Solange Théo Fatou Luc Nadège Amélie".split()
LAST = (
    "Perrin Haddad Lefèvre Nguyễn Moreau Diallo Garcia Petit Bernard Kowalski Rossi Dossou Roux Faure".split()
)
Row = TypeVar("Row", bound=models.Model)


def conversation_of(message: int) -> int:
    """The conversation of a message: the first one is long."""
    return 1 if message <= LONG else (message - 1) // PER_CONVERSATION + 1


def said_at(message: int, count: int) -> datetime:
    """One message a minute, the last one now."""
    return NOW - timedelta(minutes=count - message)


def fill(count: int) -> None:
    """Everything, in one go."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -400000")
        else:
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute("DROP INDEX domain_search_vector_gin")
    brands, advisers = people()
    numbers = [1, *range(LONG // PER_CONVERSATION + 1, count // PER_CONVERSATION + 1)]
    customers(numbers[-1] // PER_CUSTOMER + 1, brands)
    conversations(numbers, brands, advisers, count)
    messages(brands, advisers, count)
    settle()


def people() -> tuple[list[Brand], list[Adviser]]:
    """Three brands, Alice and those who work with her."""
    names = ("Locacar", "#F2C230"), ("Netnet", "#2B45C4"), ("Crédit Plus", "#0B6B3A")
    brands = [make_brand(name=name, colour=colour, by=None, at=NOW) for name, colour in names]
    tours = make_site(name="Tours", time_zone="Europe/Paris", by=None, at=NOW)
    team = make_team(name="Loire", site=tours, brands=brands, by=None, at=NOW)
    advisers = [
        make_account(
            email=f"adviser{number}@example.fr",
            displayed_name="Alice" if number == 0 else f"{FIRST[number % len(FIRST)]} {number}",
            role="adviser",
            team=team,
            password=None,
            at=NOW,
        )
        for number in range(ADVISERS)
    ]
    return brands, advisers


def name_of(customer: int) -> str:
    """The name of a customer."""
    return f"{FIRST[customer % len(FIRST)]} {LAST[customer // len(FIRST) % len(LAST)]}"


def brand_of_customer(customer: int, brands: list[Brand]) -> Brand:
    """A customer has one brand; the third is small."""
    return brands[corpus.brand_of(customer) - 1]


def customers(count: int, brands: list[Brand]) -> None:
    """Customers with an e-mail, and found by it."""
    say(f"{count:,} customers")
    numbers = range(1, count + 1)
    keep(
        Customer(
            pk=n, brand=brand_of_customer(n, brands), name=name_of(n), known_at=NOW - timedelta(days=n % 900)
        )
        for n in numbers
    )
    keep(
        Identity(
            customer_id=n, brand=brand_of_customer(n, brands), kind="email", value=f"client{n}@exemple.fr"
        )
        for n in numbers
    )
    keep(
        document("person", n, brand_of_customer(n, brands), NOW - timedelta(days=n % 900))(
            title_terms(name_of(n)), body_terms(f"client{n}@exemple.fr")
        )
        for n in numbers
    )


class document:  # noqa: N801 -- reads as a verb where it is used
    """What search knows of one thing, once its terms are given."""

    def __init__(self, kind: str, number: int, brand: Brand, at: datetime) -> None:
        """Where and when."""
        self.of = Findable(kind=kind, object_id=number, brand_id=brand.pk, conversation_number=None, at=at)

    def __call__(self, title: str, body: str) -> SearchDocument:
        """The row."""
        return SearchDocument(
            kind=self.of.kind,
            object_id=self.of.object_id,
            brand_id=self.of.brand_id,
            at=self.of.at,
            position=position_of(self.of),
            title_terms=title,
            body_terms=body,
        )


def conversations(numbers: list[int], brands: list[Brand], advisers: list[Adviser], count: int) -> None:
    """Conversations, the last ones living, each found by its subject and its customer."""
    say(f"{len(numbers):,} conversations")
    said = texts(count)
    subjects: dict[int, str] = {}
    for number, text, _terms in said:
        subjects.setdefault(conversation_of(number), " ".join(text.split()[:6])[:200])
    lives_from = numbers[-1] - LIVING
    rows = []
    for n in numbers:
        customer = n // PER_CUSTOMER + 1
        at = said_at(n * PER_CONVERSATION - PER_CONVERSATION + 1, count)
        row = Conversation(
            pk=n,
            brand=brand_of_customer(customer, brands),
            customer_id=customer,
            channel="form" if n % 3 else "chat",
            is_live=n % 3 == 0,
            subject=subjects[n],
            opened_at=at,
            last_message_at=at + timedelta(minutes=PER_CONVERSATION),
            last_words=subjects[n],
            adviser=advisers[n % ADVISERS],
        )
        live(row, n - lives_from if n > lives_from else 0, advisers)
        rows.append(row)
    keep(iter(rows))
    keep(
        document("conversation", row.pk, row.brand, row.opened_at)(
            title_terms(f"{row.subject} {name_of(row.customer_id)}"), body_terms(str(row.pk))
        )
        for row in rows
    )


def live(row: Conversation, age: int, advisers: list[Adviser]) -> None:
    """Resolved when old; otherwise at our turn (one in sixty on Alice's desk), at theirs, or waiting for anybody."""
    if age == 0 or age % 3 == 2:
        row.state, row.resolved_at = ("resolved", row.last_message_at) if age == 0 else ("their_turn", None)
        return
    row.state = "open"
    row.waiting_since = row.last_message_at
    row.answer_due_at = row.last_message_at + timedelta(hours=8)
    row.adviser = advisers[0] if age % 60 == 0 else advisers[age % ADVISERS]
    if age % 12 == 1:
        row.adviser = None


def texts(count: int) -> Iterator[tuple[int, str, str]]:
    """(number, text, terms) of each message."""
    with sqlite3.connect(f"file:{analysed(count)}?mode=ro", uri=True) as source:
        yield from source.execute("SELECT number, text, terms FROM said ORDER BY number")


def messages(brands: list[Brand], advisers: list[Adviser], count: int) -> None:
    """The messages, then what search knows of them."""
    say(f"{count:,} messages")
    keep(
        Message(
            pk=n,
            conversation_id=conversation_of(n),
            direction="in" if n % 2 else "out",
            adviser=None if n % 2 else advisers[n % ADVISERS],
            channel="form",
            key=uuid.UUID(int=n),
            text=text,
            written_at=said_at(n, count),
            left_at=said_at(n, count),
        )
        for n, text, _terms in texts(count)
    )
    say("what search knows of them")
    keep(
        document(
            "message", n, brand_of_customer(conversation_of(n) // PER_CUSTOMER + 1, brands), said_at(n, count)
        )("", terms)
        for n, _text, terms in texts(count)
    )


def keep(rows: Iterator[Row] | Iterable[Row]) -> None:
    """Write the rows, some thousands at a time."""
    rows = iter(rows)
    while batch := list(islice(rows, BATCH * 10)):
        with transaction.atomic():
            type(batch[0])._default_manager.bulk_create(batch, batch_size=BATCH)


def settle() -> None:
    """Numbers go on after ours, statistics are known, indexes are whole."""
    say("indexes and statistics")
    tables = [Customer, Conversation, Message]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO domain_search_index (domain_search_index) VALUES ('optimize')")
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(
                "CREATE INDEX domain_search_vector_gin ON domain_searchdocument USING gin (vector) "
                "WITH (fastupdate = on, gin_pending_list_limit = 512)"
            )
            cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    fill(int(sys.argv[1]))
