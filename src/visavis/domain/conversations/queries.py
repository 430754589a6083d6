"""What others read of conversations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    Window,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from visavis.domain.errors import NotFound
from visavis.domain.people.access import Rights
from visavis.domain.people.models import Adviser

from .access import conversations_of
from .models import (
    Attachment,
    Conversation,
    ConversationLink,
    Draft,
    Explained,
    Looking,
    Mention,
    Message,
    Pass,
    ReadMark,
    Step,
    Tag,
)
from .models.around import PassKind

PAGE = 50
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
STILL_LOOKING = timedelta(seconds=45)
STILL_TYPING = timedelta(seconds=6)
# A list shows fifty of them, a thread forty: what they do not tell is not read.
SHOWN_IN_LIST = (
    *("brand__slug", "brand__name", "brand__letter", "customer__name", "adviser__displayed_name"),
    *("channel", "subject", "last_words", "last_message_at", "state"),
    *("waiting_since", "answer_due_at", "snoozed_until"),
)
SHOWN_IN_THREAD = (
    *("conversation", "direction", "channel", "text", "adviser__displayed_name"),
    *("written_at", "left_at", "corrected_at"),
)
TABS = ("mine", "their_turn", "team", "snoozed", "resolved", "mentions")


def listed(rights: Rights, tab: str) -> QuerySet[Conversation]:
    """Conversations of one tab of the desk: mine, their_turn, team, snoozed, resolved or mentions."""
    seen = conversations_of(rights).live()
    mine = seen.filter(adviser_id=rights.adviser_id)
    tabs = {
        "mine": mine.going_on().filter(state__in=["open", "reopened"], snoozed_until__isnull=True),
        "their_turn": mine.going_on().filter(state="their_turn", snoozed_until__isnull=True),
        "team": seen.ours().filter(Q(adviser__isnull=True) | ~Q(adviser_id=rights.adviser_id)),
        "snoozed": mine.filter(snoozed_until__isnull=False),
        "resolved": mine.filter(state="resolved"),
        "mentions": seen.filter(
            Exists(
                Mention.objects.filter(
                    message__conversation=OuterRef("pk"), adviser_id=rights.adviser_id, seen_at__isnull=True
                )
            )
        ),
    }
    return tabs[tab if tab in tabs else "mine"]


@dataclass(frozen=True)
class Page:
    """One page of a list, and the key of the next one (None: this is the last)."""

    rows: Sequence[Conversation]
    after: str | None


def inbox(rights: Rights, tab: str, *, after: str = "", limit: int = PAGE) -> Page:
    """One page of a tab, by keyset; one query. Where it is our turn: the nearest promised answer first.

    Else: newest first.

    Rows carry `is_unread` and `brand`, `customer`, `adviser`.
    """
    rows = (
        listed(rights, tab)
        .select_related("brand", "customer", "adviser")
        .only(*SHOWN_IN_LIST)
        .annotate(is_unread=Exists(_unread(rights)))
    )
    if tab in {"mine", "team"}:
        return _soonest_first(rows, after, limit)
    return _newest_first(rows, after, limit)


def _soonest_first(rows: QuerySet[Conversation], after: str, limit: int) -> Page:
    """By promised answer; what waits for none comes last."""
    rows = rows.annotate(due=Coalesce("answer_due_at", Value(NEVER))).order_by("due", "pk")
    if after:
        instant, number = _key(after)
        rows = rows.filter(Q(due__gt=instant) | Q(due=instant, pk__gt=number))
    found = list(rows[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], f"{(last.answer_due_at or NEVER).isoformat()}_{last.pk}" if last else None)


def _newest_first(rows: QuerySet[Conversation], after: str, limit: int) -> Page:
    rows = rows.order_by("-last_message_at", "-pk")
    if after:
        instant, number = _key(after)
        rows = rows.filter(Q(last_message_at__lt=instant) | Q(last_message_at=instant, pk__lt=number))
    found = list(rows[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], f"{last.last_message_at.isoformat()}_{last.pk}" if last else None)


def _key(after: str) -> tuple[datetime, int]:
    """Return the instant and number of a page's key. NotFound when it was not made by us."""
    try:
        instant, number = after.rsplit("_", 1)
        return datetime.fromisoformat(instant), int(number)
    except ValueError:
        raise NotFound from None


