"""The demo as people run it: one command, two starts; and customers who come through the real doors."""

from __future__ import annotations

import contextlib
import email
import email.policy
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.parse
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
from visavis.demo import anchor, crowd, mailboxes, sequel
from visavis.demo.load import load_demo
now = timezone.now()
sequel.write(settings.DATA_DIR, load_demo(now=now, told=lambda what, share: None, count=160))
anchor.Anchor(anchored_at=now, alive_at=now).write(settings.DATA_DIR)
mailboxes.stand(port={mail_port}, at=now)
crowd.come_in(now=timezone.now(), is_live=True)
"""
PLAY = """
import os, signal, threading
from django.conf import settings
from visavis.demo import live
threading.Timer(45, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
live.play(settings.DATA_DIR, port={port}, mail_port={mail_port}, is_live=True, speed=30)
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
    "unverified": new.exclude(channel="email").filter(customer__identities__verified_at__isnull=False).count(),
}))
"""


def test_customers_come_through_the_doors_and_are_answered(new_site: NewSite) -> None:
    site = new_site()
    mail_port = free_port()
    site.execute(LOAD.format(mail_port=mail_port), timeout=SECONDS_TO_START)
    site.start()

    site.execute(PLAY.format(port=site.port, mail_port=mail_port), timeout=SECONDS_TO_START)

    told = json.loads(site.execute(COUNT))
    assert told["channels"].get("chat", 0) >= 3
    assert told["channels"].get("form", 0) >= 1
    assert told["channels"].get("email", 0) >= 1
    assert told["answered"] >= 3
    assert told["longest"] >= 3
    assert told["came_back"] >= 1
    assert told["unverified"] == 0


# --- The command --------------------------------------------------------------------------------------------


@contextlib.contextmanager
def running(folder: Path, port: int, mail_port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`visavis demo` in that folder, until its first page."""
    environment = {**os.environ, "VISAVIS_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT / "src")}
    environment.pop("VISAVIS_DATABASE_URL", None)
    with (folder / "demo.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "visavis", "demo", "--port", str(port), "--mail-port", str(mail_port)],
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
        process.wait(30)


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
    port, mail_port = free_port(), free_port()

    with running(tmp_path, port, mail_port) as first:
        first.send_signal(signal.SIGINT)
        assert first.wait(30) == 0
    told = (tmp_path / "demo.log").read_text(encoding="utf-8")
    began = time.monotonic()
    with running(tmp_path, port, mail_port) as second:
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


# --- E-mail -------------------------------------------------------------------------------------------------


class Browser:
    """Somebody's browser, with its cookies."""

    def __init__(self, port: int) -> None:
        self.site = f"http://127.0.0.1:{port}"
        kept = urllib.request.HTTPCookieProcessor()
        self._opener = urllib.request.build_opener(kept)

    def read(self, path: str) -> str:
        """A page."""
        with self._opener.open(f"{self.site}{path}", timeout=30) as page:
            return str(page.read().decode())

    def send(self, path: str, page: str, **fields: str) -> str:
        """Send a form that stands in that page; the page that follows."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        given = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        with self._opener.open(f"{self.site}{path}", given, timeout=30) as answer:
            return str(answer.read().decode())

    def wait_for(self, path: str, pattern: str, seconds: float = 60) -> list[str]:
        """What the pattern finds in a page, once it finds something."""
        limit = time.monotonic() + seconds
        while not (found := re.findall(pattern, self.read(path))):
            assert time.monotonic() < limit, f"not in {path}: {pattern}"
            time.sleep(0.5)
        return list(dict.fromkeys(found))


def typed(folder: Path, *command: str) -> str:
    """What the command prints in another terminal."""
    environment = {**os.environ, "VISAVIS_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "visavis", *command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def printed_command(folder: Path) -> list[str]:
    """The command that the start prints to write an e-mail, without its ./visavis."""
    told = (folder / "demo.log").read_text(encoding="utf-8").replace("\\\n", " ")
    line = next(line for line in told.splitlines() if "./visavis write-email" in line)
    return shlex.split(line)[1:]


def answer_that_left(folder: Path, seconds: float = 60) -> tuple[str, str]:
    """The number and the bytes of the first letter that a person wrote to the visitor."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        for path in sorted(folder.glob("mail/*.eml")):
            raw = path.read_text(encoding="utf-8")
            if "vous@example.net" in raw and "Auto-Submitted" not in raw:
                return str(int(path.stem)), raw
        time.sleep(0.5)
    raise AssertionError("no answer left")


def test_an_email_written_as_printed_is_answered_and_the_answer_comes_into_the_same_thread(
    tmp_path: Path,
) -> None:
    port, mail_port = free_port(), free_port()
    with running(tmp_path, port, mail_port):
        kader = Browser(port)
        entry = kader.read("/connexion/")
        kader.send("/connexion/", entry, login="kader@demo.example", password="vis-a-vis")

        typed(tmp_path, *printed_command(tmp_path))
        [number] = kader.wait_for("/recherche/?q=vous@example.net", r'href="/poste/(\d+)/')
        kader.wait_for(f"/poste/{number}/", "Bonjour, ma box ne s’allume plus")
        page = kader.read(f"/poste/{number}/")
        key = re.search(r'name="key" value="([^"]+)"', page)
        assert key
        kader.send(f"/poste/{number}/repondre/", page, key=key[1], text="Bonjour, je regarde votre ligne.")
        answer, raw = answer_that_left(tmp_path)

        typed(tmp_path, "write-email", "--port", str(mail_port), "--answer", answer, "Elle clignote rouge.")
        kader.wait_for(f"/poste/{number}/", "Elle clignote rouge.")
        listed = typed(tmp_path, "demo-mail", "--to", "vous@example.net")
        shown = typed(tmp_path, "demo-mail", answer)

    letter = email.message_from_string(raw, policy=email.policy.default)
    assert letter["In-Reply-To"]
    assert letter["In-Reply-To"] in letter["References"]
    assert "Ma box" in letter["Subject"]
    assert "contact+c-" in letter["Reply-To"]
    assert f"{answer}  vous@example.net" in listed
    assert "Bonjour, je regarde votre ligne." in shown
