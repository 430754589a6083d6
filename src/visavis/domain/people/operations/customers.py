"""Customers: met, put right, and what they said of themselves."""

from datetime import datetime

from django.utils.translation import gettext as _

from visavis.domain.errors import Refused
from visavis.domain.journal.record import operation, record
from visavis.domain.people.facts import (
    ContractFactsPushed,
    CustomerChanged,
    CustomerKnown,
    StatementAdded,
    StatementErased,
)
from visavis.domain.people.models import Adviser, ContractFact, Customer, SelfStatement

from .findable import keep_findable

MOST_FACTS = 40


@operation
def know_customer(
    brand_id: int,
    *,
    name: str,
    language: str,
    at: datetime,
    civility: str = "",
    place: str = "",
    since_year: int | None = None,
) -> Customer:
    """Make a customer of the brand, without any identity yet."""
    customer = Customer.objects.create(
        brand_id=brand_id,
        name=name.strip()[:120],
        language=language,
        known_at=at,
        civility=civility,
        place=place,
        since_year=since_year,
    )
    keep_findable(customer, is_new=True)
    record(CustomerKnown(brand_id=brand_id, customer_id=customer.pk), at=at)
    return customer


@operation
def change_customer(
    customer: Customer,
    *,
    by: Adviser | None,
    at: datetime,
    name: str | None = None,
    civility: str | None = None,
    place: str | None = None,
    language: str | None = None,
) -> None:
    """Put right what is given; the rest stays."""
    given = {"name": name, "civility": civility, "place": place, "language": language}
    changed = [
        field for field, value in given.items() if value is not None and value != getattr(customer, field)
    ]
    for field in changed:
        setattr(customer, field, given[field])
    customer.save(update_fields=changed)
    keep_findable(customer)
    record(
        CustomerChanged(
            adviser_id=by.pk if by else None,
            brand_id=customer.brand_id,
            customer_id=customer.pk,
            fields=changed,
        ),
        at=at,
    )


@operation
def add_statement(
    customer: Customer, *, text: str, by: Adviser | None, at: datetime, icon: str = "user"
) -> SelfStatement:
    """Keep what the customer said of themselves; nothing is kept twice in the same words."""
    words = " ".join(text.split())
    if not words or len(words) > 200:
        raise Refused("statement_length", _("Write what the person said in 1 to 200 characters."))
    if customer.statements.filter(text=words).exists():
        raise Refused("statement_known", _("This is already noted for this person."))
    statement = SelfStatement.objects.create(customer=customer, text=words, icon=icon, said_at=at)
    record(
        StatementAdded(adviser_id=by.pk if by else None, brand_id=customer.brand_id, customer_id=customer.pk),
        at=at,
    )
    return statement


@operation
def erase_statement(statement: SelfStatement, *, by: Adviser | None, at: datetime) -> None:
    """Erase what the customer said of themselves; nothing of it stays."""
    customer = statement.customer
    statement.delete()
    record(
        StatementErased(
            adviser_id=by.pk if by else None, brand_id=customer.brand_id, customer_id=customer.pk
        ),
        at=at,
    )


@operation
def push_contract_facts(customer: Customer, *, facts: list[tuple[str, str]], at: datetime) -> None:
    """The read-only fields of the customer are those given, in their order, and no other."""
    labels = [label for label, _value in facts]
    if len(facts) > MOST_FACTS:
        raise Refused("too_many_facts", _("At most %(most)d fields are kept.") % {"most": MOST_FACTS})
    if len(set(labels)) != len(labels):
        raise Refused("label_twice", _("Each field has a label of its own."))
    if any(not 0 < len(label) <= 60 or len(value) > 200 for label, value in facts):
        raise Refused("fact_length", _("A label has 1 to 60 characters, a value at most 200."))
    customer.contract_facts.exclude(label__in=labels).delete()
    for rank, (label, value) in enumerate(facts):
        ContractFact.objects.update_or_create(
            customer=customer, label=label, defaults={"value": value, "rank": rank, "pushed_at": at}
        )
    record(ContractFactsPushed(brand_id=customer.brand_id, customer_id=customer.pk, count=len(facts)), at=at)
