"""How the reply that one writes will leave: from whom, to whom, with which files; said before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from visavis.channels.registry import BY_NAME
from visavis.domain.conversations.access import own_attachments
from visavis.domain.conversations.correspondence import letter_in
from visavis.domain.flows.addressing import AS_PROPOSED, Chosen, last_letter, proposed, sender_of, typed_apart
from visavis.web.promises import when

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import QueryDict

    from visavis.domain.conversations.models import Conversation, Letter, Message

    from .views.door import Asked

FIELDS = ("to", "cc", "bcc")
LONGEST = 2_000
MOST_FILES = 10
LARGEST_NUMBER = 18  # digits


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of addresses: what is typed in it, and what was proposed there."""

    name: str
    typed: str
    proposed: str


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """How a reply leaves.  road: page or post.  sender, address: whom it comes from, empty without a mailbox.

    unreachable: addresses at which our letters came back, each with why.
    """

    road: str
    sender: str = ""
    address: str = ""
    fields: tuple[Field, ...] = ()
    unreachable: tuple[tuple[str, str], ...] = ()

    @property
    def to(self) -> str:
        """Those to whom it goes."""
        return self.fields[0].typed if self.fields else ""

    @property
    def copies(self) -> str:
        """Those who get a copy, openly or not."""
        return ", ".join(field.typed for field in self.fields[1:] if field.typed)

    @property
    def is_chosen(self) -> bool:
        """True when somebody changed to whom it goes."""
        return any(field.typed != field.proposed for field in self.fields)


ON_A_PAGE = Addressed(road="page")


def addressed(
    asked: Asked,
    conversation: Conversation,
    extras: Mapping[str, object],
    *,
    latest: Sequence[Message] | None,
) -> Addressed:
    """Return how a reply leaves; no query for a chat, one for a customer without an address, six otherwise.

    latest: the last messages of the thread when they are at hand, with their letters.
    """
    if conversation.is_live or conversation.merged_into_id or conversation.erased_at:
        return ON_A_PAGE
    last = _last(conversation, latest)
    known = [] if last else asked.known_by(conversation.customer_id)
    found = proposed(conversation, last=last, known=known)
    if found is None:
        return ON_A_PAGE
    given = {"to": found.to, "cc": found.cc, "bcc": []}
    fields = tuple(_field(name, given[name], extras) for name in FIELDS)
    came_back = asked.unreachable(conversation.customer_id)
    return Addressed(
        road="post",
        sender=sender_of(found.mailbox, asked.adviser.displayed_name) if found.mailbox else "",
        address=found.mailbox.address if found.mailbox else "",
        fields=fields,
        unreachable=tuple(came_back.items()),
    )


def _last(conversation: Conversation, latest: Sequence[Message] | None) -> Letter | None:
    """Return the letter in which the customer spoke last, read with the thread when it can be."""
    for message in reversed(latest or ()):
        letter = letter_in(message)
        if message.direction == "in" and not (letter and letter.automatic_why):
            return letter
    if latest is not None and not BY_NAME[conversation.channel].needs_mailbox:
        return None  # they spoke last by another channel, before what is at hand
    return last_letter(conversation)


def _field(name: str, people: Sequence[tuple[str, str]], extras: Mapping[str, object]) -> Field:
    usual = ", ".join(address for _name, address in people)
    kept = extras.get(name)
    return Field(name=name, typed=kept if isinstance(kept, str) else usual, proposed=usual)


# --- What is typed, kept and sent ---------------------------------------------------------------------------


def chosen_people(given: QueryDict) -> Chosen:
    """Return to whom a letter goes, as the form says it; as it is proposed when it says nothing."""
    if given.get("road") != "post":
        return AS_PROPOSED
    to, cc, bcc = (typed_apart(given.get(name, "")[:LONGEST]) if name in given else None for name in FIELDS)
    return Chosen(to=to, cc=cc, bcc=bcc or ())


def extras_typed(given: QueryDict) -> dict[str, object]:
    """Return what a draft keeps beside its words: people who were changed, and files."""
    people: dict[str, object] = {name: given.get(name, "")[:LONGEST] for name in FIELDS if name in given}
    files = [int(value) for value in given.getlist("file") if _is_number(value)][:MOST_FILES]
    return {**people, **({"files": files} if files else {})}


def _is_number(value: str) -> bool:
    return value.isdecimal() and len(value) <= LARGEST_NUMBER


def files_of_draft(asked: Asked, extras: Mapping[str, object]) -> list[tuple[int, str]]:
    """Return number and name of the files that a draft holds and no message took; one query at most."""
    numbers = extras.get("files")
    if not isinstance(numbers, list) or not numbers:
        return []
    rows = own_attachments(asked.rights, [number for number in numbers if isinstance(number, int)])
    return [(row.pk, row.name) for row in rows.order_by("pk")]


def hours_to_choose(conversation: Conversation) -> dict[str, object]:
    """Return when a reply may leave later: hours when the brand works, and a free one; no query."""
    now = timezone.now()
    offered = when.choices(conversation.brand, now=now)
    return {
        "conversation": conversation,
        "choices": offered,
        "other": when.OTHER,
        "clock_there": when.clock_there(conversation.brand, now=now),
    }