def news(rights: Rights, *, limit: int = 100) -> list[tuple[int, int]]:
    """What waits unread on one's own desk, the latest first; one query.

    Number of the conversation, and of the last message of its customer.
    """
    last = _unread(rights).order_by("-pk").values("pk")[:1]
    rows = listed(rights, "mine").annotate(last=Subquery(last)).filter(last__isnull=False)
    return list(rows.order_by("-last").values_list("pk", "last")[:limit])


def _unread(rights: Rights) -> QuerySet[Message]:
    """Messages of customers that this account has not read, of the conversation of an outer query."""
    return Message.objects.filter(
        conversation=OuterRef("pk"), direction="in", pk__gt=_last_read_id(rights.adviser_id)
    )


def _last_read_id(adviser_id: int) -> Coalesce:
    mark = ReadMark.objects.filter(conversation=OuterRef(OuterRef("pk")), adviser_id=adviser_id)
    return Coalesce(Subquery(mark.values("message_id")[:1]), Value(0))


def counts(rights: Rights) -> dict[str, int]:
    """How many conversations stand in the tabs mine, their_turn and team; one query."""
    mine = Q(adviser_id=rights.adviser_id)
    awake = Q(snoozed_until__isnull=True)
    ours = Q(state__in=["open", "reopened"])
    return (
        conversations_of(rights)
        .going_on()
        .aggregate(
            mine=Count("pk", filter=mine & ours & awake),
            their_turn=Count("pk", filter=mine & Q(state="their_turn") & awake),
            team=Count("pk", filter=(Q(adviser__isnull=True) | ~mine) & ours & awake),
        )
    )


def thread_messages(
    conversation: Conversation, *, before: int | None = None, limit: int = 200
) -> list[Message]:
    """Messages and notes of a conversation, oldest first, the last `limit` before `before`.

    Two queries, a third when one was corrected. Each carries its adviser, attachments and corrections.
    """
    rows = conversation.messages.filter(withdrawn_at__isnull=True)
    if before:
        rows = rows.filter(pk__lt=before)
    files = Prefetch("attachments", Attachment.objects.select_related("file").order_by("pk"))
    rows = rows.select_related("adviser").only(*SHOWN_IN_THREAD).prefetch_related(files)
    found = list(rows.order_by("-written_at", "-pk")[:limit])[::-1]
    prefetch_related_objects([message for message in found if message.corrected_at], "corrections")
    return found


def customer_messages(conversation: Conversation, *, after: int = 0, limit: int = 200) -> list[Message]:
    """What the customer may read, oldest first: what they wrote and what left to them, after message `after`.

    A correction moves nothing: `corrected_at` says it, so a reader asks again from the start when it changes.
    """
    rows = (
        conversation.messages.filter(left_at__isnull=False, withdrawn_at__isnull=True, pk__gt=after)
        .exclude(direction="note")
        .select_related("adviser", "adviser__team__site")
        .prefetch_related("attachments__file")
    )
    return list(rows.order_by("left_at", "pk")[:limit])


def customer_changes(
    conversation: Conversation, *, since: datetime | None = None, limit: int = 200
) -> list[Message]:
    """What the customer may read that left or was corrected after `since`, oldest first; two queries.

    By instants, not by numbers: a written reply leaves ten seconds after it was numbered.
    """
    rows = conversation.messages.filter(left_at__isnull=False, withdrawn_at__isnull=True).exclude(
        direction="note"
    )
    if since:
        rows = rows.filter(Q(left_at__gt=since) | Q(corrected_at__gt=since))
    rows = rows.select_related("adviser").prefetch_related("attachments__file")
    return list(rows.order_by("-left_at", "-pk")[:limit])[::-1]


def lookers(conversation: Conversation, *, but: int) -> list[tuple[Adviser, bool]]:
    """Colleagues who have it on screen now, each with whether they type; one query."""
    now = timezone.now()
    rows = Looking.objects.filter(conversation=conversation, seen_at__gt=now - STILL_LOOKING).exclude(
        adviser_id=but
    )
    return [
        (row.adviser, bool(row.typing_at and row.typing_at > now - STILL_TYPING))
        for row in rows.select_related("adviser").order_by("adviser__displayed_name")
    ]


