"""Lets the demo live: customers arrive, write, wait, give up and come back, through the doors of real ones (HTTP);
colleagues whom nobody plays answer them (see desks.py).

One process, one thread: the same seed gives the same people in the same order.
"""

import itertools
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType

from django.utils import timezone

from visavis.domain.conversations.models import Message
from visavis.domain.people.models import Adviser
from visavis.workers import lifeline

from . import anchor, crowd, mailboxes, people, post_office
from .brands import brand
from .compose import SEED, fits, scene_names
from .correspondent import Correspondent
from .desks import LOOK_SECONDS, Desks, Part
from .doors import Visitor, is_open
from .letterbox import Letterbox
from .people import ADVISERS, CustomerPlan
from .script import Story, draw, phrasebook, stories
from .stage import Stage, act_safely
from .voice import Scene

BEAT_SECONDS = 12.0
ALIVE_SECONDS = 20.0
LISTEN_SECONDS = 2.5
SWAP_SECONDS = 90.0
CHAT_EVERY_SECONDS = 22.0
FORM_EVERY_SECONDS = 75.0
MAIL_EVERY_SECONDS = 90.0
MOST_AT_ONCE = 24  # chats going on together
IN_A_HURRY = (
    "Je n’ai plus le temps, je reviendrai plus tard.",
    "Bon, je dois y aller.",
    "Tant pis, je réessaierai.",
)
BACK_TO_THE_PAGE = (40.0, 160.0)  # seconds until whoever wrote in the form looks at their page
PATIENCE_WITH_THE_PAGE = 420.0
NEWS = ("Avez-vous des nouvelles\u202f?", "Où en est ma demande\u202f?", "Je reviens voir où vous en êtes.")
BACK = ("Me revoilà.", "C’est encore moi.", "Je reviens vers vous, j’avais dû partir.", "Je reprends ici.")


def play(folder: Path, *, port: int, is_live: bool, speed: float, mail_port: int = mailboxes.PORT) -> None:
    """The others are at their desks until we are told to stop, and e-mail is taken; with `is_live`, customers come."""
    lifeline.follow()
    office = post_office.listen(folder, port=mail_port)
    stage = Stage(speed)

    def stop(_number: int, _frame: FrameType | None) -> None:
        stage.is_over = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    rng = random.Random(f"{SEED}-live")
    there = crowd.others()
    known = people.customers(random.Random(f"{SEED}-people"))
    stage.every(BEAT_SECONDS, lambda: crowd.beat(there, now=timezone.now()))
    stage.every(ALIVE_SECONDS, lambda: _still_alive(folder))
    desks = Desks(stage, rng, there)
    desks.remember(folder, known)
    stage.every(LOOK_SECONDS, desks.look)
    if is_live:
        town = Town(
            stage,
            rng,
            desks,
            port=port,
            people=[plan for plan in known if plan.language == "fr"],
            mail_port=mail_port,
            box=Letterbox(folder),
        )
        stage.after(2, town.open)
    stage.run()
    office.shutdown()
    office.server_close()
    act_safely(lambda: _still_alive(folder))


def _still_alive(folder: Path) -> None:
    if kept := anchor.read(folder):
        anchor.Anchor(anchored_at=kept.anchored_at, alive_at=timezone.now()).write(folder)


@dataclass
class Guest:
    """A customer at the doors, and the story they live."""

    part: Part
    visitor: Visitor
    waits_since: float = 0.0
    has_left: bool = False


