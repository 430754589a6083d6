"""Two customers of a brand prove to be one person: all they had comes under one name, and can be taken apart again."""

from datetime import datetime

from visavis.domain.conversations.models import Conversation
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser, Customer, CustomerMerge
from visavis.domain.people.operations import absorb_customer, release_customer
from visavis.domain.promises.models import Promise


@flow
def merge_customers(kept: Customer, absorbed: Customer, *, by: Adviser, at: datetime) -> CustomerMerge:
    """Conversations, promises, identities and statements of `absorbed` are those of `kept`; one fact tells it."""
    moved = {
        "conversations": _numbers(Conversation, absorbed),
        "promises": _numbers(Promise, absorbed),
    }
    merge = absorb_customer(kept, absorbed, moved=moved, by=by, at=at)
    _give(moved, owner=absorbed, to=kept)
    return merge


@flow
def undo_merge(merge: CustomerMerge, *, by: Adviser, at: datetime) -> None:
    """Each has again what they had; what came since the merge stays with the one kept."""
    release_customer(merge, by=by, at=at)
    _give(merge.moved, owner=merge.kept, to=merge.absorbed)


def _numbers(table: type[Conversation] | type[Promise], owner: Customer) -> list[int]:
    rows = table._default_manager.filter(customer=owner)  # noqa: SLF001 — the public name of it
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _give(moved: dict[str, list[int]], *, owner: Customer, to: Customer) -> None:
    """Move what still belongs to the owner: it may have gone elsewhere since."""
    Conversation.objects.filter(pk__in=moved["conversations"], customer=owner).update(customer=to)
    Promise.objects.filter(pk__in=moved["promises"], customer=owner).update(customer=to)
