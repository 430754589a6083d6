"""What others read of the public doors, of the mailboxes and of the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from visavis.domain.conversations.models import Scan
from visavis.domain.errors import NotFound
from visavis.domain.files.scanning import is_configured
from visavis.domain.people.access import Rights
from visavis.domain.prepared import Question, prepared

from .access import arrivals_seen
from .models import Arrival, ArrivalState, BlockedSender, Mailbox, Reason, SigningKey

LATE = timedelta(minutes=5)


def is_blocked(brand_id: int, *sources: str) -> bool:
    """Say whether one of the sources is kept out of the brand; one query."""
    return BlockedSender.objects.filter(brand_id=brand_id, source__in=sources, lifted_at=None).exists()


def blocks_of(brand_ids: Iterable[int]) -> list[BlockedSender]:
    """Return the blocks in force, newest first, with who made them; one query."""
    blocks = BlockedSender.objects.filter(brand_id__in=brand_ids, lifted_at=None)
    return list(blocks.select_related("brand", "blocked_by").order_by("-blocked_at"))


def block_of_conversation(conversation_id: int) -> BlockedSender | None:
    """Return the block in force that was made from this conversation, if any; one query."""
    return next(iter(_block(conversation_id=conversation_id)), None)


def question_of_block(conversation_id: int) -> Question:
    """Of `block_of_conversation`, to be asked with others; no query."""
    return _block.question(conversation_id=conversation_id)


@prepared
def _block(*, conversation_id: int) -> QuerySet[BlockedSender]:
    return BlockedSender.objects.filter(conversation_id=conversation_id, lifted_at=None).order_by("pk")[:1]


def is_set_aside_as_spam(conversation_id: int) -> bool:
    """Say whether the mails of this conversation were set aside as spam; one query."""
    rows = Arrival.objects.filter(message__conversation=conversation_id, message__direction="in")
    return rows.filter(state=ArrivalState.SET_ASIDE, reason=Reason.SPAM).exists()


def told_of(message_ids: Iterable[int]) -> dict[int, list[Arrival]]:
    """Return what programs said of letters of ours, read receipts and complaints, by message; one query."""
    found: dict[int, list[Arrival]] = {}
    for row in _told(numbers=message_ids):
        found.setdefault(row.message_id or 0, []).append(row)
    return found


def question_of_told(message_ids: Iterable[int]) -> Question:
    """Of `told_of`, to be asked with others; no query."""
    return _told.question(numbers=message_ids)


@prepared
def _told(*, numbers: Iterable[int]) -> QuerySet[Arrival]:
    rows = Arrival.objects.filter(message_id__in=numbers, reason__in=[Reason.RECEIPT, Reason.COMPLAINT])
    return rows.exclude(message__direction="in").only("message", "reason", "received_at").order_by("pk")


# --- Mailboxes ----------------------------------------------------------------------------------------------


def mailboxes_to_fetch() -> list[Mailbox]:
    """Return the active mailboxes whose mail is fetched from a server, with their brands; one query."""
    rows = Mailbox.objects.filter(is_active=True, brand__is_active=True).exclude(imap_host="")
    return list(rows.select_related("brand").order_by("pk"))


def mailbox_of_address(address: str) -> Mailbox | None:
    """Return the active mailbox of an address, whatever its case and what follows a `+`; one query."""
    local, at, domain = address.strip().strip("<>").lower().rpartition("@")
    if not at:
        return None
    names = {f"{local}@{domain}", f"{local.partition('+')[0]}@{domain}"}
    rows = Mailbox.objects.filter(address__in=names, is_active=True).select_related("brand")
    return max(rows, key=lambda row: len(row.address), default=None)


def uids_taken(mailbox: Mailbox, *, folder: str, uid_validity: int) -> set[int]:
    """Return the UIDs of a folder that stand in the ledger, in one numbering; one query."""
    rows = Arrival.objects.filter(
        mailbox=mailbox, era=mailbox.era, folder=folder, uid_validity=uid_validity, uid__isnull=False
    )
    return {uid for uid in rows.values_list("uid", flat=True) if uid is not None}


def has_mailboxes(brand_ids: Iterable[int]) -> bool:
    """Say whether one of the brands is written to by e-mail; one query."""
    return Mailbox.objects.filter(brand_id__in=brand_ids).exists()


def waiting_for_a_word(mailboxes: Iterable[Mailbox]) -> dict[int, int]:
    """Return how many mails of an outage wait for a leader's word, by number of mailbox; one query."""
    rows = Arrival.objects.filter(
        mailbox__in=[row.pk for row in mailboxes],
        state=ArrivalState.SET_ASIDE,
        reason=Reason.OUTAGE,
        raw__isnull=False,
    )
    return dict(rows.values_list("mailbox_id").annotate(Count("pk")))


@dataclass(frozen=True)
class Late:
    """A mailbox that is behind: since how many seconds (None: it never worked), and what its server says."""

    mailbox: Mailbox
    seconds: int | None
    fault: str


