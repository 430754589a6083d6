"""Lets the demo live: customers arrive, write, wait, give up and come back, through the doors of real ones (HTTP);
colleagues whom nobody plays answer them, through the operations of the product.

One process, one thread, a list of what comes next: the same seed gives the same people in the same order.
"""

import heapq
import itertools
import logging
import random
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from visavis.domain.conversations.models import Conversation, Message, State
from visavis.domain.conversations.operations import resolve_conversation
from visavis.domain.errors import NotFound, Refused
from visavis.domain.flows.reply import Answer, answer
from visavis.domain.flows.transfer import Handing, transfer
from visavis.domain.people.models import Adviser
from visavis.domain.presence.models import Presence, PresenceState
from visavis.domain.promises.models import Promise, PromiseState
from visavis.domain.promises.operations import keep_promise, make_promise
from visavis.workers import lifeline

from . import anchor, crowd, people, timeline
from .compose import SEED, families_of, fits, scene_names
from .doors import Closed, Visitor, is_open
from .people import ADVISERS, CustomerPlan
from .script import Story, draw, phrasebook, stories
from .voice import Scene, Voice

BEAT_SECONDS = 12.0
ALIVE_SECONDS = 20.0
LOOK_SECONDS = 1.0
SWAP_SECONDS = 90.0
CHAT_EVERY_SECONDS = 22.0
FORM_EVERY_SECONDS = 55.0
MOST_AT_ONCE = 24  # chats going on together
CONTEXT = "Cette personne vient d’écrire. Je vous la confie\u00a0: vous êtes là, et tout est dans le fil."
IN_A_HURRY = (
    "Je n’ai plus le temps, je reviendrai plus tard.",
    "Bon, je dois y aller.",
    "Tant pis, je réessaierai.",
)
BACK = (
    "Me revoilà.",
    "C’est encore moi.",
    "Je reviens vers vous, j’avais dû partir.",
    "Re-bonjour, je reprends ici.",
)
logger = logging.getLogger(__name__)


@dataclass
class Part:
    """One story being played, with a customer at the doors; `place` is the next turn to be said."""

    story: Story
    scene: Scene
    visitor: Visitor
    customer: CustomerPlan
    place: int = 0
    number: int = 0
    waits_since: float = 0.0
    has_left: bool = False


class Stage:
    """What comes next, and when."""

    def __init__(self, speed: float) -> None:
        self.speed = max(0.1, speed)
        self._next: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self.is_over = False

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Do it in so many seconds of people's time."""
        self.at(time.monotonic() + seconds / self.speed, act)

    def at(self, instant: float, act: Callable[[], None]) -> None:
        """Do it at that instant of the machine's clock."""
        heapq.heappush(self._next, (instant, next(self._order), act))

    def every(self, seconds: float, act: Callable[[], None]) -> None:
        """Do it now and then again, at the machine's pace."""
        act_safely(act)
        self.at(time.monotonic() + seconds, lambda: self.every(seconds, act))

    def run(self) -> None:
        """Go on until it is over."""
        while not self.is_over:
            wait = self._next[0][0] - time.monotonic() if self._next else 0.2
            if wait > 0:
                time.sleep(min(wait, 0.2))
                continue
            act_safely(heapq.heappop(self._next)[2])


def act_safely(act: Callable[[], None]) -> None:
    """One person's trouble does not stop the others."""
    try:
        close_old_connections()
        act()
    except (Closed, Refused, NotFound, DatabaseError) as trouble:
        logger.info("Somebody in the demo could not go on: %s", type(trouble).__name__)


def play(folder: Path, *, port: int, is_live: bool, speed: float) -> None:
    """The others are at their desks until we are told to stop; with `is_live`, customers come and are answered."""
    lifeline.follow()
    stage = Stage(speed)

    def stop(_number: int, _frame: FrameType | None) -> None:
        stage.is_over = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    rng = random.Random(f"{SEED}-live")
    there = crowd.others()
    stage.every(BEAT_SECONDS, lambda: crowd.beat(there, now=timezone.now()))
    stage.every(ALIVE_SECONDS, lambda: _still_alive(folder))
    if is_live:
        town = Town(stage, rng, port)
        stage.after(2, lambda: town.open(there))
    stage.run()
    act_safely(lambda: _still_alive(folder))


def _still_alive(folder: Path) -> None:
    if kept := anchor.read(folder):
        anchor.Anchor(anchored_at=kept.anchored_at, alive_at=timezone.now()).write(folder)


