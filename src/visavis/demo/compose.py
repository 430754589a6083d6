"""Composes the demo: from a seed and an instant, everything that is said and promised, as frozen values. Pure."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from . import brands, people, timeline
from .people import AdviserPlan, CustomerPlan
from .plans import ConversationPlan, DemoPlan, PromisePlan, StepPlan, TurnPlan
from .script import MOST, Story, draw, phrasebook, stories
from .typography import capitalise, contract, typeset
from .voice import Scene, Voice

SEED = 20
CONVERSATIONS = 2000
DAYS = 60
SHARE = 0.02  # no sentence in more conversations than this
LETTERS = 0.45  # of what is written at leisure: as an e-mail rather than in the form

ANGRY = frozenset({"mécontent", "réclamation"})
THANKS = re.compile(r"erci|Bonne journée|Respectueusement")

# (customer, story, last turn, minutes since it): what lies on Kader's desk when the demo begins.
ON_KADERS_DESK = (
    ("odile.perrin", "t12-examen", 6, 1),
    ("thomas.weber", "t12-orage", 0, 2),
    ("lucie.marchand", "report-mensualite", 2, 52),
    ("farid.haddad", "caution-bloquee", 3, 34),
    ("karim.ait-said", "demenagement", 2, 65),
    ("yvette.tran", "attestation-fin", 3, 1500),
    ("marc.oliveira", "photos-pare-chocs", 1, 1330),
    ("jeanne.kowalski", "double-facture-locacar", 3, 1640),
)
FIRST = "odile.perrin"  # whom the first screen shows: nothing else stands beside what she explained
ON_OTHER_DESKS = (
    ("didier.petit", "rayure-contestee", 0, 22, "ines"),
    ("blessing.okafor", "devis-retour-ailleurs", 2, 95, "moussa"),
)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Where a conversation stands now: its last turn, and how long ago that was."""

    last: int
    age: timedelta


