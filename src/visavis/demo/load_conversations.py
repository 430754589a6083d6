"""Loads the conversations of the demo as the operations would have left them, with the same facts."""

import random
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from visavis.channels.registry import BY_NAME
from visavis.domain.conversations.facts import (
    ContextNoted,
    ConversationAssigned,
    ConversationOpened,
    ConversationResolved,
    MessageReceived,
    NoteAdded,
    ReplyLeft,
    ReplyWritten,
    StepsChanged,
    TagsChanged,
)
from visavis.domain.conversations.models import (
    Attachment,
    Conversation,
    Direction,
    Explained,
    Mention,
    Message,
    ReadMark,
    State,
    Step,
    Tag,
)
from visavis.domain.deliveries.models import Delivery, DeliveryState, Road
from visavis.domain.dispatch.facts import ConversationOffered
from visavis.domain.dispatch.models import AnnouncedWait, Offer, OfferState, PolicyVersion
from visavis.domain.files.operations import store
from visavis.domain.flows.reply import UNDO_SECONDS
from visavis.domain.people.hours import answer_due
from visavis.domain.people.models import Adviser
from visavis.domain.promises.facts import PromiseKept, PromiseMade, PromiseMissed, PromiseMoved
from visavis.domain.promises.models import Promise, PromiseState
from visavis.engine.routing import Contact, Desk, Policy, Snapshot, decide, explain, picture

from . import letters, papers
from .ledger import Ledger
from .load_house import House
from .people import AdviserPlan
from .plans import ConversationPlan, DemoPlan, PromisePlan, TurnPlan

DIRECTIONS = {
    "customer": Direction.IN,
    "adviser": Direction.OUT,
    "note": Direction.NOTE,
    "fact": Direction.NOTE,
}
SEED_OF_KEYS = uuid.UUID("5c2b8f4e-6a1d-4d0c-9f57-1f0f3b0d2a90")
BATCH = 500


@dataclass
class Said:
    """One message to be loaded, and the conversation it belongs to."""

    plan: ConversationPlan
    turn: TurnPlan
    conversation: Conversation
    rank: int


@dataclass
class Course:
    """Where one conversation stands while its turns are told one after the other."""

    state: str = State.OPEN.value
    waiting_since: datetime | None = None


