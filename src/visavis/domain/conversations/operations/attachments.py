"""Keeping a file that someone gave, before a message takes it."""

from collections.abc import Iterable

from django.utils import timezone

from visavis.domain.conversations.models import Attachment, Pass
from visavis.domain.files.operations import store
from visavis.domain.journal.record import upkeep
from visavis.domain.people.models import Adviser


@upkeep
def keep_attachment(
    chunks: Iterable[bytes], *, name: str, by: Adviser | None = None, held: Pass | None = None
) -> Attachment:
    """The bytes are stored under the name given; whoever gave them may join them to a message.

    Refused: see files.store.
    """
    file = store(chunks)
    clean = name.replace("\x00", "").replace("/", "_").replace("\\", "_").strip()[-200:] or "fichier"
    return Attachment.objects.create(
        file=file, name=clean, given_at=timezone.now(), given_by=by, given_with=held
    )
