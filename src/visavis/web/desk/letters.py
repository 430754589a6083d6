"""What e-mail adds to the messages of a thread: letters told as values, what came back, where ours are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.domain.conversations import correspondence
from visavis.domain.conversations.correspondence import letter_in
from visavis.domain.conversations.sentences import bounce_told, verdicts_told
from visavis.domain.conversations.threads import IN_SUBJECT
from visavis.domain.intake.queries import is_set_aside_as_spam, told_of
from visavis.web.design.templatetags.design import clock, day, listed, moment, near_moment

from . import letter_words as words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from visavis.domain.conversations.models import Bounce, Conversation, Letter, Message, Participant
    from visavis.domain.intake.models import Arrival
    from visavis.domain.people.access import Rights

People = tuple[tuple[str, str], ...]
# Beyond this many signs what is quoted is read on the page of the letter: each may quote all the others.
LONGEST_QUOTE = 20_000
ANSWERS = re.compile(r"(?i)^(?:\s*(?:re|r[ée]f|rép|aw|sv|antw|fwd?|tr|wg)\s*(?:\[\d+\])?\s*:\s*)+")
DATED_OTHERWISE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of the text; lines: how many it has. is_open: there is nothing else to read."""

    kind: str
    text: str
    lines: int
    is_open: bool = False
    is_cut: bool = False


@dataclass(frozen=True, kw_only=True)
class Link:
    """Where a link of the layout goes; host: the site it really leads to."""

    shown: str
    address: str
    host: str
    is_deceptive: bool


@dataclass(frozen=True, kw_only=True)
class Event:
    """An invitation of a calendar."""

    method: str
    title: str
    when: str
    repeats: str
    place: str
    organiser: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """The same letter in another brand, for who may see both."""

    number: int
    brand: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """One letter, as its message shows it; `subject` is empty when it is that of what came before."""

    name: str
    address: str
    to: People
    cc: People
    bcc: People
    reply_to: People
    subject: str
    full_subject: str
    sent: str
    received: str
    sign: words.Sign
    sentence: str
    checks: tuple[tuple[str, str], ...]
    sort: str
    sort_why: str
    may_be_heeded: bool
    pieces: tuple[Piece, ...]
    missing: tuple[str, ...]
    repairs: tuple[str, ...]
    sealed: tuple[str, ...]
    events: tuple[Event, ...]
    links: tuple[Link, ...]
    has_html: bool
    images: int
    elsewhere: Elsewhere | None

    @property
    def deceptive(self) -> tuple[Link, ...]:
        """The links that lead elsewhere than they say."""
        return tuple(link for link in self.links if link.is_deceptive)

    @property
    def to_short(self) -> str:
        """To whom it went, in a few words."""
        return _short(self.to)

    @property
    def cc_short(self) -> str:
        """Who was in copy, in a few words."""
        return _short((*self.cc, *self.bcc))

    @property
    def size(self) -> int:
        """How many signs of text it shows."""
        return sum(len(piece.text) for piece in self.pieces)


def _short(people: People) -> str:
    """The first two by name, and how many more."""
    names = [name or address for name, address in people[:2]]
    if len(people) > len(names):
        names.append(
            ngettext("%(count)s other", "%(count)s others", len(people) - 2) % {"count": len(people) - 2}
        )
    return listed(names)


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
    ours = [row for row in messages if row.direction == "out" and row.pk in letters]
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


# --- Letters ------------------------------------------------------------------------------------------------


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


def letter_told(
    message: Message,
    letter: Letter,
    *,
    before: str = "",
    elsewhere: Conversation | None = None,
    has_html: bool,
    whole: bool = False,
) -> Told:
    """Tell one letter. before: the subject so far. whole: what is quoted is there to its last word."""
    sort, sort_why = words.sort_told(letter)
    bare = bare_subject(letter.subject)
    extras: dict[str, Any] = letter.extras
    return Told(
        name=letter.from_name,
        address=letter.from_address,
        to=_people(letter.to),
        cc=_people(letter.cc),
        bcc=_people(letter.bcc),
        reply_to=_answered_elsewhere(letter),
        subject=bare if bare.casefold() != before.casefold() else "",
        full_subject=IN_SUBJECT.sub("", letter.subject).strip(),
        sent=_sent_otherwise(message, letter),
        received=moment(message.written_at),
        sign=words.sender_sign(letter),
        sentence=verdicts_told(letter),
        checks=words.checks(letter),
        sort=sort,
        sort_why=sort_why,
        may_be_heeded=letter.is_automatic,
        pieces=pieces_of(message, letter, whole=whole),
        missing=words.missing_told(letter.oddities),
        repairs=words.repairs_told(letter.oddities),
        sealed=words.sealed_told(extras.get("sealed", ())),
        events=tuple(_event(event) for event in extras.get("invitations", ())),
        links=tuple(_link(*link) for link in extras.get("links", ())),
        has_html=has_html,
        images=int(extras.get("remote_images", 0)),
        elsewhere=_elsewhere(elsewhere),
    )