@dataclass
class Conversations:
    """Loads them all; `told` hears how far it is."""

    plan: DemoPlan
    house: House
    ledger: Ledger
    policy: PolicyVersion
    told: Callable[[int, int], None]
    rows: list[Conversation] = field(default_factory=list)
    offered_at: list[datetime | None] = field(default_factory=list)
    came: list[letters.Came] = field(default_factory=list)

    def load(self) -> None:
        """Every conversation stands in the tables, and its facts in the ledger."""
        self.offered_at = [_offered_at(plan, self.plan) for plan in self.plan.conversations]
        self.rows = Conversation.objects.bulk_create(
            [self._row(plan) for plan in self.plan.conversations], batch_size=BATCH
        )
        self.told(1, 4)
        self._load_messages()
        self.told(2, 4)
        self._load_offers()
        self.told(3, 4)
        self._load_around()
        self._load_promises()
        self.told(4, 4)

    # --- Conversations ---------------------------------------------------------------------------------------

    def _row(self, plan: ConversationPlan) -> Conversation:
        brand, channel = self.house.brands[plan.brand], BY_NAME[plan.channel]
        adviser = self.house.advisers[plan.adviser] if plan.adviser else None
        spoken = [turn for turn in plan.turns if turn.who in {"customer", "adviser"}]
        waiting_since = _waiting_since(plan)
        due_at = answer_due(brand, is_live=channel.is_live, at=waiting_since) if waiting_since else None
        return Conversation(
            brand=brand,
            customer=self.house.customers[plan.customer],
            team=adviser.team if adviser else None,
            adviser=adviser,
            channel=plan.channel,
            is_live=channel.is_live,
            effort=channel.effort,
            subject=plan.subject,
            language=plan.language,
            state=plan.state,
            opened_at=plan.opened_at,
            waiting_since=waiting_since,
            answer_due_at=due_at,
            last_message_at=spoken[-1].at,
            last_words=" ".join(spoken[-1].text.split())[:200],
            resolved_at=plan.resolved_at,
            headline=plan.headline,
        )

    def _pairs(self) -> Iterable[tuple[ConversationPlan, Conversation]]:
        return zip(self.plan.conversations, self.rows, strict=True)

    # --- Messages --------------------------------------------------------------------------------------------

    def _load_messages(self) -> None:
        """Messages in the order of time, so that their numbers follow it."""
        said = [
            Said(plan, turn, conversation, rank)
            for plan, conversation in self._pairs()
            for rank, turn in enumerate(plan.turns)
        ]
        said.sort(key=lambda one: (one.turn.at, one.conversation.pk, one.rank))
        made = Message.objects.bulk_create([self._message(one) for one in said], batch_size=BATCH)
        by_conversation: dict[int, list[tuple[TurnPlan, Message]]] = {}
        for one, message in zip(said, made, strict=True):
            by_conversation.setdefault(one.conversation.pk, []).append((one.turn, message))
        Mention.objects.bulk_create(self._mentions(made))
        self._join_files(made)
        Delivery.objects.bulk_create(
            [
                Delivery(
                    message=m,
                    road=Road.POST if m.channel == letters.CHANNEL else Road.PAGE,
                    due_at=m.left_at,
                    state=DeliveryState.DONE,
                    taken_at=m.left_at,
                    done_at=m.left_at,
                )
                for m in made
                if m.direction == Direction.OUT and not BY_NAME[m.channel].is_live and m.left_at
            ],
            batch_size=BATCH,
        )
        marks = []
        for place, (plan, conversation) in enumerate(self._pairs()):
            turns = by_conversation[conversation.pk]
            self._tell_course(plan, conversation, turns, self.offered_at[place])
            if mark := _read_mark(plan, conversation, turns):
                marks.append(mark)
        ReadMark.objects.bulk_create(marks, batch_size=BATCH)
        written = [
            (conversation, [message for _turn, message in by_conversation[conversation.pk]])
            for plan, conversation in self._pairs()
            if plan.channel == letters.CHANNEL
        ]
        self.came = letters.load(written, self.house)

    def _message(self, one: Said) -> Message:
        turn, direction = one.turn, DIRECTIONS[one.turn.who]
        adviser = self._author(one)
        left_at = None if direction == Direction.NOTE else turn.at
        if direction == Direction.OUT and not BY_NAME[one.plan.channel].is_live:
            left_at = min(turn.at + timedelta(seconds=UNDO_SECONDS), self.plan.now)
        return Message(
            conversation=one.conversation,
            direction=direction,
            adviser=adviser,
            channel=one.plan.channel,
            key=uuid.uuid5(SEED_OF_KEYS, f"{one.conversation.pk}/{one.rank}"),
            text=turn.text,
            written_at=turn.at,
            left_at=left_at,
        )

    def _author(self, one: Said) -> Adviser | None:
        """Who wrote it; what another service answered is noted by a colleague."""
        if one.turn.who == "fact":
            return self.house.advisers["ines"]
        return self.house.advisers[one.turn.adviser] if one.turn.adviser else None

    def _join_files(self, messages: Iterable[Message]) -> None:
        """What people say they join is there: a photograph or a paper."""
        photograph = store([papers.photograph()])
        given = store([papers.paper("Document de la démonstration", "Rien de ceci n’est réel.")])
        letter = store([papers.paper("Courrier de la démonstration", "Rien de ceci n’est réel.")])
        rows = []
        for message in messages:
            if message.direction == Direction.NOTE or not papers.is_joined(message.text):
                continue
            is_photo = message.direction == Direction.IN and papers.is_photo(message.text)
            is_photo = is_photo and message.conversation.brand_id == self.house.brands["locacar"].pk
            file, name = (photograph, "photo.png") if is_photo else (given, "document.pdf")
            if message.direction == Direction.OUT:
                file, name = letter, "courrier.pdf"
            rows.append(
                Attachment(
                    message=message,
                    file=file,
                    name=name,
                    given_at=message.written_at,
                    given_by_id=message.adviser_id,
                )
            )
        Attachment.objects.bulk_create(rows, batch_size=BATCH)

    def _mentions(self, messages: Iterable[Message]) -> list[Mention]:
        notes = [message for message in messages if message.direction == Direction.NOTE]
        return [
            Mention(message=note, adviser=adviser, seen_at=note.written_at + timedelta(minutes=9))
            for note in notes
            for adviser in self._mentioned(note)
        ]

    def _mentioned(self, note: Message) -> list[Adviser]:
        called = [self.house.advisers["sofia"]] if "Sofia" in note.text else []
        return [adviser for adviser in called if adviser.pk != note.adviser_id]

    # --- Facts of a conversation -----------------------------------------------------------------------------

    def _tell_course(
        self,
        plan: ConversationPlan,
        conversation: Conversation,
        turns: list[tuple[TurnPlan, Message]],
        offered_at: datetime | None,
    ) -> None:
        """The facts of its messages and of its end, as the operations record them."""
        skill_ids = [self.house.skills[plan.skill].pk]
        self.ledger.note(
            ConversationOpened(
                conversation_id=conversation.pk,
                brand_id=conversation.brand_id,
                customer_id=conversation.customer_id,
                channel=plan.channel,
                is_live=conversation.is_live,
                skill_ids=skill_ids,
            ),
            plan.opened_at,
        )
        course = Course()
        for _turn, message in turns:
            self._tell_message(conversation, message, course, offered_at)
        if plan.resolved_at:
            fact = ConversationResolved(
                conversation_id=conversation.pk,
                brand_id=conversation.brand_id,
                adviser_id=conversation.adviser_id,
            )
            self.ledger.note(fact, plan.resolved_at)

    def _tell_message(
        self, conversation: Conversation, message: Message, course: Course, offered_at: datetime | None
    ) -> None:
        number, brand = conversation.pk, conversation.brand_id
        if message.direction == Direction.IN:
            course.state = State.OPEN.value
            course.waiting_since = course.waiting_since or message.written_at
            has_it = offered_at is not None and offered_at <= message.written_at
            received = MessageReceived(
                conversation_id=number,
                brand_id=brand,
                adviser_id=conversation.adviser_id if has_it else None,
                message_id=message.pk,
                channel=message.channel,
                state=course.state,
                files=int(papers.is_joined(message.text)),
            )
            self.ledger.note(received, message.written_at)
        elif message.direction == Direction.NOTE:
            mentioned = sorted(adviser.pk for adviser in self._mentioned(message))
            note = NoteAdded(
                conversation_id=number,
                brand_id=brand,
                adviser_id=message.adviser_id,
                message_id=message.pk,
                mentioned_ids=mentioned,
            )
            self.ledger.note(note, message.written_at)
        else:
            self._tell_reply(conversation, message, course)

    def _tell_reply(self, conversation: Conversation, message: Message, course: Course) -> None:
        place = {"conversation_id": conversation.pk, "brand_id": conversation.brand_id}
        written = ReplyWritten(**place, adviser_id=message.adviser_id, message_id=message.pk)
        self.ledger.note(written, message.written_at)
        left_at = message.left_at or message.written_at
        waited = int((left_at - course.waiting_since).total_seconds()) if course.waiting_since else None
        course.state, course.waiting_since = State.THEIR_TURN.value, None
        left = ReplyLeft(
            **place,
            adviser_id=message.adviser_id,
            message_id=message.pk,
            channel=message.channel,
            state=course.state,
            waited_seconds=waited,
        )
        self.ledger.note(left, left_at)

    # --- Offers ----------------------------------------------------------------------------------------------

    def _load_offers(self) -> None:
        """Each was offered by the routing, with the reasons it would give."""
        rng = random.Random(f"{self.plan.seed}-offers")
        known: dict[int, str] = {}
        through = Conversation.skills.through
        through.objects.bulk_create(
            [
                through(conversation_id=conversation.pk, skill_id=self.house.skills[plan.skill].pk)
                for plan, conversation in self._pairs()
            ],
            batch_size=BATCH,
        )
        offers, facts = [], []
        for place, (plan, conversation) in enumerate(self._pairs()):
            if not plan.adviser or (at := self.offered_at[place]) is None:
                continue
            before = known.get(conversation.customer_id)
            offer, score, runner_up = self._offer(plan, conversation, at, before, rng)
            known[conversation.customer_id] = plan.adviser
            offers.append(offer)
            facts.append((conversation, at, score, runner_up))
        made = Offer.objects.bulk_create(offers, batch_size=BATCH)
        for offer, (conversation, at, score, runner_up) in zip(made, facts, strict=True):
            self._tell_offer(offer, conversation, at, score, runner_up)
        self._load_waits(rng)

    def _offer(
        self,
        plan: ConversationPlan,
        conversation: Conversation,
        at: datetime,
        before: str | None,
        rng: random.Random,
    ) -> tuple[Offer, int, int | None]:
        """The decision of the engine on a small picture: this contact, this desk, and two others."""
        policy = Policy.from_dict(self.policy.values)
        contact = self._contact(plan, conversation, plan.adviser if before == plan.adviser else None)
        able = [
            a
            for a in self.plan.advisers
            if plan.brand in a.brands and plan.skill in a.skills and a.key != plan.adviser
        ]
        others = rng.sample(able, min(2, len(able)))
        chosen = next(a for a in self.plan.advisers if a.key == plan.adviser)
        desks = [self._desk(chosen, 2, plan), *(self._desk(other, 5, plan) for other in others)]
        snapshot = Snapshot(contacts=(contact,), desks=tuple(desks))
        decision = next(iter(decide(snapshot, policy, at)), None)
        if decision is None or decision.adviser_id != self.house.advisers[plan.adviser].pk:
            snapshot = Snapshot(contacts=(contact,), desks=(desks[0],))
            decision = decide(snapshot, policy, at)[0]
        offer = Offer(
            conversation=conversation,
            adviser_id=decision.adviser_id,
            policy=self.policy,
            state=OfferState.OPEN,
            offered_at=at,
            explanation=asdict(explain(snapshot, policy, at, decision)),
            picture=picture(snapshot, policy, at, decision),
        )
        return offer, decision.score, decision.runner_up_id

    def _contact(self, plan: ConversationPlan, conversation: Conversation, known: str | None) -> Contact:
        opened = int(plan.opened_at.timestamp())
        promised = answer_due(conversation.brand, is_live=conversation.is_live, at=plan.opened_at)
        return Contact(
            id=conversation.pk,
            brand_id=conversation.brand_id,
            channel=plan.channel,
            language=plan.language,
            skill_ids=frozenset({self.house.skills[plan.skill].pk}),
            waiting_since=opened,
            promised_by=int(promised.timestamp()),
            effort=conversation.effort,
            known_adviser_id=self.house.advisers[known].pk if known else None,
        )

    def _desk(self, adviser: AdviserPlan, load: int, plan: ConversationPlan) -> Desk:
        skills = {self.house.skills[key].pk: max(2, 4 - rank) for rank, key in enumerate(adviser.skills)}
        capacity = max(adviser.capacity, 8)
        return Desk(
            id=self.house.advisers[adviser.key].pk,
            brand_ids=frozenset(self.house.brands[slug].pk for slug in adviser.brands),
            channels=frozenset({plan.channel}),
            languages=frozenset(adviser.languages),
            skills=skills,
            room=capacity - load,
            load=load,
            capacity=capacity,
        )

    def _tell_offer(
        self, offer: Offer, conversation: Conversation, at: datetime, score: int, runner_up: int | None
    ) -> None:
        place = {"conversation_id": conversation.pk, "brand_id": conversation.brand_id}
        offered = ConversationOffered(
            **place,
            adviser_id=offer.adviser_id,
            team_id=conversation.team_id,
            offer_id=offer.pk,
            policy_id=self.policy.pk,
            score=score,
            runner_up_id=runner_up,
        )
        self.ledger.note(offered, at)
        self.ledger.note(
            ConversationAssigned(**place, adviser_id=offer.adviser_id, by_id=None, former_id=None), at
        )

    def _load_waits(self, rng: random.Random) -> None:
        """What was announced to those who came to the chat: the true wait is inside the range about 86 times in 100."""
        waits = []
        for place, (plan, conversation) in enumerate(self._pairs()):
            if not conversation.is_live:
                continue
            at = self.offered_at[place]
            true = int((at - plan.opened_at).total_seconds()) if at else None
            low, high = _announced(true or rng.randint(30, 160), rng)
            waits.append(
                AnnouncedWait(
                    conversation_id=conversation.pk,
                    brand_id=conversation.brand_id,
                    is_live=True,
                    announced_at=plan.opened_at,
                    low_seconds=low,
                    high_seconds=high,
                    true_seconds=true,
                )
            )
        AnnouncedWait.objects.bulk_create(waits, batch_size=BATCH)

    # --- Around ----------------------------------------------------------------------------------------------

    def _load_around(self) -> None:
        """What was already explained, the steps, and the tags."""
        explained, steps, tagged = [], [], []
        tags: dict[tuple[int, str], Tag] = {}
        for plan, conversation in self._pairs():
            place = {"conversation_id": conversation.pk, "brand_id": conversation.brand_id}
            answered_at = next((turn.at for turn in plan.turns if turn.who == "adviser"), None)
            for text in plan.told:
                at = answered_at or plan.opened_at
                explained.append(Explained(conversation=conversation, text=text, noted_at=at))
                fact = ContextNoted(**place, adviser_id=conversation.adviser_id, part="explained")
                self.ledger.note(fact, at)
            if plan.headline:
                noted = ContextNoted(**place, adviser_id=conversation.adviser_id, part="headline")
                self.ledger.note(noted, plan.turns[-1].at)
            for rank, step in enumerate(plan.steps):
                row = Step(
                    conversation=conversation,
                    title=step.title[:120],
                    detail=step.detail,
                    done_at=step.done_at,
                )
                row.rank = rank
                steps.append(row)
            if plan.steps:
                self._tell_steps(plan, conversation)
            if answered_at:
                mine = [self._tag(tags, conversation.brand_id, name) for name in plan.tags]
                tagged += [(conversation, tag) for tag in mine]
                tag_ids = sorted(tag.pk for tag in mine)
                self.ledger.note(
                    TagsChanged(**place, adviser_id=conversation.adviser_id, tag_ids=tag_ids), answered_at
                )
        Explained.objects.bulk_create(explained, batch_size=BATCH)
        Step.objects.bulk_create(steps, batch_size=BATCH)
        through = Conversation.tags.through
        through.objects.bulk_create(  # type: ignore[attr-defined] # Django gives it its manager
            [through(conversation_id=conversation.pk, tag_id=tag.pk) for conversation, tag in tagged],
            batch_size=BATCH,
        )

    def _tag(self, tags: dict[tuple[int, str], Tag], brand_id: int, name: str) -> Tag:
        key = (brand_id, name.lower())
        if key not in tags:
            tags[key] = Tag.objects.create(brand_id=brand_id, name=name.lower())
        return tags[key]

    def _tell_steps(self, plan: ConversationPlan, conversation: Conversation) -> None:
        done = [step.done_at for step in plan.steps if step.done_at]
        for number, at in enumerate(sorted({min(at, self.plan.now) for at in done}), start=1):
            behind = min(len(done), number)
            self.ledger.note(
                StepsChanged(
                    conversation_id=conversation.pk,
                    brand_id=conversation.brand_id,
                    adviser_id=conversation.adviser_id,
                    done=behind,
                    expected=len(plan.steps) - behind,
                ),
                at,
            )

    # --- Promises --------------------------------------------------------------------------------------------

    def _load_promises(self) -> None:
        """What was promised, and what became of it; a moved promise after its successor, which it points to."""
        pairs = [
            (plan, conversation, promise) for plan, conversation in self._pairs() for promise in plan.promises
        ]
        successors = Promise.objects.bulk_create(
            [
                self._successor(conversation, promise)
                for _p, conversation, promise in pairs
                if promise.moved_to
            ],
            batch_size=BATCH,
        )
        waiting = iter(successors)
        rows = [
            self._promise(conversation, promise, next(waiting) if promise.moved_to else None)
            for _plan, conversation, promise in pairs
        ]
        for row in Promise.objects.bulk_create(rows, batch_size=BATCH):
            self._tell_promise(row)

    def _promise(self, conversation: Conversation, plan: PromisePlan, successor: Promise | None) -> Promise:
        return Promise(
            conversation=conversation,
            customer_id=conversation.customer_id,
            brand_id=conversation.brand_id,
            adviser_id=conversation.adviser_id,
            made_by_id=conversation.adviser_id,
            what=plan.what,
            due_at=plan.due_at,
            made_at=plan.made_at,
            state=plan.state,
            settled_at=plan.settled_at,
            reason=plan.reason if plan.state == "moved" else "",
            moved_to=successor,
        )

    def _successor(self, conversation: Conversation, plan: PromisePlan) -> Promise:
        row = self._promise(conversation, plan, None)
        row.due_at = plan.moved_to or plan.due_at
        row.made_at = plan.settled_at or plan.made_at
        row.state, row.reason = PromiseState.OPEN, ""
        row.settled_at = plan.moved_kept_at
        if plan.moved_kept_at:
            row.state = PromiseState.KEPT
        return row

    def _tell_promise(self, row: Promise) -> None:
        place = {
            "conversation_id": row.conversation_id,
            "brand_id": row.brand_id,
            "adviser_id": row.adviser_id,
        }
        self.ledger.note(PromiseMade(**place, promise_id=row.pk, due_at=row.due_at.isoformat()), row.made_at)
        settled_at = row.settled_at
        if row.state == PromiseState.KEPT and settled_at:
            self.ledger.note(
                PromiseKept(**place, promise_id=row.pk, is_on_time=settled_at <= row.due_at), settled_at
            )
        elif row.state == PromiseState.MISSED:
            self.ledger.note(PromiseMissed(**place, promise_id=row.pk), row.due_at)
            if settled_at:
                self.ledger.note(PromiseKept(**place, promise_id=row.pk, is_on_time=False), settled_at)
        elif row.state == PromiseState.MOVED and row.moved_to and settled_at:
            new = row.moved_to
            moved = PromiseMoved(**place, promise_id=row.pk, new_id=new.pk, due_at=new.due_at.isoformat())
            self.ledger.note(moved, settled_at)
            if new.state == PromiseState.KEPT and new.settled_at:
                kept = PromiseKept(**place, promise_id=new.pk, is_on_time=new.settled_at <= new.due_at)
                self.ledger.note(kept, new.settled_at)


