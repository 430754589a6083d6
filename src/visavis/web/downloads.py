"""Sending a kept file to a browser, so that it is shown or saved, and never executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from visavis.domain.files.queries import content, is_shown

if TYPE_CHECKING:
    from visavis.domain.conversations.models import Attachment
    from visavis.domain.files.models import StoredFile


def download(attachment: Attachment) -> StreamingHttpResponse:
    """Return the bytes: images are shown, the rest is saved; a sandbox forbids everything else."""
    file = attachment.file
    return _sent(file, attachment.name, media_type=file.media_type, is_saved=not is_shown(file))


def saved(file: StoredFile, name: str, *, media_type: str) -> StreamingHttpResponse:
    """Return the bytes under this name, to be saved in any case."""
    return _sent(file, name, media_type=media_type, is_saved=True)


def _sent(file: StoredFile, name: str, *, media_type: str, is_saved: bool) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content(file), content_type=media_type)
    disposition = content_disposition_header(is_saved, name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600, immutable"
    return response
