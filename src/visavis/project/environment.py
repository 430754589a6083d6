"""Typed readers of the environment: it says where things are.

What the product does is a row with its history.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class BadSetting(SystemExit):
    """A setting cannot be understood; the sentence says which and what is expected."""


def text(name: str, default: str = "") -> str:
    """Return the variable `name`, or the content of the file named by `name`_FILE (for secrets)."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def number(name: str, default: int) -> int:
    """Return the variable `name` as a whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise BadSetting(f"{name} must be a whole number, and it is “{value}”.") from None


def flag(name: str, *, default: bool) -> bool:
    """Return the variable `name` as yes or no: 1/0, true/false, yes/no."""
    value = text(name, "1" if default else "0").lower()
    if value not in {"1", "0", "true", "false", "yes", "no"}:
        raise BadSetting(f"{name} must be yes or no, and it is “{value}”.")
    return value in {"1", "true", "yes"}


def listed(name: str, default: str = "") -> list[str]:
    """Return the variable `name` as a list, separated by commas."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def home() -> Path:
    """Return where things are kept by default: the clone of ./visavis, else the folder one stands in."""
    return Path(text("VISAVIS_HOME", "."))


def data_folder() -> Path:
    """Return the folder of everything that must be kept; it is made, readable by its owner alone."""
    folder = Path(text("VISAVIS_DATA_DIR") or home() / "var").absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """Return VISAVIS_SECRET_KEY, or the key kept in `folder`, made at first start."""
    if given := text("VISAVIS_SECRET_KEY"):
        return given
    path = folder / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="utf-8")


def database(folder: Path) -> dict[str, object]:
    """Return Django's settings for VISAVIS_DATABASE_URL, or for the SQLite file of `folder`."""
    url = text("VISAVIS_DATABASE_URL")
    if not url:
        return sqlite(folder / "visavis.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(parts.path))
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadSetting("VISAVIS_DATABASE_URL must begin with postgresql:// or sqlite:///.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Compiling a statement takes longer than any of ours: the search lost 50 ms to it.
        "OPTIONS": {"options": "-c jit=off"} | dict(parse_qsl(parts.query)),
    }


def sqlite(path: Path) -> dict[str, object]:
    """Return Django's settings for one SQLite file.

    WAL, immediate transactions, a full sync at each commit, and zeros over what is deleted: who asks to be
    forgotten is not to be read in the free pages of the file.

    With synchronous=NORMAL a power cut may take back the last commits: an accepted message would be lost.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=268435456; "
            "PRAGMA cache_size=-32768; PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY; "
            "PRAGMA secure_delete=ON;",
        },
    }
