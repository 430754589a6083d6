"""The desks of the others: colleagues whom nobody plays answer what lies there, through the product's operations."""

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.db.models import Q
from django.utils import timezone

from visavis.domain.conversations.models import Conversation, Message, State
from visavis.domain.conversations.operations import resolve_conversation
from visavis.domain.flows.reply import Answer, answer
from visavis.domain.flows.transfer import Handing, transfer
from visavis.domain.people.models import Adviser
from visavis.domain.presence.models import Presence, PresenceState
from visavis.domain.promises.models import Promise, PromiseState
from visavis.domain.promises.operations import keep_promise, make_promise

from . import people, sequel, timeline
from .compose import families_of, scene_names
from .people import ADVISERS, CustomerPlan
from .script import Story
from .stage import Stage
from .voice import Scene, Voice

CONTEXT = "Cette personne vient d’écrire. Je vous la confie\u00a0: vous êtes là, et tout est dans le fil."
# To a visitor, when nobody whom a visitor plays is there: what can be said truly without knowing more.
TO_A_VISITOR = {
    "fr": (
        "Bonjour, je suis {moi}. Je vous lis. Pouvez-vous m’en dire un peu plus, pour que je cherche au bon endroit\u202f?",
        "Merci, c’est clair. Je m’en occupe, et je vous écris ici avant demain midi.",
        "C’est noté avec le reste, vous n’aurez rien à redire.",
    ),
    "en": (
        "Hello, I’m {moi}. I’m reading you. Could you tell me a little more, so that I look in the right place?",
        "Thank you, that’s clear. I’m on it, and I will write here before noon tomorrow.",
        "Noted with the rest: you won’t have to say it again.",
    ),
}
WHAT_IS_PROMISED = {"fr": "Donner une réponse complète", "en": "Give a full answer"}
PROMISED_AT = 1  # the rank of the sentence above that promises
STILL_HERE = ("{rebonjour} Je suis toujours là, je vous écoute.",)
LOOK_SECONDS = 1.0
# How long the others take to answer, in seconds: what comes in while the demo lives, and what was there before.
NEW = (10, 55)
CHAT_BEFORE = (6, 70)
WRITTEN_BEFORE = (240, 5400)


@dataclass
class Part:
    """One story being lived by a customer; `place` is the next turn to be said."""

    story: Story
    scene: Scene
    customer: CustomerPlan
    place: int = 0
    number: int = 0

    def next_turn(self) -> str:
        """Whose turn comes next; nothing when the rest of the story happens another day."""
        turns = self.story.turns
        while self.place < len(turns) and turns[self.place].who in {"note", "fact"}:
            self.place += 1
        if self.place >= len(turns):
            return ""
        turn = turns[self.place]
        is_another_day = turn.delay is not None and turn.delay >= timeline.LONG_PAUSE
        return "" if is_another_day else turn.who

    def is_theirs(self) -> bool:
        """True when the customer speaks next, be it another day: whoever comes back to their page comes then."""
        self.next_turn()
        turns = self.story.turns
        return self.place < len(turns) and turns[self.place].who == "customer"

    def our_turn(self) -> int | None:
        """The next turn that is ours, however far the customer went; None when the story has no more."""
        turns = self.story.turns
        return next((n for n in range(self.place, len(turns)) if turns[n].who == "adviser"), None)


