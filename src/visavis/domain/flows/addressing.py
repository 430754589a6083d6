"""To whom a reply goes, and from which mailbox: what is proposed, and what its adviser chose."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.domain.conversations.correspondence import participants_of
from visavis.domain.conversations.models import Conversation, Direction, Letter
from visavis.domain.errors import Refused
from visavis.domain.intake.models import Arrival, Mailbox
from visavis.domain.people.identity_values import normal_email
from visavis.domain.people.models import Identity, IdentityKind
from visavis.domain.prepared import Question, prepared

MOST_IN_COPY = 20
# « Marie Roux <marie@example.fr> », as programs copy people.
NAMED = re.compile(r"<([^<>]*)>\s*$")
People = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """How a reply would leave as a letter: from which mailbox (None: no one of the brand sends), to whom."""

    mailbox: Mailbox | None
    to: People
    cc: People


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """To whom an adviser sends a letter, as they typed it; None: as it is proposed."""

    to: Sequence[str] | None = None
    cc: Sequence[str] | None = None
    bcc: Sequence[str] = ()


AS_PROPOSED = Chosen()


def proposed(
    conversation: Conversation, *, last: Letter | None, known: Sequence[Identity]
) -> Proposed | None:
    """Return how a reply would leave as a letter; None when it is shown on a page.

    last: the letter in which the customer spoke last, if they did.  known: what they are known by.  No query
    for what cannot leave as a letter, four at most otherwise.
    """
    to = senders(last) if last else of_customer(conversation, known)
    if conversation.is_live or not (last or to):
        return None
    mailbox = mailbox_of(conversation)
    if mailbox is None and last is None:
        return None
    return Proposed(mailbox=mailbox, to=to, cc=agreed(conversation, but=to))


def recipients(
    chosen: Chosen, *, conversation: Conversation, proposed_to: People
) -> tuple[People, People, People]:
    """Return to whom a letter goes, openly, in copy and not; each once.

    Refused for what is no address, for one of ours, for nobody, or too many.
    """
    to = proposed_to if chosen.to is None else _typed("to", chosen.to)
    cc = agreed(conversation, but=to) if chosen.cc is None else _typed("cc", chosen.cc, but=to)
    bcc = _typed("bcc", chosen.bcc, but=[*to, *cc])
    if not to:
        raise Refused("to_missing", _("Say to whom this letter goes: write an address in “To”."))
    _refuse_too_many(to, [*cc, *bcc])
    names = {address: name for name, address in [*proposed_to, *_taking_part(conversation)] if name}
    return _named(to, names), _named(cc, names), _named(bcc, names)


def outsiders(chosen: Chosen, *, conversation: Conversation) -> tuple[People, People]:
    """Return to whom what was said is sent on, and with copy to whom; each once.

    Refused for what is no address, for one of ours, for the customer's own, for nobody, or too many.
    """
    to = _typed("to", chosen.to or ())
    cc = _typed("cc", chosen.cc or (), but=to)
    if not to:
        raise Refused("to_missing", _("Say to whom this letter goes: write an address in “To”."))
    _refuse_too_many(to, cc)
    theirs = set(conversation.customer.identities.values_list("value", flat=True))
    for field, people in (("to", to), ("cc", cc)):
        if own := [address for _name, address in people if address in theirs]:
            raise Refused(
                f"{field}_customer",
                _("%(address)s is the customer’s own address: answer them instead, or take it out.")
                % {"address": ", ".join(own)},
            )
    return to, cc


def _refuse_too_many(to: People, copies: People) -> None:
    if len(copies) > MOST_IN_COPY or len(to) > MOST_IN_COPY:
        sentence = _("A letter goes to %(count)s people in copy at most.") % {"count": MOST_IN_COPY}
        raise Refused("too_many_copies", sentence)


def typed_apart(typed: str) -> list[str]:
    """Return the addresses of a field: between commas, semicolons or on lines of their own."""
    return [part.strip() for part in re.split(r"[,;\n]", typed) if part.strip()]


def _typed(field: str, addresses: Iterable[str], *, but: Sequence[tuple[str, str]] = ()) -> People:
    there = {address for _name, address in but}
    found: dict[str, None] = {}
    wrong = []
    for written in addresses:
        inside = NAMED.search(written)
        try:
            found.setdefault(normal_email(inside[1] if inside else written))
        except Refused:
            wrong.append(written[:80])
    if wrong:
        sentence = ngettext(
            "This is not an e-mail address: %(written)s. Expected form: name@example.fr",
            "These are not e-mail addresses: %(written)s. Expected form: name@example.fr",
            len(wrong),
        )
        raise Refused(f"{field}_unreadable", sentence % {"written": ", ".join(wrong)})
    _refuse_ours(field, found)
    return [("", address) for address in found if address not in there]


def _refuse_ours(field: str, addresses: Iterable[str]) -> None:
    written = list(addresses)
    ours = of_ours(written)
    if own := [address for address in written if bare(address) in ours]:
        raise Refused(
            f"{field}_ours",
            _("%(address)s is a mailbox of ours: the letter would come back to us. Take it out.")
            % {"address": ", ".join(own)},
        )


def _named(people: People, names: dict[str, str]) -> People:
    return [(name or names.get(address, ""), address) for name, address in people]


def _taking_part(conversation: Conversation) -> People:
    return [(row.name, row.address) for row in participants_of(conversation) if row.agreed_at]


def agreed(conversation: Conversation, *, but: People) -> People:
    """Return those who take part, but those who are written to already; one query."""
    there = {address for _name, address in but}
    return [(name, address) for name, address in _taking_part(conversation) if address not in there]


def sender_of(mailbox: Mailbox, name: str) -> str:
    """Return whom a letter of this adviser comes from; without a name, the house alone."""
    house = mailbox.name or mailbox.brand.name
    return f"{name} – {house}" if name else house


# --- Who is written to, and from where ----------------------------------------------------------------------


def mailbox_of(conversation: Conversation) -> Mailbox | None:
    """Return the mailbox that answers: the one written to, else the first of the brand that sends."""
    first = _sending(2, brand_id=conversation.brand_id)
    if len(first) < 2:
        return first[0] if first else None
    sending = Mailbox.objects.filter(brand=conversation.brand_id, is_active=True).exclude(smtp_host="")
    came = Arrival.objects.filter(
        message__conversation=conversation, message__direction=Direction.IN, mailbox__in=sending
    )
    arrival = came.select_related("mailbox__brand").order_by("-pk").first()
    return arrival.mailbox if arrival else first[0]


def question_of_mailbox(brand_id: int) -> Question:
    """Of the first mailboxes that send, for `mailbox_of`, to be asked with others; no query."""
    return _sending.question(2, brand_id=brand_id)


@prepared
def _sending(limit: int, *, brand_id: int) -> QuerySet[Mailbox]:
    sending = Mailbox.objects.filter(brand=brand_id, is_active=True).exclude(smtp_host="")
    return sending.select_related("brand").order_by("pk")[:limit]


def last_letter(conversation: Conversation) -> Letter | None:
    """Return the letter in which its customer spoke last; None when they spoke last in another way."""
    said = conversation.messages.filter(direction=Direction.IN, withdrawn_at=None)
    last = said.filter(Q(letter=None) | Q(letter__automatic_why="")).order_by("-written_at", "-pk").first()
    return Letter.objects.filter(message=last).first() if last else None


def senders(letter: Letter) -> People:
    """Return to whom an answer goes; never to ourselves."""
    people = true_people(letter.reply_to) or true_people([[letter.from_name, letter.from_address]])
    ours = of_ours(address for _name, address in people)
    return [(name, address) for name, address in people if bare(address) not in ours]


def of_customer(conversation: Conversation, known: Iterable[Identity]) -> People:
    """Return the address that the customer gave last; one that they proved goes first."""
    rows = [row for row in known if row.kind == IdentityKind.EMAIL]
    if not rows:
        return []
    last = max(rows, key=lambda row: (bool(row.verified_at), row.verified_at or row.pk, row.pk))
    return true_people([[conversation.customer.name, last.value]])


def true_people(people: Iterable[Sequence[str]]) -> People:
    """Return those of these people (name, address) who have a true address, each once."""
    found: dict[str, str] = {}
    for name, written in people:
        try:
            found.setdefault(normal_email(written), name)
        except Refused:
            continue
    return [(name, address) for address, name in found.items()]


def of_ours(addresses: Iterable[str]) -> set[str]:
    """Return which of these addresses, without what follows a `+`, are mailboxes of ours; one query."""
    plain = [bare(address) for address in addresses]
    return (
        set(Mailbox.objects.filter(address__in=plain).values_list("address", flat=True)) if plain else set()
    )


def bare(address: str) -> str:
    """Return the address without what follows a `+`."""
    local, _at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
