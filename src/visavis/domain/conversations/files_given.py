"""The files of a conversation: which wait for the search for viruses, and what it found."""

from django.utils.translation import gettext as _

from .models import Attachment, Scan


def files_to_scan(most: int) -> list[Attachment]:
    """Return the first files that wait for the search for viruses, with their bytes; one query."""
    rows = Attachment.objects.filter(scanned=Scan.WAITING).select_related("file", "message__conversation")
    return list(rows.order_by("pk")[:most])


def scan_told(attachment: Attachment) -> str:
    """Return what to know of a file before it is opened, in a few words; empty when nothing was found."""
    sentences = {
        Scan.INFECTED: _("Virus found: nobody opens this file"),
        Scan.WAITING: _("Not searched for viruses yet"),
        Scan.LARGE: _("Too large to be searched for viruses"),
        Scan.CLEAN: "",
    }
    return sentences[Scan(attachment.scanned)] if attachment.scanned else ""
