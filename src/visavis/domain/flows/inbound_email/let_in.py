"""What is let in: a message of the conversation it belongs to, or of a new one."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from visavis.domain.conversations import operations, threads
from visavis.domain.conversations.correspondence import customer_of_letters, knows_sender
from visavis.domain.conversations.models import Attachment, Conversation, Direction, Message, Verdict
from visavis.domain.crash_points import here
from visavis.domain.intake.models import Arrival, Mailbox, Reason
from visavis.domain.intake.operations import accept
from visavis.domain.people.models import Customer
from visavis.domain.people.operations import add_identity, know_customer
from visavis.domain.people.queries import customer_with_verified
from visavis.domain.people.wishes import asks_for_person, skills_named

from .aside import aside
from .cases import (
    CHANNEL,
    EFFORT,
    KEYS,
    Case,
    address_of,
    after_the_last,
    already,
    attachments_of,
    is_of,
    key_of,
    letter_of,
    text_of,
    thread_of,
)
from .forwards import answered_by, answering, named_by, noted_answer
from .loops import is_loop, last_exchanges
from .values import Settled

# What nobody answered for so long gets an answer, not an acknowledgement.
ACKNOWLEDGED_WITHIN = timedelta(days=1)


def let_in(case: Case) -> Settled:
    """Settle what a person wrote, or what someone wants in: a message of the conversation it belongs to."""
    if (message := already(case)) is not None:
        return _heeded(case, message)
    thread = thread_of(case)
    if thread is not None and (forward := answered_by(case, thread)):
        return _answers(case, thread, forward)
    is_continued = thread is not None and is_of(case, thread)
    if not is_continued and not case.is_let_in and is_loop(case):
        return aside(case, Reason.LOOP, proof=last_exchanges(case))
    if not is_continued and (named := named_by(case, thread)) and named.is_named:
        # A colleague of whom it was sent on to, or they from elsewhere: what they say is for us alone.
        case = replace(case, mail=replace(case.mail, letter=answering(case.mail.letter, named.forward)))
    conversation = thread if thread is not None and is_continued else _opened(case, beside=thread)
    here("email.opened")
    message = _received(
        case, conversation, at=after_the_last(conversation, case.at) if is_continued else case.at
    )
    operations.propose_participants(conversation, _in_copy(case, conversation), at=case.at)
    if asks_for_person(message.text, conversation.language):
        operations.ask_for_person(conversation)
    accept(case.arrival, message, at=case.now)
    return Settled(
        arrival=case.arrival,
        message=message,
        conversation=conversation,
        is_new=not is_continued,
        wants_acknowledgement=not is_continued and thread is None and _may_be_acknowledged(case),
    )


def _answers(case: Case, thread: Conversation, forward: Message) -> Settled:
    """Somebody outside answers what was sent on to them: no acknowledgement, nobody in copy is proposed."""
    message = noted_answer(case, thread, forward)
    accept(case.arrival, message, at=case.now)
    return Settled(arrival=case.arrival, message=message, conversation=thread)


def _received(case: Case, conversation: Conversation, *, at: datetime) -> Message:
    message = operations.receive_message(
        conversation,
        key=key_of(case),
        channel=CHANNEL,
        is_live=False,
        effort=EFFORT,
        text=text_of(case.mail),
        attachments=attachments_of(case.mail),
        at=at,
    )
    operations.write_letter(message, letter_of(case.mail.letter))
    return message


def _heeded(case: Case, message: Message) -> Settled:
    """What was shown already, as a robot's words or as spam, counts as a person's now."""
    if message.direction != Direction.NOTE:  # what people outside say keeps no customer waiting
        operations.heed_message(message, by=case.arrival.accepted_by, at=case.now)
    accept(case.arrival, message, at=case.now)
    return Settled(arrival=case.arrival, message=message, conversation=message.conversation)


def let_in_unread(arrival: Arrival, now: datetime) -> Settled:
    """A conversation shows that a mail came which nobody could open; the original is joined to it."""
    brand = arrival.mailbox.brand
    with translation.override(settings.LANGUAGE_CODE):
        text = _("This e-mail could not be read. The original is joined, as it came.")
    customer = know_customer(brand.pk, name="", language="fr", at=now)
    conversation = operations.open_conversation(
        brand=brand,
        customer=customer,
        channel=CHANNEL,
        is_live=False,
        effort=EFFORT,
        subject=arrival.subject or text,
        language=customer.language,
        at=now,
    )
    original = (
        operations.keep_part(arrival.raw, name=f"{arrival.pk}.eml", scanned=arrival.scanned)
        if arrival.raw
        else None
    )
    message = operations.receive_message(
        conversation,
        key=uuid.uuid5(KEYS, f"arrival:{arrival.pk}"),
        channel=CHANNEL,
        is_live=False,
        effort=EFFORT,
        text=text,
        attachments=Attachment.objects.filter(pk=original.pk) if original else None,
        at=now,
    )
    accept(arrival, message, at=now)
    return Settled(arrival=arrival, message=message, conversation=conversation, is_new=True)


def _opened(case: Case, *, beside: Conversation | None) -> Conversation:
    customer = _customer(case)
    letter = case.mail.letter
    return operations.open_conversation(
        brand=case.brand,
        customer=customer,
        channel=CHANNEL,
        is_live=False,
        effort=EFFORT,
        subject=threads.without_token(letter.subject) or _first_words(text_of(case.mail)),
        language=customer.language,
        skill_ids=skills_named(case.brand, f"{letter.subject} {text_of(case.mail)}"),
        sender=case.source,
        beside=beside,
        at=case.at,
    )


def _customer(case: Case) -> Customer:
    """Return who wrote: someone known when their domain vouches for the address, else someone new.

    An address that nobody vouches for is only claimed: it opens nobody's history, and verifies nothing.
    """
    letter, brand = case.mail.letter, case.brand
    if case.address and letter.dmarc == Verdict.PASS:
        known = customer_with_verified(brand.pk, "email", case.address)
        known = known or customer_of_letters(brand.pk, case.address)
        while known is not None and known.merged_into is not None:
            known = known.merged_into
        if known is not None:
            return known
    name = letter.sender[0] or letter.sender[1].partition("@")[0]
    customer = know_customer(brand.pk, name=name, language=case.mail.language or "fr", at=case.at)
    if case.address:
        customer.brand = brand  # read already
        add_identity(customer, "email", case.address, verified=False)
    return customer


def _may_be_acknowledged(case: Case) -> bool:
    """True for what a person wrote lately, and can be answered: never a robot, never what was kept out."""
    is_person = case.mail.kind == "ordinary" and not case.mail.letter.automatic_why
    is_new = not case.is_let_in and case.now - case.arrival.received_at < ACKNOWLEDGED_WITHIN
    return is_person and is_new and bool(case.address)


def _in_copy(case: Case, conversation: Conversation) -> list[tuple[str, str]]:
    """Return to whom the letter went too: neither us, nor the sender, nor who is of the conversation."""
    letter = case.mail.letter
    people = [(name, address_of(address)) for name, address in (*letter.to, *letter.cc)]
    bare = {address: _without_tag(address) for _name, address in people}
    if set(bare.values()) <= {case.mailbox.address}:
        return []
    ours = set(Mailbox.objects.filter(address__in=bare.values()).values_list("address", flat=True))
    return [
        (name, address)
        for name, address in people
        if address
        and bare[address] not in ours
        and address != case.address
        and not knows_sender(conversation, address)
    ]


def _without_tag(address: str) -> str:
    local, _at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _first_words(text: str) -> str:
    """Return the beginning of a message as its subject, cut between words."""
    words = " ".join(text.split())
    return words if len(words) <= 70 else words[:70].rsplit(" ", 1)[0] + "…"
