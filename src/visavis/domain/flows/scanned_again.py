"""What came while the search for viruses was away: searched now, and shown or kept away for good."""

from datetime import datetime

from visavis.domain.conversations.models import Attachment, Direction, Scan
from visavis.domain.conversations.operations.scans import note_scan
from visavis.domain.files.scanning import INFECTED, Scanned
from visavis.domain.intake.models import Arrival
from visavis.domain.intake.operations import note_scan_of_mail
from visavis.domain.journal.record import flow

from .files_leaving import let_searched_leave


@flow
def file_scanned(file: Attachment, verdict: str, *, now: datetime) -> None:
    """A file was searched: a letter that waited for it leaves, or fails when it bears a virus."""
    note_scan(file, verdict, at=now)
    if file.message and file.message.direction != Direction.IN:
        let_searched_leave(file.message.conversation, now=now)


@flow
def mail_scanned(arrival: Arrival, found: Scanned, *, now: datetime) -> None:
    """The mail as it came was searched. A virus outside of its files is one in all of them."""
    note_scan_of_mail(arrival, found, at=now)
    if found.verdict != INFECTED or arrival.message_id is None:
        return
    files = list(Attachment.objects.filter(message_id=arrival.message_id).select_related("message"))
    if all(file.scanned != Scan.INFECTED for file in files):
        for file in files:
            note_scan(file, Scan.INFECTED, at=now)
