"""What e-mail adds to the messages of a thread: letters, what came back of ours, what is to be decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from visavis.domain.conversations import correspondence
from visavis.domain.conversations.correspondence import letter_in
from visavis.domain.conversations.forwards import forward_answered_by, is_sent_on
from visavis.domain.conversations.sentences import bounce_told
from visavis.domain.intake.queries import is_set_aside_as_spam, question_of_told, told_of
from visavis.web.design.templatetags.design import near_moment

from .letter_told import Told, bare_subject, letter_told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.domain.conversations.models import Bounce, Conversation, Letter, Message, Participant
    from visavis.domain.intake.models import Arrival
    from visavis.domain.people.access import Rights
    from visavis.domain.prepared import Question


@dataclass(frozen=True, kw_only=True)
class Back:
    """What came back of a letter of ours: a sentence that says what to do, and their server's own words."""

    sentence: str
    is_permanent: bool
    diagnostic: str


@dataclass(frozen=True, kw_only=True)
class Post:
    """What e-mail adds to one message."""

    letter: Told | None = None
    bounces: tuple[Back, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many signs of text it shows."""
        return self.letter.size if self.letter else 0


def posts_of(rights: Rights, conversation: Conversation, messages: Sequence[Message]) -> dict[int, Post]:
    """Return what e-mail adds to these messages, by their number.

    No query for a thread without letters; with some, one for the same letters in other brands, and two for
    what came of ours.
    """
    letters = {row.pk: letter for row in messages if (letter := letter_in(row))}
    ours = _ours(messages)
    theirs = [letters[row.pk] for row in messages if row.direction == "in" and row.pk in letters]
    bounces = correspondence.bounces_of(ours) if ours else {}
    notices = told_of([row.pk for row in ours]) if ours else {}
    told = _letters_told(rights, conversation, messages, theirs)
    return {
        number: Post(
            letter=told.get(number),
            bounces=tuple(_back(bounce) for bounce in bounces.get(number, ())),
            notices=tuple(_notice(arrival) for arrival in notices.get(number, ())),
        )
        for number in letters
    }


def questions_of_letters(conversation: Conversation, messages: Sequence[Message]) -> list[Question]:
    """Of `posts_of` and `decisions_of`, to be asked with others; no query."""
    found: list[Question] = []
    if ours := _ours(messages):
        found += [correspondence.question_of_bounces(ours), question_of_told([row.pk for row in ours])]
    if _has_letters(conversation, messages):
        found += correspondence.questions_beside(conversation)
    return found


def _ours(messages: Sequence[Message]) -> list[Message]:
    return [row for row in messages if (letter := letter_in(row)) and is_ours(row.direction, letter)]


def _has_letters(conversation: Conversation, messages: Sequence[Message]) -> bool:
    """True when there may be something to decide: it is by letter, and not over for good."""
    if conversation.merged_into_id or conversation.erased_at:
        return False
    return bool(conversation.beside_id) or any(letter_in(row) for row in messages)


def is_ours(direction: str, letter: Letter) -> bool:
    """True for what we wrote: to the customer, or to somebody outside."""
    return direction == "out" or is_sent_on(letter)


def _letters_told(
    rights: Rights, conversation: Conversation, messages: Sequence[Message], theirs: Sequence[Letter]
) -> dict[int, Told]:
    brand_id = conversation.brand_id
    same = correspondence.written_elsewhere(rights, theirs, brand_id=brand_id) if theirs else {}
    before = bare_subject(conversation.subject)
    found = {}
    for message in messages:
        if (letter := letter_in(message)) is None:
            continue
        found[message.pk] = letter_told(
            message,
            letter,
            before=before,
            elsewhere=same.get(letter.header_id),
            has_html=vars(message)["has_html"],
        )
        before = bare_subject(letter.subject) or before
    return found


# --- Ours ---------------------------------------------------------------------------------------------------


def _back(bounce: Bounce) -> Back:
    return Back(
        sentence=bounce_told(bounce), is_permanent=bounce.is_permanent, diagnostic=bounce.diagnostic.strip()
    )


def _notice(arrival: Arrival) -> str:
    at = near_moment(arrival.received_at)
    if arrival.reason == "receipt":
        return _("A program of theirs says that this letter was opened, %(at)s.") % {"at": at}
    return _("They reported this letter as unwanted, %(at)s. Do not write there without asking.") % {"at": at}


# --- What is to be decided ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """What a conversation by letter asks of its adviser, and who takes part in it.

    for_us_alone: those held beside that answer what was sent on, which no customer reads once joined.
    """

    beside: Conversation | None = None
    held: Sequence[Conversation] = ()
    proposed: Sequence[Participant] = ()
    agreed: Sequence[Participant] = ()
    is_spam: bool = False
    for_us_alone: frozenset[int] = frozenset()


def decisions_of(conversation: Conversation, messages: Sequence[Message]) -> Decisions:
    """Return what is to be decided; no query for a thread without letters, two or three with some.

    One more when it was resolved, or is held beside another one itself.
    """
    if not _has_letters(conversation, messages):
        return Decisions()
    people = correspondence.participants_of(conversation)
    held = correspondence.held_beside(conversation)
    for_us = {row.pk for row in held if vars(row)["is_for_us_alone"]}
    if any(forward_answered_by(letter_in(row)) for row in messages if row.direction == "in"):
        for_us.add(conversation.pk)
    return Decisions(
        beside=conversation.beside,
        held=held,
        for_us_alone=frozenset(for_us),
        proposed=[row for row in people if not row.agreed_at],
        agreed=[row for row in people if row.agreed_at],
        is_spam=conversation.state == "resolved" and is_set_aside_as_spam(conversation.pk),
    )
