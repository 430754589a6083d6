"""Loads the demo into an empty database: tables, journal and search, consistent with each other."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from visavis.domain.conversations.models import Conversation, Message
from visavis.domain.conversations.operations import as_found, message_as_found
from visavis.domain.dispatch.operations import publish_policy
from visavis.domain.journal.record import flow
from visavis.domain.journal.sequencer import number_all
from visavis.domain.people.models import Customer
from visavis.domain.search.operations import Findable, index_many
from visavis.engine.routing import Policy

from . import kept_out, mailboxes
from .compose import CONVERSATIONS, SEED, compose
from .ledger import Ledger
from .load_conversations import Conversations
from .load_house import House, beginning, load_house
from .plans import DemoPlan

Told = Callable[[str, float], None]
"""Hears what is being done, and how much of it is (0 to 1)."""


def load_demo(*, now: datetime, told: Told, seed: int = SEED, count: int = CONVERSATIONS) -> DemoPlan:
    """The demo stands in the database, all of it or nothing."""
    told("compose", 0.0)
    with _without_sweeping():
        plan = compose(seed=seed, now=now, count=count)
        told("compose", 1.0)
        with transaction.atomic():
            _load(plan, told)
    _know_the_tables()
    number_all()
    told("journal", 1.0)
    return plan


def _know_the_tables() -> None:
    """Tables filled at once have no statistics yet: a plan made without them took minutes on PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def _without_sweeping() -> Iterator[None]:
    """A hundred thousand rows that all stay: looking for garbage among them cost one second in eight."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@flow
def _load(plan: DemoPlan, told: Told) -> None:
    ledger = Ledger()
    house = load_house(plan, ledger)
    mailboxes.stand(port=mailboxes.PORT, at=beginning(plan))
    told("people", 1.0)
    policy = publish_policy(Policy(version=1).as_dict(), by=None)
    conversations = Conversations(
        plan=plan,
        house=house,
        ledger=ledger,
        policy=policy,
        told=lambda done, total: told("conversations", done / total),
    )
    conversations.load()
    kept_out.load(conversations.came, ledger, now=plan.now)
    ledger.write(lambda done, total: told("journal", 0.9 * done / total))
    _make_findable(house, told)


def _make_findable(house: House, told: Told) -> None:
    """People, conversations and messages can be found."""
    people = [_person(customer, house.identities[key]) for key, customer in house.customers.items()]
    conversations = [as_found(row) for row in Conversation.objects.select_related("customer")]
    messages = [message_as_found(row) for row in Message.objects.select_related("conversation")]
    findable = [*people, *conversations, *messages]
    for start in _starts(findable):
        index_many(findable[start : start + 1000])
        told("search", min(1.0, (start + 1000) / len(findable)))


def _person(customer: Customer, known_by: Iterable[str]) -> Findable:
    return Findable(
        kind="person",
        object_id=customer.pk,
        brand_id=customer.brand_id,
        conversation_number=None,
        at=customer.known_at,
        title=customer.name,
        body="\n".join([customer.place, *known_by]),
    )


def _starts(rows: list[Findable]) -> range:
    return range(0, len(rows), 1000)
