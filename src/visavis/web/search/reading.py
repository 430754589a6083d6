"""What the search shows: groups of lines, each with its words in evidence."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from visavis.domain.conversations.finding import (
    KINDS,
    FoundConversation,
    FoundMessage,
    FoundPerson,
    Group,
    Kind,
    Row,
    find,
)
from visavis.domain.people.access import Rights
from visavis.domain.search.queries import Fragment, excerpt, highlight
from visavis.web.design import tell

PAGE = 30
SOME = {"person": 5, "conversation": 8, "message": 12}
LONGEST = 400
Context = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing found. `url` is empty when there is nowhere to go; `brand` has a slug and a name."""

    icon: str
    title: list[Fragment]
    text: list[Fragment]
    said: str | Promise
    brand: object
    at: datetime
    url: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One group as it is shown: some lines and the way to all, or a page and the way to the next."""

    kind: Kind
    heading: str
    lines: list[Line]
    all_url: str
    next_url: str


def results(rights: Rights, *, text: str, kind: str, before: int | None) -> Context:
    """The groups that answer `text`: some of each, or one page of one kind; at most three queries a group."""
    text = text[:LONGEST]
    alone = next((known for known in KINDS if known == kind), None)
    if alone is None:
        groups = [find(rights, text, kind=each, limit=SOME[each]) for each in KINDS]
    else:
        groups = [find(rights, text, kind=alone, before=before, limit=PAGE)]
    shown = [_shown(group, text, is_alone=alone is not None) for group in groups if group.rows or group.after]
    return {
        "text": text,
        "kind": alone or "",
        "groups": shown,
        "is_asked": bool(text.strip()),
        "is_later": before is not None and alone is not None,
        "everything_url": _address(text),
        "reads_contents": rights.treats_contents,
        "tabs": [(_address(text, type=each), heading(each), each == alone) for each in KINDS],
        "count": sum(len(group.lines) for group in shown),
        "has_more": any(group.after for group in groups),
    }


def heading(kind: Kind) -> str:
    """The name of a kind, in the reader's language."""
    return {"person": _("People"), "conversation": _("Conversations"), "message": _("Messages")}[kind]


def _shown(group: Group, text: str, *, is_alone: bool) -> Shown:
    has_more = group.after is not None
    return Shown(
        kind=group.kind,
        heading=heading(group.kind),
        lines=[_line(row, text) for row in group.rows],
        all_url=_address(text, type=group.kind) if has_more and not is_alone else "",
        next_url=_address(text, type=group.kind, avant=str(group.after)) if has_more and is_alone else "",
    )


def _line(row: Row, text: str) -> Line:
    """One line, whatever was found."""
    if isinstance(row, FoundPerson):
        return _person(row, text)
    return _conversation(row, text) if isinstance(row, FoundConversation) else _message(row, text)


def _person(found: FoundPerson, text: str) -> Line:
    customer = found.customer
    known_by = [_told(identity.kind, identity.value) for identity in found.known_by]
    is_sure = all(identity.verified_at for identity in found.known_by)
    return Line(
        icon="user-round",
        title=_marked(customer.name or _("Name not known"), text),
        text=_marked(" · ".join([*filter(None, [customer.place]), *known_by]), text),
        said="" if is_sure else _("Not confirmed"),
        brand=customer.brand,
        at=customer.known_at,
        url=_url(found.latest_number) if found.latest_number else "",
    )


def _told(kind: str, value: str) -> str:
    """An identity as people write it."""
    return tell.phone(value) if kind == "phone" else value


def _conversation(found: FoundConversation, text: str) -> Line:
    conversation = found.conversation
    customer = conversation.customer.name or _("Visitor")
    return Line(
        icon=_icon(is_live=conversation.is_live),
        title=_marked(conversation.subject or _("Without a subject"), text),
        text=_marked(
            _("{customer}, number {number}").format(customer=customer, number=conversation.pk), text
        ),
        said=STATES[conversation.state],
        brand=conversation.brand,
        at=conversation.opened_at,
        url=_url(conversation.pk),
    )


def _message(found: FoundMessage, text: str) -> Line:
    message = found.message
    conversation = message.conversation
    author = message.adviser.displayed_name if message.adviser else _("Someone")
    is_theirs, is_note = message.direction == "in", message.direction == "note"
    return Line(
        icon="file" if is_note else _icon(is_live=conversation.is_live),
        title=[(conversation.customer.name or _("Visitor") if is_theirs else author, False)],
        text=excerpt(message.text, text, last_is_beginning=True),
        said=_("Internal note") if is_note else conversation.subject,
        brand=conversation.brand,
        at=message.written_at,
        url=f"{_url(conversation.pk)}#message-{message.pk}",
    )


STATES = {
    "open": pgettext_lazy("one conversation", "Open"),
    "their_turn": pgettext_lazy("one conversation", "Their turn"),
    "resolved": pgettext_lazy("one conversation", "Resolved"),
    "reopened": pgettext_lazy("one conversation", "Reopened"),
}


def _icon(*, is_live: bool) -> str:
    return "message-circle" if is_live else "mail"


def _marked(words: str, text: str) -> list[Fragment]:
    return highlight(words, text, last_is_beginning=True)


def _url(number: int) -> str:
    return reverse("desk:conversation", args=[number])


def _address(text: str, **more: str) -> str:
    return f"{reverse('search:search')}?{urlencode({'q': text, **more})}"
