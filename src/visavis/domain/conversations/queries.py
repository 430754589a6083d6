"""What others read of conversations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
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
from visavis.domain.prepared import Prepared, Question, prepared, with_related

from .access import brands_read
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
STILL_KNOWN = timedelta(days=30)
PAST = 6
MOST_NEWS = 100
MOST_OF_CUSTOMER = 200
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
# Of a letter all but its HTML, which may be a million signs: its page reads it.
SHOWN_OF_LETTER = tuple(
    f"letter__{name}"
    for name in (
        *("message", "header_id", "from_name", "from_address", "reply_to", "to", "cc", "bcc", "subject"),
        *("sent_at", "pieces", "spf", "dkim", "dmarc", "automatic_why", "oddities", "extras"),
    )
)
TABS = ("mine", "their_turn", "team", "snoozed", "resolved", "mentions")


def _listed(tab: str, *, adviser_id: int, brand_ids: frozenset[int]) -> QuerySet[Conversation]:
    """Conversations of one tab of the desk: mine, their_turn, team, snoozed, resolved or mentions."""
    seen = Conversation.objects.of_brands(brand_ids).live()
    mine = seen.filter(adviser_id=adviser_id)
    tabs = {
        "mine": mine.going_on().filter(state__in=["open", "reopened"], snoozed_until__isnull=True),
        "their_turn": mine.going_on().filter(state="their_turn", snoozed_until__isnull=True),
        "team": seen.ours().filter(Q(adviser__isnull=True) | ~Q(adviser_id=adviser_id)),
        "snoozed": mine.filter(snoozed_until__isnull=False),
        "resolved": mine.filter(state="resolved"),
        "mentions": seen.filter(
            Exists(
                Mention.objects.filter(
                    message__conversation=OuterRef("pk"), adviser_id=adviser_id, seen_at__isnull=True
                )
            )
        ),
    }
    return tabs[tab]


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
    listed, shape, values = _asked_page(rights, tab, after, limit)
    found = listed(*shape, **values)
    if len(found) <= limit:
        return Page(found, None)
    last = found[limit - 1]
    at = (last.answer_due_at or NEVER) if listed is _soonest_first else last.last_message_at
    return Page(found[:limit], f"{at.isoformat()}_{last.pk}")


def _asked_page(
    rights: Rights, tab: str, after: str, limit: int
) -> tuple[Prepared[Conversation], tuple[str, int], dict[str, Any]]:
    tab = tab if tab in TABS else "mine"
    listed = _soonest_first if tab in {"mine", "team"} else _newest_first
    key = dict(zip(("instant", "number"), _key(after), strict=True)) if after else {}
    return (
        listed,
        (tab, limit + 1),
        {"adviser_id": rights.adviser_id, "brand_ids": brands_read(rights), **key},
    )


@prepared
def _soonest_first(
    tab: str,
    limit: int,
    *,
    adviser_id: int,
    brand_ids: frozenset[int],
    instant: datetime | None = None,
    number: int = 0,
) -> QuerySet[Conversation]:
    """By promised answer; what waits for none comes last."""
    rows = _told_of(_listed(tab, adviser_id=adviser_id, brand_ids=brand_ids), adviser_id)
    rows = rows.annotate(due=Coalesce("answer_due_at", Value(NEVER))).order_by("due", "pk")
    if instant:
        rows = rows.filter(Q(due__gt=instant) | Q(due=instant, pk__gt=number))
    return rows[:limit]


@prepared
def _newest_first(
    tab: str,
    limit: int,
    *,
    adviser_id: int,
    brand_ids: frozenset[int],
    instant: datetime | None = None,
    number: int = 0,
) -> QuerySet[Conversation]:
    rows = _told_of(_listed(tab, adviser_id=adviser_id, brand_ids=brand_ids), adviser_id)
    rows = rows.order_by("-last_message_at", "-pk")
    if instant:
        rows = rows.filter(Q(last_message_at__lt=instant) | Q(last_message_at=instant, pk__lt=number))
    return rows[:limit]


def _told_of(rows: QuerySet[Conversation], adviser_id: int) -> QuerySet[Conversation]:
    rows = rows.select_related("brand", "customer", "adviser").only(*SHOWN_IN_LIST)
    return rows.annotate(is_unread=Exists(_unread(adviser_id)))


def _key(after: str) -> tuple[datetime, int]:
    """Return the instant and number of a page's key. NotFound when it was not made by us."""
    try:
        instant, number = after.rsplit("_", 1)
        return datetime.fromisoformat(instant), int(number)
    except ValueError:
        raise NotFound from None


