"""What the parser hands over, and what became of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from visavis.domain.conversations.models import Conversation, Message
from visavis.domain.conversations.operations import LetterFields
from visavis.domain.files.scanning import Scanned
from visavis.domain.intake.models import Arrival

UNSEARCHED = Scanned("")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file joined to a letter; `chunks` gives its bytes anew at each call."""

    name: str
    chunks: Callable[[], Iterable[bytes]]
    content_id: str = ""
    is_inline: bool = False
    scanned: str = ""


@dataclass(frozen=True, kw_only=True)
class Returned:
    """One recipient that a delivery report names; `status` is of RFC 3463."""

    address: str
    is_permanent: bool
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, kw_only=True)
class InboundMail:
    """What the parser hands over: plain values, bounded and cleaned.

    kind: ordinary, automatic, list (all open); auto_reply, bounce, receipt, complaint, loop (none does).
    likeness: equal for the same mail taken twice. text: what is shown first and found by search.
    search: what the search for viruses found in the mail.
    answers: the Message-IDs that it answers, the nearest first. delivered_to: addresses of the envelope.
    """

    likeness: str
    letter: LetterFields
    text: str
    kind: str = "ordinary"
    language: str = ""
    parts: Sequence[Part] = ()
    answers: Sequence[str] = ()
    delivered_to: Sequence[str] = ()
    returned: Sequence[Returned] = ()
    returned_id: str = ""
    bears_our_mark: bool = False
    is_marked_spam: bool = False
    search: Scanned = UNSEARCHED


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What became of a mail; without a message it opened and continued nothing."""

    arrival: Arrival
    message: Message | None = None
    conversation: Conversation | None = None
    is_new: bool = False
    wants_acknowledgement: bool = False