def _elsewhere(other: Conversation | None) -> Elsewhere | None:
    if other is None:
        return None
    return Elsewhere(number=other.pk, brand=other.brand.name, subject=other.subject)


def bare_subject(subject: str) -> str:
    """Return the subject without « Re : » nor our token."""
    return ANSWERS.sub("", IN_SUBJECT.sub("", subject)).strip()


def pieces_of(message: Message, letter: Letter, *, whole: bool = False) -> tuple[Piece, ...]:
    """Return what is said, quoted and signed, in order; a letter without pieces is its message."""
    kept = [(kind, text.strip("\n")) for kind, text in letter.pieces if text.strip()]
    # A correction is of the words of the message: they count then.
    kept = [("said", message.text)] if not kept or message.corrected_at else kept
    is_said = any(kind == "said" for kind, _text in kept)
    found = []
    for kind, text in kept:
        is_cut = not whole and kind != "said" and len(text) > LONGEST_QUOTE
        found.append(
            Piece(
                kind=kind,
                text=text[:LONGEST_QUOTE] if is_cut else text,
                lines=text.count("\n") + 1,
                is_open=not is_said,
                is_cut=is_cut,
            )
        )
    return tuple(found)


def _people(rows: Iterable[Sequence[str]]) -> People:
    return tuple((name, address) for name, address in rows)


def _answered_elsewhere(letter: Letter) -> People:
    """To whom an answer goes, when it is not to who wrote."""
    if [address for _name, address in letter.reply_to] == [letter.from_address]:
        return ()
    return _people(letter.reply_to)


def _sent_otherwise(message: Message, letter: Letter) -> str:
    """The date that the letter bears, when it is not about when it came."""
    if letter.sent_at is None or message.direction != "in":
        return ""
    return moment(letter.sent_at) if abs(letter.sent_at - message.written_at) > DATED_OTHERWISE else ""


def _link(shown: str, address: str, is_deceptive: bool) -> Link:  # noqa: FBT001 -- as it is kept
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    return Link(shown=shown or address, address=address, host=host or address[:60], is_deceptive=is_deceptive)


# --- Invitations --------------------------------------------------------------------------------------------


def _event(event: Mapping[str, str]) -> Event:
    return Event(
        method=words.method_told(event.get("method", "")),
        title=event.get("summary", ""),
        when=when_told(event.get("starts", ""), event.get("ends", "")),
        repeats=words.repeats_told(event.get("repeats", "")),
        place=event.get("place", ""),
        organiser=event.get("organiser", ""),
        description=event.get("description", ""),
    )


def when_told(starts: str, ends: str) -> str:
    """From when to when, on the reader's clock; days for what lasts all day, whose end is the day after."""
    first, last = _instant(starts), _instant(ends)
    if not isinstance(first, datetime):
        return _days(first, last)
    if not isinstance(last, datetime):
        return moment(first)
    is_same_day = timezone.localtime(first).date() == timezone.localtime(last).date()
    told = {"first": moment(first), "last": clock(last) if is_same_day else moment(last)}
    return _("%(first)s to %(last)s") % told


def _days(first: date | None, last: date | None) -> str:
    if first is None:
        return ""
    final = last - timedelta(days=1) if last else first
    return (
        day(first)
        if final <= first
        else _("%(first)s to %(last)s") % {"first": day(first), "last": day(final)}
    )


def _instant(written: str) -> datetime | date | None:
    """Return the instant; one without a zone is on the clock of the house."""
    try:
        found = parse_datetime(written) if "T" in written else None
        if found:
            return timezone.make_aware(found) if timezone.is_naive(found) else found
        return parse_date(written[:10])
    except ValueError:
        return None


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
    """What a conversation by letter asks of its adviser, and who takes part in it."""

    beside: Conversation | None = None
    held: Sequence[Conversation] = ()
    proposed: Sequence[Participant] = ()
    agreed: Sequence[Participant] = ()
    is_spam: bool = False


def decisions_of(conversation: Conversation, messages: Sequence[Message]) -> Decisions:
    """Return what is to be decided; no query for a thread without letters, two or three with some.

    One more when it was resolved, or is held beside another one itself.
    """
    has_letters = conversation.beside_id or any(letter_in(row) for row in messages)
    if not has_letters or conversation.merged_into_id or conversation.erased_at:
        return Decisions()
    people = correspondence.participants_of(conversation)
    return Decisions(
        beside=conversation.beside,
        held=correspondence.held_beside(conversation),
        proposed=[row for row in people if not row.agreed_at],
        agreed=[row for row in people if row.agreed_at],
        is_spam=conversation.state == "resolved" and is_set_aside_as_spam(conversation.pk),
    )
