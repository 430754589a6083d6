"""Every labelled crash point once, in the real processes: nothing that was accepted is lost, nothing is doubled."""

# ruff: noqa: S608 — the values in these queries are ours

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.live.speaking import BEHIND_A_PROXY, Customer, make_house
from tests.live_site import site_in
from tests.workers.comparing import AVAILABLE, everything_numbered, rows, say_until_accepted, wait_for
from tests.workers.letters_leaving import (
    answer_letter,
    counting_server,
    settle_all,
    states,
    taken_with,
    wait_until_over,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.live_site import LiveSite

SOURCE = Path(__file__).resolve().parents[2] / "src" / "visavis"
LABELS = sorted(
    {
        label
        for path in SOURCE.rglob("*.py")
        for label in re.findall(r"\bhere\(\"([\w.]+)\"\)", path.read_text(encoding="utf-8"))
    }
)
REPLY = """
import sys, uuid
from django.utils import timezone
from visavis.domain.conversations.models import Conversation
from visavis.domain.deliveries.models import Delivery
from visavis.domain.flows.reply import Answer, answer
conversation = Conversation.objects.select_related("adviser").get(pk={number})
Conversation.objects.filter(pk={number}).update(is_live=False)
conversation.refresh_from_db()
answer(conversation, Answer(key=uuid.UUID("{key}"), text="Voici"), by=conversation.adviser)
Delivery.objects.update(due_at=timezone.now())
"""
FORWARD = """
import uuid
from visavis.domain.conversations.models import Conversation, Letter, Message
from visavis.domain.deliveries.models import Delivery
from visavis.domain.flows.addressing import Chosen
from visavis.domain.flows.forward import Forwarding, forward
from visavis.domain.intake.models import Mailbox
conversation = Conversation.objects.select_related("adviser", "brand").get(pk={number})
box, _is_new = Mailbox.objects.get_or_create(
    address="transfert@netnet.example", defaults={{"brand": conversation.brand, "smtp_host": "localhost"}}
)
asked = Forwarding(key=uuid.UUID("{key}"), text="Un avis ?", chosen=Chosen(to=["marie@example.org"]), subject="Tr")
note = forward(conversation, asked, by=conversation.adviser)
found = [model.objects.filter(message=note) for model in (Letter, Delivery)]
print(Message.objects.filter(key=asked.key).count(), *(rows.count() for rows in found))
found[1].update(state="withdrawn")  # nothing else here is about letters
box.delete()
"""
MAILBOX = """
from django.utils import timezone
from visavis.domain.intake.models import Mailbox
from visavis.domain.intake.operations import MailboxSettings, add_mailbox
from visavis.domain.people.models import Adviser, Brand
Mailbox.objects.filter(address="bonjour@netnet.example").exists() or add_mailbox(
    Brand.objects.get(slug="netnet"), by=Adviser.objects.get(email="ada@example.fr"), at=timezone.now(),
    settings=MailboxSettings(address="bonjour@netnet.example"))
"""
# Who takes mail in its own process rings no bell on PostgreSQL: the reader would look five seconds later.
MAIL = """
from django.db import connection
from visavis.domain.intake.models import Arrival, Mailbox
from visavis.domain.intake.operations import take_mail
raw = "From: david@example.fr\\r\\nMessage-ID: <{key}@x>\\r\\nSubject: Panne\\r\\n\\r\\n{text}"
take_mail(Mailbox.objects.get(address="bonjour@netnet.example"), [raw.encode()], door="imap", uid={uid}, uid_validity=1)
if connection.vendor == "postgresql":
    connection.cursor().execute("NOTIFY visavis, 'recorded'")
"""
FORGET = """
import uuid
from django.utils import timezone
from visavis.domain.conversations.models import Conversation
from visavis.domain.conversations.operations import make_pass
from visavis.domain.flows.forget import forget
row = Conversation.objects.select_related("brand").get(pk={number})
held, _ = make_pass("cookie", brand=row.brand, conversation=row)
forget(held, key=uuid.UUID("{key}"), at=timezone.now())
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """One installation for all the labels: a file says where the next process dies."""
    folder = tmp_path_factory.mktemp("crashes")
    crashes = {"VISAVIS_CRASH_FILE": str(folder / "crash"), "VISAVIS_LONGEST_RESTART_SECONDS": "1"}
    with site_in(folder, environment=BEHIND_A_PROXY | crashes) as made:
        make_house(made)
        made.execute(AVAILABLE)
        made.start()
        yield made


def die_at(site: LiveSite, label: str) -> None:
    """Make the next process that arrives at this label die."""
    (site.folder / "crash").write_text(label, encoding="utf-8")


def has_died(site: LiveSite) -> bool:
    """True when a process died where it was told to."""
    return not (site.folder / "crash").exists()


def after_crash(david: Customer) -> str:
    """What the customer sends is unique, so that it can be counted."""
    return f"Message {uuid.uuid4()} de {david.address}"


def accepted_once(site: LiveSite, text: str) -> int:
    """The conversation of this message, which is there once and told once."""
    [(message_id, number)] = rows(
        site, f"SELECT id, conversation_id FROM domain_message WHERE text = '{text}'"
    )
    facts = rows(
        site, f"SELECT facts FROM domain_entry WHERE verb = 'message.received' AND conversation_id = {number}"
    )
    told = [json.loads(value) if isinstance(value, str) else value for (value,) in facts]
    assert [fact["message_id"] for fact in told] == [message_id]
    opened = "SELECT count(*) FROM domain_entry WHERE verb = 'conversation.opened' AND conversation_id"
    assert rows(site, f"{opened} = {number}") == [(1,)]
    return int(number)


def on_a_desk_once(site: LiveSite, number: int) -> None:
    """The conversation ends on one desk, by one offer."""
    offers = f"SELECT count(*) FROM domain_offer WHERE conversation_id = {number}"
    wait_for(lambda: rows(site, offers) == [(1,)])
    facts = f"SELECT count(*) FROM domain_entry WHERE verb = 'conversation.offered' AND conversation_id = {number}"
    assert rows(site, facts) == [(1,)]


def customer_writes(site: LiveSite, label: str) -> None:
    """The process dies while a message is accepted, offered or numbered: the customer sends it again."""
    david = Customer(site.port).open()
    text, key = after_crash(david), str(uuid.uuid4())
    die_at(site, label)
    say_until_accepted(david, text, key)
    wait_for(lambda: has_died(site))
    say_until_accepted(david, text, key)
    on_a_desk_once(site, accepted_once(site, text))


def adviser_answers(site: LiveSite, label: str) -> None:
    """The process dies while a reply is written: the same click sent again is the same reply."""
    number, key = conversation(site), uuid.uuid4()
    code = REPLY.format(number=number, key=key)
    die_at(site, label)
    with pytest.raises(AssertionError, match="-9"):
        site.execute(code)
    site.execute(code)
    left_once(site, key)


def adviser_forwards(site: LiveSite, label: str) -> None:
    """The process dies while a letter is sent on: note, letter and delivery are there together, and once."""
    code = FORWARD.format(number=conversation(site), key=uuid.uuid4())
    die_at(site, label)
    with pytest.raises(AssertionError, match="-9"):
        site.execute(code)
    assert site.execute(code).splitlines()[-1] == "1 1 1"


def reply_leaves(site: LiveSite, label: str) -> None:
    """The worker dies while a reply leaves: it leaves once."""
    number, key = conversation(site), uuid.uuid4()
    die_at(site, label)
    site.execute(REPLY.format(number=number, key=key))
    wait_for(lambda: has_died(site))
    give_back_at_once(site)
    left_once(site, key)


def person_is_forgotten(site: LiveSite, label: str) -> None:
    """The process dies while a history is erased: asked again, it is one erasure, and nothing is left."""
    number, key = conversation(site), uuid.uuid4()
    code = FORGET.format(number=number, key=key)
    die_at(site, label)
    with pytest.raises(AssertionError, match="-9"):
        site.execute(code)
    site.execute(code)
    erased = f"SELECT count(*) FROM domain_entry WHERE verb = 'history.erased' AND conversation_id = {number}"
    assert rows(site, erased) == [(1,)]
    words = f"SELECT count(*) FROM domain_message WHERE conversation_id = {number} AND text <> ''"
    assert rows(site, words) == [(0,)]


def mail_is_taken(site: LiveSite, label: str) -> None:
    """The process dies while a mail is taken: its server holds it still, and gives it again."""
    text, code = mail_of(site)
    die_at(site, label)
    with pytest.raises(AssertionError, match="-9"):
        site.execute(code)
    site.execute(code)
    read_once(site, text)


def mail_is_read(site: LiveSite, label: str) -> None:
    """The worker dies while a mail is read: another reads it."""
    text, code = mail_of(site)
    die_at(site, label)
    site.execute(code)
    wait_for(lambda: has_died(site))
    read_once(site, text)


def mail_of(site: LiveSite) -> tuple[str, str]:
    """Words that can be counted, and the program that takes them as a mail."""
    site.execute(MAILBOX)
    [(uid,)] = rows(site, "SELECT count(*) + 1 FROM domain_arrival")
    text, key = f"Courrier {uuid.uuid4()}", uuid.uuid4()
    return text, MAIL.format(key=key, text=text, uid=uid)


def read_once(site: LiveSite, text: str) -> None:
    """The mail with these words is one row of the ledger, accepted, and one message, of one conversation."""
    message = f"SELECT id FROM domain_message WHERE text = '{text}'"
    wait_for(lambda: len(rows(site, message)) == 1)
    [(number,)] = rows(site, message)
    accepted_once(site, text)
    arrivals = f"SELECT state FROM domain_arrival WHERE message_id = {number}"
    wait_for(lambda: rows(site, arrivals) == [("accepted",)])
    left = "SELECT count(*) FROM domain_arrival WHERE state <> 'accepted'"
    assert rows(site, left) == [(0,)]
    same = "SELECT count(*) - count(DISTINCT uid) FROM domain_arrival"
    assert rows(site, same) == [(0,)]


def conversation(site: LiveSite) -> int:
    """A conversation on somebody's desk."""
    david = Customer(site.port).open()
    text = after_crash(david)
    say_until_accepted(david, text, str(uuid.uuid4()))
    number = accepted_once(site, text)
    on_a_desk_once(site, number)
    return number


def give_back_at_once(site: LiveSite) -> None:
    """What a dead worker had taken is given back after two minutes: they pass at once."""
    site.execute(
        "from datetime import timedelta\nfrom django.utils import timezone\n"
        "from visavis.domain.deliveries.operations import give_back\n"
        "give_back(timezone.now() + timedelta(minutes=5))"
    )


def left_once(site: LiveSite, key: uuid.UUID) -> None:
    """The reply with this key left, once, and says so once."""
    value = key if site.environment["VISAVIS_DATABASE_URL"] else key.hex
    left = f"SELECT id FROM domain_message WHERE key = '{value}' AND left_at IS NOT NULL"
    wait_for(lambda: len(rows(site, left)) == 1)
    [(number,)] = rows(site, left)
    facts = rows(site, "SELECT facts FROM domain_entry WHERE verb = 'reply.left'")
    told = [json.loads(fact) if isinstance(fact, str) else fact for (fact,) in facts]
    assert [fact["message_id"] for fact in told].count(number) == 1
    delivery = f"SELECT state FROM domain_delivery WHERE message_id = {number}"
    wait_for(lambda: rows(site, delivery) == [("done",)])


# Before a server was told, nobody has a doubt; after it was written down, neither.
NO_DOUBT = {"post.claimed", "post.done"}
# What the server has when the worker dies.
NOT_TAKEN_YET = {"post.claimed", "post.telling"}


def letter_leaves(site: LiveSite, label: str) -> None:
    """The worker dies while a letter leaves: it leaves once, or is in doubt and not sent again by itself."""
    peer, key = counting_server(), str(uuid.uuid4())
    die_at(site, label)
    answer_letter(site, [key], subject=label, address="david@example.fr", port=peer.port)
    wait_for(lambda: has_died(site))
    # What was told last is recorded by another thread, maybe an instant later.
    wait_for(lambda: len(taken_with(peer, [key])) == int(label not in NOT_TAKEN_YET) or label in NO_DOUBT)
    wait_until_over(site, [key])
    is_certain = states(site, [key]) == ["done"]
    settle_all(site, peer)
    wait_until_over(site, [key])
    assert is_certain == (label in NO_DOUBT)
    assert states(site, [key]) == ["done"]
    assert len(taken_with(peer, [key])) == 1
    left_once(site, uuid.UUID(key))


SCENARIOS: dict[str, Callable[[LiveSite, str], None]] = {
    "inbound.opened": customer_writes,
    "inbound.received": customer_writes,
    "inbound.committed": customer_writes,
    "offer.decided": customer_writes,
    "offer.made": customer_writes,
    "sequencer.before": customer_writes,
    "sequencer.after": customer_writes,
    "reply.written": adviser_answers,
    "reply.committed": adviser_answers,
    "forward.written": adviser_forwards,
    "forward.committed": adviser_forwards,
    "delivery.left": reply_leaves,
    "deliveries.claimed": reply_leaves,
    "deliveries.left": reply_leaves,
    "email.stored": mail_is_taken,
    "email.taken": mail_is_taken,
    "email.read": mail_is_read,
    "email.opened": mail_is_read,
    "email.settling": mail_is_read,
    "email.settled": mail_is_read,
    "post.claimed": letter_leaves,
    "post.telling": letter_leaves,
    "smtp.told": letter_leaves,
    "smtp.answered": letter_leaves,
    "post.left": letter_leaves,
    "post.done": letter_leaves,
    "forget.erased": person_is_forgotten,
    "forget.committed": person_is_forgotten,
}


def test_every_label_has_its_scenario() -> None:
    assert sorted(SCENARIOS) == LABELS


@pytest.mark.parametrize("label", sorted(SCENARIOS))
def test_crash_loses_and_doubles_nothing(site: LiveSite, label: str) -> None:
    SCENARIOS[label](site, label)

    everything_numbered(site)
