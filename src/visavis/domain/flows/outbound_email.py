"""What we write leaves as a letter: to whom, from which mailbox, and what became of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.domain.conversations import operations, threads
from visavis.domain.conversations.forwards import is_sent_on, messages_to_forward
from visavis.domain.conversations.models import Attachment, Conversation, Direction, Letter, Message
from visavis.domain.conversations.operations import LetterFields
from visavis.domain.crash_points import here
from visavis.domain.deliveries.models import Delivery, DeliveryState, Road, Settled
from visavis.domain.deliveries.operations import (
    begin_to_tell,
    doubt_delivery,
    drop_delivery,
    fail_delivery,
    finish_delivery,
    forget_copy,
    left_in_doubt,
    let_acknowledgement_leave,
    note_late,
    plan_delivery,
    put_off,
    settle_doubt,
    want_copy,
)
from visavis.domain.dispatch.operations import note_answered
from visavis.domain.errors import Refused
from visavis.domain.files.queries import content
from visavis.domain.intake.models import Mailbox
from visavis.domain.journal.record import flow
from visavis.domain.people.models import Adviser

from .acknowledgement_words import words_of_acknowledgement
from .addressing import (
    Chosen,
    People,
    last_letter,
    mailbox_of,
    of_customer,
    of_ours,
    recipients,
    sender_of,
    senders,
    true_people,
)
from .files_leaving import INFECTED, held_by_files
from .forwarded import Forwarded, answer_among, forwarded_of

# A line of chat that its customer has not read by then goes on as a letter.
UNREAD_AFTER = timedelta(minutes=2)
LONGEST_QUOTE = 20_000
# In Letter.extras, where copies are wanted: the lines of a chat that left in one letter.
CARRIED = "carried"
# Why nobody wrote it (Letter.automatic_why).
ACKNOWLEDGEMENT = "acknowledgement"


@dataclass(frozen=True)
class Quoted:
    """The message that a letter answers; `at` on the clock of the brand."""

    name: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Joined:
    """A file that leaves with a letter."""

    name: str
    media_type: str
    file: "Pieces"


class Pieces(Protocol):
    """Gives the bytes of a file, one piece at a time."""

    def __call__(self) -> Iterator[bytes]: ...


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A letter ready to be composed: plain values; `at` on the clock of the brand.

    recipients: addresses that no server has taken it for yet. link: address of the customer's page, or "".
    forwarded: what is sent on to somebody outside, who gets no such link.
    """

    header_id: str
    in_reply_to: str
    references: Sequence[str]
    sender: tuple[str, str]
    reply_to: str
    to: People
    cc: People
    recipients: Sequence[str]
    subject: str
    text: str
    signature: str
    quoted: Quoted | None
    link: str
    brand_name: str
    colour: str
    language: str
    is_automatic: bool
    mark: str
    at: datetime
    files: Sequence[Joined] = ()
    forwarded: Sequence[Forwarded] = ()


@dataclass(frozen=True)
class Refusal:
    """What a server said of one address: `is_final` when it will always say so."""

    address: str
    is_final: bool
    status: str
    words: str


# --- Written ------------------------------------------------------------------------------------------------


def address_reply(message: Message, chosen: Chosen, *, by: Adviser, at: datetime) -> Road:
    """Return by which road a written reply leaves; by post, its letter is written, with its Message-ID.

    Refused when someone who wrote a letter cannot be answered by one, or for a wrong recipient.
    """
    conversation = message.conversation
    last = last_letter(conversation)
    to = senders(last) if last else _address_given(conversation)
    mailbox = mailbox_of(conversation)
    if (last or chosen.to is not None) and not mailbox:
        raise Refused(
            "no_mailbox",
            _(
                "No mailbox of %(brand)s sends letters yet. Your words are kept as a draft: "
                "ask an administrator to fill in the outgoing server."
            )
            % {"brand": conversation.brand.name},
        )
    if last and not (to or chosen.to):
        raise Refused("nobody_to_answer", _("This letter bears no address that could be answered."))
    if not mailbox or not (to or chosen.to):
        return Road.PAGE
    to, cc, bcc = recipients(chosen, conversation=conversation, proposed_to=to)
    _write(message, mailbox, sender=by.displayed_name, to=to, cc=cc, bcc=bcc, at=at)
    return Road.POST