@dataclass
class Town:
    """Customers at the doors, and colleagues at their desks."""

    stage: Stage
    rng: random.Random
    port: int
    parts: dict[int, Part] = field(default_factory=dict)
    taken_up: dict[int, int] = field(default_factory=dict)
    there: list[Adviser] = field(default_factory=list)
    before: int = 0

    def __post_init__(self) -> None:
        self.voice = Voice(self.rng, most=10**9)
        self.people = [
            plan for plan in people.customers(random.Random(f"{SEED}-people")) if plan.language == "fr"
        ]
        self.chats = [s for s in stories() if s.channel == "chat" and s.language == "fr" and not s.only_for]
        self.forms = [s for s in stories() if s.channel == "form" and s.language == "fr" and not s.only_for]
        self.plans = {plan.email: plan for plan in ADVISERS}
        self.addresses = _addresses()

    def open(self, there: list[Adviser]) -> None:
        """Begin when the doors are open."""
        if not is_open(self.port):
            self.stage.at(time.monotonic() + 1, lambda: self.open(there))
            return
        self.there = there
        self.before = Conversation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self._somebody_comes()
        self._somebody_writes()
        self.stage.every(LOOK_SECONDS, self._look_at_desks)
        self.stage.after(SWAP_SECONDS, self._swap)

    def _swap(self) -> None:
        self.stage.after(SWAP_SECONDS, self._swap)
        crowd.swap(self.there, now=timezone.now(), rng=self.rng)

    # --- Customers -------------------------------------------------------------------------------------------

    def _somebody_comes(self) -> None:
        """Someone opens the chat of a brand; the next one comes later."""
        self.stage.after(self.rng.expovariate(1 / CHAT_EVERY_SECONDS), self._somebody_comes)
        going_on = [
            part for part in self.parts.values() if part.story.channel == "chat" and not part.has_left
        ]
        if len(going_on) >= MOST_AT_ONCE:
            return
        part = self._part(self.rng.choice(self.chats))
        customer = part.customer
        part.visitor.open_chat(name=customer.name, email=customer.email, language="fr")
        self.stage.after(self.rng.uniform(2, 8), lambda: self._say(part))

    def _somebody_writes(self) -> None:
        """Someone writes in the form of a brand."""
        self.stage.after(self.rng.expovariate(1 / FORM_EVERY_SECONDS), self._somebody_writes)
        part = self._part(self.rng.choice(self.forms))
        text = self._words(part)
        given = {
            "text": text,
            "subject": self._subject(part),
            "name": part.customer.name,
            "email": part.customer.email,
        }
        part.number = part.visitor.write(given)
        part.place = 1
        self.parts[part.number] = part

    def _part(self, story: Story) -> Part:
        """Someone to whom this story happens now."""
        able = [plan for plan in self.people if fits(plan, story)]
        customer = self.rng.choice(able)
        drawn = {name: self.voice.chosen(value) for name, value in draw(story.slots, self.rng).items()}
        book = phrasebook()
        slots = {name: self.rng.choice(values) for name, values in book.values.items()}
        slots |= {"agence": self.rng.choice(book.branches[story.site or customer.site])} | drawn
        slots |= scene_names(story, customer, ADVISERS[0])
        scene = Scene(
            slots=slots, families=book.families, thread=self.rng.randrange(len(story.turns[0].wordings))
        )
        visitor = Visitor(port=self.port, brand=story.brand, address=next(self.addresses))
        return Part(story=story, scene=scene, visitor=visitor, customer=customer)

    def _subject(self, part: Part) -> str:
        return self.voice.filled(self.voice.chosen(self.rng.choice(part.story.subjects)), part.scene)

    def _words(self, part: Part) -> str:
        """The words of the next turn."""
        part.scene.families = families_of(part.story)
        turn = part.story.turns[part.place]
        casual = part.story.channel == "chat" and turn.who == "customer"
        return self.voice.say(turn.wordings, part.scene, keeps_case=casual)

    def _say(self, part: Part) -> None:
        """The customer writes, after having been seen typing; then listens."""
        if part.number:
            part.visitor.type()
        self.stage.after(self.rng.uniform(2, 9), lambda: self._said(part))

    def _said(self, part: Part) -> None:
        message = part.visitor.say(self._words(part))
        part.place += 1
        if not part.number:
            part.number = Message.objects.values_list("conversation_id", flat=True).get(pk=message)
            self.parts[part.number] = part
        part.waits_since = time.monotonic()
        self._listen(part, patience=self.rng.uniform(150, 420))

    def _listen(self, part: Part, *, patience: float) -> None:
        """Wait for an answer, and give up when it is too long in coming."""
        if part.visitor.heard():
            self._answered(part)
        elif (time.monotonic() - part.waits_since) * self.stage.speed > patience:
            self._give_up(part)
        else:
            self.stage.at(time.monotonic() + 2.5, lambda: self._listen(part, patience=patience))

    def _answered(self, part: Part) -> None:
        turn = self._next_turn(part)
        if turn == "customer":
            self.stage.after(self.rng.uniform(6, 45), lambda: self._say(part))
        elif turn == "adviser":
            part.waits_since = time.monotonic()
            self._listen(part, patience=600)
        else:
            part.has_left = True

    def _give_up(self, part: Part) -> None:
        """They leave, with a word or without; some come back."""
        if self.rng.random() < 0.4:
            part.visitor.say(self.rng.choice(IN_A_HURRY))
        part.has_left = True
        if self.rng.random() < 0.5:
            self.stage.after(self.rng.uniform(120, 500), lambda: self._come_back(part))

    def _come_back(self, part: Part) -> None:
        part.has_left = False
        part.visitor.say(self.rng.choice(BACK))
        part.waits_since = time.monotonic()
        self._listen(part, patience=900)

    def _next_turn(self, part: Part) -> str:
        """Whose turn comes next; nothing when the rest of the story happens another day."""
        turns = part.story.turns
        if part.place >= len(turns):
            return ""
        turn = turns[part.place]
        if turn.delay is not None and turn.delay >= timeline.LONG_PAUSE:
            return ""
        if turn.who in {"note", "fact"}:
            part.place += 1
            return self._next_turn(part)
        return turn.who

    # --- Colleagues ------------------------------------------------------------------------------------------

    def _look_at_desks(self) -> None:
        """Each colleague takes up, after a while, what waits on their desk and began in this town."""
        numbers = [adviser.pk for adviser in self.there]
        waiting = Conversation.objects.ours().filter(adviser_id__in=numbers, waiting_since__isnull=False)
        for number, message in waiting.filter(pk__gt=self.before).values_list("pk", "last_message_at"):
            seen = int(message.timestamp())
            if self.taken_up.get(number) != seen:
                self.taken_up[number] = seen
                self.stage.after(self.rng.uniform(10, 55), partial(self._reply, number))

    def _reply(self, number: int) -> None:
        conversation = Conversation.objects.ours().filter(pk=number, adviser__in=self.there).first()
        if conversation is None or conversation.adviser is None:
            return
        part, adviser = self.parts.get(number), conversation.adviser
        if part is None:
            self._hand_on(conversation, adviser)
            return
        plan = self.plans[adviser.email]
        part.scene.slots = {**part.scene.slots, **scene_names(part.story, part.customer, plan)}
        place = self._our_turn(part)
        if place is None:
            text = self.voice.say(("{rebonjour} Je suis toujours là, je vous écoute.",), part.scene)
        else:
            part.place = place
            text = self._words(part)
            part.place = place + 1
        answer(conversation, Answer(key=uuid.uuid4(), text=text), by=adviser)
        if place == timeline.pledge_turn(part.story):
            self._promise(part, conversation, adviser)
        if self._next_turn(part) == "adviser":
            self.stage.after(self.rng.uniform(15, 50), lambda: self._go_on(number))
        elif not self._next_turn(part):
            self.stage.after(self.rng.uniform(40, 140), lambda: self._resolve(number))

    def _go_on(self, number: int) -> None:
        """The same colleague writes once more."""
        part = self.parts[number]
        conversation = Conversation.objects.filter(pk=number, adviser__in=self.there).first()
        if conversation is None or conversation.adviser is None or self._next_turn(part) != "adviser":
            return
        text = self._words(part)
        part.place += 1
        answer(conversation, Answer(key=uuid.uuid4(), text=text), by=conversation.adviser)
        if not self._next_turn(part):
            self.stage.after(self.rng.uniform(40, 140), lambda: self._resolve(number))

    def _our_turn(self, part: Part) -> int | None:
        """The next turn that is ours, however far the customer went; None when the story has no more."""
        turns = part.story.turns
        return next((n for n in range(part.place, len(turns)) if turns[n].who == "adviser"), None)

    def _hand_on(self, conversation: Conversation, adviser: Adviser) -> None:
        """What a visitor wrote comes to a visitor: whoever is played and there takes it."""
        played = [f"{key}@{people.DOMAIN}" for key in people.SHOWN]
        there = Presence.objects.filter(
            adviser__email__in=played, state=PresenceState.AVAILABLE, vanished_at__isnull=True
        ).select_related("adviser__team")
        for presence in there.filter(adviser__team__brands=conversation.brand_id):
            transfer(conversation, Handing(context=CONTEXT, to=presence.adviser), by=adviser)
            return

    def _promise(self, part: Part, conversation: Conversation, adviser: Adviser) -> None:
        pledge = part.story.promise
        if pledge is None:
            return
        what = self.voice.filled(self.rng.choice(pledge.what), part.scene)
        due_at = timeline.due(pledge, timezone.now())
        promise = make_promise(conversation, by=adviser, what=what, due_at=due_at)
        if self.rng.random() < 0.8:
            self.stage.after(self.rng.uniform(300, 1500), lambda: self._keep(promise.pk))

    def _keep(self, number: int) -> None:
        promise = Promise.objects.filter(pk=number, state=PromiseState.OPEN).select_related("adviser").first()
        if promise is not None and promise.adviser is not None:
            keep_promise(promise, by=promise.adviser)

    def _resolve(self, number: int) -> None:
        """The request is resolved, unless the customer wrote again or something is still owed."""
        conversation = Conversation.objects.filter(
            pk=number, state=State.THEIR_TURN, adviser__in=self.there
        ).first()
        if conversation is None:
            return
        if Promise.objects.filter(conversation=conversation, state=PromiseState.OPEN).exists():
            self.stage.after(300, lambda: self._resolve(number))
            return
        resolve_conversation(conversation, by=conversation.adviser)
        self.parts.pop(number, None)
        self.taken_up.pop(number, None)


def _addresses() -> Iterator[str]:
    """Addresses of this machine, one after the other: each customer comes from their own."""
    for number in itertools.count():
        yield f"127.{40 + number // 62500 % 80}.{1 + number // 250 % 250}.{2 + number % 250}"
