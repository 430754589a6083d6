"""Searching for viruses what came while the scanner was away; until then nobody opens these files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from visavis.domain.conversations.files_given import files_to_scan
from visavis.domain.files.queries import content
from visavis.domain.files.scanning import WAITING, is_configured, scanned
from visavis.domain.flows.scanned_again import file_scanned, mail_scanned
from visavis.domain.intake.queries import mails_to_scan

if TYPE_CHECKING:
    from visavis.domain.conversations.models import Attachment
    from visavis.domain.intake.models import Arrival
    from visavis.live import bell

WAKES_ON: bell.Topic | None = None
EVERY_SECONDS = 15.0
AT_ONCE = 20


def tick() -> bool:
    """Search a few files, then a few mails, each for itself; True when there may be more."""
    if not is_configured():
        return False
    files, mails = files_to_scan(AT_ONCE), mails_to_scan(AT_ONCE)
    settled = [*map(_file_searched, files), *map(_mail_searched, mails)]
    return any(settled) and AT_ONCE in {len(files), len(mails)}


def _file_searched(file: Attachment) -> bool:
    found = scanned(content(file.file))
    if found.verdict != WAITING:
        file_scanned(file, found.verdict, now=timezone.now())
    return found.verdict != WAITING


def _mail_searched(mail: Arrival) -> bool:
    found = scanned(content(mail.raw) if mail.raw else ())
    if found.verdict != WAITING:
        mail_scanned(mail, found, now=timezone.now())
    return found.verdict != WAITING
