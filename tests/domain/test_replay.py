"""Replay proves the journal: folded from its first entry, it says what the tables say."""

import contextlib
import random
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.domain.folding import of_journal, of_tables
from tests.domain.people_made import House
from tests.domain.posted import comes, mail, mailbox_of
from tests.domain.written import chat, letter

from visavis.domain.conversations import operations
from visavis.domain.conversations.models import Conversation, Letter, Message
from visavis.domain.conversations.threads import reply_address
from visavis.domain.deliveries.operations import claim_due, doubt_delivery, fail_delivery
from visavis.domain.errors import Refused
from visavis.domain.flows.beside import join
from visavis.domain.flows.departure import leave
from visavis.domain.flows.held_replies import decide_doubt, plan_anew, resend, stop
from visavis.domain.flows.inbound_email import Returned
from visavis.domain.flows.not_for_me import not_for_me
from visavis.domain.flows.offers import dispatch_waiting
from visavis.domain.flows.reply import Answer, answer, let_leave, take_back
from visavis.domain.flows.silence import watch_silence
from visavis.domain.flows.spam import bring_back, set_aside_as_spam
from visavis.domain.flows.take import take
from visavis.domain.flows.transfer import Handing, transfer
from visavis.domain.intake.models import Mailbox
from visavis.domain.journal.queries import entries_after
from visavis.domain.journal.sequencer import number_all
from visavis.domain.people.models import Adviser
from visavis.domain.presence.operations import set_presence
from visavis.domain.promises.models import Promise
from visavis.domain.promises.operations import (
    entrust_promise,
    keep_promise,
    make_promise,
    miss_promise,
    move_promise,
    undo_promise,
)

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 200


