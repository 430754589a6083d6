"""What is known of someone, as they may read it, count it and take it away."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from visavis.domain.conversations.models import Attachment, Conversation, Draft, Message, Step
from visavis.domain.conversations.queries import customer_messages
from visavis.domain.people.models import ContractFact, Customer, Identity, SelfStatement
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
    """How many things of each kind an erasure takes away; a query each."""
    numbers, people = reach.numbers, reach.people_ids
    standing = Message.objects.filter(conversation_id__in=numbers, withdrawn_at__isnull=True)
    return {
        "conversations": sum(row.merged_into_id is None for row in reach.conversations),
        "messages": standing.exclude(direction="note").count(),
        "notes": standing.filter(direction="note").count(),
        "files": files_given(numbers).count(),
        "promises": Promise.objects.filter(conversation_id__in=numbers).count(),
        "steps": Step.objects.filter(conversation_id__in=numbers).count(),
        "statements": SelfStatement.objects.filter(customer_id__in=people).count(),
        "identities": Identity.objects.filter(customer_id__in=people).count(),
        "contract_facts": ContractFact.objects.filter(customer_id__in=people).count(),
    }


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
