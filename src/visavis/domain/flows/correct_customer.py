"""Who a customer is, put right: they and their conversations are found under the name they bear now."""

from datetime import datetime

from visavis.domain.conversations.operations import keep_conversations_findable
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser, Customer
from visavis.domain.people.operations import change_customer


@flow
def correct_customer(customer: Customer, *, by: Adviser, at: datetime, **given: str) -> None:
    """What is given is put right; the rest stays."""
    change_customer(customer, by=by, at=at, **given)
    keep_conversations_findable(customer)
