"""What a later search for viruses finds in a file that came while the scanner was away."""

from datetime import datetime

from visavis.domain.conversations.facts import FileScanned
from visavis.domain.conversations.models import Attachment
from visavis.domain.journal.record import operation, record


@operation
def note_scan(attachment: Attachment, verdict: str, *, at: datetime) -> None:
    """A file that waited for it was searched for viruses: it opens now, or never."""
    attachment.scanned = verdict
    attachment.save(update_fields=["scanned"])
    conversation = attachment.message.conversation if attachment.message else None
    record(
        FileScanned(
            brand_id=conversation.brand_id if conversation else None,
            conversation_id=conversation.pk if conversation else None,
            attachment_id=attachment.pk,
            verdict=verdict,
        ),
        at=at,
    )
