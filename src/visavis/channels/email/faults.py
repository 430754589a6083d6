"""What can be wrong between us and a mail server: one code each, which `fault_told` says in a sentence."""

from __future__ import annotations

import errno
import socket
import ssl

HOST = "host"  # no machine has this name
PORT = "port"  # the machine is there, nobody listens at this port
SLOW = "slow"  # nobody answers in time
CERTIFICATE = "certificate"
SECURITY = "security"  # TLS spoken to a port that does not, STARTTLS not offered
PASSWORD = "password"  # noqa: S105 -- a code, no password
TOKEN = "token"  # noqa: S105 -- the provider renews it no more: sign in again
TOKEN_SERVER = "token_server"  # noqa: S105 -- the provider's sign-in does not answer
SEALED = "sealed"  # the secret was sealed with another key of the installation
FOLDER = "folder"
MOVE_TO = "move_to"  # the folder where stored mail goes
SENT_FOLDER = "sent_folder"  # where a mail program keeps what it sent
REFUSED = "refused"  # the server says: later
CUT = "cut"  # the talk ended in the middle
UNFETCHABLE = "unfetchable"  # the server does not give one of its mails
STORAGE = "storage"  # our own disk or database
CODES = (
    HOST,
    PORT,
    SLOW,
    CERTIFICATE,
    SECURITY,
    PASSWORD,
    TOKEN,
    TOKEN_SERVER,
    SEALED,
    FOLDER,
    MOVE_TO,
    SENT_FOLDER,
    REFUSED,
    CUT,
    UNFETCHABLE,
    STORAGE,
)


class Fault(Exception):
    """The server could not be asked: `code` is one of those above, `detail` what it said, for the log."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = str(detail)[:300]


def fault_of(error: Exception) -> Fault:
    """Name what the system says when a connection is not made."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, ssl.SSLCertVerificationError):
        return Fault(CERTIFICATE, error.verify_message)
    if isinstance(error, ssl.SSLError):
        return Fault(SECURITY, error)
    if isinstance(error, (socket.gaierror, UnicodeError)):  # an impossible name is a name nobody has
        return Fault(HOST, error)
    unanswered = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT}
    if isinstance(error, TimeoutError) or (isinstance(error, OSError) and error.errno in unanswered):
        return Fault(SLOW, error)
    return Fault(PORT if isinstance(error, ConnectionRefusedError) else CUT, error)
