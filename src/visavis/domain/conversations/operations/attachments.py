"""Keeping a file that someone gave, before a message takes it."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.conversations.models import Attachment, Pass
from visavis.domain.errors import Refused
from visavis.domain.files.models import StoredFile
from visavis.domain.files.operations import Spooled, measured, store_spooled
from visavis.domain.files.scanning import INFECTED, PIECE, scanned
from visavis.domain.journal.record import upkeep
from visavis.domain.people.models import Adviser


def keep_attachment(
    chunks: Iterable[bytes], *, name: str, by: Adviser | None = None, held: Pass | None = None
) -> Attachment:
    """The bytes are stored under the name given; whoever gave them may join them to a message.

    They are searched for viruses first, outside of any transaction. Refused: a virus; see files.measured.
    """
    with measured(chunks) as found:
        result = scanned(iter(lambda: found.content.read(PIECE), b""))
        found.content.seek(0)
        if result.verdict == INFECTED:
            sentence = _("A virus was found in “%(name)s”: it was not kept. Continue without this file.")
            raise Refused("file_infected", sentence % {"name": clean_name(name)})
        return _keep_given(found, result.verdict, name=name, by=by, held=held)


@upkeep
def _keep_given(
    found: Spooled, verdict: str, *, name: str, by: Adviser | None, held: Pass | None
) -> Attachment:
    return Attachment.objects.create(
        file=store_spooled(found),
        name=clean_name(name),
        given_at=timezone.now(),
        given_by=by,
        given_with=held,
        scanned=verdict,
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
