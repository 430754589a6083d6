"""Letters that wait in a folder because no mail server is set: those to a person who is forgotten go too."""

from collections.abc import Collection
from pathlib import Path

from django.conf import settings


def forget_letters(addresses: Collection[str]) -> None:
    """Delete the letters that name one of these addresses; each letter is one file."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not folder or not addresses or not Path(folder).is_dir():
        return
    wanted = [address.lower().encode() for address in addresses]
    for letter in Path(folder).iterdir():
        if letter.is_file() and any(address in letter.read_bytes().lower() for address in wanted):
            letter.unlink(missing_ok=True)
