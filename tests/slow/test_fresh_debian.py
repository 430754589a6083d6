"""A stranger's first minutes, on a Debian 12 that has Python and nothing else, made for this test with debootstrap."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# The demo is on SQLite wherever the tests are: once is enough.
pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

ROOT = Path(__file__).resolve().parents[2]
CERTIFICATES = Path("etc/ssl/certs/ca-certificates.crt")
HOME = "/home/david/un essai de vis-à-vis"  # a space and an accent: it is somebody's real folder
SECONDS_TO_FIRST_PAGE = 300


@dataclass(frozen=True)
class Debian:
    """A Debian in a folder, in which commands are run as root or as David."""

    folder: Path

    def command(self, *words: str, user: str) -> list[str]:
        """The words to run that command in there, with the network settings of this machine."""
        settings = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
        settings |= {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/home/david", "LANG": "C.UTF-8"}
        settings |= {"PIP_CERT": f"/{CERTIFICATES}", "DEBIAN_FRONTEND": "noninteractive"}
        assignments = [f"{name}={value}" for name, value in settings.items()]
        return ["chroot", f"--userspec={user}", str(self.folder), "env", "-i", *assignments, *words]

    def run(self, *words: str, user: str = "root") -> subprocess.CompletedProcess[str]:
        """Run it to its end, whatever the end is."""
        command = self.command(*words, user=user)
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def mirror() -> str:
    """Where this machine gets its own Debian from, as its administrator has set it."""
    command = [
        "apt-get",
        "indextargets",
        "--format",
        "$(REPO_URI)",
        "Created-By: Packages",
        "Codename: bookworm",
    ]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    if not found:
        pytest.skip("No Debian 12 in the sources of apt: this test needs a machine that has one")
    return found[0]


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Debian]:
    """Debian 12, as small as it gets, with python3; no pip, no venv, no compiler."""
    if os.geteuid() != 0:
        pytest.skip("A fresh Debian can only be made by root: sudo ./visavis test --slow")
    if shutil.which("debootstrap") is None:
        pytest.skip("debootstrap is missing: apt-get install debootstrap")
    folder = tmp_path_factory.mktemp("debian") / "root"
    include = "--include=python3,ca-certificates"
    command = ["debootstrap", "--variant=minbase", include, "bookworm", str(folder), mirror()]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr
    for setting in (CERTIFICATES, Path("etc/resolv.conf"), Path("etc/hosts")):
        shutil.copy2(Path("/") / setting, folder / setting)
    fresh = Debian(folder)
    assert fresh.run("useradd", "--create-home", "david").returncode == 0
    clone_into(fresh)
    with contextlib.ExitStack() as stack:
        for place in ("proc", "dev"):
            mounted = (
                subprocess.run(["mount", "--rbind", f"/{place}", str(folder / place)], check=False).returncode
                == 0
            )
            if mounted:
                stack.callback(
                    subprocess.run, ["umount", "--recursive", "--lazy", str(folder / place)], check=True
                )
        yield fresh
    shutil.rmtree(folder)


def clone_into(debian: Debian) -> None:
    """What is committed here, and nothing else, belongs to David there."""
    target = f"{debian.folder}{HOME}"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), target], check=True)
    assert debian.run("chown", "--recursive", "david:david", "/home/david").returncode == 0


def free_port() -> int:
    """A port that nobody listens on, now."""
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        port: int = candidate.getsockname()[1]
        return port


def first_page(url: str, process: subprocess.Popen[bytes], log: Path) -> str:
    """What the browser gets when it is there at last."""
    limit = time.monotonic() + SECONDS_TO_FIRST_PAGE
    while time.monotonic() < limit:
        assert process.poll() is None, f"it ended:\n{log.read_text(encoding='utf-8')}"
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=10) as page:  # noqa: S310 -- our own
            return str(page.read().decode())
        time.sleep(0.5)
    raise AssertionError(f"no page after {SECONDS_TO_FIRST_PAGE} s:\n{log.read_text(encoding='utf-8')}")


def test_fresh_debian_goes_from_a_missing_package_to_the_first_page(debian: Debian, tmp_path: Path) -> None:
    refused = debian.run(f"{HOME}/visavis", "demo", user="david")

    assert refused.returncode == 1
    assert "sudo apt-get install python3-venv" in refused.stderr
    assert not Path(f"{debian.folder}{HOME}/.venv").exists()

    assert debian.run("apt-get", "-q", "update").returncode == 0
    installed = debian.run("apt-get", "-q", "install", "--yes", "--no-install-recommends", "python3-venv")
    assert installed.returncode == 0, installed.stderr
    port, log = free_port(), tmp_path / "demo.log"
    command = debian.command(f"{HOME}/visavis", "demo", "--port", str(port), user="david")
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        page = first_page(f"http://127.0.0.1:{port}/", process, log)
        seconds = time.monotonic() - started
        os.killpg(process.pid, signal.SIGINT)
        code = process.wait(30)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    told = log.read_text(encoding="utf-8")
    print(f"first page after {seconds:.0f} s")  # noqa: T201 -- a figure to note
    assert '<html lang="fr"' in page
    assert f"http://127.0.0.1:{port}" in told
    assert "Traceback" not in told
    assert code == 0, told
