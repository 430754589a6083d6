"""Mail servers for the tests: a real Postfix, and a peer of our own that breaks off where it is told to."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import socket
import socketserver
import ssl
import subprocess
import tempfile
import threading
import time
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

INSTALL = "apt-get install postfix"


@dataclass(frozen=True)
class Delivered:
    """One letter that a server answers for."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def parsed(self) -> EmailMessage:
        """The letter, read by another than us."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def header_id(self) -> str:
        """Its Message-ID, without brackets."""
        return str(self.parsed["Message-ID"]).strip("<>")


@dataclass
class Peer:
    """A server of ours. `answers` by stage or address, `cuts` where it breaks off, `pause` before the last answer.

    Stages: greeting, ehlo, mail, rcpt, data, middle (of the letter), dot (not taken), taken (taken, not said), said.
    """

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    cuts: str = ""
    pause: float = 0
    login: tuple[str, str] = ("", "")
    token: str = ""
    tls: ssl.SSLContext | None = None
    taken: list[Delivered] = field(default_factory=list)
    sessions: int = 0
    talks: set[socket.socket] = field(default_factory=set, repr=False)

    def cut_all(self) -> None:
        """Break every line that is open, as a machine that loses its power."""
        for talk in list(self.talks):
            with contextlib.suppress(OSError):
                talk.shutdown(socket.SHUT_RDWR)

    def settle_down(self) -> None:
        """Behave again, and forget."""
        self.answers, self.cuts, self.pause = {}, "", 0
        self.taken.clear()


class Cut(Exception):
    """The line breaks here."""


class Talk(socketserver.StreamRequestHandler):
    """One session, in a thread of its own."""

    peer: Peer

    def handle(self) -> None:
        """Speak until the other leaves, or until the line is to break."""
        self.peer.sessions += 1
        talk = self.connection
        self.peer.talks.add(talk)
        with contextlib.suppress(Cut, OSError):
            self.at("greeting", "220 peer ESMTP")
            self.session()
        self.peer.talks.discard(talk)

    def session(self) -> None:  # noqa: C901 -- one case a verb
        sender = ""
        recipients: list[str] = []
        while line := self.rfile.readline():
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            match verb.upper():
                case "EHLO":
                    extra = "250-STARTTLS\r\n" if self.peer.tls else ""
                    extra += "250-AUTH PLAIN XOAUTH2\r\n" if self.peer.login[0] else ""
                    self.at("ehlo", f"250-peer\r\n{extra}250 SIZE 1000000")
                case "STARTTLS":
                    self.cover()
                case "AUTH":
                    self.sign_in(rest)
                case "MAIL":
                    sender, recipients = rest[rest.index("<") + 1 : rest.index(">")], []
                    self.at("mail", "250 2.1.0 ok")
                case "RCPT":
                    address = rest[rest.index("<") + 1 : rest.index(">")]
                    if self.at("rcpt", self.peer.answers.get(address, "250 2.1.5 ok")).startswith("2"):
                        recipients.append(address)
                case "DATA":
                    if self.at("data", "354 go on").startswith("3"):
                        self.letter(sender, recipients)
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("250 ok")

    def letter(self, sender: str, recipients: list[str]) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b".") else line)
            if self.peer.cuts == "middle":
                raise Cut
        if not line:
            raise Cut
        time.sleep(self.peer.pause)
        if self.peer.cuts == "dot":
            raise Cut
        usual = self.peer.answers.get("dot", "250 2.0.0 queued")
        own = (self.peer.answers.get(f"dot {address}") for address in recipients)
        said = next(filter(None, own), usual)
        if said.startswith("2"):
            self.peer.taken.append(Delivered(sender, tuple(recipients), b"".join(lines)))
        if self.peer.cuts == "taken":
            raise Cut
        self.say(said)

    def sign_in(self, rest: str) -> None:
        way, _, given = rest.partition(" ")
        told = b64decode(given).decode()
        if way == "XOAUTH2":
            is_right = self.peer.token and f"auth=Bearer {self.peer.token}\x01" in told
        else:
            is_right = told == "\0" + "\0".join(self.peer.login)
        if not is_right and way == "XOAUTH2":
            self.say("334 e30=")
            self.rfile.readline()
        self.say("235 2.7.0 ok" if is_right else "535 5.7.8 no")

    def cover(self) -> None:
        assert self.peer.tls is not None
        self.say("220 go on")
        self.request = self.peer.tls.wrap_socket(self.request, server_side=True)
        self.setup()

    def at(self, stage: str, usual: str) -> str:
        if self.peer.cuts == stage:
            raise Cut
        said = self.peer.answers.get(stage, usual)
        self.say(said)
        return said

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()


class Threads(socketserver.ThreadingTCPServer):
    """Each session in its thread; none is waited for at the end."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


@contextlib.contextmanager
def peer_running(peer: Peer | None = None) -> Iterator[Peer]:
    """A peer that answers on a port of its own; or one that was stopped, again on its port."""
    peer = peer or Peer()
    handler = type("TalkOfPeer", (Talk,), {"peer": peer})
    with Threads(("127.0.0.1", peer.port), handler) as server:
        peer.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield peer
        finally:
            server.shutdown()
            thread.join(5)


