"""What stands before the public forms: who writes, whether they are kept out, and the files they join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from visavis.domain.conversations.operations import keep_attachment
from visavis.domain.errors import Refused
from visavis.domain.intake.queries import is_blocked
from visavis.domain.intake.sources import client_address, source_of_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

    from visavis.domain.conversations.models import Pass
    from visavis.domain.people.models import Brand


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


def kept_files(files: Iterable[UploadedFile[bytes]], held: Pass) -> Sequence[int]:
    """Keep the files joined, which the form has measured, and return their ids."""
    return [keep_attachment(file.chunks(), name=file.name or "", held=held).pk for file in files]
