"""Fills the house of this process with the corpus: three brands, a hundred advisers, a fifth as many conversations.

Most conversations are resolved. The last few thousand live: on Alice's desk, on those of others, at their turn, or
waiting for anybody. One conversation is long: five hundred messages.
"""

import sqlite3
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import django

django.setup()

from benchmarks import corpus
from benchmarks.loading import Row, keep, prepare, settle
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
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
FIRST = "Odile Karim Inès Bastien Yasmina Paul Aïcha Hugo Marta Kevin Solange Théo Fatou Luc Nadège Amélie".split()
LAST = (
    "Perrin Haddad Lefèvre Nguyễn Moreau Diallo Garcia Petit Bernard Kowalski Rossi Dossou Roux Faure".split()
)
DOCUMENT = ("kind", "object_id", "brand_id", "at", "position", "title_terms", "body_terms")
MESSAGE = "id conversation_id direction adviser_id channel key text written_at left_at".split()
CONVERSATION = (
    "id brand_id customer_id channel is_live subject opened_at last_message_at last_words adviser_id state "
    "resolved_at waiting_since answer_due_at"
).split()


def conversation_of(message: int) -> int:
    """The conversation of a message: the first one is long."""
    return 1 if message <= LONG else (message - 1) // PER_CONVERSATION + 1


def said_at(message: int, count: int) -> datetime:
    """One message a minute, the last one now."""
    return NOW - timedelta(minutes=count - message)


def fill(count: int) -> None:
    """Everything, in one go."""
    prepare()
    brands, advisers = people()
    numbers = [1, *range(LONG // PER_CONVERSATION + 1, count // PER_CONVERSATION + 1)]
    customers(numbers[-1] // PER_CUSTOMER + 1, brands)
    conversations(numbers, brands, advisers, count)
    messages(brands, advisers, count)
    settle(Customer, Conversation, Message)


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
    brand = {n: brand_of_customer(n, brands).pk for n in numbers}
    known = {n: NOW - timedelta(days=n % 900) for n in numbers}
    keep(
        Customer,
        ("id", "brand_id", "name", "known_at"),
        ((n, brand[n], name_of(n), known[n]) for n in numbers),
    )
    keep(
        Identity,
        ("customer_id", "brand_id", "kind", "value"),
        ((n, brand[n], "email", f"client{n}@exemple.fr") for n in numbers),
    )
    keep(
        SearchDocument,
        DOCUMENT,
        (
            document(
                "person", n, brand[n], known[n], title_terms(name_of(n)), body_terms(f"client{n}@exemple.fr")
            )
            for n in numbers
        ),
    )


def document(kind: str, number: int, brand: int, at: datetime, title: str, body: str) -> Row:  # noqa: PLR0917 -- a row
    """What search knows of one thing, as a row."""
    of = Findable(kind=kind, object_id=number, brand_id=brand, conversation_number=None, at=at)
    return kind, number, brand, at, position_of(of), title, body


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
    keep(Conversation, CONVERSATION, (tuple(getattr(row, name) for name in CONVERSATION) for row in rows))
    keep(
        SearchDocument,
        DOCUMENT,
        (
            document(
                "conversation",
                row.pk,
                row.brand_id,
                row.opened_at,
                title_terms(f"{row.subject} {name_of(row.customer_id)}"),
                body_terms(str(row.pk)),
            )
            for row in rows
        ),
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
        Message,
        MESSAGE,
        (
            (
                n,
                conversation_of(n),
                "in" if n % 2 else "out",
                None if n % 2 else advisers[n % ADVISERS].pk,
                "form",
                uuid.UUID(int=n),
                text,
                said_at(n, count),
                said_at(n, count),
            )
            for n, text, _terms in texts(count)
        ),
    )
    say("what search knows of them")
    brand = [brand_of_customer(n, brands).pk for n in range(count // PER_CONVERSATION // PER_CUSTOMER + 2)]
    keep(
        SearchDocument,
        DOCUMENT,
        (
            document(
                "message", n, brand[conversation_of(n) // PER_CUSTOMER + 1], said_at(n, count), "", terms
            )
            for n, _text, terms in texts(count)
        ),
    )


if __name__ == "__main__":
    fill(int(sys.argv[1]))
