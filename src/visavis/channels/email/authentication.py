"""What the brand's own server found out about a sender (SPF, DKIM, DMARC); a sender's word about themselves
is not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from visavis.channels.email.mail import Authentication, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection

MOST = 20  # fields that are read
# What servers add on top of a mail; after the first field that is none of these, all comes from the sender.
TRACE = re.compile(
    r"(?:x-.+|received|received-spf|return-path|delivered-to|envelope-to|delivery-date|"
    r"authentication-results|arc-.+|dkim-filter|"
    r"dmarc-filter|dkim-signature|domainkey-signature|list-.+|auto-submitted|precedence|errors-to|"
    r"thread-.+)\Z"
)
VERDICTS: dict[str, Verdict] = {
    "pass": "pass",
    "fail": "fail",
    "softfail": "fail",
    "permerror": "fail",
    "policy": "fail",
    "none": "none",
    "neutral": "none",
    "bestguesspass": "none",
}
RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.IGNORECASE)


def authentication(fields: list[tuple[str, bytes]], authserv_ids: Collection[str]) -> Authentication:
    """Return the verdicts of the servers in `authserv_ids`, "unverified" where they said nothing.

    A server writes on top of what it receives, so a later field of the same name may be forged: the first
    rules, and one below it counts only above every Received, where no sender can write, or to say that
    something failed.
    """
    trusted = {name.lower().rstrip(".") for name in authserv_ids}
    verdicts: dict[str, Verdict] = {}
    is_first, is_received = True, False
    for name, value in fields if trusted else ():
        if not TRACE.match(name):
            break
        is_received |= name == "received"
        if name != "authentication-results":
            continue
        server, results = _read(value)
        if server not in trusted:
            continue
        for method, verdict in results.items():
            if is_first or not is_received or verdict != "pass":
                verdicts.setdefault(method, verdict)
        is_first = False
    return Authentication(**verdicts)


def _read(value: bytes) -> tuple[str, dict[str, Verdict]]:
    """Return (authserv-id, verdict of each method) of one field; several DKIM signatures pass when one
    does.
    """
    plain = _without_asides(value[:16_384].decode("utf-8", "replace"))
    server, *clauses = plain.split(";")
    words = server.split()
    verdicts: dict[str, Verdict] = {}
    for clause in clauses[:MOST]:
        if match := RESULT.match(clause):
            method, verdict = match[1].lower(), VERDICTS.get(match[2].lower(), "unverified")
            if verdicts.get(method) != "pass":
                verdicts[method] = verdict
    return (words[0].lower().rstrip(".") if words else ""), verdicts


def _without_asides(value: str) -> str:
    """Take out comments, which nest, and quoted strings: what they hold is nobody's verdict."""
    out: list[str] = []
    depth, at, is_quoted = 0, 0, False
    while at < len(value):
        character = value[at]
        if character == "\\" and (depth or is_quoted):
            at += 1
        elif character == '"' and not depth:
            is_quoted = not is_quoted
        elif character == "(" and not is_quoted:
            depth += 1
        elif character == ")" and not is_quoted:
            depth = max(0, depth - 1)
        elif not depth and not is_quoted:
            out.append(character)
        at += 1
    return "".join(out)
