"""Trying out the settings of a mailbox: each server is asked, and what is wrong is told in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from visavis.channels.email import imap, smtp
from visavis.channels.email.sent import find_sent_folder
from visavis.domain.intake.operations import mailbox_as_typed
from visavis.domain.intake.sentences import fault_told

if TYPE_CHECKING:
    from visavis.domain.intake.models import Mailbox

    from .mailbox_form import MailboxForm


@dataclass(frozen=True)
class Tried:
    """What one server answered: all is well, or a sentence that names the fault."""

    server: str
    is_well: bool
    sentence: str


def tried_out(form: MailboxForm, kept: Mailbox | None) -> list[Tried]:
    """Ask the servers that were typed, and keep nothing; none typed, none asked."""
    typed = mailbox_as_typed(form.settings(), kept=kept)
    found = []
    if typed.imap_host:
        code = imap.test_settings(typed)
        well = _("The folder was opened.")
        found.append(Tried(_("Incoming mail"), not code, fault_told(code) or well))
        if not code and (typed.looks_in_sent or typed.keeps_sent):
            found.append(_tried_sent(typed))
    if typed.smtp_host:
        fault = smtp.try_settings(typed)
        well = _("The server would take a letter from this address.")
        found.append(Tried(_("Outgoing mail"), fault is None, fault_told(fault.code) if fault else well))
    return found or [Tried(_("Servers"), is_well=False, sentence=_("No server was typed: nothing to try."))]


def _tried_sent(typed: Mailbox) -> Tried:
    name, code = find_sent_folder(typed)
    well = _("The folder is “%(name)s”.") % {"name": name}
    return Tried(_("Sent mail"), not code, fault_told(code) or well)
