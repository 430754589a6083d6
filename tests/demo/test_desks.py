"""Colleagues whom nobody plays: they go on with the stories, and pass a visitor on to a visitor."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from visavis.demo import crowd, people, sequel
from visavis.demo.desks import TO_A_VISITOR, Desks
from visavis.demo.load import load_demo
from visavis.demo.stage import Stage
from visavis.domain.conversations.models import Conversation, Message
from visavis.domain.conversations.operations import assign_conversation, receive_message
from visavis.domain.flows.inbound import Inbound, receive
from visavis.domain.people.models import Adviser, Brand
from visavis.domain.presence.operations import set_presence
from visavis.domain.promises.models import Promise

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.demo.plans import DemoPlan

pytestmark = pytest.mark.django_db
COUNT = 120


class Patient(Stage):
    """A stage where everything happens at once, in order."""

    def __init__(self) -> None:
        super().__init__(1)

    def run_all(self, most: int = 400) -> None:
        """Do all that was to come, what comes of it included."""
        for _ in range(most):
            if not self._next:
                return
            self._next.sort()
            self._next.pop(0)[2]()


@pytest.fixture(scope="module")
def plan(kept_for_the_module: None) -> DemoPlan:
    """A small demo is in the database."""
    return load_demo(now=timezone.now(), told=lambda _what, _share: None, count=COUNT)


@pytest.fixture
def desks(plan: DemoPlan, db: None, tmp_path: Path) -> Desks:
    """Its desks, with what was going on."""
    sequel.write(tmp_path, plan)
    there = crowd.come_in(now=timezone.now(), is_live=True)
    made = Desks(Patient(), random.Random(1), there)
    made.remember(tmp_path, plan.customers)
    return made


def a_visitor_writes(desks: Desks, text: str) -> Conversation:
    """Somebody writes in the chat of Netnet, and it lies on the desk of a colleague whom nobody plays."""
    netnet = Brand.objects.get(slug="netnet")
    received = receive(
        Inbound(
            brand=netnet,
            channel="chat",
            is_live=True,
            effort=2,
            key=uuid.uuid4(),
            text=text,
            at=timezone.now(),
            name="David",
        )
    )
    colleague = next(adviser for adviser in desks.there if adviser.email == f"julien@{people.DOMAIN}")
    return assign_conversation(received.conversation, to=colleague)


def test_the_others_answer_what_lay_on_their_desks(desks: Desks) -> None:
    waiting = Conversation.objects.ours().filter(adviser__in=desks.there, waiting_since__isnull=False)
    numbers = set(waiting.values_list("pk", flat=True))
    began = timezone.now()
    assert isinstance(desks.stage, Patient)

    desks.look()
    desks.stage.run_all()

    replies = Message.objects.filter(direction="out", written_at__gte=began)
    assert numbers
    assert numbers <= set(replies.values_list("conversation_id", flat=True))


def test_what_a_played_adviser_has_is_left_to_them(desks: Desks) -> None:
    kader = Adviser.objects.get(email=f"kader@{people.DOMAIN}")
    before = Message.objects.filter(conversation__adviser=kader).count()
    assert isinstance(desks.stage, Patient)

    desks.look()
    desks.stage.run_all()

    assert Message.objects.filter(conversation__adviser=kader).count() == before


def test_a_visitor_is_passed_on_to_a_visitor_who_is_there(desks: Desks) -> None:
    kader = Adviser.objects.get(email=f"kader@{people.DOMAIN}")
    set_presence(kader, "available")
    conversation = a_visitor_writes(desks, "Bonjour, une question")
    assert isinstance(desks.stage, Patient)

    desks.look()
    desks.stage.run_all()

    conversation.refresh_from_db()
    assert conversation.adviser == kader


def test_a_visitor_alone_is_answered_and_promised_an_answer_once(desks: Desks) -> None:
    conversation = a_visitor_writes(desks, "Bonjour, une question")
    assert isinstance(desks.stage, Patient)
    for seconds, text in enumerate(("Ma box", "Elle clignote", "Voilà"), start=1):
        desks.look()
        desks.stage.run_all()
        conversation.refresh_from_db()
        receive_message(
            conversation,
            key=uuid.uuid4(),
            channel="chat",
            is_live=True,
            effort=2,
            text=text,
            at=timezone.now() + timedelta(seconds=2 * seconds),
        )

    answers = Message.objects.filter(conversation=conversation, direction="out").order_by("pk")
    assert [message.text for message in answers] == [text.format(moi="Julien") for text in TO_A_VISITOR["fr"]]
    assert Promise.objects.filter(conversation=conversation).count() == 1
