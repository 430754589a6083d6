"""The ASGI entry of a web process: live streams under `/direct/`, pages for all the rest."""

import asyncio
import gc
import logging
import os

import django
from django.conf import settings
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.project.settings")
django.setup(set_prefix=False)

# These need Django to be set up.
from visavis.live import bell
from visavis.live.hub import Hub
from visavis.live.journal_reader import JournalReader
from visavis.live.streams import Streams
from visavis.workers import running

from . import statics
from .access_log import LoggedPages
from .bridge import Bridge, Receive, Scope, Send

READY_SECONDS = 20
logger = logging.getLogger(__name__)


class Site:
    """One web process: its hub, its streams and its pages."""

    def __init__(self) -> None:
        statics.collect()
        running.hold(settings.DATA_DIR)
        self.hub = Hub()
        self.streams = Streams(self.hub)
        self.pages = Bridge(LoggedPages(), threads=settings.WEB_THREADS)
        warm()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or live from start to stop."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"].startswith("/direct/"):
            await self.streams(scope, receive, send)
        else:
            await self.pages(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        reader = JournalReader(self.hub, asyncio.get_running_loop())
        bell.start().listen(reader.ear)
        reader.start()
        keeping_alive = asyncio.create_task(self.hub.keep_alive())
        try:
            await asyncio.wait_for(reader.is_ready.wait(), READY_SECONDS)
        except TimeoutError:
            await send({"type": "lifespan.startup.failed", "message": "The database does not answer."})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.hub.close()
        keeping_alive.cancel()
        reader.stop()
        bell.stop()
        await send({"type": "lifespan.shutdown.complete"})


def warm() -> None:
    """Import every page, and spare the collector what stays for the life of the process.

    It would look at all of our code again in the middle of a page: seven milliseconds of the slowest ones.
    """
    get_resolver().url_patterns  # noqa: B018 -- reading them imports the pages
    gc.collect()
    gc.freeze()


application = Site()
