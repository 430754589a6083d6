"""Sending a kept file to a browser, so that it is shown or saved, and never executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from visavis.domain.files.queries import content, is_shown

if TYPE_CHECKING:
    from visavis.domain.conversations.models import Attachment


def download(attachment: Attachment) -> StreamingHttpResponse:
    """Return the bytes: images are shown, the rest is saved; a sandbox forbids everything else."""
    file = attachment.file
    response = StreamingHttpResponse(content(file), content_type=file.media_type)
    disposition = content_disposition_header(not is_shown(file), attachment.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600, immutable"
    return response
