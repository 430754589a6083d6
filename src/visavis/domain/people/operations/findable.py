"""What search knows of a customer: their name, their place, and what they are known by."""

from visavis.domain.journal.record import upkeep
from visavis.domain.people.models import Customer
from visavis.domain.search.operations import forget_document, index


@upkeep
def keep_findable(customer: Customer, *, is_new: bool = False) -> None:
    """The customer is found by their name, place and identities; one merged into another, no longer.

    is_new: known by nothing yet, which saves the asking.
    """
    if customer.merged_into_id is not None:
        forget_document("person", customer.pk)
        return
    known_by = [] if is_new else customer.identities.order_by("pk").values_list("value", flat=True)
    index(
        "person",
        customer.pk,
        brand_id=customer.brand_id,
        conversation_number=None,
        at=customer.known_at,
        title=customer.name,
        body="\n".join([customer.place, *known_by]),
    )
