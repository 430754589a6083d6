"""Searching a mail for viruses: the mail as it came, and each file as an adviser would open it.

Both, since a mail that is badly built is read in one way by the scanner and in another by us: what the
scanner did not see inside the mail, it sees in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from visavis.domain.files.scanning import INFECTED, PIECE, Scanned, scanned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.channels.email.mail import Mail
    from visavis.domain.files.scanning import Verdict

# Of several verdicts the first of these is that of the whole.
GRAVEST: tuple[Verdict, ...] = ("infected", "waiting", "large", "clean", "")


@dataclass(frozen=True)
class Searched:
    """What was found in a mail, and in each of its files, in their order."""

    whole: Scanned
    files: Sequence[Verdict] = ()


def search(raw: BinaryIO, mail: Mail) -> Searched:
    """Ask the scanner about the mail and about its files. A virus outside of them is one in all of them."""
    as_came = search_raw(raw)
    files = [scanned(part.content.chunks()) for part in mail.attachments]
    found = [as_came, *files]
    verdict = next(gravest for gravest in GRAVEST if gravest in {one.verdict for one in found})
    virus = next((one.virus for one in found if one.verdict == INFECTED), "")
    verdicts = [one.verdict for one in files]
    if as_came.verdict == INFECTED and INFECTED not in verdicts:
        verdicts = [INFECTED] * len(verdicts)
    return Searched(Scanned(verdict, virus), verdicts)


def search_raw(raw: BinaryIO) -> Scanned:
    """Ask the scanner about the mail as it came."""
    raw.seek(0)
    return scanned(iter(lambda: raw.read(PIECE), b""))
