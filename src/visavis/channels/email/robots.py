"""Who did not write by hand: auto-replies, notices of programs, lists, receipts, and our own mail come back.

Headers first, which are meant for this; then the subjects that the best known programs write when they leave
them out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from visavis.channels.email.headers import parameters, text

if TYPE_CHECKING:
    from collections.abc import Collection

    from visavis.channels.email.mail import Address, Kind
    from visavis.channels.email.split import Entity

MARK = "x-visavis-mark"  # on each mail that leaves, see compose.py
MOST_HOPS = 50  # Received fields; more is a loop between servers

ABSENT = re.compile(
    r"(?i)^\s*(?:\[[^\]]{1,40}\]\s*)?(?:auto\s*:\s*)?(?:"
    r"r[ée]ponse automatique|r[ée]ponse d['’]absence|absence d[ue] bureau|message d['’]absence|"
    r"notification d['’]absence|absen(?:te?|ce)\b[^?]{0,60}\b(?:du bureau|jusqu)|absente?\s*:|"
    r"(?:je suis )?en congés? (?:jusqu|du \d)|automatic reply|auto(?:matic)?[- ]?(?:reply|response|répon\w+)|"
    r"out of (?:the )?office|away from my (?:mail|desk)|on (?:vacation|holiday)\b|"
    r"vacation (?:reply|response|message)|automatische antwort|abwesenheits(?:notiz|nachricht)|"
    r"risposta automatica|fuori sede|respuesta automática|resposta automática|automatisch antwoord|autosvar)"
)
CHALLENGE = re.compile(
    r"(?i)mailinblack|boxbe|spamarrest|merci de (?:vous authentifier|confirmer votre envoi)|"
    r"authentification (?:requise|nécessaire|de votre (?:e-?mail|message))|please (?:verify|"
    r"confirm) (?:that )?(?:your (?:message|e-?mail)|you sent)"
)
ROBOT_NAMES = re.compile(r"(?i)^(?:mailer-daemon|mdaemon|postmaster|mail-?daemon|no-?reply-?bounce)")

SUBSYSTEM = re.compile(
    r"(?i)mail delivery (?:sub)?system|mail(?:er)?[- ]daemon|syst[èe]me de (?:remise|distribution)"
)


def kind_of(root: Entity, *, subject: str, house: str) -> tuple[Kind, str]:
    """Return (kind, why) that the header tells; bounces are told apart elsewhere.

    `house`: the name that our own mails carry in X-Visavis-Mark; one that has it is a loop.
    """
    if house and house in {mark.split(" ")[0] for mark in marks(root)}:
        return "loop", "own_mark"
    if len(root.all("received")) > MOST_HOPS:
        return "loop", "too_many_hops"
    report = parameters(root.get("content-type"))
    if report.value == "multipart/report":
        return _report(report.get("report-type").lower())
    return _by_header(root, subject)


def marks(root: Entity) -> tuple[str, ...]:
    """Return what our own header says, if this mail has it."""
    return tuple(text(value) for value in root.all(MARK))


def _report(sort: str) -> tuple[Kind, str]:
    """Say what a report reports; a delivery report is read by `bounces`."""
    if sort == "disposition-notification":
        return "receipt", "report"
    if sort == "feedback-report":
        return "complaint", "report"
    return "automatic", "report"


def _by_header(root: Entity, subject: str) -> tuple[Kind, str]:
    """Read the fields that programs put, the surest first."""
    said = {name: text(root.get(name)).lower() for name in SAYING}
    submitted = re.split(r"[\s;(]", said["auto-submitted"], maxsplit=1)[0]
    if why := _answers(said, submitted):
        return "auto_reply", why
    if ABSENT.match(subject):
        return "auto_reply", "subject"
    if CHALLENGE.search(subject) or "mailinblack" in said["x-mailer"]:
        return "auto_reply", "challenge"
    if said["list-id"] or said["list-post"] or said["precedence"] == "list":
        return "list", "list_id"
    return _by_program(root, said, submitted)


def _answers(said: dict[str, str], submitted: str) -> str:
    """Return the field by which a program says that it answers, "" when none does."""
    if submitted in {"auto-replied", "auto-notified", "vacation"}:
        return "auto_submitted"
    if said["precedence"] in {"auto_reply", "auto-reply"} or said["x-autoreply"] in {"yes", "true"}:
        return "precedence"
    return next((name for name in RESPONDERS if said[name]), "")


def _by_program(root: Entity, said: dict[str, str], submitted: str) -> tuple[Kind, str]:
    """Tell what a program sent from what a person did."""
    if submitted and submitted != "no":
        return "automatic", "auto_submitted"
    if said["precedence"] in {"bulk", "junk"} or said["list-unsubscribe"] or said["feedback-id"]:
        return "list", "bulk"
    if _is_null(root):
        return "automatic", "null_return_path"
    return "ordinary", ""


RESPONDERS = ("x-autorespond", "x-autoresponder", "x-vacation", "x-mail-autoreply", "x-auto-reply-from")
SAYING = (
    "auto-submitted", "precedence", "x-autoreply", "x-autorespond", "x-autoresponder", "x-vacation",
    "x-mail-autoreply", "x-auto-reply-from", "x-mailer", "list-id", "list-post", "list-unsubscribe",
    "feedback-id",
)  # fmt: skip


def _is_null(root: Entity) -> bool:
    """True when the envelope had no sender: nobody may be answered there."""
    return root.get("return-path").strip() == b"<>"


def is_from_server(root: Entity, senders: Collection[Address]) -> bool:
    """True when a mail server may have written this: its envelope, its sender, or a field of reports."""
    return (
        _is_null(root)
        or b"mailer-daemon" in root.get("return-path").lower()
        or bool(root.get("x-failed-recipients"))
        or any(ROBOT_NAMES.match(sender.address) or SUBSYSTEM.match(sender.name) for sender in senders)
    )