def news(rights: Rights, *, limit: int = MOST_NEWS) -> list[tuple[int, int]]:
    """What waits unread on one's own desk, the latest first; one query.

    Number of the conversation, and of the last message of its customer.
    """
    found = _news(limit, adviser_id=rights.adviser_id, brand_ids=brands_read(rights))
    return [(number, last) for number, last in found if last]


@prepared
def _news(
    limit: int, *, adviser_id: int, brand_ids: frozenset[int]
) -> QuerySet[Conversation, tuple[int, int | None]]:
    """What is read stands last: left out here, its last message would be looked for twice."""
    last = _unread(adviser_id).order_by("-pk").values("pk")[:1]
    mine = _listed("mine", adviser_id=adviser_id, brand_ids=brand_ids)
    rows = mine.annotate(last=Subquery(last)).order_by(F("last").desc(nulls_last=True), "pk")
    return rows.values_list("pk", "last")[:limit]


def _unread(adviser_id: int) -> QuerySet[Message]:
    """What came from outside and this account has not read, of the conversation of an outer query.

    Messages of customers, and what others answer to what was sent on to them: notes that none of us wrote.
    """
    from_outside = Q(direction="in") | Q(direction="note", adviser__isnull=True)
    return Message.objects.filter(from_outside, conversation=OuterRef("pk"), pk__gt=_last_read_id(adviser_id))


def _last_read_id(adviser_id: int) -> Coalesce:
    mark = ReadMark.objects.filter(conversation=OuterRef(OuterRef("pk")), adviser_id=adviser_id)
    return Coalesce(Subquery(mark.values("message_id")[:1]), Value(0))


def counts(rights: Rights) -> dict[str, int]:
    """How many conversations stand in the tabs mine, their_turn and team; one query."""
    counted = _counts(adviser_id=rights.adviser_id, brand_ids=brands_read(rights)) or [(0, 0, 0)]
    return dict(zip(("mine", "their_turn", "team"), counted[0], strict=True))


@prepared
def _counts(*, adviser_id: int, brand_ids: frozenset[int]) -> QuerySet[Conversation, tuple[int, int, int]]:
    mine = Q(adviser_id=adviser_id)
    awake = Q(snoozed_until__isnull=True)
    ours = Q(state__in=["open", "reopened"])
    rows = Conversation.objects.of_brands(brand_ids).going_on()
    counted = rows.values(all=Value(1)).annotate(  # grouped by a constant: one line
        mine=Count("pk", filter=mine & ours & awake),
        their_turn=Count("pk", filter=mine & Q(state="their_turn") & awake),
        of_team=Count("pk", filter=(Q(adviser__isnull=True) | ~mine) & ours & awake),
    )
    return counted.values_list("mine", "their_turn", "of_team")


def thread_messages(
    conversation: Conversation, *, before: int | None = None, limit: int = 200
) -> list[Message]:
    """Messages and notes of a conversation, oldest first, the last `limit` before `before`.

    Two queries, a third when one was corrected. Each carries its adviser, attachments and corrections, its
    letter (see `correspondence.letter_in`) and `has_html`.
    """
    key = {"before": before} if before else {}
    found = _with_files(conversation, _messages(limit, conversation_id=conversation.pk, **key)[::-1])
    prefetch_related_objects([message for message in found if message.corrected_at], "corrections")
    return found


@prepared
def _messages(limit: int, *, conversation_id: int, before: int | None = None) -> QuerySet[Message]:
    rows = Message.objects.filter(conversation_id=conversation_id, withdrawn_at__isnull=True)
    if before:
        rows = rows.filter(pk__lt=before)
    rows = rows.select_related("adviser", "letter").only(*SHOWN_IN_THREAD, *SHOWN_OF_LETTER)
    # Asked by equality, which PostgreSQL answers without unpacking what is long.
    rows = rows.annotate(has_html=ExpressionWrapper(~Q(letter__html=""), output_field=BooleanField()))
    return rows.order_by("-written_at", "-pk")[:limit]


def _with_files(conversation: Conversation, messages: list[Message]) -> list[Message]:
    """Give messages of a conversation that conversation and their files; one query."""
    files: dict[int | None, list[Attachment]] = {}
    for file in _files(numbers=[message.pk for message in messages]):
        files.setdefault(file.message_id, []).append(file)
    for message in messages:
        message.conversation = conversation
        with_related(message, "attachments", files.get(message.pk, ()))
    return messages


@prepared
def _files(*, numbers: Iterable[int]) -> QuerySet[Attachment]:
    return Attachment.objects.select_related("file").filter(message_id__in=numbers).order_by("pk")