def _waiting_since(plan: ConversationPlan) -> datetime | None:
    """When the customer wrote what nobody has answered yet."""
    if plan.state != State.OPEN:
        return None
    since = None
    for turn in plan.turns:
        if turn.who == "customer":
            since = since or turn.at
        elif turn.who == "adviser":
            since = None
    return since


def _offered_at(plan: ConversationPlan, demo: DemoPlan) -> datetime | None:
    """When it came on its adviser's desk: soon after its first word, before their first one."""
    if not plan.adviser:
        return None
    ours = [turn.at for turn in plan.turns if turn.who != "customer"]
    first = min(ours, default=demo.now)
    rng = random.Random(f"{demo.seed}-{plan.customer}-{plan.story}")
    return plan.opened_at + (first - plan.opened_at) * rng.uniform(0.3, 0.8)


def _read_mark(
    plan: ConversationPlan, conversation: Conversation, turns: list[tuple[TurnPlan, Message]]
) -> ReadMark | None:
    """Its adviser has read up to their own last word, or all of it when it is not their turn."""
    if conversation.adviser_id is None:
        return None
    read = turns if plan.state != State.OPEN else [pair for pair in turns if pair[0].who != "customer"]
    if not read:
        return None
    return ReadMark(conversation=conversation, adviser_id=conversation.adviser_id, message=read[-1][1])


def _announced(true: int, rng: random.Random) -> tuple[int, int]:
    """A range of waiting around the true one, or beside it now and then."""
    width = max(20, true // 2)
    low = max(0, true - rng.randint(5, width))
    if rng.random() > 0.86:
        low = true + rng.randint(8, 40)
    return low // 10 * 10, (low + width + rng.randint(10, 30)) // 10 * 10
