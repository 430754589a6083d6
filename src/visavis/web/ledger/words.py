"""The states, reasons and doors of the ledger in a few words, for filters, chips and tables."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATES = {
    "taken": pgettext_lazy("mails", "About to be read"),
    "accepted": pgettext_lazy("mails", "Accepted"),
    "quarantined": pgettext_lazy("mails", "In quarantine"),
    "set_aside": pgettext_lazy("mails", "Set aside"),
}
MARKS = {
    "taken": (pgettext_lazy("one mail", "About to be read"), "clock", ""),
    "accepted": (pgettext_lazy("one mail", "Accepted"), "check", "ok"),
    "quarantined": (pgettext_lazy("one mail", "In quarantine"), "triangle-alert", "urg"),
    "set_aside": (pgettext_lazy("one mail", "Set aside"), "archive", ""),
}
KEPT_OUT = ("quarantined", "set_aside")
ASIDE = {
    "auto_reply": _("Automatic reply"),
    "bounce": _("Letter that came back"),
    "loop": _("Robots answering each other"),
    "spam": _("Spam"),
    "blocked": _("Blocked sender"),
    "virus": _("Virus found"),
    "duplicate": _("Same mail again"),
    "history": _("History"),
    "outage": _("Came during an outage"),
    "receipt": _("Receipt"),
    "complaint": _("Report of an unwanted letter"),
}
QUARANTINE = {
    "too_large": _("Too large"),
    "too_deep": _("Parts inside parts"),
    "too_many_parts": _("Too many parts"),
    "headers_too_large": _("Headers too large"),
    "too_many_headers": _("Too many headers"),
    "empty": _("Empty mail"),
    "not_a_mail": _("Not an e-mail"),
    "outlook_file": _("File of Outlook"),
    "ended_reader": _("Stopped our reading"),
    "unexpected": _("We failed to read it"),
    "unforeseen": _("We failed to keep it"),
}
DOORS = {
    "imap": _("Fetched (IMAP)"),
    "lmtp": _("Brought by LMTP"),
    "pipe": _("Brought by a pipe"),
    "webhook": _("Brought over HTTP"),
}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A state as a chip."""

    word: str
    icon: str
    tone: str


def mark_of(state: str) -> Mark:
    """Return the chip of a state."""
    word, icon, tone = MARKS[state]
    return Mark(word=str(word), icon=icon, tone=tone)


def state_of_reason(reason: str) -> str:
    """Return the state that this reason belongs to."""
    return "set_aside" if reason in ASIDE else "quarantined"