def _address_given(conversation: Conversation) -> People:
    return of_customer(conversation, conversation.customer.identities.all())


def follow_by_post(message: Message, *, at: datetime) -> None:
    """A line that left in a chat also goes as a letter in two minutes, unless it is read before.

    One letter carries all the lines that were not read.
    """
    conversation = message.conversation
    mailbox, to = mailbox_of(conversation), _address_given(conversation)
    waiting = Delivery.objects.filter(
        message__conversation=conversation, road=Road.POST, state=DeliveryState.WAITING, attempts=0
    )
    if not (mailbox and to) or waiting.filter(message__left_at__isnull=False).exists():
        return
    name = message.adviser.displayed_name if message.adviser else ""
    _write(message, mailbox, sender=name, to=to, cc=[], bcc=[], at=at)
    plan_delivery(message, due_at=at + UNREAD_AFTER, road=Road.POST)


def acknowledged(conversation: Conversation) -> tuple[Mailbox, tuple[str, str]] | None:
    """Return from which mailbox and to whom an acknowledgement goes: the address that wrote, and no other."""
    mailbox = mailbox_of(conversation)
    if mailbox is None:
        return None
    last = last_letter(conversation)
    to = true_people([[last.from_name, last.from_address]]) if last else _address_given(conversation)
    return (mailbox, to[0]) if to and not of_ours([to[0][1]]) else None


def address_acknowledgement(message: Message, mailbox: Mailbox, *, to: tuple[str, str], at: datetime) -> None:
    """The letter of an acknowledgement is written."""
    _write(message, mailbox, sender="", to=[to], cc=[], bcc=[], at=at, automatic_why=ACKNOWLEDGEMENT)


def _write(
    message: Message,
    mailbox: Mailbox,
    *,
    sender: str,
    to: People,
    cc: People,
    bcc: People,
    at: datetime,
    automatic_why: str = "",
) -> None:
    conversation, last = message.conversation, last_letter(message.conversation)
    house = mailbox.name or conversation.brand.name
    domain = mailbox.address.rpartition("@")[2]
    known = [*last.references, last.in_reply_to, last.header_id] if last else []
    operations.write_letter(
        message,
        LetterFields(
            header_id=threads.kept_id(f"{message.key.hex}@{domain}"),
            in_reply_to=last.header_id if last else "",
            references=list(dict.fromkeys(value for value in known if _is_said(value))),
            sender=(sender_of(mailbox, sender), mailbox.address),
            reply_to=[(house, threads.reply_address(mailbox.address, conversation.pk))],
            to=to,
            cc=cc,
            bcc=bcc,
            subject=_subject(conversation, last),
            sent_at=at,
            automatic_why=automatic_why,
        ),
    )


def _is_said(header_id: str) -> bool:
    """A digest that stands for a Message-ID which was too long is ours alone."""
    return bool(header_id) and not header_id.startswith("sha256:")


def _subject(conversation: Conversation, last: Letter | None) -> str:
    """Return the subject with its token, once, however often it came and went."""
    bare = threads.IN_SUBJECT.sub("", last.subject if last else conversation.subject).strip()
    told = bare if bare.lower().startswith("re:") or last is None else f"Re: {bare}"
    return f"{told or conversation.subject} {threads.subject_token(conversation.pk)}"


# --- Leaving ------------------------------------------------------------------------------------------------


