"""Searching, for one reader: hits turned into the people, conversations and messages they may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import OuterRef, Subquery

from visavis.domain.people.access import Rights
from visavis.domain.people.models import Customer, Identity
from visavis.domain.search.queries import Hit, matching

from .access import conversations_of
from .models import Conversation, Message

Kind = Literal["person", "conversation", "message"]
KINDS: tuple[Kind, ...] = ("person", "conversation", "message")


@dataclass(frozen=True, kw_only=True)
class FoundPerson:
    """A customer, what they are known by, and their latest conversation (none yet: None)."""

    customer: Customer
    known_by: list[Identity]
    latest_number: int | None


@dataclass(frozen=True, kw_only=True)
class FoundConversation:
    """A conversation, with its brand, customer and adviser."""

    conversation: Conversation


@dataclass(frozen=True, kw_only=True)
class FoundMessage:
    """A message or a note, with its conversation, brand, customer and adviser."""

    message: Message


Row = FoundPerson | FoundConversation | FoundMessage


@dataclass(frozen=True, kw_only=True)
class Group:
    """What was found of one kind, newest first; `after` is the key of the next page (None: this is all)."""

    kind: Kind
    rows: list[Row]
    after: int | None


def find(rights: Rights, text: str, *, kind: Kind, before: int | None = None, limit: int = 20) -> Group:
    """One page of what answers `text` among what these rights show; two queries, three for people.

    The last word is taken as being typed. What is found but no longer stands (withdrawn, merged) is left out.
    """
    brand_ids = rights.brand_ids if rights.treats_contents else frozenset()
    hits = matching(
        text, brand_ids=brand_ids, kinds=[kind], before=before, limit=limit + 1, last_is_beginning=True
    )
    shown = hits[:limit]
    after = shown[-1].position if len(hits) > limit else None
    return Group(kind=kind, rows=_standing(rights, kind, shown), after=after)


def _standing(rights: Rights, kind: Kind, hits: list[Hit]) -> list[Row]:
    """The objects of the hits that still stand and may be seen, in the order of the hits."""
    if not hits:
        return []
    numbers = [hit.object_id for hit in hits]
    found = {"person": _people, "conversation": _conversations, "message": _messages}[kind](rights, numbers)
    return [found[number] for number in numbers if number in found]


def _people(rights: Rights, numbers: Iterable[int]) -> dict[int, Row]:
    latest = (
        conversations_of(rights)
        .filter(customer=OuterRef("pk"), merged_into=None)
        .order_by("-opened_at", "-pk")
    )
    customers = (
        Customer.objects.filter(pk__in=numbers, brand_id__in=rights.brand_ids, merged_into=None)
        .select_related("brand")
        .prefetch_related("identities")
        .annotate(latest_number=Subquery(latest.values("pk")[:1]))
    )
    return {
        customer.pk: FoundPerson(
            customer=customer,
            known_by=list(customer.identities.all()),
            latest_number=customer.latest_number,
        )
        for customer in customers
    }


def _conversations(rights: Rights, numbers: Iterable[int]) -> dict[int, Row]:
    rows = (
        conversations_of(rights)
        .filter(pk__in=numbers, merged_into=None)
        .select_related("brand", "customer", "adviser")
    )
    return {conversation.pk: FoundConversation(conversation=conversation) for conversation in rows}


def _messages(rights: Rights, numbers: Iterable[int]) -> dict[int, Row]:
    # By brand, as conversations_of does, but by a join: of a subquery SQLite reads every conversation first.
    rows = Message.objects.filter(
        pk__in=numbers, withdrawn_at__isnull=True, conversation__brand_id__in=rights.brand_ids
    ).select_related("conversation__brand", "conversation__customer", "adviser")
    return {message.pk: FoundMessage(message=message) for message in rows}
