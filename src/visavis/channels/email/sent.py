"""The folder of sent mail of a mailbox: whether a letter stands there, and putting one there, once."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from imap_tools.errors import ImapToolsError

from .faults import SENT_FOLDER, Fault
from .imap import TROUBLES, session, troubles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from imap_tools import BaseMailBox

    from visavis.domain.intake.models import Mailbox

# Servers that do not name it (RFC 6154) call it one of these.
USUAL = (
    "Sent",
    "Sent Items",
    "Sent Messages",
    "Éléments envoyés",
    "Messages envoyés",
    "INBOX.Sent",
    "INBOX/Sent",
)
# A copy is held in memory while it is told.
LARGEST_COPY = 50_000_000


class SentFolder:
    """One talk about one folder of sent mail; every method raises Fault when it cannot go on."""

    def __init__(self, box: BaseMailBox, name: str) -> None:
        self._box = box
        self.name = name or self._named()
        try:
            # Opened to read only: looking marks nothing, and a copy needs no open folder.
            box.folder.set(self.name, readonly=True)
        except ImapToolsError as error:
            raise Fault(SENT_FOLDER, error) from None
        except TROUBLES as error:
            raise Fault(SENT_FOLDER, type(error).__name__) from error

    def holds(self, header_id: str) -> bool:
        """True when a letter with this Message-ID stands here."""
        wanted = re.sub(r'[\s"\\]|[^\x21-\x7e]', "", header_id)
        with troubles():
            self._box.client.noop()  # what came since is counted too
            status, told = self._box.client.uid("SEARCH", "HEADER", "Message-ID", f'"<{wanted}>"')
        if status != "OK":
            raise Fault(SENT_FOLDER, told)
        return any(line and line.split() for line in told)

    def put(self, letter: IO[bytes], *, at: datetime) -> bool:
        """Put a letter here, as read; False when it is too large for that."""
        content = letter.read(LARGEST_COPY + 1)
        if len(content) > LARGEST_COPY:
            return False
        with troubles():
            self._box.append(content, self.name, dt=at, flag_set=["\\Seen"])
        return True

    def _named(self) -> str:
        """Return the folder that the server names as that of sent mail, else one of the usual names."""
        with troubles():
            there = self._box.folder.list()
        for folder in there:
            if "\\sent" in {flag.lower() for flag in folder.flags}:
                return str(folder.name)
        names = {folder.name for folder in there}
        found = next((name for name in USUAL if name in names), "")
        if not found:
            raise Fault(SENT_FOLDER, "the server names none")
        return found


@contextmanager
def sent_folder(mailbox: Mailbox) -> Iterator[SentFolder]:
    """Open a talk of its own about the sent mail of this mailbox. Raises Fault."""
    with session(mailbox) as talk:
        yield SentFolder(talk.box, mailbox.sent_folder)


def find_sent_folder(mailbox: Mailbox) -> tuple[str, str]:
    """Return its name and "", or "" and the code of what is wrong; asks the server, changes nothing."""
    try:
        with sent_folder(mailbox) as found:
            return found.name, ""
    except Fault as fault:
        return "", fault.code
