"""Delivery reports: who was not reached, for good or for now, and which mail it was.

First as RFC 3464 writes them, then as the usual free-form ones do. Only what looks like the word of a mail
server is read: somebody who speaks of an address that fails is not a report.
"""

from __future__ import annotations

import re
from email.message import Message
from email.parser import BytesParser
from typing import TYPE_CHECKING

from flufl.bounce import all_failures

from visavis.channels.email.charsets import printable
from visavis.channels.email.headers import addresses, identifiers, text
from visavis.channels.email.mail import Bounce, Failed
from visavis.channels.email.robots import is_from_server

if TYPE_CHECKING:
    from visavis.channels.email.split import Entity

LOOKED_AT = 64 << 10  # bytes of a report that are read; what follows is the mail that came back
MOST_FAILED = 100
STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})

# --- What looks like a report -------------------------------------------------------------------------------

# Subjects that mail servers write. "Problème de livraison" is what the customers of a shop write.
SUBJECT = re.compile(
    r"(?i)^[^:]{0,40}:?[ ]?(?:undeliver(?:able|ed)\b|delivery (?:status notification|notification|failure|"
    r"report|has failed)|"
    r"failure notice|mail (?:delivery|system error|could not be)|returned mail|returning message|"
    r"message (?:status|undeliverable|delivery|could not be|not delivered)|warning: (?:message|"
    r"could not send)|"
    r"mail failure|could not send message|non[- ]remis\b|échec de (?:la )?remise|"
    r"notification d['’](?:échec|état de remise)|"
    r"rapport de non[- ]remise|(?:message|courriel|e-?mail|mail) (?:non (?:remis|distribué|délivré)|"
    r"retourné)|"
    r"avis de non[- ](?:remise|distribution)|remise différée|retard de remise|unzustellbar|"
    r"mail nicht zugestellt|"
    r"nicht zustellbar|mancata consegna|failed mail|failed delivery|non-?deliver(?:able mail|y)\b|"
    r"rejected mail)"
    r"|: ?(?:non remis|undeliverable)\b|\(delivery failed\)"
)
# Someone who passes a report on; “Re:” alone proves nothing, since some servers write it.
PASSED_ON = re.compile(r"(?i)\s*(?:tr|fwd?|wg)[ \xa0]?:")


def bounce(root: Entity, *, subject: str, body: str) -> Bounce | None:
    """Return what a delivery report reports, None for a mail that is none.

    `body`: the text of the mail, which free-form reports are read from.
    """
    status = [part for part in root.walk() if part.media_type in STATUS]
    failed = [one for part in status for one in _recipients(part)]
    if not failed and status and _tells_success(status):
        return None
    if not failed and not _looks_like_report(root, subject):
        return None
    if not failed:
        failed = _freely(root, body)
    if not failed:
        return None
    unique = {one.address.lower(): one for one in reversed(failed)}
    return Bounce(
        failed=tuple(reversed(unique.values()))[:MOST_FAILED], original_message_id=_original(root, body)
    )


def delivered_id(root: Entity, *, body: str) -> str:
    """Return the Message-ID of which a report says that it was delivered or relayed; "" for other mails."""
    status = [part for part in root.walk() if part.media_type in STATUS]
    return _original(root, body) if status and _tells_success(status) else ""


def _looks_like_report(root: Entity, subject: str) -> bool:
    """True when a server signs, or when nobody would and the subject says so."""
    if is_from_server(root, addresses(root.get("from")) + addresses(root.get("sender"))):
        return True
    if root.media_type == "multipart/report":
        return root.kind.get("report-type").lower() in {"", "delivery-status"}
    if PASSED_ON.match(subject):
        return False
    return bool(SUBJECT.search(subject)) and not root.get("in-reply-to") and not root.get("references")


# --- RFC 3464 -----------------------------------------------------------------------------------------------

FIELD = re.compile(r"(?m)^([A-Za-z-]{3,60})[ \t]*:[ \t]*((?:.*)(?:\n[ \t]+.*)*)")