def was_just_seen(conversation: Conversation, adviser_id: int, *, up_to: int) -> bool:
    """True when it was on their screen just now, read up to message `up_to`, no mention left; one query."""
    called = Mention.objects.filter(
        message__conversation=OuterRef("conversation"), adviser_id=adviser_id, seen_at__isnull=True
    )
    return (
        Looking.objects.filter(
            conversation_id=conversation.pk,
            adviser_id=adviser_id,
            seen_at__gt=timezone.now() - STILL_LOOKING / 3,
            conversation__read_marks__adviser_id=adviser_id,
            conversation__read_marks__message_id__gte=up_to,
        )
        .exclude(Exists(called))
        .exists()
    )


def customer_types(conversation: Conversation) -> bool:
    """True when the customer typed within the last seconds; no query."""
    typed = conversation.customer_typing_at
    return bool(typed and typed > timezone.now() - STILL_TYPING)


def someone_types(conversation: Conversation) -> bool:
    """True when an adviser types to the customer now; one query."""
    return Looking.objects.filter(
        conversation=conversation, typing_at__gt=timezone.now() - STILL_TYPING
    ).exists()


@dataclass(frozen=True, kw_only=True)
class Drafts:
    """What is being written in a conversation: one's own reply and note, and what colleagues left.

    Those of colleagues are shown, so that none is lost by a transfer.
    """

    reply: str
    note: str
    others: list[Draft]


def drafts_in(conversation: Conversation, *, reader_id: int) -> Drafts:
    """The drafts of a conversation, as one adviser sees them; one query."""
    rows = Draft.objects.filter(conversation=conversation).select_related("adviser").order_by("pk")
    own = {row.direction: row.text for row in rows if row.adviser_id == reader_id}
    return Drafts(
        reply=own.get("out", ""),
        note=own.get("note", ""),
        others=[row for row in rows if row.adviser_id != reader_id and row.direction == "out"],
    )


def explained_of(conversation: Conversation) -> list[Explained]:
    """What the customer already explained, in any conversation still open with them; one query."""
    return list(
        Explained.objects.filter(conversation__customer_id=conversation.customer_id)
        .exclude(
            conversation__state="resolved", conversation__resolved_at__lt=timezone.now() - timedelta(days=30)
        )
        .order_by("pk")
    )


def steps_of(conversation: Conversation) -> list[Step]:
    """Steps that the customer sees, done ones first; one query."""
    return list(conversation.steps.order_by(F("done_at").asc(nulls_last=True), "rank", "pk"))


def tags_of(conversation: Conversation) -> list[Tag]:
    """Tags, by name; one query."""
    return list(conversation.tags.order_by("name"))


def past_of(conversation: Conversation, *, limit: int = 6) -> tuple[list[Conversation], int]:
    """The customer's other conversations, newest first, and how many there are; one query."""
    rows = (
        Conversation.objects.live()
        .filter(customer_id=conversation.customer_id)
        .exclude(pk=conversation.pk)
        .only("subject", "channel", "opened_at", "last_message_at")
        .annotate(count=Window(Count("pk")))
        .order_by("-opened_at", "-pk")
    )
    found = list(rows[:limit])
    return found, vars(found[0])["count"] if found else 0


def linked_to(conversation: Conversation) -> list[Conversation]:
    """Conversations that speak of the same thing; one query."""
    links = ConversationLink.objects.filter(Q(first=conversation) | Q(second=conversation))
    numbers = {number for pair in links.values_list("first_id", "second_id") for number in pair}
    return list(Conversation.objects.filter(pk__in=numbers - {conversation.pk}).order_by("-pk"))


def links_given(conversation: Conversation) -> list[Pass]:
    """Links to the customer's page that still open it, newest first; one query."""
    return list(
        conversation.passes.filter(
            kind=PassKind.LINK, revoked_at__isnull=True, expires_at__gt=timezone.now()
        ).order_by("-made_at")
    )


def asleep_until(now: datetime) -> Sequence[Conversation]:
    """Conversations whose hour to wake has come; one query."""
    return list(Conversation.objects.live().filter(snoozed_until__lte=now).order_by("pk")[:200])
