"""The original of a mail: its beginning as text that nothing interprets, and what our reader finds in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from visavis.channels.email.mail import Unreadable
from visavis.channels.email.parse import parse
from visavis.domain.files.queries import content, opened

if TYPE_CHECKING:
    from visavis.channels.email.mail import Address, Mail
    from visavis.domain.files.models import StoredFile
    from visavis.domain.intake.models import Arrival

SHOWN_BYTES = 200_000
# A larger one is not opened while someone waits for the page: its original can be saved.
OPENED_BYTES = 5_000_000
# What a page cannot hold or would obey: the pictures of these signs are shown in their place.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Marks that turn the order of what follows on the screen, by which a text can hide what it says.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def beginning(file: StoredFile) -> tuple[str, bool]:
    """Return the first SHOWN_BYTES as text, and whether this is all; what is no UTF-8 is told as \\xNN."""
    raw = b""
    for piece in content(file):
        raw += piece
        if len(raw) > SHOWN_BYTES:
            break
    text = raw[:SHOWN_BYTES].decode("utf-8", "backslashreplace").replace("\r\n", "\n").replace("\r", "\n")
    return harmless(text), len(raw) <= SHOWN_BYTES


def harmless(text: str) -> str:
    """Return the text with signs in the place of what would act on the page."""
    pictured = CONTROLS.sub(lambda found: chr(0x2400 + ord(found[0])), text)
    return TURNING.sub(lambda found: f"\\u{ord(found[0]):04x}", pictured)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What our reader finds in a mail: headers as pairs to show, the text in pieces, the files by name."""

    mail: Mail
    sender: str
    to: str
    copied: str


def opened_mail(arrival: Arrival) -> Opened | None:
    """Read the mail anew from its bytes; None when it is erased, too large for a page, or unreadable."""
    if arrival.raw is None or arrival.size > OPENED_BYTES:
        return None
    try:
        with opened(arrival.raw) as file:
            mail = parse(file)
    except Unreadable:
        return None
    return Opened(mail=mail, sender=listed(mail.from_), to=listed(mail.to), copied=listed(mail.cc))


def listed(people: tuple[Address, ...]) -> str:
    """Return names and addresses, one after the other."""
    return ", ".join(f"{one.name} <{one.address}>" if one.name else one.address for one in people)
