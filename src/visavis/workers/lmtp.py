"""The process that listens for mail handed over by LMTP: one thread a connection, so many at a time."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import socketserver
import threading
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections

from visavis.channels.email.lmtp import Conversation, Gone
from visavis.domain.journal.record import cause
from visavis.project.access_log import told

from . import lifeline, running

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

MOST_AT_ONCE = 20
SECONDS = 300.0  # what RFC 5321 leaves a sender to say its next word
logger = logging.getLogger(__name__)


class Talk(socketserver.StreamRequestHandler):
    """One connection."""

    timeout = SECONDS

    def handle(self) -> None:
        """Answer, until the other goes or falls silent."""
        try:
            with cause():
                Conversation(self.rfile, self.connection.sendall).run()
        except (Gone, OSError):
            return
        except Exception as error:  # the next connection must find somebody
            failed = "A talk by LMTP failed: %s"
            logger.error(failed, told(error))  # noqa: TRY400 -- a traceback holds values
        finally:
            connections["default"].close()


class _Bounded(socketserver.ThreadingMixIn):
    """So many talks at a time; the others wait at the door."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, *given: object, **named: object) -> None:
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__(*given, **named)

    def process_request(self, request: object, client_address: object) -> None:
        """Wait for room, then answer in a thread."""
        self._room.acquire()
        super().process_request(request, client_address)  # type: ignore[arg-type]  # handed on as it came

    def process_request_thread(self, request: object, client_address: object) -> None:
        """Answer, then leave the room to another."""
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]  # as above
        finally:
            self._room.release()


class PortServer(_Bounded, socketserver.TCPServer):
    """Listens at a port."""

    allow_reuse_address = True
    request_queue_size = 50


class FileServer(_Bounded, socketserver.UnixStreamServer):
    """Listens at a file."""

    request_queue_size = 50


def listen(*, file: Path | None = None, port: int = 0, host: str = "127.0.0.1", mode: int = 0o660) -> None:
    """Listen until told to stop."""
    lifeline.follow()
    running.hold(settings.DATA_DIR)
    server = _at_file(file, mode) if file else _at_port(host, port)
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        logger.info("Listening by LMTP")
        stopping.wait()
        # A mail that was not answered for comes again.
        ending = threading.Thread(target=server.shutdown, daemon=True)
        ending.start()
        ending.join(3)
    if file:
        file.unlink(missing_ok=True)


def _at_port(host: str, port: int) -> PortServer:
    kind = (
        type("PortServer6", (PortServer,), {"address_family": socket.AF_INET6}) if ":" in host else PortServer
    )
    server: PortServer = kind((host, port), Talk)
    return server


def _at_file(file: Path, mode: int) -> FileServer:
    """A socket left by a process that died is taken over; one that answers is not."""
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as probe:
        try:
            probe.connect(str(file))
        except (FileNotFoundError, ConnectionRefusedError):
            file.unlink(missing_ok=True)
        else:
            raise SystemExit(f"Somebody listens at {file} already.")
    before = os.umask(0o177)
    try:
        server = FileServer(str(file), Talk)
    finally:
        os.umask(before)
    file.chmod(mode)
    return server