@flow
def ready(delivery: Delivery, *, now: datetime) -> tuple[Outgoing, Mailbox] | None:
    """Return the letter of a claimed delivery and the mailbox by which it leaves; None when there is no need.

    Without a mailbox that sends, or before its files were searched for viruses, it waits, and says so.
    """
    message = delivery.message
    letter = Letter.objects.filter(message=message).first()
    if letter is None or message.withdrawn_at or _is_told_already(message, letter):
        finish_or_withdraw(delivery, now=now)
        return None
    mailbox = (
        Mailbox.objects.filter(address=letter.from_address, is_active=True).exclude(smtp_host="").first()
    )
    if mailbox is None:
        _postpone(delivery, now=now, fault="no_mailbox", answer="", reached=delivery.reached)
        return None
    carried = [message] if letter.is_automatic else _carried(message)
    if held := held_by_files(carried):
        if held == INFECTED:
            fail_delivery(delivery, at=now, fault=held)
        else:
            _postpone(delivery, now=now, fault=held, answer="", reached=delivery.reached)
        return None
    if mailbox.keeps_sent:
        want_copy(delivery)
        _note_carried(letter, carried)
    return _outgoing(delivery, letter, carried, now=now), mailbox


def as_it_left(delivery: Delivery) -> Outgoing | None:
    """Return the letter of a delivery that is done, as it left; None once it was erased.

    Without the link that opens the page of its customer: who reads the sent mail is not that customer.
    """
    letter = Letter.objects.filter(message=delivery.message).first()
    if letter is None or delivery.done_at is None:
        return None
    carried = Message.objects.filter(pk__in=letter.extras.get(CARRIED, [delivery.message_id])).order_by("pk")
    return _outgoing(delivery, letter, list(carried), now=delivery.done_at, is_copy=True)


def finish_or_withdraw(delivery: Delivery, *, now: datetime) -> None:
    """It need not leave any more: it is withdrawn, or done when it left before."""
    if delivery.message.left_at:
        finish_delivery(delivery, at=now, reached=delivery.reached)
        if not delivery.reached:
            forget_copy(delivery)  # wanted by a try that failed, before it was read on its page
    else:
        drop_delivery(delivery)


def _is_told_already(message: Message, letter: Letter) -> bool:
    """True for a line of chat that was read, and for an acknowledgement of what is answered."""
    conversation = message.conversation
    if letter.is_automatic:
        return conversation.messages.filter(
            direction=Direction.OUT, left_at__isnull=False, adviser__isnull=False
        ).exists()
    if message.left_at is None or not conversation.is_live or is_sent_on(letter):
        return False
    read_at = conversation.customer_read_at
    return read_at is not None and read_at >= message.left_at


def _outgoing(
    delivery: Delivery, letter: Letter, carried: Sequence[Message], *, now: datetime, is_copy: bool = False
) -> Outgoing:
    message, conversation = delivery.message, delivery.message.conversation
    brand, zone = conversation.brand, ZoneInfo(conversation.brand.time_zone)
    everyone = [address for people in (letter.to, letter.cc, letter.bcc) for _name, address in people]
    quoted, forwarded = _history(message, letter, zone)
    if letter.is_automatic and not is_copy:
        _say_the_wait(carried[0], now)
    return Outgoing(
        header_id=letter.header_id,
        in_reply_to=letter.in_reply_to if _is_said(letter.in_reply_to) else "",
        references=letter.references,
        sender=(letter.from_name, letter.from_address),
        reply_to=letter.reply_to[0][1] if letter.reply_to else letter.from_address,
        to=[(name, address) for name, address in letter.to],
        cc=[(name, address) for name, address in letter.cc],
        recipients=[one for one in dict.fromkeys(everyone) if one not in delivery.reached],
        subject=letter.subject,
        text="\n\n".join(row.text for row in carried),
        signature=_signature(message),
        quoted=quoted,
        forwarded=forwarded,
        link=_link(conversation) if letter.is_automatic and not is_copy else "",
        brand_name=brand.name,
        colour=brand.colour,
        language=str(letter.extras.get("language", conversation.language)),
        is_automatic=letter.is_automatic,
        mark=threads.mark(),
        at=now.astimezone(zone),
        files=[
            Joined(row.name, row.file.media_type, partial(content, row.file))
            for row in Attachment.objects.filter(message__in=carried).select_related("file")
        ],
    )