def late_mailboxes(brand_ids: Iterable[int], *, now: datetime) -> list[Late]:
    """Return the mailboxes behind by over five minutes: not asked, not fetched, or not read; two queries."""
    mailboxes = Mailbox.objects.filter(brand_id__in=brand_ids, is_active=True).select_related("brand")
    unread = dict(
        Arrival.objects.filter(settled_at__isnull=True, mailbox__in=mailboxes)
        .values_list("mailbox_id")
        .annotate(first=Min("taken_at"))
    )
    found = [_late(row, unread.get(row.pk), now) for row in mailboxes.order_by("pk")]
    return [late for late in found if late.seconds is None or late.seconds > LATE.total_seconds()]


def _late(mailbox: Mailbox, first_unread: datetime | None, now: datetime) -> Late:
    seconds = int((now - first_unread).total_seconds()) if first_unread else 0
    if mailbox.is_fetched and mailbox.succeeded_at is None:
        return Late(mailbox, None if mailbox.fault else seconds, mailbox.fault)
    if mailbox.is_fetched and mailbox.succeeded_at:
        silent = int((now - mailbox.succeeded_at).total_seconds())
        seconds = max(seconds, mailbox.lag_seconds, silent)
    return Late(mailbox, seconds, mailbox.fault)


def signing_key_of(domain: str) -> SigningKey | None:
    """Return the key of a sending domain, whether it signs or not; one query."""
    return SigningKey.objects.filter(domain=domain).first()


# --- The ledger ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ArrivalPage:
    """One page of the ledger, and the key of the next one (None: this is the last)."""

    rows: list[Arrival]
    after: str | None


def arrivals_of(
    rights: Rights,
    *,
    state: str = "",
    reason: str = "",
    brand_id: int | None = None,
    mailbox_id: int | None = None,
    words: str = "",
    after: str = "",
    limit: int = 50,
) -> ArrivalPage:
    """Return a page of the ledger, newest first, to who leads; one query.

    words: looked for in the sender and the subject, or the whole Message-ID.
    """
    given = {"state": state, "reason": reason, "mailbox__brand_id": brand_id, "mailbox_id": mailbox_id}
    rows = arrivals_seen(rights).filter(**{name: value for name, value in given.items() if value})
    if words:
        rows = rows.filter(
            Q(sender__icontains=words) | Q(subject__icontains=words) | Q(header_id=words.strip("<> "))
        )
    if after:
        rows = rows.filter(pk__lt=_number(after))
    rows = rows.select_related("mailbox__brand", "message", "twin").order_by("-pk")
    found = list(rows[: limit + 1])
    return ArrivalPage(found[:limit], str(found[limit - 1].pk) if len(found) > limit else None)


def _number(key: str) -> int:
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise NotFound
    return int(key)


def is_away() -> bool:
    """True when mails wait for the search for viruses: its daemon does not answer; one query."""
    return is_configured() and Arrival.objects.filter(scanned=Scan.WAITING, raw__isnull=False).exists()


def mails_to_scan(most: int) -> list[Arrival]:
    """Return the first mails that wait for the search for viruses, with their bytes; one query."""
    rows = Arrival.objects.filter(scanned=Scan.WAITING, raw__isnull=False, settled_at__isnull=False)
    return list(rows.select_related("raw", "mailbox").order_by("pk")[:most])


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many mails one mailbox took by one door, and where they are: the sum is what the outside counts."""

    mailbox_id: int
    door: str
    taken: int
    accepted: int
    quarantined: int
    set_aside: int

    @property
    def total(self) -> int:
        """All that came by this door."""
        return self.taken + self.accepted + self.quarantined + self.set_aside


def tallies(rights: Rights) -> list[Tally]:
    """Return the counts of the ledger by mailbox and door, to who leads; one query."""
    rows = arrivals_seen(rights).values("mailbox_id", "door")
    counted = rows.annotate(
        taken=_in_state(ArrivalState.TAKEN),
        accepted=_in_state(ArrivalState.ACCEPTED),
        quarantined=_in_state(ArrivalState.QUARANTINED),
        set_aside=_in_state(ArrivalState.SET_ASIDE),
    )
    return [Tally(**row) for row in counted.order_by("mailbox_id", "door")]


def _in_state(state: ArrivalState) -> Count:
    return Count("pk", filter=Q(state=state))


def other_brands_of(rights: Rights, arrival: Arrival) -> list[Arrival]:
    """Return the same mail in other brands that they may see, with its message; one query."""
    if not arrival.likeness:
        return []
    rows = arrivals_seen(rights).filter(likeness=arrival.likeness)
    rows = rows.exclude(mailbox__brand_id=arrival.mailbox.brand_id).exclude(reason="duplicate")
    return list(rows.select_related("mailbox__brand", "message").order_by("pk"))
