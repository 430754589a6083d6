"""A real IMAP server for tests: Dovecot, in its own folder, on free ports, with TLS and OAuth2.

It runs as whoever runs the tests (as `nobody` when that is root, which Dovecot refuses). Where it is not installed,
tests that need it are skipped aloud; with CI=true they fail.
"""

from __future__ import annotations

import contextlib
import imaplib
import json
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.live_site import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INSTALL = "apt-get install dovecot-imapd"
PASSWORD = "lune-rousse"
SECONDS_TO_START = 20

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = {uid}
mail_location = maildir:{folder}/mail/%u
# A host under load must not make the server wait for its neighbours' disk.
mail_fsync = never
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
imap_idle_notify_interval = 2 mins
mail_max_userip_connections = 50
service anvil {{
  chroot =
  # A wrong password makes the next ones wait, ever longer: not here, where tests give them.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
namespace inbox {{
  inbox = yes
  mailbox "Envois" {{
    auto = create
    special_use = \\Sent
  }}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
"""
OAUTH2 = """
introspection_mode = post
introspection_url = {url}/introspection
username_attribute = user
active_attribute = active
active_value = true
"""


@dataclass
class MailServer:
    """One Dovecot: its folder, its ports, its process, and what it gives tokens for."""

    folder: Path
    port: int
    tls_port: int
    tokens: TokenServer
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def certificate(self) -> Path:
        """The certificate, which nobody but these tests believes."""
        return self.folder / "certificate.pem"

    @property
    def log(self) -> str:
        """What it wrote so far."""
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start it and wait until it greets."""
        self.process = subprocess.Popen(
            [str(program()), "-F", "-c", str(self.folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        limit = time.monotonic() + SECONDS_TO_START
        while not self._greets():
            assert time.monotonic() < limit, f"Dovecot does not answer:\n{self.log}"
            assert self.process.poll() is None, f"Dovecot ended at once:\n{self.log}"
            time.sleep(0.05)

    def _greets(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as connection:
                return connection.recv(4) == b"* OK"
        except OSError:
            return False

    def stop(self) -> None:
        """Stop it, and every talk with it."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.process = None

    @contextlib.contextmanager
    def talk(self, user: str) -> Iterator[imaplib.IMAP4]:
        """Speak IMAP as this user, beside the program under test."""
        client = imaplib.IMAP4("127.0.0.1", self.port, 20)
        try:
            client.login(user, PASSWORD)
            yield client
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.logout()

    def bring(
        self, user: str, *mails: bytes, folder: str = "INBOX", received_at: float | None = None
    ) -> None:
        """Put mails in a folder, as if they had come."""
        with self.talk(user) as client:
            for mail in mails:
                date = imaplib.Time2Internaldate(received_at or time.time())
                answer, told = client.append(folder, "", date, mail)
                assert answer == "OK", told

    def uids(self, user: str, folder: str = "INBOX") -> list[int]:
        """What the server itself counts."""
        with self.talk(user) as client:
            client.select(folder, readonly=True)
            return [int(uid) for uid in client.uid("SEARCH", "ALL")[1][0].split()]

    def flags(self, user: str, folder: str = "INBOX") -> dict[int, bytes]:
        """The marks on each message, as the server gives them."""
        with self.talk(user) as client:
            client.select(folder, readonly=True)
            lines = [line for line in client.uid("FETCH", "1:*", "(FLAGS)")[1] if isinstance(line, bytes)]
        return {int(line.split(b"UID ")[1].split()[0].rstrip(b")")): line for line in lines}

    def mails(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """What the server holds, byte for byte."""
        with self.talk(user) as client:
            client.select(folder, readonly=True)
            answers = client.uid("FETCH", "1:*", "(BODY.PEEK[])")[1]
        return [answer[1] for answer in answers if isinstance(answer, tuple)]

    def renumber(self, user: str) -> None:
        """Forget the numbering of INBOX, as a server restored from a copy does: UIDVALIDITY is another."""
        before = self.uid_validity(user)
        box = self.folder / "mail" / user
        for path in box.glob("dovecot.index*"):
            path.unlink()
        numbers = box / "dovecot-uidlist"
        told = numbers.read_text(encoding="utf-8").replace(f"V{before}", f"V{before + 1000}", 1)
        numbers.write_text(told, encoding="utf-8")
        assert self.uid_validity(user) != before

    def uid_validity(self, user: str, folder: str = "INBOX") -> int:
        """The numbering in force."""
        with self.talk(user) as client:
            told = client.status(folder, "(UIDVALIDITY)")[1][0]
        return int(told.rsplit(b" ", 1)[1].rstrip(b")"))


@dataclass
class TokenServer:
    """Plays the providers' sign-in (it gives and renews tokens) and tells Dovecot whose a token is."""

    port: int
    renewals: dict[str, str] = field(default_factory=dict)
    access: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    turns: bool = False
    _server: ThreadingHTTPServer | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def know(self, user: str, renewal: str) -> None:
        """A renewal token is worth this user's mailbox."""
        self.renewals[renewal] = user

    def start(self) -> None:
        """Answer, in a thread."""
        outer = self

        class Talk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                given = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
                status, told = outer.answer(self.path, given)
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 -- its own name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Talk)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Answer no more."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    def answer(self, path: str, given: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Renew a token, or say whose it is."""
        if path == "/introspection":
            user = self.access.get(given.get("token", ""))
            return (200, {"active": True, "user": user}) if user else (200, {"active": False})
        self.asked.append(given)
        user = self.renewals.get(given.get("refresh_token", ""))
        if user is None or given.get("client_secret") != "client secret":
            return 400, {"error": "invalid_grant"}
        token = f"access-{len(self.access) + 1}"
        self.access[token] = user
        told: dict[str, object] = {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}
        if self.turns:
            renewal = f"renewal-{len(self.access)}"
            self.renewals[renewal] = user
            told["refresh_token"] = renewal
        return 200, told


class Cutter:
    """A door before the server that cuts: after so many bytes from the server, the connection is gone."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.after: int | None = None
        self.cuts = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_now(self) -> None:
        """Cut every talk, as a cable that is pulled."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Answer no more."""
        self._listening.close()
        self.cut_now()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self.to), 5)
            except OSError:
                return
            far.settimeout(None)
            self._open += [near, far]
            threading.Thread(target=self._carry, args=(near, far, lambda: None), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, lambda: self.after), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, most: Callable[[], int | None]) -> None:
        carried = 0
        with contextlib.suppress(OSError):
            while piece := source.recv(8192):
                limit = most()
                if limit is not None and carried + len(piece) > limit:
                    target.sendall(piece[: limit - carried])
                    self.after, self.cuts = None, self.cuts + 1
                    break
                target.sendall(piece)
                carried += len(piece)
        for connection in (source, target):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
            if connection in self._open:
                self._open.remove(connection)


def hand_over(host: str, port: int, recipients: list[str], mail: bytes) -> list[int]:
    """Hand a mail over by LMTP, and give the codes after DATA, one for each recipient that was accepted.

    Python's own client reads one answer whatever the number of recipients, so the last words are said here.
    """
    with smtplib.LMTP(host, port, timeout=60) as client:
        client.ehlo_or_helo_if_needed()
        client.mail("david@example.fr")
        accepted = [address for address in recipients if client.rcpt(address)[0] == 250]
        if not accepted:
            return []
        client.putcmd("data")
        assert client.getreply()[0] == 354
        client.send(mail.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        return [client.getreply()[0] for _address in accepted]


def program() -> Path | None:
    """Where Dovecot is; Debian keeps it out of the PATH of ordinary users."""
    found = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    is_whole = Path("/usr/lib/dovecot/imap").exists() or Path("/usr/libexec/dovecot/imap").exists()
    return Path(found) if found and is_whole else None


def owner() -> pwd.struct_passwd:
    """Whoever runs the tests, or `nobody` when that is root."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


def give_to(person: pwd.struct_passwd, folder: Path) -> None:
    """The folder is theirs, when we may give it."""
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            with contextlib.suppress(FileNotFoundError):
                os.chown(path, person.pw_uid, person.pw_gid, follow_symlinks=False)


def make_certificate(folder: Path) -> None:
    """A certificate for 127.0.0.1 and localhost, signed by itself."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")],
        check=True,
        capture_output=True,
    )  # fmt: skip


@contextlib.contextmanager
def mail_server_in(folder: Path) -> Iterator[MailServer]:
    """A Dovecot in that folder, started; stopped at the end."""
    if program() is None:
        pytest.skip(f"Dovecot is missing: {INSTALL}")
    import grp  # noqa: PLC0415 -- beside its only use

    person = owner()
    tokens = TokenServer(free_port())
    server = MailServer(folder, free_port(), free_port(), tokens)
    make_certificate(folder)
    for name in ("mail", "home", "state"):
        (folder / name).mkdir()
    (folder / "oauth2.conf").write_text(OAUTH2.format(url=tokens.url), encoding="utf-8")
    (folder / "dovecot.conf").write_text(
        CONFIGURATION.format(
            folder=folder,
            user=person.pw_name,
            group=grp.getgrgid(person.pw_gid).gr_name,
            uid=person.pw_uid,
            gid=person.pw_gid,
            port=server.port,
            tls_port=server.tls_port,
            password=PASSWORD,
        ),
        encoding="utf-8",
    )
    give_to(person, folder)
    tokens.start()
    try:
        server.start()
        yield server
    finally:
        server.stop()
        tokens.stop()


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    """A Dovecot for all the tests of a module: each uses a user of its own.

    Its folder is none of pytest's: each run of pytest closes those to everyone but root, and so to `nobody`.
    """
    with (
        tempfile.TemporaryDirectory(prefix="visavis-dovecot-", ignore_cleanup_errors=True) as folder,
        mail_server_in(Path(folder)) as server,
    ):
        yield server