def customer_messages(conversation: Conversation, *, limit: int = MOST_OF_CUSTOMER) -> list[Message]:
    """The last that the customer may read, oldest first: what they wrote and what left to them; two queries.

    A correction moves nothing: `corrected_at` says it, so a reader asks again when it changes.
    """
    return _with_files(conversation, _of_customer(limit, conversation_id=conversation.pk)[::-1])


@prepared
def _of_customer(limit: int, *, conversation_id: int) -> QuerySet[Message]:
    rows = Message.objects.filter(conversation_id=conversation_id, left_at__isnull=False)
    rows = rows.filter(withdrawn_at__isnull=True).exclude(direction="note")
    return rows.select_related("adviser__team__site").order_by("-left_at", "-pk")[:limit]


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


def lookers(
    conversation: Conversation, *, but: int, now: datetime | None = None
) -> list[tuple[Adviser, bool]]:
    """Colleagues who have it on screen now, each with whether they type; one query."""
    now = now or timezone.now()
    rows = _looking(conversation_id=conversation.pk, since=now - STILL_LOOKING, but=but)
    return [(row.adviser, bool(row.typing_at and row.typing_at > now - STILL_TYPING)) for row in rows]


@prepared
def _looking(*, conversation_id: int, since: datetime, but: int) -> QuerySet[Looking]:
    rows = Looking.objects.filter(conversation_id=conversation_id, seen_at__gt=since)
    return rows.exclude(adviser_id=but).select_related("adviser").order_by("adviser__displayed_name")


def was_just_seen(conversation: Conversation, adviser_id: int, *, up_to: int, now: datetime) -> bool:
    """True when it was on their screen just now, read up to message `up_to`, no mention left; one query."""
    since = now - STILL_LOOKING / 3
    read = _seen(conversation_id=conversation.pk, adviser_id=adviser_id, since=since)
    return any(message_id >= up_to for message_id in read)


@prepared
def _seen(*, conversation_id: int, adviser_id: int, since: datetime) -> QuerySet[Looking, int]:
    """Up to which message it was read, if it was on their screen."""
    called = Mention.objects.filter(
        message__conversation=OuterRef("conversation"), adviser_id=adviser_id, seen_at__isnull=True
    )
    seen = Looking.objects.filter(
        conversation_id=conversation_id,
        adviser_id=adviser_id,
        seen_at__gt=since,
        conversation__read_marks__adviser_id=adviser_id,
    )
    return seen.exclude(Exists(called)).values_list("conversation__read_marks__message_id", flat=True)


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

    Those of colleagues are shown, so that none is lost by a transfer. extras: what is typed beside one's own.
    is_sending_on: one began to send something on to somebody outside.
    """

    reply: str
    extras: dict[str, object]
    note: str
    is_sending_on: bool
    others: list[Draft]


def drafts_in(conversation: Conversation, *, reader_id: int) -> Drafts:
    """The drafts of a conversation, as one adviser sees them; one query."""
    rows = _drafts(conversation_id=conversation.pk)
    own = {row.direction: row for row in rows if row.adviser_id == reader_id}
    reply, note = own.get("out"), own.get("note")
    return Drafts(
        reply=reply.text if reply else "",
        extras=reply.extras if reply else {},
        note=note.text if note else "",
        is_sending_on="fwd" in own,
        others=[row for row in rows if row.adviser_id != reader_id and row.direction != "note"],
    )


def forward_draft(conversation: Conversation, *, adviser_id: int) -> Draft | None:
    """What this account began to send on to somebody outside, if anything; one query."""
    rows = _drafts(conversation_id=conversation.pk)
    return next((row for row in rows if row.adviser_id == adviser_id and row.direction == "fwd"), None)


@prepared
def _drafts(*, conversation_id: int) -> QuerySet[Draft]:
    return Draft.objects.filter(conversation_id=conversation_id).select_related("adviser").order_by("pk")


def explained_of(conversation: Conversation, *, now: datetime | None = None) -> list[Explained]:
    """What the customer already explained, in any conversation still open with them; one query."""
    now = now or timezone.now()
    return _explained(customer_id=conversation.customer_id, since=now - STILL_KNOWN)


@prepared
def _explained(*, customer_id: int, since: datetime) -> QuerySet[Explained]:
    rows = Explained.objects.filter(conversation__customer_id=customer_id)
    return rows.exclude(conversation__state="resolved", conversation__resolved_at__lt=since).order_by("pk")


def steps_of(conversation: Conversation) -> list[Step]:
    """Steps that the customer sees, done ones first; one query."""
    return _steps(conversation_id=conversation.pk)


@prepared
def _steps(*, conversation_id: int) -> QuerySet[Step]:
    rows = Step.objects.filter(conversation_id=conversation_id)
    return rows.order_by(F("done_at").asc(nulls_last=True), "rank", "pk")


def tags_of(conversation: Conversation) -> list[str]:
    """Names of its tags, in order; one query."""
    return _tags(conversation_id=conversation.pk)


@prepared
def _tags(*, conversation_id: int) -> QuerySet[Tag, str]:
    return Tag.objects.filter(conversations=conversation_id).order_by("name").values_list("name", flat=True)


def past_of(conversation: Conversation, *, limit: int = PAST) -> tuple[list[Conversation], int]:
    """The customer's other conversations, newest first, and how many there are; one query."""
    found = _past(limit, number=conversation.pk, customer_id=conversation.customer_id)
    return found, vars(found[0])["count"] if found else 0


