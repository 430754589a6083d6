"""Mails kept out that are read again: as a leader asks, one or all."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.domain.errors import NotFound, Refused
from visavis.domain.intake.access import arrivals_seen
from visavis.domain.intake.facts import MailsTriedAgain, OutageSettled
from visavis.domain.intake.models import Arrival, ArrivalState, Mailbox, Reason
from visavis.domain.journal.record import operation, record
from visavis.domain.people.access import Rights
from visavis.domain.people.models import Adviser

KEPT_OUT = (ArrivalState.QUARANTINED, ArrivalState.SET_ASIDE)
# A fact names each of them; more than these are tried in several goes.
MOST_AT_ONCE = 1000


@operation
def accept_arrival(arrival: Arrival, *, by: Adviser, at: datetime) -> None:
    """The mail is read again, and let in whatever the rules of setting aside say. Refused unless kept out."""
    _again(_kept_out(arrival), accepted_by=by, accepted_at=at)
    _tried_again([arrival.pk], brand_id=arrival.mailbox.brand_id, by=by, at=at, is_let_in=True)


@operation
def try_again(arrival: Arrival, *, by: Adviser, at: datetime) -> None:
    """The mail is read again by the same rules. Refused unless kept out."""
    _again(_kept_out(arrival))
    _tried_again([arrival.pk], brand_id=arrival.mailbox.brand_id, by=by, at=at, is_let_in=False)


@operation
def try_all_again(
    rights: Rights,
    *,
    by: Adviser,
    at: datetime,
    state: str = ArrivalState.QUARANTINED,
    reason: str = "",
) -> int:
    """All that is in this state, for this reason if one is given, is read again; how many.

    At most MOST_AT_ONCE at a time, the oldest first. NotFound for a state that keeps nothing out.
    """
    if state not in KEPT_OUT:
        raise NotFound
    rows = arrivals_seen(rights).filter(state=state, raw__isnull=False)
    rows = rows.filter(reason=reason) if reason else rows
    numbers = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    _again(Arrival.objects.filter(pk__in=numbers))
    _tried_again(numbers, brand_id=None, by=by, at=at, is_let_in=False)
    return len(numbers)


@operation
def settle_outage(mailbox: Mailbox, *, by: Adviser, at: datetime, read: bool) -> int:
    """What came during the outage is read now (`read`), or stays as history; how many.

    Refused when there was none.
    """
    mailbox = Mailbox.objects.select_for_update(no_key=True).get(pk=mailbox.pk)
    if mailbox.outage_until is None:
        raise Refused("no_outage", _("Nothing waits for a word of yours in this mailbox."))
    waiting = Arrival.objects.filter(
        mailbox=mailbox, state=ArrivalState.SET_ASIDE, reason=Reason.OUTAGE, raw__isnull=False
    )
    if read:
        count = _again(waiting)
    else:
        count = waiting.update(reason=Reason.HISTORY)
        # What came then and is not read yet, or not even fetched, is history too.
        mailbox.history_before = max(mailbox.outage_until, mailbox.history_before or mailbox.outage_until)
    mailbox.outage_from = mailbox.outage_until = None
    mailbox.save(update_fields=["history_before", "outage_from", "outage_until"])
    record(
        OutageSettled(
            brand_id=mailbox.brand_id, adviser_id=by.pk, mailbox_id=mailbox.pk, mails=count, is_read=read
        ),
        at=at,
    )
    return count


def _kept_out(arrival: Arrival) -> QuerySet[Arrival]:
    """Return the row, locked. Refused when it is not kept out, or when nothing is left to read of it."""
    rows = Arrival.objects.filter(pk=arrival.pk, state__in=KEPT_OUT)
    found = rows.select_for_update(no_key=True).first()
    if found is None:
        raise Refused("not_kept_out", _("This mail is not kept out: it was let in, or is about to be read."))
    if found.raw_id is None:
        raise Refused("mail_erased", _("The history of this mail was erased: nothing is left to read."))
    return rows


def _again(rows: QuerySet[Arrival], **accepted: object) -> int:
    return rows.update(
        state=ArrivalState.TAKEN, reason="", settled_at=None, tries=0, tried_at=None, twin=None, **accepted
    )


def _tried_again(
    numbers: list[int], *, brand_id: int | None, by: Adviser, at: datetime, is_let_in: bool
) -> None:
    record(
        MailsTriedAgain(brand_id=brand_id, adviser_id=by.pk, arrival_ids=numbers, is_let_in=is_let_in), at=at
    )
