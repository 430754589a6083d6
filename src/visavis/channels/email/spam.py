"""What the brand's own server says is spam; a sender's word about it, for or against, is not read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What each filter writes where it finds spam: SpamAssassin, Rspamd, Exchange, Barracuda, Mailgun.
SAYS_SPAM = {
    "x-spam-flag": re.compile(r"yes\b"),
    "x-spam-status": re.compile(r"yes\b"),
    "x-spam": re.compile(r"yes\b"),
    "x-rspamd-action": re.compile(r"reject|add header|rewrite subject"),
    "x-spamd-result": re.compile(r"\w+: *true\b"),
    "x-ms-exchange-organization-scl": re.compile(r"[5-9]\b"),
    "x-forefront-antispam-report": re.compile(r"(?:.*;)?\s*(?:sfv:spm|scl:[5-9])\b"),
    "x-barracuda-spam-flag": re.compile(r"yes\b"),
    "x-mailgun-sflag": re.compile(r"yes\b"),
}
# A header that we do not know, which the mailbox names.
ANY_OTHER = re.compile(r"(?:yes|true|spam|junk|1)\b")
# Exchange removes these from all that comes from outside, so that no sender can write them.
OF_EXCHANGE = frozenset({"x-ms-exchange-organization-scl"})
LONGEST = 8192


@dataclass(frozen=True)
class Believed:
    """Whose marks count: of the header `named`, wherever it stands; else of where no sender can write."""

    named: str = ""
    is_exchange: bool = False


def is_marked(fields: Iterable[tuple[str, bytes]], believed: Believed | None) -> bool:
    """Say whether a believed mark says spam; nobody is believed without a setting."""
    if believed is None:
        return False
    held = list(fields)
    named = believed.named.lower()
    if named:
        return any(_says(name, value) for name, value in held if name == named)
    exchange = [field for field in held if believed.is_exchange and field[0] in OF_EXCHANGE]
    return any(_says(name, value) for name, value in [*_above(held), *exchange] if name in SAYS_SPAM)


def _above(fields: list[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Give what stands above the first Received: our own server wrote that, and what is above it.

    In a mail without any, a sender may have written all.
    """
    names = [name for name, _value in fields]
    return iter(fields[: names.index("received")] if "received" in names else [])


def _says(name: str, value: bytes) -> bool:
    told = " ".join(value[:LONGEST].decode("ascii", "replace").lower().split())
    return bool(SAYS_SPAM.get(name, ANY_OTHER).match(told))
