"""Beside the fetching of a mailbox: its sent mail settles doubts, and takes copies of what left."""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING

from django.utils import timezone

from visavis.channels.email.compose import compose
from visavis.channels.email.faults import Fault
from visavis.channels.email.sent import sent_folder
from visavis.domain.deliveries.operations import note_copied
from visavis.domain.deliveries.queries import copies_due_from, in_doubt_from
from visavis.domain.flows.outbound_email import as_it_left, known_to_have_left

if TYPE_CHECKING:
    from visavis.channels.email.sent import SentFolder
    from visavis.domain.deliveries.models import Delivery
    from visavis.domain.intake.models import Mailbox

logger = logging.getLogger(__name__)


def look_into_sent(mailbox: Mailbox) -> None:
    """Ask its server only when there is something to ask; what fails is tried again at the next look.

    One process holds all mailboxes, one thread each: nobody else puts copies there meanwhile.
    """
    doubts = in_doubt_from(mailbox.address) if mailbox.looks_in_sent else []
    copies = copies_due_from(mailbox.address) if mailbox.keeps_sent else []
    if not doubts and not copies:
        return
    try:
        with sent_folder(mailbox) as sent:
            seen = [header_id for header_id in doubts if sent.holds(header_id)]
            known_to_have_left(seen, how="sent_folder", now=timezone.now())
            for delivery in copies:
                put_once(sent, delivery)
    except Fault as fault:
        logger.warning(
            "Mailbox %d: its sent mail is not reached (%s): %s", mailbox.pk, fault.code, fault.detail
        )


def put_once(sent: SentFolder, delivery: Delivery) -> None:
    """The letter stands among the sent mail: put there now, unless it is there already.

    Many servers put it there by themselves; and a line cut after the last word leaves it there too.
    """
    letter = as_it_left(delivery)
    if letter is not None and not sent.holds(letter.header_id):
        with closing(compose(letter)) as file:
            sent.put(file, at=letter.at)
    note_copied(delivery)
