"""What others read of the dispatch: the reasons of an offer, and how good the announced waits were."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from visavis.domain.conversations.models import Conversation

from .models import AnnouncedWait, Offer, OfferState, PolicyVersion


def open_offer(conversation: Conversation) -> Offer | None:
    """The offer by which it is on its adviser's desk, or None when a person gave it; one query."""
    return (
        Offer.objects.filter(conversation=conversation, state=OfferState.OPEN)
        .select_related("adviser", "policy")
        .first()
    )


def ruling_policy() -> PolicyVersion | None:
    """The last published version, or None before the first; one query."""
    return PolicyVersion.objects.order_by("-pk").first()


def announced_wait(conversation: Conversation) -> AnnouncedWait | None:
    """The last range told about this conversation; one query."""
    return AnnouncedWait.objects.filter(conversation_id=conversation.pk).order_by("-pk").first()


def announced_since(conversations: Iterable[Conversation]) -> set[int]:
    """Those who were told a range in their present wait; one query."""
    since = {row.pk: row.waiting_since for row in conversations}
    rows = AnnouncedWait.objects.filter(conversation_id__in=since, true_seconds__isnull=True)
    told = rows.values_list("conversation_id", "announced_at")
    return {number for number, at in told if (start := since[number]) is not None and at >= start}


@dataclass(frozen=True)
class Coverage:
    """How many true waits fell inside their announced range."""

    inside: int
    known: int

    @property
    def share(self) -> float | None:
        """The share inside, or None when nothing is known yet."""
        return self.inside / self.known if self.known else None


def coverage(brand_ids: frozenset[int], *, now: datetime, days: int = 1) -> Coverage:
    """Coverage of the waits announced in the last `days`, over these brands; one query."""
    inside = Q(true_seconds__gte=F("low_seconds"), true_seconds__lte=F("high_seconds"))
    found = AnnouncedWait.objects.filter(
        brand_id__in=brand_ids, announced_at__gt=now - timedelta(days=days), true_seconds__isnull=False
    ).aggregate(inside=Count("pk", filter=inside), known=Count("pk"))
    return Coverage(found["inside"], found["known"])