def _groups(part: Entity) -> list[dict[str, str]]:
    """Return the groups of fields of a delivery-status part."""
    plain = part.content.read(LOOKED_AT).decode("utf-8", "replace").replace("\r\n", "\n")
    plain = printable(plain)
    groups = re.split(r"\n[ \t]*\n+", plain)
    return [
        {match[1].lower(): " ".join(match[2].split()) for match in FIELD.finditer(group)} for group in groups
    ]


def _recipients(part: Entity) -> list[Failed]:
    """Return those that failed or are late, of one delivery-status part."""
    return [failed for group in _groups(part) if (failed := _recipient(group))]


def _recipient(group: dict[str, str]) -> Failed | None:
    """Read one recipient: None when it was delivered, or is nobody."""
    action = group.get("action", "").split(" ")[0].strip(";").lower()
    status = _status(group.get("status", "")) or _status(group.get("diagnostic-code", ""))
    action = "failed" if action.startswith("fail") else action
    if action in {"delivered", "relayed", "expanded"} or (not action and not status.startswith(("4", "5"))):
        return None
    address = _typed(group.get("original-recipient", "")) or _typed(group.get("final-recipient", ""))
    if not address:
        return None
    is_permanent = action == "failed" or (action != "delayed" and status.startswith("5"))
    return Failed(
        address=address,
        is_permanent=is_permanent and not (status.startswith("4") and action != "failed"),
        status=status,
        diagnostic=re.sub(r"^[\w-]+\s*;\s*", "", group.get("diagnostic-code", ""))[:500],
    )


def _tells_success(status: list[Entity]) -> bool:
    """True when a report says that all was delivered."""
    actions = {group["action"].lower() for part in status for group in _groups(part) if "action" in group}
    return bool(actions) and actions <= {"delivered", "relayed", "expanded"}


def _typed(value: str) -> str:
    """Return the address of `rfc822; a@b`."""
    value = re.sub(r"^[\w-]+\s*;\s*", "", value)
    found = addresses(value.encode("utf-8", "replace"))
    return found[0].address if found else ""


def _status(value: str) -> str:
    """Return the 5.1.1 that stands in a status or a diagnostic."""
    found = re.search(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])", value)
    return found[1] if found else ""


# --- Free forms ---------------------------------------------------------------------------------------------

LATE = re.compile(
    r"(?i)will (?:continue to be|be) retried|will keep trying|still (?:trying|being)|"
    r"no action is required|delivery (?:is )?delayed|has been delayed|"
    r"(?:warning|this is a warning) (?:message )?only|not yet (?:been )?delivered|"
    r"tentatives? (?:se poursuivr|de remise continu|suivantes)|"
    r"retard(?:é|ée)|temporaire(?:ment)?|nouvelle tentative|réessa"
)
ADDRESS = re.compile(r"(?<![\w.+-])([\w.+=&'/-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w-])")
# The sentences of servers that write French, and of the large providers; an address stands close after or
# before.
REASON = re.compile(
    r"(?i)n['’]a (?:pas )?pu être (?:remis|distribué|livré|délivré|transmis|envoyé)|"
    r"n['’]a pas été (?:remis|distribué|livré|délivré)|"
    r"impossible de (?:remettre|distribuer|délivrer|livrer|joindre)|échec de la (?:remise|distribution|"
    r"livraison)|"
    r"adresse (?:e-?mail |de messagerie |électronique )?(?:du destinataire )?(?:est )?(?:introuvable|"
    r"inconnue|inexistante|invalide|erronée|n['’]existe pas)|"
    r"(?:destinataire|utilisateur|boîte|boite|compte|adresse)\b[^\n]{0,80}\b(?:inconnu|introuvable|"
    r"inexistant|pleine|saturé|n['’]existe|désactivé|"
    r"suspendu|inactif|fermé|dépassé)|quota (?:dépassé|exceeded)|n['’]est pas (?:arrivé|parvenu)|"
    r"(?:could|can)\s?not be (?:delivered|reached|found)|wasn['’]t delivered|was not delivered|"
    r"couldn['’]t be (?:delivered|found)|"
    r"undeliverable|delivery (?:has )?failed|permanent (?:fatal )?error|user unknown|unknown user|"
    r"no such user|mailbox (?:is )?(?:full|unavailable)|"
    r"does(?:n['’]t| not) exist|recipient (?:address )?rejected|following (?:address|recipient)"
)
# Where the mail that came back starts; below it nothing is a reason.
RETURNED = re.compile(
    r"(?im)^[\s>*-]*(?:this is a copy of|below this line|copie du message|message d['’]origine|"
    r"votre message d['’]origine|original message|"
    r"-{3,} ?(?:the )?(?:header|body|original|message|copie|en-têtes)|the following (?:message|is a copy)|"
    r"en-têtes du message|"
    r"return-path:|received: )"
)


