"""A letter comes in: the ledger and the conversation say the same, in one transaction."""

from datetime import datetime

from django.db import transaction

from visavis.domain.crash_points import here
from visavis.domain.files.scanning import Scanned
from visavis.domain.flows.acknowledge import acknowledge
from visavis.domain.flows.outbound_email import known_to_have_left
from visavis.domain.intake.models import Arrival
from visavis.domain.intake.operations import note_headers, note_scan, quarantine, still_to_settle
from visavis.domain.journal.record import flow
from visavis.domain.search.operations import gathered

from .aside import set_aside
from .cases import case_of, headers_of
from .let_in import let_in, let_in_unread
from .values import UNSEARCHED, InboundMail, Settled


@flow
def read(arrival: Arrival, mail: InboundMail, *, now: datetime) -> Settled | None:
    """The mail comes to its end: a message, or set aside with its reason. None when it already had.

    Two who read the same at the same instant: the database lets one through, the other raises IntegrityError
    and finds it settled when it tries again.
    """
    locked = still_to_settle(arrival)
    if locked is None:
        return None
    case = case_of(locked, mail, now)
    note_headers(locked, headers_of(mail))
    note_scan(locked, mail.search)
    _settle_doubts(mail, now=now)
    with gathered():
        settled = set_aside(case) or let_in(case)
        if settled.wants_acknowledgement and settled.conversation:
            acknowledge(settled.conversation, at=now)
    here("email.settling")
    transaction.on_commit(lambda: here("email.settled"))
    return settled


@flow
def give_up(arrival: Arrival, code: str, *, now: datetime, search: Scanned = UNSEARCHED) -> Settled | None:
    """The mail cannot be read: in quarantine, unless someone wants it in as it is.

    None when it came to its end already.
    """
    locked = still_to_settle(arrival)
    if locked is None:
        return None
    note_scan(locked, search)
    if locked.accepted_at is None or locked.raw is None:
        quarantine(locked, code, at=now)
        settled = Settled(arrival=locked)
    else:
        settled = let_in_unread(locked, now)
    transaction.on_commit(lambda: here("email.settled"))
    return settled


def _settle_doubts(mail: InboundMail, *, now: datetime) -> None:
    """A mail that names a letter of ours proves that it left: it answers it, reports on it, or is it."""
    own = [mail.letter.header_id] if mail.bears_our_mark else []
    named = [value for value in (mail.returned_id, *mail.answers, *own) if value]
    if named:
        known_to_have_left(named, how="report" if mail.returned_id else "answer", now=now)
