"""The one-time code that protects the first page when it can be reached from elsewhere than this machine.

When it listens beyond loopback and no account exists, `visavis run` prints what `code_to_print()` gives, and
the page asks for it. From this machine, where no code was ever made, none is asked.
"""

from __future__ import annotations

import hmac
import os
import secrets
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from visavis.domain.people.queries import has_accounts

if TYPE_CHECKING:
    from django.http import HttpRequest

NAME = "first_code"


def code_to_print(host: str) -> str:
    """Return the code to print by what listens at `host`; nothing on loopback, or once inhabited."""
    return "" if host == "localhost" or _is_here(host) or has_accounts() else make_code()


def make_code() -> str:
    """Return the code to print; it is kept in the folder of data, readable by its owner alone."""
    path = _path()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    code = "-".join(f"{secrets.randbelow(10_000):04d}" for _part in range(3))
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(code)
    return code


def is_needed(request: HttpRequest) -> bool:
    """Say whether this visitor must give the code: once there is one, and whenever they come from afar."""
    return (
        _path().exists() or settings.TRUSTED_PROXIES > 0 or not _is_here(request.META.get("REMOTE_ADDR", ""))
    )


def is_right(code: str) -> bool:
    """Say whether this is the code; nothing is right when none was made."""
    path = _path()
    if not path.exists():
        return False
    return hmac.compare_digest(path.read_text(encoding="ascii").strip(), code.strip())


def forget_code() -> None:
    """The code has served."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.DATA_DIR) / NAME


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
