"""What stands before the public forms: who writes, how often, how long, with which files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from visavis.domain.conversations.operations import keep_attachment
from visavis.domain.errors import Refused
from visavis.domain.intake.queries import is_blocked
from visavis.domain.intake.sources import client_address, source_of_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from visavis.domain.conversations.models import Pass
    from visavis.domain.people.models import Brand

LONGEST = 20_000
MOST_FILES = 5


def source_of(request: HttpRequest) -> str:
    """Return the source that stands for the address of the writer."""
    address = client_address(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", ""))
    return source_of_address(address)


def refuse_blocked(brand: Brand, *sources: str) -> None:
    """Refuse who is kept out of this brand."""
    if is_blocked(brand.pk, *sources):
        raise Refused(
            "blocked",
            _("Your messages are not received here any more. You can still call, or write a letter."),
        )


def whole_text(request: HttpRequest, name: str = "text") -> str:
    """Return the text typed, without NUL. Refused rather than cut when it is too long."""
    text = request.POST.get(name, "").replace("\x00", "").strip()
    if len(text) > LONGEST:
        raise Refused(
            "too_long", _("This is over 20,000 characters. Send it in several times, or as a file.")
        )
    return text.encode("utf-8", "replace").decode("utf-8")


def given_files(request: HttpRequest, held: Pass) -> Sequence[int]:
    """Keep the files joined, and return their ids. Refused when there are too many."""
    files = request.FILES.getlist("file")
    if len(files) > MOST_FILES:
        raise Refused("too_many_files", _("Five files at most at a time. Send the others afterwards."))
    return [keep_attachment(file.chunks(), name=file.name or "", held=held).pk for file in files if file.size]
