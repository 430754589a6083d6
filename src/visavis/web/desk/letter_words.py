"""What our reader found in a letter, in words: who vouches for its sender, what it is, what was repaired."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from visavis.domain.conversations.models import Letter


class Sign(NamedTuple):
    """A few words with their icon and their tint ("" for a quiet one)."""

    word: str
    icon: str
    tone: str


VERDICTS = {
    "pass": pgettext_lazy("check of a sender", "passed"),
    "fail": pgettext_lazy("check of a sender", "failed"),
    "none": pgettext_lazy("check of a sender", "their domain says nothing"),
    "unverified": pgettext_lazy("check of a sender", "not verified"),
}


def sender_sign(letter: Letter) -> Sign:
    """How far its sender may be believed, in two or three words; only what the server of the mailbox said."""
    if letter.dmarc == "pass":
        return Sign(_("Sender verified"), "shield-check", "ok")
    if letter.dmarc == "fail":
        return Sign(_("Sender perhaps forged"), "shield-alert", "urg")
    if "fail" in {letter.spf, letter.dkim}:
        return Sign(_("A check failed"), "shield-alert", "att")
    if "pass" in {letter.spf, letter.dkim}:
        return Sign(_("Partly verified"), "info", "")
    return Sign(_("Not verified"), "info", "")


def checks(letter: Letter) -> tuple[tuple[str, str], ...]:
    """Each check by its name, and what came out of it."""
    found = (("SPF", letter.spf), ("DKIM", letter.dkim), ("DMARC", letter.dmarc))
    return tuple((name, str(VERDICTS[verdict])) for name, verdict in found)


# --- What sort of letter ------------------------------------------------------------------------------------

SORTS = {
    "auto_reply": (gettext_lazy("Automatic reply"), gettext_lazy("Nobody waits for an answer to it.")),
    "automatic": (gettext_lazy("Notice of a program"), gettext_lazy("No person wrote it.")),
    "list": (gettext_lazy("Sent to a list"), gettext_lazy("Its header says that many people received it.")),
    "bounce": (
        gettext_lazy("Report of a mail server"),
        gettext_lazy("It speaks of a letter that did not arrive."),
    ),
    "receipt": (gettext_lazy("Read receipt"), gettext_lazy("A program says that a letter was opened.")),
    "complaint": (gettext_lazy("Report of an unwanted letter"), gettext_lazy("A mail server passes it on.")),
    "loop": (
        gettext_lazy("One of our own letters, come back"),
        gettext_lazy("It bears our mark, or went round in circles."),
    ),
}
WHY = {
    "subject": gettext_lazy("Its subject is that of an absence message. Nobody waits for an answer to it."),
    "challenge": gettext_lazy(
        "The filter of this mailbox asks us to prove that we are people:"
        " until somebody does, our letters wait there."
    ),
    "acknowledgement": gettext_lazy("Sent by itself, to say who answers and when."),
}
BY_ROBOTS = {"auto_reply", "automatic"}


def sort_told(letter: Letter) -> tuple[str, str]:
    """What it is when no person wrote it to us alone, and why we think so; two empty texts for any other."""
    kind, why = str(letter.extras.get("kind", "")), letter.automatic_why
    if why == "acknowledgement":
        return _("Acknowledgement"), str(WHY[why])
    if why == "challenge":
        return _("Request to confirm"), str(WHY[why])
    if kind in BY_ROBOTS and not why:  # someone has said since that a person wrote it
        return "", ""
    if why and kind not in SORTS:
        kind = "auto_reply"
    if kind not in SORTS:
        return "", ""
    name, usual = SORTS[kind]
    return str(name), str(WHY.get(why, usual))


SEALED = {
    "smime_signed": gettext_lazy("Signed (S/MIME): we keep the signature and do not verify it."),
    "smime_encrypted": gettext_lazy(
        "Ciphered (S/MIME): we cannot open it. Its file can be saved; or ask the person to write in clear."
    ),
    "pgp_signed": gettext_lazy("Signed (PGP): we keep the signature and do not verify it."),
    "pgp_encrypted": gettext_lazy(
        "Ciphered (PGP): we cannot open it. Its file can be saved; or ask the person to write in clear."
    ),
}


def sealed_told(codes: Iterable[str]) -> tuple[str, ...]:
    """What is signed or ciphered."""
    return tuple(str(SEALED[code]) for code in codes if code in SEALED)


# --- What was repaired --------------------------------------------------------------------------------------

# What one must know before reading: shown, not folded.
MISSING = {
    "text_cut": gettext_lazy(
        "The text is very long: its beginning is shown, and all of it is joined as a file."
    ),
    "html_cut": gettext_lazy(
        "The layout is very long: its beginning is shown, and all of it is joined as a file."
    ),
    "html_too_long": gettext_lazy("The layout is too long to be shown: its words are in the text."),
    "html_too_deep": gettext_lazy("The layout is too tangled to be shown: its words are in the text."),
    "too_many_attachments": gettext_lazy("It has more files than we keep apart: the original has them all."),
    "transfer_broken": gettext_lazy("A part was damaged on its way: its end may be missing."),
}
CUT = gettext_lazy("It was badly put together or cut on its way: something may be missing.")
ACCENTS = gettext_lazy("Its accents were written in a way that we had to guess: some may be wrong.")
HEADER = gettext_lazy("Its header was damaged on its way.")
REPAIRED = {
    "boundary_missing": CUT,
    "boundary_guessed": CUT,
    "boundary_not_closed": CUT,
    "boundary_used_again": CUT,
    "text_after_parts": CUT,
    "header_not_ended": HEADER,
    "header_broken": HEADER,
    "charset_unknown": ACCENTS,
    "charset_wrong": ACCENTS,
    "charset_broken": ACCENTS,
    "nul_characters": gettext_lazy("Signs that nobody can read were taken out."),
    "from_missing": gettext_lazy("It does not say who wrote it: the address is that of the envelope."),
    "from_twice": gettext_lazy("It names several people who wrote it: the first one is shown."),
    "date_missing": gettext_lazy("It bears no date: that of its last server is shown."),
    "date_broken": gettext_lazy("Its date cannot be read: that of its last server is shown."),
    "tnef_broken": gettext_lazy("A file of Outlook could not be opened: it is joined as it came."),
    "calendar_broken": gettext_lazy("A calendar could not be read: it is joined as it came."),
}


def missing_told(oddities: Iterable[str]) -> tuple[str, ...]:
    """What is not all there, each thing once."""
    return _once(oddities, MISSING)


def repairs_told(oddities: Iterable[str]) -> tuple[str, ...]:
    """What was repaired, each thing once; what tells an adviser nothing is left out."""
    return _once(oddities, REPAIRED)


def _once(codes: Iterable[str], sentences: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(sentences[code]) for code in codes if code in sentences))


# --- Calendars ----------------------------------------------------------------------------------------------

METHODS = {
    "REQUEST": gettext_lazy("Invitation"),
    "CANCEL": gettext_lazy("Meeting called off"),
    "REPLY": gettext_lazy("Answer to an invitation"),
    "COUNTER": gettext_lazy("Another hour is proposed"),
}


def method_told(method: str) -> str:
    """What a calendar part does."""
    return str(METHODS.get(method.upper(), _("Meeting")))


FREQUENCIES = {
    "DAILY": gettext_lazy("every day"),
    "WEEKLY": gettext_lazy("every week"),
    "MONTHLY": gettext_lazy("every month"),
    "YEARLY": gettext_lazy("every year"),
}


def repeats_told(rule: str) -> str:
    """How often it comes back; only that it does, when the rule is more than a word."""
    if not rule:
        return ""
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    often = FREQUENCIES.get(parts.get("FREQ", ""))
    return str(often) if often and parts.get("INTERVAL", "1") == "1" else _("it comes back")