class Player:
    """Does one thing after another, at random but always the same for a seed."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.chance = random.Random(seed)
        self.now = timezone.now()
        self.moves: list[Callable[[], object]] = [
            lambda: chat(house, at=self.now),
            lambda: letter(house, at=self.now),
            self.mail,
            self.mail,
            self.decide,
            lambda: operations.resolve_conversation(self.any(), by=self.one()),
            lambda: operations.reopen_conversation(self.any(), by=self.one()),
            lambda: operations.snooze_conversation(
                self.any(), by=self.one(), until=timezone.now() + timedelta(1)
            ),
            lambda: operations.wake_conversation(self.any()),
            lambda: take(self.any(), by=self.one()),
            lambda: transfer(self.any(), Handing(context="Voilà", to=self.one()), by=self.one()),
            lambda: transfer(self.any(), Handing(context="Voilà", team=house.team), by=self.one()),
            lambda: answer(self.any(), Answer(key=uuid.uuid4(), text="Bonjour"), by=self.one(), at=self.now),
            lambda: answer(
                self.any(),
                Answer(key=uuid.uuid4(), text="Demain", due_at=self.now + timedelta(minutes=5)),
                by=self.one(),
                at=self.now,
            ),
            self.deliver,
            self.stumble,
            self.settle,
            self.settle,
            self.refuse,
            self.merge,
            self.split,
            lambda: set_presence(self.one(), self.chance.choice(["available", "available", "pause"])),
            self.change_mind,
            lambda: dispatch_waiting(timezone.now()),
            lambda: watch_silence(timezone.now() + timedelta(minutes=3)),
            lambda: make_promise(
                self.any(), by=self.one(), what="Rappeler", due_at=timezone.now() + timedelta(hours=1)
            ),
            lambda: keep_promise(self.promise(), by=self.one()),
            lambda: miss_promise(self.promise()),
            lambda: undo_promise(self.promise(), by=self.one()),
            lambda: entrust_promise(self.promise(), to=self.one(), by=self.one()),
            lambda: move_promise(
                self.promise(), by=self.one(), due_at=timezone.now() + timedelta(hours=2), reason="Grève"
            ),
            lambda: leave(self.one(), stand_in=self.one(), by=house.chloe),
        ]

    def play(self, steps: int) -> None:
        """Do `steps` things; what the rules refuse changes nothing."""
        for _ in range(steps):
            self.now += timedelta(seconds=self.chance.randint(1, 40))
            with contextlib.suppress(Refused, IndexError):
                self.chance.choice(self.moves)()

    def mail(self) -> None:
        """A mail comes: in an answer or not, of whom one knows or not, by a person, a robot or a server."""
        box = Mailbox.objects.first() or mailbox_of(self.house.netnet, self.house.ada)
        kind = self.chance.choice(["ordinary", "ordinary", "auto_reply", "bounce", "loop"])
        to = [("", reply_address(box.address, self.any().pk))] if self.chance.random() < 0.7 else []
        line = Returned(address="david@example.fr", is_permanent=self.chance.random() < 0.5)
        sender = ("", self.chance.choice(["david@example.fr", "marie@example.org"]))
        like = str(self.chance.randint(1, 30))
        comes(box, mail(like, sender=sender, to=to, kind=kind, returned=[line]), at=self.now)

    def decide(self) -> None:
        """Someone decides on what is held beside, on who was in copy, or on what is spam."""
        held = self.chance.choice(list(Conversation.objects.filter(beside__isnull=False).order_by("pk")))
        decisions: list[Callable[..., object]] = [
            join,
            operations.stand_alone,
            set_aside_as_spam,
            bring_back,
        ]
        self.chance.choice(decisions)(held, by=self.one(), at=self.now)

    def change_mind(self) -> None:
        """Someone says that a person wrote what a robot did, or takes back what was said of a letter."""
        robots = Letter.objects.filter(message__direction="in").exclude(automatic_why="", extras={})
        letter = self.chance.choice(list(robots.order_by("pk")))
        decide = operations.heed_message if letter.is_automatic else operations.unheed_message
        decide(letter.message, by=self.one(), at=self.now)
        operations.hold_beside_again(self.any(), by=self.one(), at=self.now)

    def one(self) -> Adviser:
        """Someone of the team."""
        return self.chance.choice([self.house.alice, self.house.bob, self.house.chloe])

    def any(self) -> Conversation:
        """Some conversation; IndexError when there is none."""
        return self.chance.choice(list(Conversation.objects.order_by("pk")))

    def promise(self) -> Promise:
        """Some promise; IndexError when there is none."""
        return self.chance.choice(list(Promise.objects.order_by("pk")))

    def deliver(self) -> None:
        """Let what is due leave."""
        while delivery := claim_due(self.now):
            let_leave(delivery, now=self.now)

    def stumble(self) -> None:
        """A worker falls silent in the middle of one, or its server refuses it."""
        delivery = claim_due(self.now)
        if delivery is None:
            raise IndexError
        if self.chance.random() < 0.5:
            doubt_delivery(delivery)
        else:
            fail_delivery(delivery, at=self.now, fault="letter")

    def settle(self) -> None:
        """Someone decides on a reply that has not left: the last ones more often."""
        waits = Message.objects.filter(direction="out", left_at=None).order_by("pk")
        message = self.chance.choice(list(waits)[-6:])
        decisions: list[Callable[[], object]] = [
            lambda: decide_doubt(message, has_left=True, by=self.one(), now=self.now),
            lambda: decide_doubt(message, has_left=False, by=self.one(), now=self.now),
            lambda: resend(message, by=self.one(), now=self.now),
            lambda: stop(message, by=self.one(), now=self.now),
            lambda: plan_anew(message, due_at=self.now + timedelta(minutes=1), by=self.one(), now=self.now),
            lambda: take_back(message, by=self.one()),
        ]
        self.chance.choice(decisions)()

    def refuse(self) -> None:
        """Someone says that it is not for them."""
        held = self.chance.choice(list(Conversation.objects.filter(adviser__isnull=False).order_by("pk")))
        assert held.adviser is not None
        not_for_me(held, by=held.adviser)

    def merge(self) -> None:
        """Two conversations of one customer go on together."""
        kept, absorbed = self.any(), self.any()
        Conversation.objects.filter(pk=absorbed.pk).update(customer=kept.customer)
        operations.merge_conversations(kept, absorbed, by=self.one())

    def split(self) -> None:
        """A message gets a conversation of its own."""
        conversation = self.any()
        message = self.chance.choice(list(conversation.messages.order_by("pk")))
        operations.split_conversation(conversation, by=self.one(), messages=[message], subject="À part")


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 12))])
def test_the_journal_folded_says_what_the_tables_say(house: House, seed: int) -> None:
    Player(house, seed).play(STEPS)
    number_all()

    entries = entries_after(0, limit=100_000)

    assert of_journal(entries) == of_tables()
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    assert len({entry.verb for entry in entries}) > 20
