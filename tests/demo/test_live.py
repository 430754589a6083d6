"""The demo as people run it: one command, two starts; and customers who come through the real doors."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest
from tests.live_site import ROOT, NewSite, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow
SECONDS_TO_START = 180

LOAD = """
from pathlib import Path
from django.conf import settings
from django.utils import timezone
from visavis.demo import anchor, crowd, sequel
from visavis.demo.load import load_demo
now = timezone.now()
sequel.write(settings.DATA_DIR, load_demo(now=now, told=lambda what, share: None, count=160))
anchor.Anchor(anchored_at=now, alive_at=now).write(settings.DATA_DIR)
crowd.come_in(now=timezone.now(), is_live=True)
"""
PLAY = """
import os, signal, threading
from django.conf import settings
from visavis.demo import live
threading.Timer(45, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
live.play(settings.DATA_DIR, port={port}, is_live=True, speed=30)
"""
COUNT = """
import json
from django.db.models import Count
from visavis.domain.conversations.models import Conversation, Message
new = Conversation.objects.filter(pk__gt=160)
print(json.dumps({
    "channels": dict(new.values_list("channel").annotate(Count("pk"))),
    "answered": Message.objects.filter(conversation__in=new, direction="out").count(),
    "longest": max(new.annotate(said=Count("messages")).values_list("said", flat=True), default=0),
    "came_back": Message.objects.filter(
        conversation__in=new.filter(channel="form"), direction="in"
    ).count() - new.filter(channel="form").count(),
    "unverified": new.filter(customer__identities__verified_at__isnull=False).count(),
}))
"""


def test_customers_come_through_the_doors_and_are_answered(new_site: NewSite) -> None:
    site = new_site()
    site.execute(LOAD, timeout=SECONDS_TO_START)
    site.start()

    site.execute(PLAY.format(port=site.port), timeout=SECONDS_TO_START)

    told = json.loads(site.execute(COUNT))
    assert told["channels"].get("chat", 0) >= 3
    assert told["channels"].get("form", 0) >= 1
    assert told["answered"] >= 3
    assert told["longest"] >= 3
    assert told["came_back"] >= 1
    assert told["unverified"] == 0


# --- The command --------------------------------------------------------------------------------------------


@contextlib.contextmanager
def running(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`visavis demo` in that folder, until its first page."""
    environment = {**os.environ, "VISAVIS_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT / "src")}
    environment.pop("VISAVIS_DATABASE_URL", None)
    with (folder / "demo.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "visavis", "demo", "--port", str(port)],
            env=environment,
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for_a_page(port, process)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def wait_for_a_page(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when a page comes back."""
    limit = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < limit:
        assert process.poll() is None
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/connexion/", timeout=10).close()
            return
        time.sleep(0.3)
    raise AssertionError("no page")


def test_one_command_shows_where_to_go_stops_cleanly_and_starts_again_at_once(tmp_path: Path) -> None:
    port = free_port()

    with running(tmp_path, port) as first:
        first.send_signal(signal.SIGINT)
        assert first.wait(30) == 0
    told = (tmp_path / "demo.log").read_text(encoding="utf-8")
    began = time.monotonic()
    with running(tmp_path, port) as second:
        seconds = time.monotonic() - began
        second.send_signal(signal.SIGINT)
        assert second.wait(30) == 0
    again = (tmp_path / "demo.log").read_text(encoding="utf-8")

    for text in (told, again):
        assert "kader@demo.example" in text
        assert f"http://127.0.0.1:{port}/marque/netnet/" in text
        assert "Traceback" not in text
    assert "Composing" not in again
    print(f"second start: first page after {seconds:.1f} s")  # noqa: T201 -- a figure to note
