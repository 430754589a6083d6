"""Whatever is taken, read, crashed and tried again, in any order: each mail has one end, each accepted one message."""

from __future__ import annotations

import contextlib
import random
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.utils import timezone
from tests.domain.folding import of_journal, of_tables
from tests.domain.posted import mail, mailbox_of

from visavis.domain.conversations.models import Conversation, Message
from visavis.domain.conversations.threads import reply_address
from visavis.domain.errors import Refused
from visavis.domain.flows.inbound_email import give_up, read
from visavis.domain.intake.models import Arrival
from visavis.domain.intake.operations import (
    accept_arrival,
    claim_to_read,
    give_back_reading,
    let_go,
    take_mail,
    try_again,
)
from visavis.domain.journal.queries import entries_after
from visavis.domain.journal.sequencer import number_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.domain.people_made import House

    from visavis.domain.flows.inbound_email import InboundMail
    from visavis.domain.intake.models import Mailbox

STEPS = 120
# Each another story of takings, readings and deaths.
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 12))]


class Crash(Exception):
    """The process dies: the transaction it was in is undone."""


class World:
    """Two mailboxes of a brand and one of another, a server that holds mails, and readers that die."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.chance = random.Random(seed)
        self.boxes = [
            mailbox_of(house.netnet, house.ada),
            mailbox_of(house.netnet, house.ada, "aide@netnet.example"),
            mailbox_of(house.locacar, house.ada, "bonjour@locacar.example"),
        ]
        self.held: list[tuple[Mailbox, int, int]] = []
        self.moves: list[Callable[[], object]] = [
            *[self.take] * 4,
            self.take_again,
            *[self.read] * 3,
            self.read_and_crash,
            self.read_stale,
            self.crash_after_claim,
            give_back_reading,
            self.quarantine,
            self.try_again,
            self.let_in,
        ]

    def play(self) -> None:
        """Do one thing after another; what the rules refuse changes nothing."""
        for _step in range(STEPS):
            with contextlib.suppress(Refused, IndexError, Crash):
                self.chance.choice(self.moves)()

    def finish(self) -> None:
        """The readers live at last."""
        give_back_reading()
        while claimed := claim_to_read(timezone.now()):
            for row in claimed:
                read(row, self.parsed(row), now=timezone.now())

    def take(self) -> None:
        """A mail is fetched; few contents, so that the same comes by several ways."""
        box = self.chance.choice(self.boxes)
        self.held.append((box, len(self.held) + 1, self.chance.randint(1, 40)))
        self._take(*self.held[-1])

    def take_again(self) -> None:
        """The fetcher died before it moved its cursor, or its server counts anew."""
        box, uid, content = self.chance.choice(self.held)
        self._take(box, uid, content, validity=self.chance.choice([1, 1, 2]))

    def _take(self, box: Mailbox, uid: int, content: int, *, validity: int = 1) -> None:
        take_mail(box, [f"{content}".encode()], door="imap", uid=uid, uid_validity=validity)

    def parsed(self, arrival: Arrival) -> InboundMail:
        """What the parser says of these bytes: always the same."""
        assert arrival.raw is not None
        content = int(bytes(arrival.raw.chunks.get().content))
        kinds = ["ordinary"] * 6 + ["auto_reply", "bounce", "loop", "automatic"]
        numbers = list(Conversation.objects.filter(brand=arrival.mailbox.brand).values_list("pk", flat=True))
        to = (
            [("", reply_address(arrival.mailbox.address, numbers[0]))] if numbers and content % 3 == 0 else []
        )
        senders = [("", "david@example.fr"), ("", "marie@example.org"), ("", "")]
        return mail(f"{content}", sender=senders[content % 3], to=to, kind=kinds[content % 10])

    def read(self) -> None:
        """A reader reads what it claims."""
        for row in claim_to_read(timezone.now(), most=self.chance.randint(1, 4)):
            read(row, self.parsed(row), now=timezone.now())

    def read_and_crash(self) -> None:
        """It dies inside the transaction: nothing of it happened."""
        claimed = claim_to_read(timezone.now(), most=2)
        with transaction.atomic():
            read(claimed[0], self.parsed(claimed[0]), now=timezone.now())
            raise Crash

    def crash_after_claim(self) -> None:
        """It dies, or its database goes away, before it settles."""
        claimed = claim_to_read(timezone.now())
        if self.chance.random() < 0.5:
            let_go(claimed)

    def read_stale(self) -> None:
        """A reader whose claim has lapsed settles late, what another may have settled."""
        row = self.any()
        read(row, self.parsed(row), now=timezone.now())

    def quarantine(self) -> None:
        """A fault of ours."""
        row = self.any()
        give_up(row, "unforeseen", now=timezone.now())

    def try_again(self) -> None:
        """A leader has one read again."""
        try_again(self.any(), by=self.house.chloe, at=timezone.now())

    def let_in(self) -> None:
        """A leader lets one in."""
        accept_arrival(self.any(), by=self.house.chloe, at=timezone.now())

    def any(self) -> Arrival:
        """Some mail, as a process may have seen it a while ago; IndexError when there is none."""
        return self.chance.choice(
            list(Arrival.objects.select_related("mailbox__brand", "raw").order_by("pk"))
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_each_mail_has_one_end_and_each_accepted_one_message(house: House, seed: int) -> None:
    world = World(house, seed)

    world.play()
    world.finish()

    rows = list(Arrival.objects.select_related("message__conversation", "mailbox").order_by("pk"))
    assert {(row.mailbox_id, row.uid) for row in rows} == {(box.pk, uid) for box, uid, _content in world.held}
    assert {row.state for row in rows} <= {"accepted", "set_aside", "quarantined"}
    accepted = [row for row in rows if row.state == "accepted"]
    messages = [row.message_id for row in accepted]
    assert len(set(messages)) == len(messages)
    assert None not in messages
    shown = {row.message_id for row in rows if row.reason == "auto_reply" and row.message_id}
    assert set(Message.objects.values_list("pk", flat=True)) == set(messages) | shown
    assert all(row.message.conversation.brand_id == row.mailbox.brand_id for row in accepted if row.message)
    assert len(accepted) > 10
    number_all()
    assert of_journal(entries_after(0, limit=100_000)) == of_tables()


@pytest.mark.parametrize("seed", SEEDS)
def test_unless_someone_lets_it_in_a_mail_of_a_brand_is_one_message(house: House, seed: int) -> None:
    world = World(house, seed)
    world.moves.remove(world.let_in)

    world.play()
    world.finish()

    contents = [
        (row.mailbox.brand_id, row.likeness)
        for row in Arrival.objects.filter(state="accepted").select_related("mailbox")
    ]
    assert len(set(contents)) == len(contents)
