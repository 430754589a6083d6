"""How a mailbox is doing, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from visavis.domain.intake.queries import late_mailboxes, waiting_for_a_word
from visavis.domain.intake.sentences import fault_told
from visavis.web.design import tell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from visavis.domain.intake.models import Mailbox
    from visavis.domain.intake.queries import Late


@dataclass(frozen=True, kw_only=True)
class Health:
    """One mailbox and its state: a word, an icon, a tone of the chips, a sentence, what waits for a word."""

    mailbox: Mailbox
    word: str
    icon: str
    tone: str
    sentence: str
    waiting: int


def health_of(mailboxes: list[Mailbox]) -> list[Health]:
    """Return how these mailboxes are doing, in their order; three queries."""
    late = {row.mailbox.pk: row for row in late_mailboxes(brand_ids(mailboxes), now=timezone.now())}
    waiting = waiting_for_a_word(mailboxes)
    return [health(row, late.get(row.pk), waiting.get(row.pk, 0)) for row in mailboxes]


def brand_ids(mailboxes: Iterable[Mailbox]) -> set[int]:
    """Return the numbers of their brands."""
    return {mailbox.brand_id for mailbox in mailboxes}


def health(mailbox: Mailbox, late: Late | None, waiting: int) -> Health:
    """Say the one thing that matters most: out of use, at fault, late, new, or well."""
    word, icon, tone = _state(mailbox, late)
    return Health(
        mailbox=mailbox, word=word, icon=icon, tone=tone, sentence=fault_told(mailbox.fault), waiting=waiting
    )


def _state(mailbox: Mailbox, late: Late | None) -> tuple[str, str, str]:
    if not mailbox.is_active:
        return pgettext("mailbox", "Not in use"), "circle-minus", ""
    if mailbox.fault and (late or mailbox.succeeded_at is None):
        return pgettext("mailbox", "At fault"), "triangle-alert", "urg"
    if late and late.seconds is not None:
        return _("Late by %(length)s") % {"length": tell.rough(late.seconds)}, "triangle-alert", "urg"
    if not mailbox.is_fetched:
        return _("Brought by your mail server"), "inbox", ""
    if mailbox.succeeded_at is None:
        return _("Not asked yet"), "clock", ""
    return _("Up to date"), "check", "ok"