class Composer:
    """Casts the stories: who lives each of them, who answers, when, and in which words."""

    def __init__(self, *, seed: int, now: datetime, count: int) -> None:
        self.now = now
        self.count = count
        self.cast = random.Random(f"{seed}-cast")
        self.clock = random.Random(f"{seed}-clock")
        self.post = random.Random(f"{seed}-post")
        words = random.Random(f"{seed}-words")
        self.words = words
        self.voice = Voice(words, most=max(1, int(count * SHARE)))
        self.customers = people.customers(random.Random(f"{seed}-people"))
        self.by_key = {plan.key: plan for plan in self.customers}
        self.advisers = {plan.key: plan for plan in (*people.ADVISERS, *people.OTHERS)}
        self.story_of = {story.key: story for story in stories()}
        self.lived: dict[str, set[str]] = defaultdict(set)
        self.used: Counter[str] = Counter()
        self.known: dict[str, str] = {}
        self.answers: Counter[str] = Counter()

    # --- The whole -------------------------------------------------------------------------------------------

    def conversations(self) -> list[ConversationPlan]:
        """As many conversations as asked, oldest first."""
        living = [self._pinned(*pin, "kader") for pin in ON_KADERS_DESK]
        living += [self._pinned(*pin) for pin in ON_OTHER_DESKS]
        living += self._living()
        past = [self._past(story) for story in self._repertoire(self.count - len(living))]
        return sorted([*past, *living], key=lambda plan: plan.opened_at)

    def _repertoire(self, wanted: int) -> list[Story]:
        """Stories by weight, none filling more than its share, shuffled."""
        pool = [story for story in stories() if not story.only_for]
        total = sum(story.weight for story in pool)
        quota = {s.key: min(self._room(s), round(s.weight * wanted / total)) for s in pool}
        while (missing := wanted - sum(quota.values())) > 0:
            growing = [s for s in pool if quota[s.key] < self._room(s)]
            for story in self.cast.sample(growing, min(missing, len(growing))):
                quota[story.key] += 1
        chosen = [story for story in pool for _ in range(quota[story.key])]
        self.cast.shuffle(chosen)
        return chosen[:wanted]

    def _room(self, story: Story) -> int:
        """How many more conversations this story may fill."""
        most = min(MOST, int(self.count * SHARE)) if self.count >= 500 else MOST
        most = min(most, story.weight) if story.needs else most
        return max(0, most - self.used[story.key])

    # --- Casting ---------------------------------------------------------------------------------------------

    def _customer(self, story: Story) -> CustomerPlan:
        """Someone whom this story may befall, and has not yet."""
        able = [
            plan for plan in self.customers if fits(plan, story) and not (story.told and plan.key == FIRST)
        ]
        fresh = [plan for plan in able if story.key not in self.lived[plan.key]] or able
        drawn = [self.cast.choice(fresh) for _ in range(4)]
        return min(drawn, key=lambda plan: len(self.lived[plan.key]))

    def _adviser(self, story: Story, customer: CustomerPlan, *, not_played: bool = False) -> AdviserPlan:
        """Someone who knows how; often the one they already spoke to."""
        able = [a for a in people.ADVISERS if story.brand in a.brands and story.skill in a.skills]
        if not_played:
            able = [adviser for adviser in able if adviser.key not in people.SHOWN] or able
        before = self.advisers.get(self.known.get(customer.key, ""))
        if before in able and before is not None and self.cast.random() < 0.6:
            return before
        one, other = self.cast.choice(able), self.cast.choice(able)
        return min(one, other, key=lambda plan: self.answers[plan.key])

    # --- One conversation ------------------------------------------------------------------------------------

    def _past(self, story: Story) -> ConversationPlan:
        """A conversation that came to its end."""
        customer = self._customer(story)
        adviser = self._adviser(story, customer)
        delays = timeline.paces(story, self.clock)
        days_ago = int(self.clock.triangular(0, DAYS, DAYS * 0.25))
        while True:
            start = timeline.start_of_day(self.now, days_ago=days_ago, rng=self.clock)
            instants = timeline.forward(start, delays, story=story, rng=self.clock)
            if instants[-1] < self.now - timedelta(minutes=25):
                break
            days_ago += 1
        made = self._worded(story, customer, adviser, instants)
        end = made.turns[-1].at + timedelta(minutes=self.clock.randint(1, 24))
        return replace(
            made, state="resolved", resolved_at=min(end, self.now), steps=_all_done(made.steps, end)
        )

    def _pinned(self, customer: str, story: str, last: int, minutes: int, adviser: str) -> ConversationPlan:
        cut = Cut(last=last, age=timedelta(minutes=minutes))
        return self._open(self.story_of[story], self.by_key[customer], self.advisers[adviser], cut)

    def _open(
        self, story: Story, customer: CustomerPlan, adviser: AdviserPlan | None, cut: Cut
    ) -> ConversationPlan:
        """A conversation that is going on: its last turn was `cut.age` ago."""
        delays = timeline.paces(story, self.clock)
        age = self._young_enough(story, cut)
        instants = timeline.backward(self.now - age, delays, last=cut.last)
        instants = self._before_due(story, instants)
        return self._worded(story, customer, adviser, instants)

    def _young_enough(self, story: Story, cut: Cut) -> timedelta:
        """The age of the last word, less when what was promised before it would be long overdue."""
        place, pledge = timeline.pledge_turn(story), story.promise
        answered = any(story.turns[n].who == "adviser" for n in range(place + 1, cut.last + 1))
        if pledge is None or place > cut.last or answered or timeline.is_in_hours(pledge):
            return cut.age
        if timeline.due(pledge, self.now - cut.age) > self.now + timedelta(minutes=20):
            return cut.age
        return timedelta(minutes=self.clock.uniform(25, 300))

    def _before_due(self, story: Story, instants: list[datetime]) -> list[datetime]:
        """Move the first words later when a promise by the clock would already be overdue."""
        place, pledge = timeline.pledge_turn(story), story.promise
        if pledge is None or timeline.is_in_hours(pledge) or story.only_for or place >= len(instants):
            return instants
        if timeline.due(pledge, instants[place]) > self.now + timedelta(minutes=20):
            return instants
        last = instants[-1]
        squeezed = [last - (last - at) * 0.08 for at in instants]
        return squeezed if timeline.due(pledge, squeezed[place]) > self.now else instants

    def _worded(
        self, story: Story, customer: CustomerPlan, adviser: AdviserPlan | None, instants: Sequence[datetime]
    ) -> ConversationPlan:
        """The turns said so far, in words, with what surrounds them."""
        self.lived[customer.key].add(story.key)
        self.used[story.key] += 1
        if adviser is not None:
            self.known[customer.key] = adviser.key
            self.answers[adviser.key] += 1
        promises, instants = self._promises(story, list(instants))
        speaker = adviser or people.ADVISERS[0]
        scene = self._scene(story, customer, speaker)
        turns = tuple(self._turn(story, number, at, scene, speaker) for number, at in enumerate(instants))
        fill = _filler(self.voice, scene, self.words, is_french=story.language == "fr")
        last_spoken = next(turn.who for turn in reversed(turns) if turn.who in {"customer", "adviser"})
        return ConversationPlan(
            story=story.key,
            brand=story.brand,
            customer=customer.key,
            channel=self._channel(story),
            language=story.language,
            subject=fill(self.words.choice(story.subjects)),
            skill=story.skill,
            state="open" if last_spoken == "customer" else "their_turn",
            turns=turns,
            adviser=adviser.key if adviser else "",
            promises=tuple(replace(p, what=fill(p.what), reason=fill(p.reason)) for p in promises),
            told=tuple(map(fill, story.told)) if any(turn.who == "adviser" for turn in turns) else (),
            said=tuple(map(fill, story.said)),
            steps=_steps(tuple(map(fill, story.steps)), turns, owes=any(p.state == "open" for p in promises)),
            tags=story.tags,
            headline=fill(story.headline),
            thread=scene.thread,
            slots=tuple(sorted(scene.slots.items())),
        )

    def _channel(self, story: Story) -> str:
        """The channel of the story; some of what the form brings comes by e-mail instead."""
        is_letter = story.channel == "form" and self.post.random() < LETTERS
        return "email" if is_letter else story.channel

    def _turn(self, story: Story, number: int, at: datetime, scene: Scene, adviser: AdviserPlan) -> TurnPlan:
        turn = story.turns[number]
        is_evening = at.astimezone(timeline.PARIS).hour >= 18
        families = dict(families_of(story))
        if is_evening:
            families["bonjour"] = families["bonjour_soir"]
            families["conge"] = (
                *families["conge_soir"],
                *(c for c in families["conge"] if "journée" not in c),
            )
        scene.families = families
        casual = story.channel == "chat" and turn.who == "customer"
        text = self.voice.say(turn.wordings, scene, keeps_case=casual)
        return TurnPlan(
            who=turn.who, at=at, text=text, adviser="" if turn.who in {"customer", "fact"} else adviser.key
        )

    def _scene(self, story: Story, customer: CustomerPlan, adviser: AdviserPlan) -> Scene:
        site = story.site or customer.site
        book = phrasebook()
        slots = {name: self.words.choice(values) for name, values in book.values.items()}
        slots |= {"agence": self.words.choice(book.branches[site])}
        slots |= scene_names(story, customer, adviser)
        drawn = draw(story.slots, self.words)
        slots |= {name: self.voice.chosen(value) for name, value in drawn.items()}
        thread = self.words.randrange(len(story.turns[0].wordings))
        return Scene(slots=slots, families=book.families, is_french=story.language == "fr", thread=thread)

    # --- Promises --------------------------------------------------------------------------------------------

    def _promises(self, story: Story, instants: list[datetime]) -> tuple[list[PromisePlan], list[datetime]]:
        """What was promised so far; our next word is brought before its due time when the promise is kept."""
        pledge, place = story.promise, timeline.pledge_turn(story)
        if pledge is None or place >= len(instants):
            return [], instants
        made_at = instants[place]
        due_at = self._soon() if story.only_for else timeline.due(pledge, made_at)
        promise = PromisePlan(what=self.words.choice(pledge.what), made_at=made_at, due_at=due_at)
        answers = [n for n in range(place + 1, len(instants)) if story.turns[n].who == "adviser"]
        is_cut = len(instants) < len(story.turns)
        if not answers and (is_cut or due_at > self.now):
            return [promise], instants
        return self._settled(promise, story, instants, answers)

    def _soon(self) -> datetime:
        """In an hour and a quarter, at a round hour: the promise that the first screen shows."""
        later = self.now + timedelta(minutes=78)
        return later.replace(minute=later.minute // 5 * 5, second=0, microsecond=0)

    def _settled(
        self, promise: PromisePlan, story: Story, instants: list[datetime], answers: list[int]
    ) -> tuple[list[PromisePlan], list[datetime]]:
        pledge = story.promise
        if pledge is None or pledge.end == "open":
            return [promise], instants
        early = promise.due_at - timedelta(minutes=self.clock.randint(6, 70))
        early = max(early, promise.made_at + (promise.due_at - promise.made_at) / 2)
        if pledge.end == "missed":
            return [replace(promise, state="missed", settled_at=promise.due_at)], instants
        if pledge.end == "moved":
            told = instants[answers[0]] if answers else promise.due_at
            until = max(told, promise.due_at) + timedelta(hours=self.clock.randint(3, 30))
            settled = min(early, told)
            kept_at = min(until - timedelta(minutes=25), self.now)
            return [
                replace(
                    promise,
                    state="moved",
                    settled_at=settled,
                    reason=self.words.choice(pledge.reasons),
                    moved_to=until,
                    moved_kept_at=kept_at if until < self.now else None,
                )
            ], instants
        if answers and instants[answers[0]] > promise.due_at:
            instants = _brought_forward(instants, answers[0], early)
        kept_at = instants[answers[0]] if answers else early
        return [replace(promise, state="kept", settled_at=min(kept_at, self.now))], instants

    # --- The living day --------------------------------------------------------------------------------------

    def _living(self) -> list[ConversationPlan]:
        """What is going on now, besides the known ones: some wait for someone, some are being answered."""
        share = self.count / CONVERSATIONS
        made = [self._waiting_for_anyone(channel) for channel in _times(share, ("chat", 3), ("form", 9))]
        made += [self._going_on("chat", "customer", 0.2, 2) for _ in range(round(6 * share))]
        made += [self._going_on("chat", "adviser", 0.3, 4) for _ in range(round(6 * share))]
        made += [self._going_on("form", "customer", 6, 400) for _ in range(round(34 * share))]
        made += [self._going_on("form", "adviser", 50, 3400) for _ in range(round(56 * share))]
        made += [
            self._owed(minutes)
            for minutes in (-12, -38, 18, 44, 75, 96, 130, 170, 200, 230)[: round(10 * share)]
        ]
        return made

    def _waiting_for_anyone(self, channel: str) -> ConversationPlan:
        kader = self.advisers["kader"].skills  # who signs in as Kader first meets what they write themselves
        story = self._story(lambda s: s.channel == channel and s.language == "fr" and s.skill not in kader)
        age = self.clock.uniform(0.3, 2.6) if channel == "chat" else self.clock.uniform(8, 290)
        return self._open(story, self._customer(story), None, Cut(last=0, age=timedelta(minutes=age)))

    def _going_on(self, channel: str, who: str, least: float, most: float) -> ConversationPlan:
        """A conversation whose last word is `who`'s, said between `least` and `most` minutes ago."""
        story = self._story(lambda s: s.channel == channel and _places(s, who) != [] and not _presses(s))
        cut = Cut(
            last=self.clock.choice(_places(story, who)),
            age=timedelta(minutes=self.clock.uniform(least, most)),
        )
        customer = self._customer(story)
        return self._open(story, customer, self._adviser(story, customer, not_played=True), cut)

    def _owed(self, minutes: int) -> ConversationPlan:
        """A conversation with a promise that falls due in so many minutes, or fell due before."""
        story = self._story(
            lambda s: s.promise is not None and timeline.is_in_hours(s.promise) and s.channel == "chat"
        )
        place = timeline.pledge_turn(story)
        pledge = story.promise
        length = timeline.due(pledge, self.now) - self.now if pledge else timedelta(0)
        age = length - timedelta(minutes=minutes)
        if age < timedelta(minutes=2):
            return self._owed(minutes)
        customer = self._customer(story)
        return self._open(
            story, customer, self._adviser(story, customer, not_played=True), Cut(last=place, age=age)
        )

    def _story(self, suits: Callable[[Story], bool]) -> Story:
        able = [s for s in stories() if not s.only_for and not s.needs and self._room(s) and suits(s)]
        return self.clock.choice(able)


def compose(*, seed: int = SEED, now: datetime, count: int = CONVERSATIONS) -> DemoPlan:
    """All of the demo as it stands at `now` (aware); the words depend on the seed alone, the times on `now`."""
    composer = Composer(seed=seed, now=now, count=count)
    return DemoPlan(
        seed=seed,
        now=now,
        advisers=(*people.ADVISERS, *people.OTHERS),
        teams=people.TEAMS,
        customers=tuple(composer.customers),
        conversations=tuple(composer.conversations()),
    )


def families_of(story: Story) -> dict[str, tuple[str, ...]]:
    """How people greet and take leave in this story: in a form one is more formal; one who is angry thanks nobody."""
    families = dict(phrasebook().families)
    if story.channel == "form":
        families["bonjour"] = families["bonjour_form"]
    if not ANGRY.isdisjoint(story.tags):
        families["formule"] = tuple(w for w in families["formule"] if not THANKS.search(w))
    return families


def fits(customer: CustomerPlan, story: Story) -> bool:
    """True when this story may befall this customer."""
    if customer.brand != story.brand or (story.site and customer.site != story.site):
        return False
    if story.needs:
        return story.needs in customer.traits
    return customer.language == story.language


def scene_names(story: Story, customer: CustomerPlan, adviser: AdviserPlan) -> dict[str, str]:
    """Names, and the endings that agree with them."""
    is_woman, site = customer.gender == "f", next(s for s in brands.SITES if s.key == adviser.site)
    return {
        "prenom": customer.first_name,
        "nom": customer.last_name,
        "mme": "Mme" if is_woman else "M.",
        "Mme": "Mme" if is_woman else "M.",
        "madame": "Madame" if is_woman else "Monsieur",
        "e": "e" if is_woman else "",
        "ec": "e" if adviser.gender == "f" else "",
        "ville": customer.city,
        "marque": brands.brand(story.brand).name,
        "ref": customer.reference,
        "moi": adviser.first_name,
        "moi_nom": adviser.name,
        "site": site.name,
    }


def _filler(voice: Voice, scene: Scene, rng: random.Random, *, is_french: bool) -> Callable[[str], str]:
    def fill(text: str) -> str:
        done = capitalise(voice.filled(voice.chosen(text), scene))
        return typeset(contract(done)) if is_french else done.replace("'", "’")

    return fill


def _steps(titles: Sequence[str], turns: Sequence[TurnPlan], *, owes: bool) -> tuple[StepPlan, ...]:
    """The steps, with those that are behind us: the first at once; the others as we answer, when nothing is owed."""
    answers = [] if owes else [turn.at for turn in turns if turn.who == "adviser"]
    done: list[datetime] = [turns[0].at, *answers[1:2]][: max(0, len(titles) - 1)]
    instants: list[datetime | None] = [*done, *[None] * (len(titles) - len(done))]
    steps = []
    for title, at in zip(titles, instants, strict=True):
        head, _, detail = title.partition(". ")
        steps.append(StepPlan(title=head.removesuffix("."), detail=detail, done_at=at))
    return tuple(steps)


def _all_done(steps: Iterable[StepPlan], at: datetime) -> tuple[StepPlan, ...]:
    return tuple(replace(step, done_at=step.done_at or at) for step in steps)


def _brought_forward(instants: list[datetime], place: int, at: datetime) -> list[datetime]:
    """Move the turn `place` to `at`, and squeeze what came between or follows so that the order stays."""
    moved = list(instants)
    shift = moved[place] - at
    moved[place] = at
    for number in range(place - 1, 0, -1):
        if moved[number] >= moved[number + 1]:
            moved[number] = moved[number + 1] - timedelta(minutes=3)
    return moved[: place + 1] + [later - shift for later in instants[place + 1 :]]


def _places(story: Story, who: str) -> list[int]:
    """The turns where a conversation can be cut so that the last word is `who`'s: neither the first nor the last."""
    within = range(1, len(story.turns) - 1)
    return [number for number in within if story.turns[number].who == who]


def _presses(story: Story) -> bool:
    """True when what is promised falls due within hours: those are cut on purpose (see _owed)."""
    return story.channel == "form" and story.promise is not None and timeline.is_in_hours(story.promise)


def _times(share: float, *kinds: tuple[str, int]) -> list[str]:
    return [kind for kind, number in kinds for _ in range(round(number * share))]