@dataclass
class Town:
    """Those who write."""

    stage: Stage
    rng: random.Random
    desks: Desks
    port: int
    people: list[CustomerPlan]
    mail_port: int
    box: Letterbox
    guests: list[Guest] = field(default_factory=list)

    def __post_init__(self) -> None:
        told = [story for story in stories() if story.language == "fr" and not story.only_for]
        self.chats = [story for story in told if story.channel == "chat"]
        self.forms = [story for story in told if story.channel == "form"]
        self.addresses = _addresses()

    @property
    def there(self) -> list[Adviser]:
        """The colleagues at their desks."""
        return self.desks.there

    def open(self) -> None:
        """Begin when the doors are open."""
        if not is_open(self.port):
            self.stage.at(time.monotonic() + 1, self.open)
            return
        self._somebody_comes()
        self._somebody_writes()
        self.stage.after(5, self._somebody_sends)
        self.stage.after(SWAP_SECONDS, self._swap)

    def _swap(self) -> None:
        self.stage.after(SWAP_SECONDS, self._swap)
        crowd.swap(self.there, now=timezone.now(), rng=self.rng)

    # --- Coming ----------------------------------------------------------------------------------------------

    def _somebody_comes(self) -> None:
        """Someone opens the chat of a brand; the next one comes later."""
        self.stage.after(self.rng.expovariate(1 / CHAT_EVERY_SECONDS), self._somebody_comes)
        self.guests = [guest for guest in self.guests if not guest.has_left]
        if len(self.guests) >= MOST_AT_ONCE:
            return
        guest = self._guest(self.rng.choice(self.chats))
        customer = guest.part.customer
        guest.visitor.open_chat(name=customer.name, email=customer.email, language="fr")
        self.guests.append(guest)
        self.stage.after(self.rng.uniform(2, 8), partial(self._say, guest))

    def _somebody_writes(self) -> None:
        """Someone writes in the form of a brand."""
        self.stage.after(self.rng.expovariate(1 / FORM_EVERY_SECONDS), self._somebody_writes)
        guest = self._guest(self.rng.choice(self.forms))
        part, customer = guest.part, guest.part.customer
        given = {"text": self.desks.words(part), "subject": self._subject(part)}
        given |= {"name": customer.name, "email": customer.email}
        part.number = guest.visitor.write(given)
        part.place = 1
        self.desks.parts[part.number] = part
        guest.waits_since = time.monotonic()
        self._come_to_the_page(guest)

    def _somebody_sends(self) -> None:
        """Someone writes an e-mail to a brand."""
        self.stage.after(self.rng.expovariate(1 / MAIL_EVERY_SECONDS), self._somebody_sends)
        guest = self._guest(self.rng.choice(self.forms))
        part, customer = guest.part, guest.part.customer
        writer = Correspondent(customer.name, customer.email, self.mail_port, self.box)
        to, subject = brand(part.story.brand).address, self._subject(part)
        writer.write(to=to, subject=subject, text=self.desks.words(part))
        part.place = 1
        guest.waits_since = time.monotonic()
        self.stage.at(time.monotonic() + LISTEN_SECONDS, partial(self._is_read, guest, writer))

    def _subject(self, part: Part) -> str:
        voice = self.desks.voice
        return voice.filled(voice.chosen(self.rng.choice(part.story.subjects)), part.scene)

    def _guest(self, story: Story) -> Guest:
        """Someone to whom this story happens now."""
        customer = self.rng.choice([plan for plan in self.people if fits(plan, story)])
        book, chosen = phrasebook(), self.desks.voice.chosen
        slots = {name: self.rng.choice(values) for name, values in book.values.items()}
        slots["agence"] = self.rng.choice(book.branches[story.site or customer.site])
        slots |= {name: chosen(value) for name, value in draw(story.slots, self.rng).items()}
        slots |= scene_names(story, customer, ADVISERS[0])
        thread = self.rng.randrange(len(story.turns[0].wordings))
        scene = Scene(slots=slots, families=book.families, thread=thread)
        part = Part(story=story, scene=scene, customer=customer)
        return Guest(part, Visitor(port=self.port, brand=story.brand, address=next(self.addresses)))

    # --- Chatting --------------------------------------------------------------------------------------------

    def _say(self, guest: Guest) -> None:
        """The customer writes, after having been seen typing; then listens."""
        if guest.part.number:
            guest.visitor.type()
        self.stage.after(self.rng.uniform(2, 9), partial(self._said, guest))

    def _said(self, guest: Guest) -> None:
        part = guest.part
        if part.next_turn() != "customer":  # answered meanwhile: the story went on without this line
            self._listen(guest, patience=600)
            return
        message = guest.visitor.say(self.desks.words(part))
        part.place += 1
        if not part.number:
            part.number = Message.objects.values_list("conversation_id", flat=True).get(pk=message)
            self.desks.parts[part.number] = part
        guest.waits_since = time.monotonic()
        self._listen(guest, patience=self.rng.uniform(150, 420))

    def _listen(self, guest: Guest, *, patience: float) -> None:
        """Wait for an answer, and give up when it is too long in coming."""
        if guest.visitor.heard():
            self._answered(guest)
        elif self.stage.waited(guest.waits_since) > patience:
            self._give_up(guest)
        else:
            listen = partial(self._listen, guest, patience=patience)
            self.stage.at(time.monotonic() + LISTEN_SECONDS, listen)

    def _answered(self, guest: Guest) -> None:
        turn = guest.part.next_turn()
        if turn == "customer":
            self.stage.after(self.rng.uniform(6, 45), partial(self._say, guest))
        elif turn == "adviser":
            guest.waits_since = time.monotonic()
            self._listen(guest, patience=600)
        else:
            guest.has_left = True

    def _give_up(self, guest: Guest) -> None:
        """They leave, with a word or without; some come back."""
        guest.has_left = True
        if self.rng.random() < 0.5:
            self.stage.after(self.rng.uniform(120, 500), partial(self._come_back, guest))
        if self.rng.random() < 0.4:
            guest.visitor.say(self.rng.choice(IN_A_HURRY))

    def _come_back(self, guest: Guest) -> None:
        guest.has_left = False
        guest.visitor.say(self.rng.choice(BACK))
        guest.waits_since = time.monotonic()
        self._listen(guest, patience=900)

    # --- Ma demande ------------------------------------------------------------------------------------------

    def _come_to_the_page(self, guest: Guest) -> None:
        """Whoever wrote in the form comes back to their page later, and may ask what becomes of it."""
        self.stage.after(self.rng.uniform(*BACK_TO_THE_PAGE), partial(self._read_the_page, guest))

    def _read_the_page(self, guest: Guest) -> None:
        """Answered, they go on where the story has more for them; otherwise they ask once, or look again."""
        part = guest.part
        if guest.visitor.come_back(part.number):
            if part.is_theirs():
                guest.visitor.add(part.number, self.desks.words(part))
                part.place += 1
                self.desks.parts[part.number] = part  # resolved meanwhile, it opens again
            elif not part.next_turn():
                return
        elif self.stage.waited(guest.waits_since) > PATIENCE_WITH_THE_PAGE:
            guest.visitor.add(part.number, self.rng.choice(NEWS))
            return
        self._come_to_the_page(guest)

    # --- By e-mail -------------------------------------------------------------------------------------------

    def _is_read(self, guest: Guest, writer: Correspondent) -> None:
        """The desks know which conversation the e-mail opened, as soon as it did."""
        if not (number := writer.number()):
            self.stage.at(time.monotonic() + LISTEN_SECONDS, partial(self._is_read, guest, writer))
            return
        guest.part.number = number
        self.desks.parts[number] = guest.part
        self._come_to_the_letters(guest, writer)

    def _come_to_the_letters(self, guest: Guest, writer: Correspondent) -> None:
        self.stage.after(self.rng.uniform(*BACK_TO_THE_PAGE), partial(self._read_letters, guest, writer))

    def _read_letters(self, guest: Guest, writer: Correspondent) -> None:
        """Answered, they answer where the story has more for them; otherwise they ask once, or look again."""
        part = guest.part
        if writer.heard():
            if part.is_theirs():
                writer.add(self.desks.words(part))
                part.place += 1
                self.desks.parts[part.number] = part
            elif not part.next_turn():
                return
        elif self.stage.waited(guest.waits_since) > PATIENCE_WITH_THE_PAGE:
            writer.add(self.rng.choice(NEWS))
            return
        self._come_to_the_letters(guest, writer)


def _addresses() -> Iterator[str]:
    """Addresses of this machine, one after the other: each customer comes from their own."""
    for number in itertools.count():
        yield f"127.{40 + number // 62500 % 80}.{1 + number // 250 % 250}.{2 + number % 250}"