def _say_the_wait(message: Message, now: datetime) -> None:
    """What an acknowledgement says of the wait is true when it leaves."""
    message.text = words_of_acknowledgement(message.conversation, now=now)
    Message.objects.filter(pk=message.pk).update(text=message.text)


def _carried(message: Message) -> list[Message]:
    """Return the messages that one letter carries: several for a chat whose customer left."""
    is_for_others = message.direction == Direction.NOTE
    if message.left_at is None or not message.conversation.is_live or is_for_others:
        return [message]
    unread = message.conversation.messages.filter(
        direction=Direction.OUT, left_at__isnull=False, withdrawn_at=None, pk__gt=message.pk
    )
    own = Delivery.objects.filter(message__in=unread).values("message")
    return [message, *unread.exclude(pk__in=own).order_by("pk")]


def _note_carried(letter: Letter, carried: Sequence[Message]) -> None:
    """A copy made later holds the lines that leave now; others may be said meanwhile."""
    numbers = [row.pk for row in carried]
    if numbers != letter.extras.get(CARRIED, [letter.message_id]):
        letter.extras[CARRIED] = numbers
        letter.save(update_fields=["extras"])


def _signature(message: Message) -> str:
    brand = message.conversation.brand.name
    return f"{message.adviser.displayed_name}\n{brand}" if message.adviser else brand


def _history(message: Message, letter: Letter, zone: ZoneInfo) -> tuple[Quoted | None, list[Forwarded]]:
    """Return what a letter quotes, and what it sends on: of the customer nothing but what was chosen."""
    if not is_sent_on(letter):
        return (None if letter.is_automatic else _quoted(message, zone)), []
    messages = messages_to_forward(message.conversation, letter.extras["forwards"])
    if answered := answer_among(messages):
        name = answered.from_name or answered.from_address
        said = answered.message
        return Quoted(name, said.written_at.astimezone(zone), said.text[:LONGEST_QUOTE]), []
    return None, forwarded_of(message.conversation, messages, zone)


def _quoted(message: Message, zone: ZoneInfo) -> Quoted | None:
    """Return what the customer said last before this."""
    said = message.conversation.messages.filter(direction=Direction.IN, written_at__lte=message.written_at)
    last = said.filter(withdrawn_at=None).order_by("-written_at", "-pk").first()
    if last is None or not last.text:
        return None
    letter = Letter.objects.filter(message=last).first()
    name = (letter.from_name or letter.from_address) if letter else message.conversation.customer.name
    return Quoted(name, last.written_at.astimezone(zone), last.text[:LONGEST_QUOTE])


def _link(conversation: Conversation) -> str:
    _row, token = operations.make_pass(
        "link", brand=conversation.brand, conversation=conversation, language=conversation.language
    )
    return settings.PUBLIC_URL + reverse("request:open", args=[token])


# --- What became of it --------------------------------------------------------------------------------------


def may_tell(delivery: Delivery, *, now: datetime) -> bool:
    """Write down that a server is about to be told it; False when it is not ours any more: do not."""
    is_ours = begin_to_tell(delivery, now=now)
    here("post.telling")
    return is_ours


@flow
def accepted(
    delivery: Delivery, *, reached: Sequence[str], refusals: Sequence[Refusal], now: datetime
) -> None:
    """A server took it for these addresses. Those that it put off are tried again; those refused are told."""
    message = delivery.message
    everybody = sorted({*delivery.reached, *reached})
    _leaves(message, now=now)
    here("post.left")
    _note_refused(message, refusals, now=now)
    later = [refusal for refusal in refusals if not refusal.is_final]
    if later and put_off(delivery, at=now, fault="later", answer=later[0].words, reached=everybody):
        return
    _note_refused(message, later, now=now, is_given_up=True)
    finish_delivery(delivery, at=now, reached=everybody)


