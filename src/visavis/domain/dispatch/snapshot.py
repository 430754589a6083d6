"""The picture the routing decides on: who waits and who is there, as frozen values."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Prefetch

from visavis.domain.conversations.models import Conversation, Direction, Message
from visavis.domain.people.models import Adviser, AdviserSkill, Skill, Team
from visavis.domain.presence.models import Presence
from visavis.domain.presence.queries import available
from visavis.engine.routing import Contact, Desk, Snapshot
from visavis.engine.routing.instants import seconds

from .load import loads_of

MOST_CONTACTS = 2000


def waiting() -> list[Conversation]:
    """Conversations that wait for anybody, the oldest first; three queries."""
    return list(
        Conversation.objects.ours()
        .unassigned()
        .filter(waiting_since__isnull=False)
        .select_related("brand")
        .prefetch_related(
            Prefetch("skills", queryset=Skill.objects.only("pk")),
            Prefetch("refused_by", queryset=Adviser.objects.only("pk")),
        )
        .order_by("waiting_since", "pk")[:MOST_CONTACTS]
    )


def picture_of_now(
    now: datetime, conversations: list[Conversation] | None = None, *, channels: Iterable[str] = ()
) -> Snapshot:
    """The whole picture at `now`; nine queries, whatever the numbers.

    Who named no channel takes all: those that wait, and `channels`, by which somebody may come.
    """
    conversations = waiting() if conversations is None else conversations
    known = _known_advisers(conversations)
    contacts = tuple(_contact(row, known.get(row.customer_id)) for row in conversations)
    known_channels = frozenset(contact.channel for contact in contacts) | frozenset(channels)
    return Snapshot(contacts=contacts, desks=_desks(available(now), known_channels))


def _contact(conversation: Conversation, known_adviser_id: int | None) -> Contact:
    since = conversation.waiting_since or conversation.opened_at
    return Contact(
        id=conversation.pk,
        brand_id=conversation.brand_id,
        channel=conversation.channel,
        language=conversation.language,
        skill_ids=frozenset(skill.pk for skill in conversation.skills.all()),
        waiting_since=seconds(since),
        promised_by=seconds(conversation.answer_due_at) if conversation.answer_due_at else None,
        effort=conversation.effort,
        known_adviser_id=known_adviser_id,
        wants_person=conversation.wants_person,
        excluded_adviser_ids=frozenset(adviser.pk for adviser in conversation.refused_by.all()),
    )


def _known_advisers(conversations: Iterable[Conversation]) -> dict[int, int]:
    """Who last answered each of these customers, by customer; one query."""
    customers = {conversation.customer_id for conversation in conversations}
    rows = (
        Message.objects.filter(
            conversation__customer_id__in=customers,
            direction=Direction.OUT,
            left_at__isnull=False,
            adviser__isnull=False,
        )
        .order_by("pk")
        .values_list("conversation__customer_id", "adviser_id")
    )
    return {customer: adviser for customer, adviser in rows if adviser is not None}


def _desks(there: list[Presence], channels: frozenset[str]) -> tuple[Desk, ...]:
    teams = {row.adviser.team_id for row in there if row.adviser.team_id}
    brands = defaultdict(set)
    for team_id, brand_id in _brands_of_teams(teams):
        brands[team_id].add(brand_id)
    skills: dict[int, dict[int, int]] = defaultdict(dict)
    for adviser_id, skill_id, level in AdviserSkill.objects.filter(
        adviser_id__in=[row.adviser_id for row in there]
    ).values_list("adviser_id", "skill_id", "level"):
        skills[adviser_id][skill_id] = level
    loads = loads_of(row.adviser_id for row in there)
    return tuple(
        _desk(
            row,
            brand_ids=frozenset(brands[row.adviser.team_id or 0]),
            skills=skills[row.adviser_id],
            load=loads.get(row.adviser_id, 0),
            channels=channels,
        )
        for row in there
    )


def _brands_of_teams(team_ids: set[int]) -> Iterable[tuple[int, int]]:
    rows = Team.objects.filter(pk__in=team_ids, brands__isnull=False).values_list("pk", "brands")
    return [(team_id, brand_id) for team_id, brand_id in rows if brand_id is not None]


def _desk(
    presence: Presence,
    *,
    brand_ids: frozenset[int],
    skills: dict[int, int],
    load: int,
    channels: frozenset[str],
) -> Desk:
    adviser = presence.adviser
    return Desk(
        id=adviser.pk,
        brand_ids=brand_ids,
        channels=frozenset(adviser.channels) if adviser.channels else channels,
        languages=frozenset(adviser.languages or ["fr"]),
        skills=skills,
        room=max(0, adviser.capacity - load),
        load=load,
        capacity=adviser.capacity,
        last_contact_ended_at=seconds(presence.last_contact_at) if presence.last_contact_at else None,
    )
