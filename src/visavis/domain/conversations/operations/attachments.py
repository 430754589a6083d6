"""Keeping a file that someone gave, before a message takes it."""

from collections.abc import Iterable

from django.utils import timezone

from visavis.domain.conversations.models import Attachment, Pass
from visavis.domain.files.models import StoredFile
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
    return Attachment.objects.create(
        file=file, name=clean_name(name), given_at=timezone.now(), given_by=by, given_with=held
    )


@upkeep
def keep_part(
    file: StoredFile, *, name: str, content_id: str = "", is_inline: bool = False, scanned: str = ""
) -> Attachment:
    """A part of a letter waits for its message, under the name given; `scanned`: see Scan."""
    return Attachment.objects.create(
        file=file,
        name=clean_name(name),
        given_at=timezone.now(),
        content_id=content_id[:200],
        is_inline=is_inline,
        scanned=scanned,
    )


def clean_name(name: str) -> str:
    """Return a name that no folder and no screen misreads."""
    return name.replace("\x00", "").replace("/", "_").replace("\\", "_").strip()[-200:] or "fichier"
