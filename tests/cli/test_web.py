"""`visavis web` started by a person says where it answers, and gives the code of the first page as `run` does."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.live_site import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.live_site import LiveSite, NewSite

EVERYWHERE = "0.0.0.0"  # noqa: S104 -- what is tested is what is told of it
CODE = re.compile(r"Nobody has an account yet\. The page /bienvenue/ will ask for this code: ([\d-]{14})\n")


def told_by(site: LiveSite, command: str, host: str) -> str:
    """What the program prints until its first page is there."""
    path: Path = site.folder / "run.log"
    with path.open("wb") as log:
        site.process = subprocess.Popen(
            [sys.executable, "-m", "visavis", command, "--host", host, "--port", str(site.port)],
            env=site.environment,
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    site.wait_until_it_answers()
    site.process.send_signal(signal.SIGINT)
    site.process.wait(20)
    return site.log


@pytest.mark.parametrize("command", ["web", "run"])
def test_the_address_and_the_code_are_told_once(new_site: NewSite, command: str) -> None:
    site = new_site()

    told = told_by(site, command, EVERYWHERE)

    assert told.count(f"Vis-à-vis answers on http://{EVERYWHERE}:{site.port}/") == 1
    [code] = CODE.findall(told)
    assert (site.folder / "first_code").read_text(encoding="ascii") == code


def test_on_this_machine_alone_no_code_is_asked_nor_told(new_site: NewSite) -> None:
    site = new_site()

    told = told_by(site, "web", "127.0.0.1")

    assert "answers on" in told
    assert CODE.findall(told) == []
