"""The floor as of now: who waits, who is there; no ranking, no duration per person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from visavis.domain.conversations.access import conversations_of
from visavis.domain.conversations.models import Conversation
from visavis.domain.people.access import Rights
from visavis.domain.people.models import Adviser, Brand
from visavis.domain.presence.models import Presence
from visavis.domain.presence.queries import SHOWN_TO_OTHERS

SOON = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Queue:
    """People who wait for one brand in one channel. `promised_seconds` is what the brand promises.

    `used_share`: how far the oldest wait is on its way to the hour of its promised answer, 0 to 1.
    """

    brand: Brand
    channel: str
    is_live: bool
    people: int
    unassigned: int
    oldest_since: datetime | None
    late: int
    due_soon: int
    promised_seconds: int
    used_share: float

    @property
    def is_on_time(self) -> bool:
        """True when nobody waits beyond the promise, nor is about to."""
        return self.late == 0 and self.due_soon == 0


def floor_brands(rights: Rights) -> list[Brand]:
    """The brands that this account looks after, by number; one query."""
    return list(Brand.objects.filter(pk__in=rights.brand_ids, is_active=True).order_by("pk"))


def queues(rights: Rights, channels: Iterable[tuple[str, bool]], *, now: datetime) -> list[Queue]:
    """One row per brand of this account and channel (name, is_live), even if nobody waits; three queries."""
    channels = list(channels)
    waiting = Conversation.objects.of_brands(rights.brand_ids).ours().filter(waiting_since__isnull=False)
    rows = waiting.values("brand_id", "channel").annotate(
        people=Count("pk"),
        unassigned=Count("pk", filter=Q(adviser__isnull=True)),
        oldest=Min("waiting_since"),
        late=Count("pk", filter=Q(answer_due_at__lt=now)),
        due_soon=Count("pk", filter=Q(answer_due_at__gte=now, answer_due_at__lt=now + SOON)),
    )
    found = {(row["brand_id"], row["channel"]): row for row in rows}
    oldest = waiting.filter(waiting_since__in=[row["oldest"] for row in found.values()])
    dues = {
        (brand_id, channel, since): due
        for brand_id, channel, since, due in oldest.values_list(
            "brand_id", "channel", "waiting_since", "answer_due_at"
        )
    }
    return [
        _queue(brand, channel, found.get((brand.pk, channel[0]), {}), dues, now)
        for brand in floor_brands(rights)
        for channel in channels
    ]


def _queue(
    brand: Brand,
    channel: tuple[str, bool],
    row: Mapping[str, object],
    dues: Mapping[tuple[int, str, datetime | None], datetime | None],
    now: datetime,
) -> Queue:
    name, is_live = channel
    since = _instant(row, "oldest")
    return Queue(
        brand=brand,
        channel=name,
        is_live=is_live,
        people=_number(row, "people"),
        unassigned=_number(row, "unassigned"),
        oldest_since=since,
        late=_number(row, "late"),
        due_soon=0 if is_live else _number(row, "due_soon"),
        promised_seconds=brand.live_promise_seconds if is_live else brand.written_promise_seconds,
        used_share=_share(since, dues.get((brand.pk, name, since)), now),
    )


def _share(since: datetime | None, due: datetime | None, now: datetime) -> float:
    """Return how far `now` is on the way from `since` to `due`, 0 to 1; 0 when nothing is due."""
    if since is None or due is None:
        return 0.0
    whole = (due - since).total_seconds()
    return min(1.0, max(0.0, (now - since).total_seconds() / whole)) if whole > 0 else 1.0


def _instant(row: Mapping[str, object], name: str) -> datetime | None:
    value = row.get(name)
    return value if isinstance(value, datetime) else None


def _number(row: Mapping[str, object], name: str) -> int:
    value = row.get(name, 0)
    return value if isinstance(value, int) else 0


@dataclass(frozen=True, kw_only=True)
class Person:
    """One colleague as others see them: state, and the channel of what they are on; never since when."""

    adviser: Adviser
    state: str
    channel: str


def people(rights: Rights) -> list[Person]:
    """Colleagues of the brands of this account with their team, by name, as others see them; three queries.

    Who has an unanswered live conversation, or any conversation of ours on the desk, is "in_conversation".
    """
    advisers = (
        Adviser.objects.filter(
            is_active=True, team__brands__in=rights.brand_ids, role__in=["adviser", "leader"]
        )
        .select_related("team")
        .distinct()
        .order_by("displayed_name", "pk")
    )
    states = {row.adviser_id: row for row in Presence.objects.filter(adviser__in=advisers)}
    # A live conversation is what someone is seen on: the last one wins.
    busy = dict(
        Conversation.objects.of_brands(rights.brand_ids)
        .ours()
        .filter(adviser__isnull=False, waiting_since__isnull=False)
        .order_by("is_live")
        .values_list("adviser_id", "channel")
    )
    return [_person(adviser, states.get(adviser.pk), busy.get(adviser.pk, "")) for adviser in advisers]


def _person(adviser: Adviser, presence: Presence | None, channel: str) -> Person:
    if presence is None or presence.vanished_at is not None:
        return Person(adviser=adviser, state="away", channel="")
    state = SHOWN_TO_OTHERS.get(presence.state, presence.state)
    if state == "available" and channel:
        return Person(adviser=adviser, state="in_conversation", channel=channel)
    return Person(adviser=adviser, state=state, channel="")


def waiting_people(
    rights: Rights, *, team_ids: frozenset[int] = frozenset(), first: int = 0, limit: int = 50
) -> tuple[list[Conversation], int]:
    """Conversations in which someone waits, the longest wait first, from the `first` on, and how many in all.

    Of these teams and of nobody yet, or of all teams. With brand, customer and adviser; two queries.
    """
    rows = _waiting(rights, team_ids)
    told = rows.select_related("brand", "customer", "adviser").order_by("waiting_since", "pk")
    return list(told[first : first + limit]), rows.count()


def _waiting(rights: Rights, team_ids: frozenset[int]) -> QuerySet[Conversation]:
    rows = conversations_of(rights).ours().filter(waiting_since__isnull=False)
    return rows.filter(Q(adviser=None) | Q(adviser__team__in=team_ids)) if team_ids else rows
