"""Two customers who prove to be one person: what each had, under one; and back, when it was a mistake."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.domain.errors import Refused
from visavis.domain.journal.record import operation, record
from visavis.domain.people.facts import CustomersMerged, MergeUndone
from visavis.domain.people.models import (
    Adviser,
    ContractFact,
    Customer,
    CustomerMerge,
    Identity,
    SelfStatement,
)

from .findable import keep_findable


@operation
def absorb_customer(
    kept: Customer, absorbed: Customer, *, moved: Mapping[str, list[int]], by: Adviser | None, at: datetime
) -> CustomerMerge:
    """Identities, statements and contract fields of `absorbed` are those of `kept`; its row stays, empty.

    `moved`: what the flow moves besides, by kind, so that the merge can be undone. Refused: two brands, a
    customer with themselves, one who is already merged.
    """
    first, second = _locked(kept, absorbed)
    _refuse_unlike(first, second)
    everything = {
        "identities": _move_identities(first, second),
        "verified": _move_proofs(first, second),
        "statements": _move(SelfStatement.objects.filter(customer=second), to=first),
        "contract_facts": _move(
            ContractFact.objects.filter(customer=second).exclude(
                label__in=first.contract_facts.values("label")
            ),
            to=first,
        ),
        **moved,
    }
    second.merged_into = first
    second.save(update_fields=["merged_into"])
    merge = CustomerMerge.objects.create(kept=first, absorbed=second, moved=everything, merged_at=at)
    for customer in (first, second):
        keep_findable(customer)
    record(
        CustomersMerged(
            adviser_id=by.pk if by else None,
            brand_id=first.brand_id,
            kept_id=first.pk,
            absorbed_id=second.pk,
            merge_id=merge.pk,
            conversations=moved.get("conversations", []),
        ),
        at=at,
    )
    return merge


@operation
def release_customer(merge: CustomerMerge, *, by: Adviser, at: datetime) -> None:
    """Each has again what they had before the merge; what came since stays with the one kept.

    Refused: undone already, or the one kept was merged further since.
    """
    kept, absorbed = _locked(merge.kept, merge.absorbed)
    merge.refresh_from_db()
    if merge.undone_at is not None:
        raise Refused("merge_undone", _("This was already undone."))
    if kept.merged_into_id is not None:
        raise Refused(
            "merge_below_another", _("This person was merged again since. Undo the later one first.")
        )
    moved = merge.moved
    _move(Identity.objects.filter(pk__in=moved["identities"], customer=kept), to=absorbed)
    for absorbed_id, kept_id in moved["verified"]:
        _hand_proof(kept_id, to=absorbed_id)
    _move(SelfStatement.objects.filter(pk__in=moved["statements"], customer=kept), to=absorbed)
    _move(ContractFact.objects.filter(pk__in=moved["contract_facts"], customer=kept), to=absorbed)
    absorbed.merged_into = None
    absorbed.save(update_fields=["merged_into"])
    merge.undone_at = at
    merge.save(update_fields=["undone_at"])
    for customer in (kept, absorbed):
        keep_findable(customer)
    record(
        MergeUndone(
            adviser_id=by.pk,
            brand_id=kept.brand_id,
            kept_id=kept.pk,
            absorbed_id=absorbed.pk,
            merge_id=merge.pk,
            conversations=moved.get("conversations", []),
        ),
        at=at,
    )


def _locked(one: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Both as they are now, locked in the order of their numbers, so that two merges cannot cross."""
    rows = Customer.objects.select_for_update(no_key=True).filter(pk__in={one.pk, other.pk}).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[one.pk], found[other.pk]


def _refuse_unlike(kept: Customer, absorbed: Customer) -> None:
    if kept.pk == absorbed.pk:
        raise Refused("merge_with_itself", _("Choose another person: this is the same one."))
    if kept.brand_id != absorbed.brand_id:
        raise Refused(
            "merge_across_brands", _("Customers of two brands stay apart: each brand knows its own.")
        )
    if kept.merged_into_id is not None or absorbed.merged_into_id is not None:
        raise Refused("merge_again", _("One of the two is already merged."))


def _move_identities(kept: Customer, absorbed: Customer) -> list[int]:
    """Move those that `kept` does not have; the same one twice stays where it is."""
    had = set(kept.identities.values_list("kind", "value"))
    new = [row.pk for row in absorbed.identities.order_by("pk") if (row.kind, row.value) not in had]
    return _move(Identity.objects.filter(pk__in=new), to=kept)


def _move_proofs(kept: Customer, absorbed: Customer) -> list[list[int]]:
    """What both claimed and `absorbed` proved is now proved by `kept`; returns which."""
    proofs: list[list[int]] = []
    for proved in absorbed.identities.filter(verified_at__isnull=False).order_by("pk"):
        claimed = kept.identities.filter(kind=proved.kind, value=proved.value, verified_at=None).first()
        if claimed is not None:
            _hand_proof(proved.pk, to=claimed.pk)
            proofs.append([proved.pk, claimed.pk])
    return proofs


def _hand_proof(proved_id: int, *, to: int) -> None:
    """The proof, with whoever answers for it, goes from one row to the other of the same value.

    A proof that was undone meanwhile is undone for both.
    """
    row = Identity.objects.filter(pk=proved_id)
    proof = row.values("verified_at", "verified_how", "verified_by").first()
    if proof is None:
        return
    row.update(verified_at=None, verified_how="", verified_by=None)
    Identity.objects.filter(pk=to).update(**proof)


def _move(
    rows: QuerySet[Identity] | QuerySet[SelfStatement] | QuerySet[ContractFact], *, to: Customer
) -> list[int]:
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(customer=to)
    return numbers
