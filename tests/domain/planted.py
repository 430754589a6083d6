"""Someone of whom something secret stands wherever something can be written, and the search for what is left."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone
from tests.domain.posted import comes, mail, mailbox_of

from visavis.domain.conversations import operations, threads
from visavis.domain.conversations.operations import LetterFields
from visavis.domain.flows.inbound import Inbound, receive
from visavis.domain.flows.inbound_email import Part, Returned
from visavis.domain.flows.merge_customers import merge_customers
from visavis.domain.flows.reply import Answer, answer
from visavis.domain.intake.operations import block_sender
from visavis.domain.intake.sources import source_of_identity
from visavis.domain.people.operations import add_identity, add_statement, push_contract_facts
from visavis.domain.promises.operations import make_promise, miss_promise, move_promise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.domain.people_made import House

    from visavis.domain.conversations.models import Conversation, Pass

MARK = "zqxwvkj"  # every secret begins with it; by chance, nothing else holds it
# SQLite's full-text index cannot be read as a table; what it keeps is in the tables behind it, which are read.
UNREADABLE = {"domain_search_index"}


@dataclass(frozen=True, kw_only=True)
class Planted:
    """Two conversations of one person, merged from two customers, and how they are held."""

    first: Conversation
    second: Conversation
    link: Pass
    link_token: str


def writes(house: House, name: str) -> Conversation:
    """A person writes with everything that the form takes, and a file; a file of theirs is never sent."""
    held, _token = operations.make_pass("cookie", brand=house.netnet, given={"name": f"{MARK}given"})
    file = operations.keep_attachment([f"{MARK}bytes of {name}".encode()], name=f"{MARK}file.txt", held=held)
    operations.keep_attachment([f"{MARK}unsent of {name}".encode()], name=f"{MARK}unsent.txt", held=held)
    return receive(
        Inbound(
            brand=house.netnet,
            channel="form",
            is_live=False,
            effort=1,
            key=uuid.uuid4(),
            text=f"Bonjour, {MARK}text {name} ne marche plus.",
            at=timezone.now(),
            subject=f"{MARK}subject {name}",
            name=f"{MARK}name {name}",
            email=f"{MARK}{name}@example.fr",
            phone="06 12 34 56 78" if name == "one" else "",
            reference=f"{MARK}ref{name}",
            attachment_ids=[file.pk],
            held=held,
            sender=f"{MARK}sender",
        )
    ).conversation


def plant(house: House) -> Planted:
    """Everything that can be written about someone is written."""
    now = timezone.now()
    first, second = writes(house, "one"), writes(house, "two")
    merge_customers(first.customer, second.customer, by=house.alice, at=now)
    for row in (first, second):
        row.refresh_from_db()
        around(house, row)
    mails(house, first)
    customer = first.customer
    add_identity(customer, "email", f"{MARK}verified@example.fr", verified=True)
    add_statement(customer, text=f"{MARK}statement", by=house.alice, at=now)
    push_contract_facts(customer, facts=[(f"{MARK}label", f"{MARK}value")], at=now)
    customer.place = f"{MARK}place"
    customer.save(update_fields=["place"])
    source = source_of_identity("email", f"{MARK}one@example.fr")
    block_sender(house.netnet.pk, source=source, by=house.alice, at=now)
    block_sender(house.netnet.pk, source=f"{MARK}sender", by=house.alice, at=now, conversation_id=first.pk)
    operations.link_conversations(first, second, by=house.alice)
    link, token = operations.make_link(first, by=house.alice)
    return Planted(first=first, second=second, link=link, link_token=token)


def around(house: House, conversation: Conversation) -> None:
    """Replies, corrections, notes, promises and all that advisers write around a conversation."""
    alice = house.alice
    file = operations.keep_attachment([f"{MARK}answer".encode()], name=f"{MARK}answer.txt", by=alice)
    reply = answer(
        conversation,
        Answer(key=uuid.uuid4(), text=f"{MARK}reply", attachment_ids=[file.pk]),
        by=alice,
    )
    operations.correct_message(operations.let_reply_leave(reply), by=alice, text=f"{MARK}corrected")
    answer(conversation, Answer(key=uuid.uuid4(), text=f"{MARK}leaving"), by=alice)
    operations.add_note(conversation, by=alice, key=uuid.uuid4(), text=f"{MARK}note", mentioned=[house.bob])
    operations.save_draft(conversation, by=alice, text=f"{MARK}draft")
    operations.write_summary(conversation, by=alice, text=f"{MARK}summary")
    operations.write_headline(conversation, by=alice, text=f"{MARK}headline")
    operations.add_explained(conversation, by=alice, text=f"{MARK}explained")
    operations.add_step(conversation, by=alice, title=f"{MARK}step", detail=f"{MARK}detail")
    operations.change_tags(conversation, by=alice, names=[f"{MARK}tag"])
    soon = timezone.now() + timedelta(hours=1)
    moved, missed = (
        make_promise(conversation, by=alice, what=f"{MARK}promise", due_at=soon) for _ in range(2)
    )
    move_promise(moved, by=alice, due_at=soon + timedelta(hours=1), reason=f"{MARK}reason")
    miss_promise(missed)
    operations.assign_conversation(conversation, to=alice, by=alice)


def mails(house: House, conversation: Conversation) -> None:
    """Letters of theirs, in copy to someone, twice, by a robot, come back, and set aside before anyone read them."""
    box = mailbox_of(house.netnet, house.ada, believes_spam_marks=True)
    them = (f"{MARK}from", f"{MARK}one@example.fr")
    to = [("", threads.reply_address(box.address, conversation.pk))]
    file = Part(name=f"{MARK}joined.txt", chunks=lambda: [f"{MARK}joined".encode()], content_id=f"{MARK}id")
    letter = mail(
        f"{MARK}letter",
        sender=them,
        subject=f"{MARK}subject",
        header_id=f"<{MARK}@example.fr>",
        to=to,
        cc=[(f"{MARK}copy", f"{MARK}copy@example.org")],
        html=f"<p>{MARK}html</p>",
        parts=[file],
    )
    assert comes(box, letter, envelope_from=them[1]).conversation == conversation
    assert comes(box, letter, envelope_to=to[0][1]).message is not None
    ours = conversation.messages.filter(direction="out", left_at__isnull=False).last()
    assert ours is not None
    operations.write_letter(
        ours, LetterFields(header_id=f"{MARK}@netnet.example", subject=f"{MARK}re", to=[them])
    )
    robot = mail(f"{MARK}robot", sender=them, to=to, kind="auto_reply")
    assert comes(box, robot).message is not None
    line = Returned(address=them[1], is_permanent=True, status="5.1.1", diagnostic=f"{MARK}diagnostic")
    back = mail(f"{MARK}back", kind="bounce", returned=[line], returned_id=f"<{MARK}@netnet.example>")
    assert comes(box, back).message == ours
    proved = (f"{MARK}proved", f"{MARK}verified@example.fr")
    elsewhere = operations.open_conversation(
        brand=house.netnet,
        customer=house.david,
        channel="form",
        is_live=False,
        effort=1,
        subject="Autre demande",
        language="fr",
        at=timezone.now(),
    )
    operations.propose_participants(elsewhere, [proved], at=timezone.now())
    assert comes(box, mail(f"{MARK}spam", sender=proved, is_marked_spam=True)).message is None


def left_in_tables() -> Iterator[str]:
    """Every value of every column of every table of the database, whichever it is, that holds a secret."""
    tables = set(connection.introspection.table_names(include_views=True)) - UNREADABLE
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 -- their names
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if holds_secret(value):
                        yield f"{table}.{name}"


def holds_secret(value: object) -> bool:
    """True when a value of any type holds a secret, in any case."""
    if isinstance(value, bytes | memoryview):
        return MARK.encode() in bytes(value).lower()
    return MARK in str(value).lower()