@dataclass
class Desks:
    """Colleagues at their desks, and the stories they are in."""

    stage: Stage
    rng: random.Random
    there: list[Adviser]
    parts: dict[int, Part] = field(default_factory=dict)
    before: int = 0
    _taken_up: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.voice = Voice(self.rng, most=10**9)
        self._plans = {plan.email: plan for plan in ADVISERS}
        self.before = Conversation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def remember(self, folder: Path, customers: Iterable[CustomerPlan]) -> None:
        """Take up the stories that were going on when the demo was loaded."""
        for number, story, customer, scene, place in sequel.read(folder, customers):
            self.parts[number] = Part(story=story, scene=scene, customer=customer, place=place, number=number)

    def words(self, part: Part) -> str:
        """The words of the next turn."""
        part.scene.families = families_of(part.story)
        turn = part.story.turns[part.place]
        casual = part.story.channel == "chat" and turn.who == "customer"
        return self.voice.say(turn.wordings, part.scene, keeps_case=casual)

    # --- Looking ---------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Each colleague takes up, after a while, what waits on their desk; nobody's, after a longer one."""
        on_desks = Q(adviser__in=self.there)
        left_over = Q(adviser__isnull=True, pk__in=[n for n in self.parts if n <= self.before])
        waiting = Conversation.objects.ours().filter(on_desks | left_over, waiting_since__isnull=False)
        for row in waiting.only("pk", "last_message_at", "adviser_id", "is_live"):
            seen = int(row.last_message_at.timestamp())
            if self._taken_up.get(row.pk) != seen:
                self._taken_up[row.pk] = seen
                self.stage.after(self._patience(row), partial(self._reply, row.pk))

    def _patience(self, row: Conversation) -> float:
        if row.pk > self.before:
            return self.rng.uniform(*NEW)
        seconds = self.rng.uniform(*(CHAT_BEFORE if row.is_live else WRITTEN_BEFORE))
        return seconds if row.adviser_id else seconds + 240

    # --- Answering -------------------------------------------------------------------------------------------

    def _reply(self, number: int) -> None:
        conversation = Conversation.objects.ours().filter(pk=number, waiting_since__isnull=False).first()
        part = self.parts.get(number)
        if conversation is None:
            return
        adviser = self._colleague(conversation, part)
        if adviser is None:
            return
        if part is None:
            self._hand_on(conversation, adviser)
            return
        plan = self._plans[adviser.email]
        part.scene.slots = {**part.scene.slots, **scene_names(part.story, part.customer, plan)}
        place = part.our_turn()
        if place is None:
            part.scene.families = families_of(part.story)
            text = self.voice.say(STILL_HERE, part.scene)
        else:
            part.place = place
            text = self.words(part)
            part.place = place + 1
        answer(conversation, Answer(key=uuid.uuid4(), text=text), by=adviser)
        if place == timeline.pledge_turn(part.story):
            self._promise(part, conversation, adviser)
        self._then(part)

    def _colleague(self, conversation: Conversation, part: Part | None) -> Adviser | None:
        """Who has it, if nobody plays them; who may take it, when nobody has it."""
        if conversation.adviser_id is not None:
            return next((adviser for adviser in self.there if adviser.pk == conversation.adviser_id), None)
        if part is None:
            return None
        able = [a for a in self.there if self._knows(a, part.story)]
        return self.rng.choice(able) if able else None

    def _knows(self, adviser: Adviser, story: Story) -> bool:
        plan = self._plans[adviser.email]
        return story.brand in plan.brands and story.skill in plan.skills

    def _then(self, part: Part) -> None:
        """Go on, wait for the customer, or resolve."""
        turn = part.next_turn()
        if turn == "adviser":
            self.stage.after(self.rng.uniform(15, 50), partial(self._go_on, part.number))
        elif not turn:
            self.stage.after(self.rng.uniform(40, 140), partial(self._resolve, part.number))

    def _go_on(self, number: int) -> None:
        """The same colleague writes once more."""
        part = self.parts.get(number)
        conversation = Conversation.objects.filter(pk=number, adviser__in=self.there).first()
        if (
            part is None
            or conversation is None
            or conversation.adviser is None
            or part.next_turn() != "adviser"
        ):
            return
        text = self.words(part)
        part.place += 1
        answer(conversation, Answer(key=uuid.uuid4(), text=text), by=conversation.adviser)
        self._then(part)

    def _hand_on(self, conversation: Conversation, adviser: Adviser) -> None:
        """What a visitor wrote comes to a visitor: whoever is played and there takes it."""
        played = [f"{key}@{people.DOMAIN}" for key in people.SHOWN]
        there = Presence.objects.filter(
            adviser__email__in=played,
            adviser__team__brands=conversation.brand_id,
            state=PresenceState.AVAILABLE,
            vanished_at__isnull=True,
        )
        presence = there.select_related("adviser__team").first()
        if presence is not None:
            transfer(conversation, Handing(context=CONTEXT, to=presence.adviser), by=adviser)
        else:
            self._answer_a_visitor(conversation, adviser)

    def _answer_a_visitor(self, conversation: Conversation, adviser: Adviser) -> None:
        """Nobody else is there: say what is true, and promise an answer, once."""
        said = Message.objects.filter(conversation=conversation, direction="out").count()
        language = conversation.language if conversation.language in TO_A_VISITOR else "fr"
        words = TO_A_VISITOR[language]
        text = words[min(said, len(words) - 1)].format(moi=self._plans[adviser.email].first_name)
        answer(conversation, Answer(key=uuid.uuid4(), text=text), by=adviser)
        if said == PROMISED_AT:
            due_at = timeline.noon_tomorrow(timezone.now())
            make_promise(conversation, by=adviser, what=WHAT_IS_PROMISED[language], due_at=due_at)

    # --- Promises and ends -----------------------------------------------------------------------------------

    def _promise(self, part: Part, conversation: Conversation, adviser: Adviser) -> None:
        pledge = part.story.promise
        if pledge is None or Promise.objects.filter(conversation=conversation).exists():
            return
        what = self.voice.filled(self.rng.choice(pledge.what), part.scene)
        promise = make_promise(
            conversation, by=adviser, what=what, due_at=timeline.due(pledge, timezone.now())
        )
        if self.rng.random() < 0.8:
            self.stage.after(self.rng.uniform(300, 1500), partial(self._keep, promise.pk))

    def _keep(self, number: int) -> None:
        promise = Promise.objects.filter(pk=number, state=PromiseState.OPEN).select_related("adviser").first()
        if promise is not None and promise.adviser is not None:
            keep_promise(promise, by=promise.adviser)

    def _resolve(self, number: int) -> None:
        """The request is resolved, unless the customer wrote again or something is still owed."""
        theirs = Conversation.objects.filter(pk=number, state=State.THEIR_TURN, adviser__in=self.there)
        conversation = theirs.first()
        if conversation is None:
            return
        if Promise.objects.filter(conversation=conversation, state=PromiseState.OPEN).exists():
            self.stage.after(300, partial(self._resolve, number))
            return
        resolve_conversation(conversation, by=conversation.adviser)
        self.parts.pop(number, None)
        self._taken_up.pop(number, None)
