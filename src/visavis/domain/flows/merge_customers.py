"""Two customers prove to be one person: all they had comes under one name, and can be taken apart."""

from datetime import datetime

from django.db.models import QuerySet

from visavis.domain.conversations.models import Conversation
from visavis.domain.conversations.operations import keep_conversations_findable
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser, Customer, CustomerMerge
from visavis.domain.people.operations import absorb_customer, release_customer
from visavis.domain.promises.models import Promise


@flow
def merge_customers(kept: Customer, absorbed: Customer, *, by: Adviser | None, at: datetime) -> CustomerMerge:
    """Conversations, promises and all that `absorbed` had are those of `kept`; one fact tells it."""
    moved = {
        "conversations": _numbers(Conversation.objects.filter(customer=absorbed)),
        "promises": _numbers(Promise.objects.filter(customer=absorbed)),
    }
    merge = absorb_customer(kept, absorbed, moved=moved, by=by, at=at)
    _give(moved, owner=absorbed, to=kept)
    keep_conversations_findable(kept)
    return merge


@flow
def undo_merge(merge: CustomerMerge, *, by: Adviser, at: datetime) -> None:
    """Each has again what they had; what came since the merge stays with the one kept."""
    release_customer(merge, by=by, at=at)
    _give(merge.moved, owner=merge.kept, to=merge.absorbed)
    keep_conversations_findable(merge.absorbed)


def _numbers(rows: QuerySet[Conversation] | QuerySet[Promise]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _give(moved: dict[str, list[int]], *, owner: Customer, to: Customer) -> None:
    """Move what still belongs to the owner: it may have gone elsewhere since."""
    Conversation.objects.filter(pk__in=moved["conversations"], customer=owner).update(customer=to)
    Promise.objects.filter(pk__in=moved["promises"], customer=owner).update(customer=to)
