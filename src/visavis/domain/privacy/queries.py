"""What is known of someone, as they may read it, count it and take it away."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Model, Q, QuerySet, Value

from visavis.domain.conversations.models import Attachment, Conversation, Draft, Message, Step
from visavis.domain.conversations.queries import customer_messages
from visavis.domain.people.models import ContractFact, Customer, Identity, SelfStatement
from visavis.domain.prepared import prepared, together
from visavis.domain.promises.models import Promise

from .access import Reach
from .models import Erasure

ALL = 100_000


@dataclass(frozen=True, kw_only=True)
class Told:
    """One conversation with all that its customer may read of it."""

    conversation: Conversation
    messages: list[Message]
    promises: list[Promise]
    steps: list[Step]


@dataclass(frozen=True, kw_only=True)
class Known:
    """Everything that the holder of a pass may read of themselves."""

    conversations: list[Told]
    people: list[Customer]
    identities: list[Identity]
    statements: list[SelfStatement]
    contract_facts: list[ContractFact]


def known_to(reach: Reach) -> Known:
    """Everything within reach; five queries a conversation, and three."""
    people = reach.people_ids
    return Known(
        conversations=[_told(row) for row in reach.conversations if row.merged_into_id is None],
        people=list(reach.people),
        identities=list(Identity.objects.filter(customer_id__in=people).order_by("kind", "pk")),
        statements=list(SelfStatement.objects.filter(customer_id__in=people).order_by("pk")),
        contract_facts=list(ContractFact.objects.filter(customer_id__in=people).order_by("rank", "pk")),
    )


def _told(conversation: Conversation) -> Told:
    promises = Promise.objects.filter(conversation=conversation).select_related("moved_to")
    return Told(
        conversation=conversation,
        messages=customer_messages(conversation, limit=ALL),
        promises=list(promises.order_by("due_at", "pk")),
        steps=list(conversation.steps.order_by("rank", "pk")),
    )


def counted(reach: Reach) -> dict[str, int]:
    """How many things of each kind an erasure takes away; a query each, most in one journey."""
    numbers, people = reach.numbers, reach.people_ids
    kinds: dict[str, tuple[type[Model], list[int]]] = {
        "promises": (Promise, numbers),
        "steps": (Step, numbers),
        "statements": (SelfStatement, people),
        "identities": (Identity, people),
        "contract_facts": (ContractFact, people),
    }
    questions = [_held.question(kind, held_by=held_by) for kind, held_by in kinds.values()]
    with together(_standing.question(numbers=numbers), *questions):
        messages, notes = next(iter(_standing(numbers=numbers)), (0, 0))
        held = {name: sum(_held(kind, held_by=held_by)) for name, (kind, held_by) in kinds.items()}
    return {
        "conversations": sum(row.merged_into_id is None for row in reach.conversations),
        "messages": messages,
        "notes": notes,
        "files": files_given(numbers).count(),
        **held,
    }


@prepared
def _standing(*, numbers: Iterable[int]) -> QuerySet[Message, tuple[int, int]]:
    """How many messages stand, and how many notes."""
    rows = Message.objects.filter(conversation_id__in=numbers, withdrawn_at__isnull=True)
    counted = rows.values(all=Value(1)).annotate(  # grouped by a constant: one line
        messages=Count("pk", filter=~Q(direction="note")), notes=Count("pk", filter=Q(direction="note"))
    )
    return counted.values_list("messages", "notes")


@prepared
def _held(kind: type[Model], *, held_by: Iterable[int]) -> QuerySet[Model, int]:
    """How many of a kind these conversations hold, or these people."""
    owner = "conversation_id" if kind in {Promise, Step} else "customer_id"
    rows = kind._default_manager.filter(**{f"{owner}__in": held_by})  # noqa: SLF001 -- of any model
    counted: QuerySet[Model, int] = (
        rows.values(all=Value(1)).annotate(count=Count("pk")).values_list("count", flat=True)
    )
    return counted


def addresses_of(reach: Reach) -> list[str]:
    """The e-mail addresses of the person, when the pass reaches them; one query."""
    known = Identity.objects.filter(customer_id__in=reach.people_ids, kind="email")
    return list(known.values_list("value", flat=True).distinct())


def files_given(numbers: list[int]) -> QuerySet[Attachment]:
    """Files of messages or drafts of these conversations, or given with their passes and never sent."""
    drafts = Draft.objects.filter(conversation_id__in=numbers).values_list("extras", flat=True)
    drafted = [number for extras in drafts for number in extras.get("files", [])]
    return Attachment.objects.filter(
        Q(message__conversation_id__in=numbers)
        | Q(given_with__conversation_id__in=numbers)
        | Q(pk__in=drafted, message__isnull=True)
    )


def erasure_of(key: UUID) -> Erasure | None:
    """The erasure that this page asked for, if it was done; one query."""
    return Erasure.objects.select_related("brand").filter(key=key).first()