@pytest.fixture
def smtp_peer() -> Iterator[Peer]:
    """A server that does what the test tells it to."""
    with peer_running() as peer:
        yield peer


# --- Certificates -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Certificate:
    """A certificate that only those who trust `path` believe, for this name."""

    path: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """What a server shows."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.path, self.key)
        return made


def certificate_for(name: str, folder: Path) -> Certificate:
    """Make one, valid for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    found = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    found.path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    found.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return found


# --- Postfix ----------------------------------------------------------------------------------------------------


@dataclass
class Postfix:
    """A real Postfix on a free port, with its own configuration, spool and mailboxes; nothing leaves it.

    refused@, full@: refused for good; later@: put off; everything else for example.fr lands in a Maildir.
    """

    folder: Path
    port: int

    @property
    def letters(self) -> list[Delivered]:
        """What it delivered, each to one address."""
        found = []
        for path in sorted(self.folder.glob("mail/*/new/*")):
            raw = path.read_bytes()
            told = re.search(rb"^X-Original-To: (.*)$", raw, re.MULTILINE)
            sender = re.search(rb"^Return-Path: <(.*)>$", raw, re.MULTILINE)
            assert told
            assert sender
            found.append(Delivered(sender[1].decode(), (told[1].decode(),), raw))
        return found

    def wait_for(self, count: int, seconds: float = 30) -> list[Delivered]:
        """Wait until it delivered so many, and give them."""
        limit = time.monotonic() + seconds
        while len(self.letters) < count and time.monotonic() < limit:
            time.sleep(0.1)
        return self.letters

    def run(self, *command: str) -> None:
        """Run one of its commands on this configuration."""
        subprocess.run(command, check=True, capture_output=True, timeout=60)


MASTER = """
{address} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
tlsmgr unix - - n 1000? 1 tlsmgr
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = postfix.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
default_transport = error:nothing leaves the tests
virtual_mailbox_domains = example.fr, netnet.example
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = regexp:{folder}/boxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_recipient_restrictions = check_recipient_access regexp:{folder}/refusals, permit_mynetworks, reject
smtpd_sender_restrictions = check_sender_access regexp:{folder}/senders
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
message_size_limit = 30000000
alias_maps =
local_recipient_maps =
smtputf8_enable = no
"""


# What is for others goes to one server, is told as late after a second, and given up after half a minute.
RELAY = """
default_transport = smtp:[127.0.0.1]:{relay}
transport_maps = inline:{{ no-such-domain.invalid=smtp: }}
smtp_host_lookup = native
delay_warning_time = 1s
queue_run_delay = 3s
minimal_backoff_time = 3s
maximal_backoff_time = 5s
maximal_queue_lifetime = 20s
bounce_queue_lifetime = 20s
destination_concurrency_limit = 1
smtp_destination_recipient_limit = 1
"""


@contextlib.contextmanager
def postfix_running(folder: Path, *, relay: int = 0) -> Iterator[Postfix]:
    """A Postfix of these tests alone, stopped at the end; it relays to a server at this port, if any."""
    who = pwd.getpwnam("postfix")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    for name in ("etc", "spool", "data", "mail", "log"):
        (folder / name).mkdir()
    folder.chmod(0o755)  # its processes are not root
    for name in ("data", "mail"):
        os.chown(folder / name, who.pw_uid, who.pw_gid)
    seen = certificate_for("localhost", folder)
    values = {"folder": folder, "uid": who.pw_uid, "gid": who.pw_gid}
    main = MAIN.format(**values, certificate=seen.path, key=seen.key)
    master = MASTER.format(address=f"127.0.0.1:{port}")
    if relay:
        main = main.replace("default_transport = error:nothing leaves the tests\n", RELAY.format(relay=relay))
        master += "smtp unix - - n - - smtp\n"
    (folder / "etc/main.cf").write_text(main, encoding="ascii")
    (folder / "etc/master.cf").write_text(master, encoding="ascii")
    (folder / "boxes").write_text("/./ all/\n", encoding="ascii")
    (folder / "senders").write_text("/^nobody@/ REJECT\n", encoding="ascii")
    (folder / "refusals").write_text(
        "/^refused@/ 550 5.1.1 No such person here\n/^full@/ 552 5.2.2 Mailbox full\n"
        "/^later@/ 450 4.2.0 Come back later\n",
        encoding="ascii",
    )
    made = Postfix(folder, port)
    made.run("postfix", "-c", str(folder / "etc"), "start")
    try:
        wait_until_it_answers(port)
        yield made
    finally:
        made.run("postfix", "-c", str(folder / "etc"), "stop")


def wait_until_it_answers(port: int) -> None:
    """Wait for the port to be there."""
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError("Postfix does not answer")


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    """A real Postfix, which only root may start. Not in pytest's folder, which is root's alone."""
    if shutil.which("postfix") is None:
        pytest.skip(f"Postfix is missing: {INSTALL}")
    if os.geteuid() != 0:
        pytest.skip("Postfix needs root, as in CI: sudo ./visavis test")
    with (
        tempfile.TemporaryDirectory(prefix="visavis-postfix-") as folder,
        postfix_running(Path(folder)) as made,
    ):
        yield made
