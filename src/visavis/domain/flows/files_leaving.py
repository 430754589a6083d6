"""Files leave by post once they were searched for viruses; a letter waits for its files, and says so."""

from collections.abc import Sequence
from datetime import datetime

from visavis.domain.conversations.models import Attachment, Conversation, Direction, Message, Scan
from visavis.domain.deliveries.operations import hasten
from visavis.domain.files.scanning import is_configured

# Codes of what holds a letter back, told by `deliveries.sentences`.
UNSEARCHED = "unsearched"
INFECTED = "infected"


def held_by_files(messages: Sequence[Message]) -> str:
    """Return the code of what holds back a letter with the files of these messages, or ""; one query.

    A virus does for good. What was not searched does until it is, or until there is no scanner any more.
    """
    found = set(Attachment.objects.filter(message__in=messages).values_list("scanned", flat=True))
    if Scan.INFECTED in found:
        return INFECTED
    return UNSEARCHED if Scan.WAITING in found and is_configured() else ""


def let_searched_leave(conversation: Conversation, *, now: datetime) -> None:
    """Letters that waited for their files are due, once no file that we give here waits any more."""
    waiting = Attachment.objects.filter(message__conversation=conversation, scanned=Scan.WAITING)
    if not waiting.exclude(message__direction=Direction.IN).exists():
        hasten(conversation, fault=UNSEARCHED, at=now)