@flow
def not_now(delivery: Delivery, *, fault: str, words: str, now: datetime) -> None:
    """Nobody took it, and nothing was told: it waits for another try, or is given up after two days."""
    _postpone(delivery, now=now, fault=fault, answer=words, reached=delivery.reached)


@flow
def never(delivery: Delivery, *, fault: str, words: str, refusals: Sequence[Refusal], now: datetime) -> None:
    """Its server will not take it: who wrote it is told why."""
    _note_refused(delivery.message, refusals, now=now)
    fail_delivery(delivery, at=now, fault=fault, answer=words)


def _postpone(delivery: Delivery, *, now: datetime, fault: str, answer: str, reached: Sequence[str]) -> None:
    if not put_off(delivery, at=now, fault=fault, answer=answer, reached=reached):
        fail_delivery(delivery, at=now, fault=fault, answer=answer)
    elif delivery.attempts == 0:
        note_late(delivery, at=now, fault=fault)


def in_doubt(delivery: Delivery) -> None:
    """The line broke while it was told: nobody knows whether it left."""
    doubt_delivery(delivery)


def doubt_silent(now: datetime) -> int:
    """What a worker was telling when it died is in doubt; how many."""
    found = left_in_doubt(now)
    for delivery in found:
        doubt_delivery(delivery, fault="died")
    return len(found)


@flow
def settle(
    delivery: Delivery, *, has_left: bool, by: Adviser, now: datetime, due_at: datetime | None = None
) -> None:
    """A person says whether a doubtful one left; if not, it is sent again, with the same Message-ID."""
    settle_doubt(delivery, has_left=has_left, how=Settled.PERSON, by=by, at=now, due_at=due_at)
    if has_left:
        _leaves(delivery.message, now=now)


@flow
def known_to_have_left(header_ids: Sequence[str], *, how: str, now: datetime) -> int:
    """These Message-IDs were seen outside (a report, an answer, the sent mail): no doubt any more; how many.

    Only who has read the letter knows its Message-ID, which is drawn by lot.
    """
    kept = [threads.kept_id(value) for value in header_ids]
    rows = Delivery.objects.filter(state=DeliveryState.UNCERTAIN, message__letter__header_id__in=kept)
    numbers = list(rows.values_list("pk", flat=True)) if kept else []
    if not numbers:
        return 0
    # Locked, then asked again: a person may be settling it at this instant.
    locked = Delivery.objects.filter(pk__in=numbers, state=DeliveryState.UNCERTAIN).order_by("pk")
    locked = locked.select_for_update(no_key=True, of=("self",))
    found = list(locked.select_related("message__conversation__brand"))
    for delivery in found:
        settle_doubt(delivery, has_left=True, how=Settled(how), by=None, at=now)
        _leaves(delivery.message, now=now)
    return len(found)


def _leaves(message: Message, *, now: datetime) -> None:
    """The message has left, unless it had: a chat line that also goes by post, a second try for a copy."""
    if message.left_at:
        return
    if Letter.objects.filter(message=message).exclude(automatic_why="").exists():
        let_acknowledgement_leave(message, at=now)
        return
    if message.direction == Direction.NOTE:
        operations.let_forward_leave(message, at=now)
        return
    left = operations.let_reply_leave(message, at=now)
    note_answered(left.conversation, at=now)


def _note_refused(
    message: Message, refusals: Iterable[Refusal], *, now: datetime, is_given_up: bool = False
) -> None:
    for refusal in refusals:
        if refusal.is_final or is_given_up:
            operations.note_bounce(
                message,
                address=refusal.address,
                is_permanent=refusal.is_final,
                status=refusal.status,
                diagnostic=refusal.words,
                at=now,
            )
