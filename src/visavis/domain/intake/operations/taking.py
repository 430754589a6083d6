"""Taking a mail: its raw bytes are safe, and it stands in the ledger, before anybody is told so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Case, F, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.crash_points import here
from visavis.domain.errors import TooMany
from visavis.domain.files.operations import Spooled, spooled, store_spooled
from visavis.domain.intake.facts import MailTaken
from visavis.domain.intake.models import Arrival, ArrivalState, Door, Mailbox
from visavis.domain.journal.record import operation, record

RAW_MAIL = "message/rfc822"
TOO_LARGE = "too_large"


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a mail was found, and what the network said of it."""

    door: str
    received_at: datetime
    uid: int | None
    uid_validity: int | None
    folder: str
    envelope_from: str
    envelope_to: str


def take_mail(
    mailbox: Mailbox,
    chunks: Iterable[bytes],
    *,
    door: str,
    received_at: datetime | None = None,
    uid: int | None = None,
    uid_validity: int | None = None,
    folder: str = "",
    envelope_from: str = "",
    envelope_to: str = "",
) -> Arrival:
    """The mail is stored as it came, one row in the ledger, and the cursor of the mailbox stands behind it.

    All of it in one transaction, which begins when the network has said everything: when this returns, and
    not before, the sender may be told that we have it. The same UID again gives the row there is. Refused
    (TooMany) above MAX_MAIL_BYTES; what a server holds already is not: its beginning is kept, in quarantine.
    """
    place = _Place(
        door=door,
        received_at=received_at or timezone.now(),
        uid=uid,
        uid_validity=uid_validity,
        folder=folder,
        envelope_from=envelope_from[:320],
        envelope_to=envelope_to[:320],
    )
    if known := _known(mailbox, place):
        return known
    with spooled(chunks, most=settings.MAX_MAIL_BYTES) as raw:
        if not raw.is_whole and door != Door.IMAP:
            sentence = _("This mail is over %(most)s MB. Send a smaller one.")
            raise TooMany("mail_too_large", sentence % {"most": settings.MAX_MAIL_BYTES // 1_000_000})
        try:
            arrival = _take(mailbox, raw, place)
        except IntegrityError:
            # Another process took the same UID at the same instant: the first one won.
            if known := _known(mailbox, place):
                return known
            raise
    here("email.taken")
    return arrival


def _known(mailbox: Mailbox, place: _Place) -> Arrival | None:
    if place.uid is None:
        return None
    found = Arrival.objects.filter(
        mailbox=mailbox,
        era=mailbox.era,
        folder=place.folder,
        uid_validity=place.uid_validity,
        uid=place.uid,
    )
    return found.first()


@operation
def _take(mailbox: Mailbox, raw: Spooled, place: _Place) -> Arrival:
    now = timezone.now()
    is_cut = not raw.is_whole
    arrival = Arrival.objects.create(
        mailbox=mailbox,
        door=place.door,
        era=mailbox.era,
        folder=place.folder,
        uid_validity=place.uid_validity,
        uid=place.uid,
        envelope_from=place.envelope_from,
        envelope_to=place.envelope_to,
        received_at=min(place.received_at, now),
        taken_at=now,
        raw=store_spooled(raw, media_type=RAW_MAIL),
        size=raw.size,
        state=ArrivalState.QUARANTINED if is_cut else ArrivalState.TAKEN,
        reason=TOO_LARGE if is_cut else "",
        settled_at=now if is_cut else None,
    )
    here("email.stored")
    if place.uid is not None:
        _move_cursor(mailbox, uid_validity=place.uid_validity, uid=place.uid)
    record(
        MailTaken(
            brand_id=mailbox.brand_id,
            mailbox_id=mailbox.pk,
            arrival_id=arrival.pk,
            door=place.door,
            size=raw.size,
        ),
        at=now,
    )
    return arrival


def _move_cursor(mailbox: Mailbox, *, uid_validity: int | None, uid: int) -> None:
    """The cursor never goes back within one numbering; in a new numbering it begins again."""
    Mailbox.objects.filter(pk=mailbox.pk, era=mailbox.era).update(
        last_uid=Case(
            When(uid_validity=uid_validity, then=Greatest(F("last_uid"), Value(uid))), default=Value(uid)
        ),
        uid_validity=uid_validity,
    )