@prepared
def _past(limit: int, *, number: int, customer_id: int) -> QuerySet[Conversation]:
    rows = Conversation.objects.live().filter(customer_id=customer_id).exclude(pk=number)
    told = rows.only("subject", "channel", "opened_at", "last_message_at").annotate(count=Window(Count("pk")))
    return told.order_by("-opened_at", "-pk")[:limit]


def linked_to(conversation: Conversation) -> list[Conversation]:
    """Conversations that speak of the same thing; one query."""
    return _linked(number=conversation.pk)


@prepared
def _linked(*, number: int) -> QuerySet[Conversation]:
    after = ConversationLink.objects.filter(first_id=number).values("second_id")
    before = ConversationLink.objects.filter(second_id=number).values("first_id")
    # A union, and not two conditions: for those, PostgreSQL reads every conversation.
    return Conversation.objects.filter(pk__in=after.union(before)).order_by("-pk")


def links_given(conversation: Conversation, *, now: datetime | None = None) -> list[Pass]:
    """Links to the customer's page that still open it, newest first; one query."""
    return _links_given(conversation_id=conversation.pk, now=now or timezone.now())


@prepared
def _links_given(*, conversation_id: int, now: datetime) -> QuerySet[Pass]:
    rows = Pass.objects.filter(conversation_id=conversation_id, kind=PassKind.LINK)
    return rows.filter(revoked_at__isnull=True, expires_at__gt=now).order_by("-made_at")


def asleep_until(now: datetime) -> Sequence[Conversation]:
    """Conversations whose hour to wake has come; one query."""
    return list(Conversation.objects.live().filter(snoozed_until__lte=now).order_by("pk")[:200])


# --- What a page asks together ------------------------------------------------------------------------------


def questions_of_list(rights: Rights, tab: str, *, after: str, limit: int) -> list[Question]:
    """Of `inbox`, `counts` and `news`; no query."""
    listed, shape, values = _asked_page(rights, tab, after, limit)
    adviser_id, brand_ids = rights.adviser_id, brands_read(rights)
    return [
        listed.question(*shape, **values),
        _counts.question(adviser_id=adviser_id, brand_ids=brand_ids),
        _news.question(MOST_NEWS, adviser_id=adviser_id, brand_ids=brand_ids),
    ]


def questions_of_thread(conversation: Conversation, *, before: int | None, limit: int) -> list[Question]:
    """Of `thread_messages` and `drafts_in`; no query."""
    key = {"before": before} if before else {}
    number = conversation.pk
    said = _messages.question(limit, conversation_id=number, **key)
    return [said, _drafts.question(conversation_id=number)]


def questions_of_customer(conversation: Conversation) -> list[Question]:
    """Of `customer_messages` and `steps_of`; no query."""
    number = conversation.pk
    said = _of_customer.question(MOST_OF_CUSTOMER, conversation_id=number)
    return [said, _steps.question(conversation_id=number)]


def questions_of_head(conversation: Conversation, *, reader_id: int, now: datetime) -> list[Question]:
    """Of `tags_of` and `lookers`; no query."""
    number = conversation.pk
    return [
        _tags.question(conversation_id=number),
        _looking.question(conversation_id=number, since=now - STILL_LOOKING, but=reader_id),
    ]


def questions_of_sight(conversation: Conversation, *, reader_id: int, now: datetime) -> list[Question]:
    """Of `was_just_seen`; no query."""
    since = now - STILL_LOOKING / 3
    return [_seen.question(conversation_id=conversation.pk, adviser_id=reader_id, since=since)]


def questions_around(conversation: Conversation, *, now: datetime) -> list[Question]:
    """Of `past_of`, `explained_of`, `steps_of`, `linked_to` and `links_given`; no query."""
    number, customer_id = conversation.pk, conversation.customer_id
    return [
        _past.question(PAST, number=number, customer_id=customer_id),
        _explained.question(customer_id=customer_id, since=now - STILL_KNOWN),
        _steps.question(conversation_id=number),
        _linked.question(number=number),
        _links_given.question(conversation_id=number, now=now),
    ]