def _freely(root: Entity, body: str) -> list[Failed]:
    """Read a report that follows no standard: by the field of Exim, by the library, then by our own
    sentences.
    """
    named = addresses(root.get("x-failed-recipients"))
    above = RETURNED.split(body[:LOOKED_AT], maxsplit=1)[0]
    is_late = bool(LATE.search(above))
    status = _status(above)
    if named:
        return [Failed(address=person.address, is_permanent=not is_late, status=status) for person in named]
    if known := _known(root):
        return known
    found = [match for match in ADDRESS.finditer(above) if _is_reason_near(above, match)]
    is_permanent = not is_late and not status.startswith("4")
    return [Failed(address=match[1], is_permanent=is_permanent, status=status) for match in found[:20]]


def _is_reason_near(above: str, match: re.Match[str]) -> bool:
    """True when a sentence of failure stands near this address, which is not that of a server."""
    if re.match(r"(?i)postmaster|mailer-daemon|abuse|support", match[1]):
        return False
    return bool(REASON.search(above, max(0, match.start() - 400), match.end() + 400))


def _known(root: Entity) -> list[Failed]:
    """Ask the library, which knows the dialects of two dozen servers."""
    try:
        temporary, permanent = all_failures(_message(root))
    except Exception:  # any report in the world goes through its heuristics; we then say we do not know
        return []
    found = [(address, True) for address in sorted(permanent)]
    found += [(address, False) for address in sorted(temporary - permanent)]
    decoded = [
        (printable(address.decode("utf-8", "replace")).strip("<> "), lasts) for address, lasts in found
    ]
    return [Failed(address=address, is_permanent=lasts) for address, lasts in decoded if address]


def _message(part: Entity, *, depth: int = 0) -> Message:
    """Make of our tree what the library reads, with texts cut where reports no longer speak."""
    message = Message()
    for name, value in part.fields:
        if name != "content-transfer-encoding":
            message[name] = " ".join(value.decode("latin-1").split())
    if "content-type" not in message:
        message["content-type"] = part.media_type
    if part.children:
        message.set_payload([_message(child, depth=depth + 1) for child in part.children[:20]])
    elif part.media_type.startswith("message/"):
        inside = BytesParser().parsebytes(part.content.read(LOOKED_AT))
        message.set_payload([inside])
    else:
        message.set_payload(part.content.read(LOOKED_AT).decode("latin-1").replace("\r\n", "\n"))
    return message


# --- Which mail came back -----------------------------------------------------------------------------------

MESSAGE_ID = re.compile(r"(?im)^[>\s]{0,4}message-id[ \t]*:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{3,900}>)")


def _original(root: Entity, body: str) -> str:
    """Return the Message-ID of what came back, from the part that holds it, else from the text."""
    returned = {
        "message/rfc822",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global",
        "message/global-headers",
    }
    for part in root.walk():
        if part.media_type in returned:
            header = part.content.read(LOOKED_AT)
            if found := MESSAGE_ID.search(header.decode("latin-1")):
                return (identifiers(found[1].encode()) or ("",))[0]
    own = text(root.get("message-id"))
    return next((found[1:-1] for found in MESSAGE_ID.findall(body) if found != own), "")
