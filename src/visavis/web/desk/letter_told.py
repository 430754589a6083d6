"""One letter, told as values: who wrote to whom, its words in pieces, its links, what one must know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.utils.translation import ngettext

from visavis.domain.conversations.files_given import scan_told
from visavis.domain.conversations.forwards import forward_answered_by
from visavis.domain.conversations.sentences import verdicts_told
from visavis.domain.conversations.threads import IN_SUBJECT
from visavis.web.design.templatetags.design import listed, moment

from . import letter_words as words
from .letter_events import Event, event_told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from visavis.domain.conversations.models import Conversation, Letter, Message

People = tuple[tuple[str, str], ...]
# Each letter may quote all those before it. Of what is folded the thread holds this many signs, and fetches
# more when it is unfolded; beyond the second figure it is read on the page of the letter.
LONGEST_FOLDED = 2_000
LONGEST_QUOTE = 20_000
ANSWERS = re.compile(r"(?i)^(?:\s*(?:re|r[ée]f|rép|aw|sv|antw|fwd?|tr|wg)\s*(?:\[\d+\])?\s*:\s*)+")
DATED_OTHERWISE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of the text; lines: how many it has. is_open: there is nothing else to read.

    place: which one of its letter it is.  is_begun: more is fetched when it is unfolded.  is_cut: its end is
    on the page of the letter.
    """

    kind: str
    text: str
    lines: int
    place: int = 0
    is_open: bool = False
    is_begun: bool = False
    is_cut: bool = False


@dataclass(frozen=True, kw_only=True)
class Link:
    """Where a link of the layout goes; host: the site it really leads to."""

    shown: str
    address: str
    host: str
    is_deceptive: bool


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """The same letter in another brand, for who may see both."""

    number: int
    brand: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """One letter, as its message shows it; `subject` is empty when it is that of what came before.

    sent_on: the messages that go with it to somebody outside.  answers: what was sent on, which it answers.
    """

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
    sent_on: tuple[int, ...] = ()
    answers: int | None = None

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
        may_be_heeded=letter.is_automatic and message.direction == "in",
        pieces=pieces_of(message, letter, whole=whole),
        missing=words.missing_told(letter.oddities),
        repairs=words.repairs_told(letter.oddities),
        sealed=words.sealed_told(extras.get("sealed", ())),
        events=tuple(event_told(event) for event in extras.get("invitations", ())),
        links=tuple(_link(*link) for link in extras.get("links", ())),
        has_html=has_html,
        images=int(extras.get("remote_images", 0)),
        elsewhere=_elsewhere(elsewhere),
        sent_on=tuple(extras.get("forwards", ())),
        answers=forward_answered_by(letter) if message.direction == "note" else None,
    )


def files_told(message: Message) -> tuple[tuple[int, str, int, str, bool], ...]:
    """Its files: number, name, size, what the search for viruses says, whether it opens."""
    return tuple(
        (given.pk, given.name, given.file.size, scan_told(given), given.scanned != "infected")
        for given in message.attachments.all()
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
    kept = _kept(message, letter)
    is_said = any(kind == "said" for kind, _text in kept)
    return tuple(
        _piece(kind, text, place=place, is_open=not is_said, most=_most(kind, whole=whole, is_folded=is_said))
        for place, (kind, text) in enumerate(kept)
    )


def piece_of(message: Message, letter: Letter, place: int) -> Piece | None:
    """Return one piece as it is read once it is unfolded; None when there is no such piece."""
    kept = _kept(message, letter)
    if place >= len(kept):
        return None
    kind, text = kept[place]
    return _piece(kind, text, place=place, is_open=False, most=LONGEST_QUOTE)


def _kept(message: Message, letter: Letter) -> list[tuple[str, str]]:
    kept = [(kind, text.strip("\n")) for kind, text in letter.pieces if text.strip()]
    # A correction is of the words of the message: they count then.
    return [("said", message.text)] if not kept or message.corrected_at else kept


def _most(kind: str, *, whole: bool, is_folded: bool) -> int | None:
    """How many signs of it the page holds; None: all."""
    if whole or kind == "said":
        return None
    return LONGEST_FOLDED if is_folded else LONGEST_QUOTE


def _piece(kind: str, text: str, *, place: int, is_open: bool, most: int | None) -> Piece:
    is_cut = most is not None and len(text) > most
    return Piece(
        kind=kind,
        text=text[:most] if is_cut else text,
        lines=text.count("\n") + 1,
        place=place,
        is_open=is_open,
        is_begun=is_cut and most == LONGEST_FOLDED,
        is_cut=is_cut,
    )


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
