"""What opens nothing: each rule with its reason, in the order in which they are asked."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.db.models import Q

from visavis.domain.conversations import operations, threads
from visavis.domain.conversations.models import Message
from visavis.domain.files.scanning import INFECTED
from visavis.domain.intake.models import Arrival, Reason
from visavis.domain.intake.operations import forget_arrivals
from visavis.domain.intake.operations import set_aside as end_aside
from visavis.domain.intake.queries import is_blocked
from visavis.domain.privacy.operations import forget_bytes

from .cases import (
    CHANNEL,
    Case,
    addresses_of,
    after_the_last,
    already,
    attachments_of,
    is_of,
    key_of,
    letter_of,
    text_of,
    thread_of,
    twin_of,
)
from .forwards import answered_by, noted_automatic
from .loops import last_exchanges
from .values import Settled

# What is about a letter, and is none: it opens nothing.
ABOUT_LETTERS = {"receipt": Reason.RECEIPT, "complaint": Reason.COMPLAINT, "loop": Reason.LOOP}


def set_aside(case: Case) -> Settled | None:
    """Settle what opens nothing; None for what is let in."""
    if case.is_let_in:
        return None
    for rule in RULES:
        if settled := rule(case):
            return settled
    return None


def aside(
    case: Case,
    reason: str,
    *,
    message: Message | None = None,
    twin: Arrival | None = None,
    proof: Sequence[Sequence[object]] = (),
) -> Settled:
    """End the mail for this reason; `message` is the one it is shown as, or speaks of."""
    end_aside(case.arrival, reason, at=case.now, message=message, twin=twin, proof=proof)
    conversation = message.conversation if message else None
    return Settled(arrival=case.arrival, message=message, conversation=conversation)


def _out_of_time(case: Case) -> Settled | None:
    """What came before the mailbox was ours to answer; and in an outage that no leader has settled yet."""
    since = case.mailbox.history_before
    if since is not None and case.arrival.received_at < since:
        return aside(case, Reason.HISTORY)
    return aside(case, Reason.OUTAGE) if case.mailbox.was_out_at(case.arrival.received_at) else None


def _duplicate(case: Case) -> Settled | None:
    twin = twin_of(case.arrival)
    if twin is None:
        return None
    settled = aside(case, Reason.DUPLICATE, message=twin.message, twin=twin)
    if twin.raw_id is None:
        # The history of the first was erased: what the server still holds of it is not kept a second time.
        raw_id = case.arrival.raw_id
        forget_arrivals(Arrival.objects.filter(pk=case.arrival.pk))
        forget_bytes([raw_id] if raw_id else [])
    return settled


def _about_letters(case: Case) -> Settled | None:
    """Receipts, complaints, and what goes in a circle: as the parser says, or since it bears our own mark."""
    kind = case.mail.kind
    if case.mail.bears_our_mark and kind != "bounce":
        kind = "loop"
    if kind not in ABOUT_LETTERS:
        return None
    if kind == "loop":
        return aside(case, Reason.LOOP, proof=last_exchanges(case))
    return aside(case, ABOUT_LETTERS[kind], message=_left_message(case))


def _unwanted(case: Case) -> Settled | None:
    if case.source and is_blocked(case.brand.pk, case.source):
        return aside(case, Reason.BLOCKED)
    if case.mail.is_marked_spam and case.mailbox.believes_spam_marks:
        return aside(case, Reason.SPAM)
    return None


def _bounce(case: Case) -> Settled | None:
    """What did not arrive is noted at the message that left, when the report says which."""
    if case.mail.kind != "bounce":
        return None
    message = _left_message(case)
    if message is not None:
        for line in case.mail.returned:
            operations.note_bounce(
                message,
                address=line.address,
                is_permanent=line.is_permanent,
                status=line.status,
                diagnostic=line.diagnostic,
                at=case.at,
            )
    return aside(case, Reason.BOUNCE, message=message)


def _left_message(case: Case) -> Message | None:
    """Return the message of ours that a report speaks of: by its Message-ID, else by the token it came to."""
    mail = case.mail
    wanted = [threads.kept_id(value) for value in (mail.returned_id, *mail.answers) if value]
    ours = Message.objects.filter(
        Q(direction="out") | Q(direction="note", letter__extras__has_key="forwards"),
        conversation__brand_id=case.brand.pk,
    )
    found = ours.filter(letter__header_id__in=wanted).order_by("-pk").first() if wanted else None
    addresses = addresses_of(mail)
    if found is None and (notes := threads.forwards_in(addresses, "")):
        found = ours.filter(pk__in=notes).order_by("-pk").first()
    if found is None and (numbers := threads.numbers_in_addresses(addresses)):
        replies = ours.filter(direction="out", conversation_id__in=numbers, letter__isnull=False)
        found = replies.order_by("-pk").first()
    return found


def _infected(case: Case) -> Settled | None:
    """A virus was found in it. Who lets it in all the same reads its words; its files stay closed."""
    return aside(case, Reason.VIRUS) if case.mail.search.verdict == INFECTED else None


def _auto_reply(case: Case) -> Settled | None:
    """What a robot of the customer's answers is shown in their conversation; of anyone else's, nowhere."""
    if case.mail.kind != "auto_reply":
        return None
    conversation = thread_of(case)
    answered = answered_by(case, conversation)
    if conversation is None or not (answered or is_of(case, conversation)):
        return aside(case, Reason.AUTO_REPLY)
    message = already(case)
    if message is None and answered:
        message = noted_automatic(case, conversation, answered)
        return aside(case, Reason.AUTO_REPLY, message=message)
    if message is None:
        message = operations.receive_automatic(
            conversation,
            key=key_of(case),
            channel=CHANNEL,
            text=text_of(case.mail),
            attachments=attachments_of(case.mail),
            at=after_the_last(conversation, case.at),
        )
        why = case.mail.letter.automatic_why or "auto_reply"
        operations.write_letter(message, letter_of(replace(case.mail.letter, automatic_why=why)))
    return aside(case, Reason.AUTO_REPLY, message=message)


RULES: tuple[Callable[[Case], Settled | None], ...] = (
    _out_of_time,
    _duplicate,
    _about_letters,
    _unwanted,
    _bounce,
    _infected,
    _auto_reply,
)
