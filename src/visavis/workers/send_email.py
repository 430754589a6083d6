"""Letters leave: one at a time by the server of its mailbox, each try written down before and after."""

import logging
import time
from contextlib import closing
from datetime import datetime
from typing import IO

from django.utils import timezone

from visavis.channels.email.compose import compose
from visavis.channels.email.dkim import Signer, signed
from visavis.channels.email.smtp import Doubt, NotOurs, NotTaken, send, server_of
from visavis.domain.crash_points import here
from visavis.domain.deliveries.models import Delivery, Road
from visavis.domain.deliveries.operations import claim_due, make_room, next_due
from visavis.domain.errors import Refused, TooMany
from visavis.domain.flows.outbound_email import (
    Outgoing,
    Refusal,
    accepted,
    doubt_silent,
    in_doubt,
    may_tell,
    never,
    not_now,
    ready,
)
from visavis.domain.intake.models import Mailbox
from visavis.domain.intake.operations import take_turn
from visavis.domain.intake.queries import signing_key_of
from visavis.domain.intake.sealing import unseal
from visavis.domain.intake.sources import source_of_identity
from visavis.live import bell
from visavis.project.access_log import told

WAKES_ON: bell.Topic | None = None
EVERY_SECONDS = 1.0
# A server that does not answer, or refuses us, keeps nobody else's letters waiting.
REST_AFTER_FAULT_SECONDS = 30
ABOUT_THE_LETTER = {"recipients", "letter", "too_large", "later"}
# Providers shut out who floods them; beyond this a letter waits for the next minute.
MOST_TO_A_DOMAIN = 120

logger = logging.getLogger(__name__)
_resting: dict[str, float] = {}


def tick() -> bool:
    """Let the first due letter leave; True when there may be another."""
    now = timezone.now()
    due_at = next_due(road=Road.POST)
    if due_at is None or due_at > now:
        return False
    delivery = claim_due(now, road=Road.POST, resting=_at_rest())
    if delivery is None:
        return False
    here("post.claimed")
    if found := ready(delivery, now=now):
        _send(delivery, *found)
    return True


def doubt_lost() -> None:
    """What a worker was telling to a server when it died is shown to a person."""
    doubt_silent(timezone.now())


def _send(delivery: Delivery, letter: Outgoing, mailbox: Mailbox) -> None:
    """Try once, and write down what became of it; what nobody foresaw too."""
    is_told = False

    def telling() -> bool:
        nonlocal is_told
        is_told = may_tell(delivery, now=timezone.now())
        return is_told

    try:
        _wait_for_turn(letter, now=timezone.now())
        with closing(_written(letter, mailbox)) as file:
            taken = send(server_of(mailbox), letter.recipients, file, may_tell=telling)
        refusals = [Refusal(one.address, one.is_final, one.status, one.words) for one in taken.refused]
        accepted(delivery, reached=taken.reached, refusals=refusals, now=timezone.now())
        here("post.done")
    except TooMany as full:
        make_room(delivery, now=timezone.now(), seconds=full.retry_seconds)
    except NotOurs:
        logger.info("A letter was taken over by another worker.", extra={"delivery": delivery.pk})
    except NotTaken as wrong:
        _not_taken(delivery, wrong, mailbox)
    except Doubt:
        in_doubt(delivery)
    except Exception as error:
        logger.error("A letter could not leave: %s", told(error))  # noqa: TRY400 -- a traceback holds values
        if is_told:
            in_doubt(delivery)
        else:
            not_now(delivery, fault="unforeseen", words="", now=timezone.now())


def _written(letter: Outgoing, mailbox: Mailbox) -> IO[bytes]:
    """Compose the letter, signed where its domain has a key in use; NotTaken when it cannot be."""
    key = signing_key_of(mailbox.sending_domain)
    if key is None or not key.is_signing:
        return compose(letter)
    try:
        signer = Signer(key.domain, key.selector, unseal(key.secret))
    except Refused as error:
        raise NotTaken("signing", is_final=False) from error
    return signed(compose(letter), signer, at=letter.at)


def _not_taken(delivery: Delivery, wrong: NotTaken, mailbox: Mailbox) -> None:
    now = timezone.now()
    if wrong.fault not in ABOUT_THE_LETTER:
        _resting[mailbox.address] = time.monotonic() + REST_AFTER_FAULT_SECONDS
    if not wrong.is_final:
        not_now(delivery, fault=wrong.fault, words=wrong.words, now=now)
        return
    refusals = [Refusal(one.address, one.is_final, one.status, one.words) for one in wrong.refused]
    never(delivery, fault=wrong.fault, words=wrong.words, refusals=refusals, now=now)


def _wait_for_turn(letter: Outgoing, *, now: datetime) -> None:
    """Count one letter to each domain; TooMany when one had its share of this minute."""
    for domain in {address.rpartition("@")[2] for address in letter.recipients}:
        source = source_of_identity("domain", domain)
        take_turn("letters", source, limit=MOST_TO_A_DOMAIN, window_seconds=60, at=now)


def _at_rest() -> list[str]:
    now = time.monotonic()
    return [address for address, until in list(_resting.items()) if until > now]
