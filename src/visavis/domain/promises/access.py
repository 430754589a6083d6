"""Who may get which promise: who may see its conversation."""

from django.db.models import QuerySet

from visavis.domain.errors import NotFound
from visavis.domain.people.access import Rights

from .models import Promise


def promises_of(rights: Rights) -> QuerySet[Promise]:
    """Promises of the brands of this account."""
    if not rights.treats_contents:
        return Promise.objects.none()
    return Promise.objects.filter(brand_id__in=rights.brand_ids)


def promise_for(rights: Rights, promise_id: int) -> Promise:
    """Return the promise with its conversation; one query. NotFound otherwise."""
    found = (
        promises_of(rights)
        .select_related("conversation", "customer", "adviser", "brand")
        .filter(pk=promise_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found
