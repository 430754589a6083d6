"""Files given and read: never executed by a browser."""

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from visavis.domain.conversations.access import attachment_for
from visavis.domain.conversations.operations import keep_attachment
from visavis.domain.errors import Refused
from visavis.web.downloads import download

from .door import Asked, asked, sent


@sent
def give(asked: Asked) -> HttpResponse:
    """Keep a file for a reply to come."""
    upload = asked.request.FILES.get("file")
    if upload is None:
        raise Refused("no_file", _("Choose a file first."))
    kept = keep_attachment(upload.chunks(), name=upload.name or "", by=asked.adviser)
    return JsonResponse({"id": kept.pk, "name": kept.name, "size": kept.file.size}, status=201)


@asked
def read(asked: Asked, attachment_id: int) -> StreamingHttpResponse:
    """Give the bytes of a file that this account may read."""
    return download(attachment_for(asked.rights, attachment_id))
