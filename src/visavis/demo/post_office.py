"""The mail server of the demo: e-mails for its brands go to their door, all others stay in a folder.

It speaks SMTP on this machine only, so that any mail program can write to the demo, and nothing leaves it.
Written on our own LMTP door, which takes the mail as in production: SMTP is the same talk with one answer
for all recipients. aiosmtpd would be one more library for every installation.
"""

from __future__ import annotations

import logging
import socketserver
import threading
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

from django.db import connections

from visavis.channels.email.lmtp import IN_MEMORY, LATER, PATH, Conversation, Envelope, Gone, Reader, kept
from visavis.domain.intake.queries import mailbox_of_address
from visavis.domain.journal.record import cause
from visavis.project.access_log import told
from visavis.workers.lmtp import PortServer

from .brands import BRANDS
from .letterbox import Letterbox
from .mailboxes import AUTHSERV_ID
from .writing import HOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Nobody owns these names (RFC 2606): on this machine, whoever writes from them is who they say.
RESERVED = (".example", ".test", "example.com", "example.net", "example.org")
logger = logging.getLogger(__name__)


class Talk(Conversation):
    """One connection of a mail program, or of our own sender."""

    GREETING = "220 Vis-a-vis ESMTP"

    def __init__(self, reader: Reader, say: Callable[[bytes], object], box: Letterbox) -> None:
        super().__init__(reader, say)
        self._box = box
        self._outside: list[str] = []
        del self._verbs["LHLO"]
        self._verbs |= {"EHLO": self._greet, "HELO": self._greet_briefly}

    def _greet_briefly(self, _name: str) -> None:
        self._envelope = Envelope()
        self._tell("250 visavis")

    def _mail(self, given: str) -> None:
        self._outside = []
        super()._mail(given)

    def _recipient(self, given: str) -> None:
        """Our brands have their door; their other addresses nobody; everyone else is outside."""
        found = PATH.match(given)
        if found is None or self._envelope.sender is None or _is_ours(found[1]):
            super()._recipient(given)
            return
        self._outside.append(found[1])
        self._tell("250 2.1.5 Go on")

    def _data(self, _given: str) -> None:
        envelope, self._envelope = self._envelope, Envelope()
        outside, self._outside = self._outside, []
        if not (envelope.recipients or outside):
            return self._mistake("503 5.5.1 RCPT first")
        self._tell("354 Go on; end with a dot")
        with SpooledTemporaryFile(max_size=IN_MEMORY) as mail:
            mail.write(vouched(envelope.sender or ""))
            trouble = self._spool(mail)
            return self._tell(trouble or self._delivered(mail, envelope, outside))

    def _delivered(self, mail: IO[bytes], envelope: Envelope, outside: list[str]) -> str:
        """Return the one answer: the first of our mailboxes that cannot keep it speaks for all."""
        for address, mailbox in envelope.recipients:
            mail.seek(0)
            answer = kept(mailbox, mail, sender=envelope.sender or "", address=address)
            if not answer.startswith("250"):
                return answer
        if outside:
            mail.seek(0)
            try:
                self._box.keep(mail, outside)
            except OSError:
                return LATER
        return "250 2.0.0 Kept"


def _is_ours(address: str) -> bool:
    """True for the domains of the brands, and for a mailbox that a visitor added."""
    ours = {plan.address.rpartition("@")[2] for plan in BRANDS}
    return address.rpartition("@")[2].lower() in ours or mailbox_of_address(address) is not None


def vouched(sender: str) -> bytes:
    """Return what a server writes on top of a mail about its sender; for names that can be owned, nothing."""
    domain = sender.rpartition("@")[2].lower()
    if not domain.endswith(RESERVED) or not domain.isascii():
        return b""
    results = f"spf=pass smtp.mailfrom={domain}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}"
    return f"Authentication-Results: {AUTHSERV_ID}; {results}\r\n".encode("ascii")


# --- Listening ----------------------------------------------------------------------------------------------


def listen(folder: Path, *, port: int) -> PortServer:
    """Answer at the port, in threads of this process, until it ends."""
    box = Letterbox(folder)

    class Door(socketserver.StreamRequestHandler):
        """One connection."""

        timeout = 60.0

        def handle(self) -> None:
            try:
                with cause():
                    Talk(self.rfile, self.connection.sendall, box).run()
            except (Gone, OSError):
                return
            except Exception as error:  # the next connection must find somebody
                failed = "A talk by SMTP failed: %s"
                logger.error(failed, told(error))  # noqa: TRY400 -- a traceback holds values
            finally:
                connections["default"].close()

    server = PortServer((HOST, port), Door)
    threading.Thread(target=server.serve_forever, name="post-office", daemon=True).start()
    return server
