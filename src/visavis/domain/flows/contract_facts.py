"""A brand's own software pushes the fields of a contract, for a customer known by the brand's reference."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from visavis.domain.journal.record import flow
from visavis.domain.people.models import Brand, IdentityKind
from visavis.domain.people.operations import add_identity, know_customer, push_contract_facts
from visavis.domain.people.queries import customer_with_verified


@dataclass(frozen=True, kw_only=True)
class Push:
    """What the brand says of one contract; the brand is who gives its references, so hers are proved."""

    reference: str
    facts: Sequence[tuple[str, str]]
    name: str = ""
    language: str = "fr"


def push_facts(brand: Brand, push: Push, *, at: datetime) -> bool:
    """The customer has these fields and no other; True when the customer was not known before."""
    try:
        return _push(brand, push, at=at)
    except IntegrityError:
        # Another push made the same customer at the same instant: now it is there.
        return _push(brand, push, at=at)


@flow
def _push(brand: Brand, push: Push, *, at: datetime) -> bool:
    customer = customer_with_verified(brand.pk, IdentityKind.REFERENCE, push.reference)
    is_new = customer is None
    if customer is None:
        customer = know_customer(brand.pk, name=push.name, language=push.language, at=at)
        add_identity(customer, IdentityKind.REFERENCE, push.reference, verified=True, at=at)
    push_contract_facts(customer, facts=list(push.facts), at=at)
    return is_new
