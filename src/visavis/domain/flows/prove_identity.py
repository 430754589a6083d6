"""A customer proves that an identity is theirs; when another record has it, both are one person."""

from datetime import datetime

from visavis.domain.journal.record import flow
from visavis.domain.people.models import Customer, Identity
from visavis.domain.people.operations import check_code, identity_of_proof, verify_identity
from visavis.domain.people.queries import customer_with_verified

from .merge_customers import merge_customers


def prove_by_code(identity: Identity, code: str, *, at: datetime) -> Customer:
    """Return whose it is once the code is right; a wrong one is refused and counted, whatever follows."""
    check_code(identity, code, at=at)
    return _proved(identity, at=at)


def prove_by_link(token: str, *, at: datetime) -> Customer:
    """Return whose it is once the mailed link is opened. NotFound when it is forged, late or spent."""
    return _proved(identity_of_proof(token), at=at)


@flow
def _proved(identity: Identity, *, at: datetime) -> Customer:
    """The claim becomes a proof; the one who proved it before is the same person, and keeps everything."""
    known = customer_with_verified(identity.brand_id, identity.kind, identity.value)
    if known is None or known.pk == identity.customer_id:
        verify_identity(identity, at=at)
        return identity.customer
    if identity.customer.merged_into_id == known.pk:  # proved already, by the other way
        return known
    merge_customers(known, identity.customer, by=None, at=at)
    return known
