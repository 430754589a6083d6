"""Words the turns of the stories: fills the slots, and never says one sentence in too many conversations."""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .typography import capitalise, contract, typeset

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_SENTENCES = re.compile(r"(?<=[.!?…])[ \n]+|\n+")
FAMILIES = frozenset(
    {"bonjour", "accueil", "rebonjour", "merci", "conge", "formule", "signature", "merci_bref"}
)


class OutOfWords(ValueError):
    """Every wording has been said too often: more must be written."""


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line of its own is one too."""
    return [part.strip() for part in _SENTENCES.split(text) if part.strip()]


@dataclass
class Scene:
    """One conversation being worded: its slots, and what has been said in it."""

    slots: Mapping[str, str]
    families: Mapping[str, Sequence[str]]
    is_french: bool = True
    thread: int = 0
    said: set[str] = field(default_factory=set)


class Voice:
    """Chooses among wordings, and counts in how many conversations each sentence stands."""

    def __init__(self, rng: random.Random, *, most: int) -> None:
        self._rng = rng
        self._most = most
        self._conversations: Counter[str] = Counter()

    def say(self, wordings: Sequence[str], scene: Scene, *, keeps_case: bool = False) -> str:
        """Word one turn; each sentence of it stands in at most `most` conversations.

        Wordings of the same rank answer each other from turn to turn: the scene keeps to its own.
        """
        own = [wordings[scene.thread % len(wordings)]]
        for attempt in range(400):
            text = self._worded(own if attempt < 350 else wordings, scene, keeps_case=keeps_case)
            new = [part for part in sentences(text) if part not in scene.said]
            if all(self._conversations[part] < self._most for part in new):
                self._note(new, scene)
                return text
            if attempt == 399:
                raise OutOfWords(f"{text!r}")
        raise AssertionError

    def _note(self, new: list[str], scene: Scene) -> None:
        for part in set(new):
            self._conversations[part] += 1
        scene.said.update(new)

    def _worded(self, wordings: Sequence[str], scene: Scene, *, keeps_case: bool) -> str:
        raw = self.chosen(self._rng.choice(list(wordings)))
        text = self.filled(raw, scene)
        text = contract(text) if scene.is_french else text
        text = re.sub(r"[ \t]+", " ", text).replace(" \n", "\n").strip()
        first = not (keeps_case and raw[:1].islower() and self._rng.random() < 0.7)
        text = capitalise(text, first=first)
        return typeset(text) if scene.is_french else text.replace("'", "’")

    def chosen(self, text: str) -> str:
        """Choose in each [one|other]."""
        return _CHOICE.sub(lambda found: self._rng.choice(found[1].split("|")), text)

    def filled(self, text: str, scene: Scene) -> str:
        """Fill {slots} and {families}, as deep as they go."""
        for _ in range(4):
            if "{" not in text:
                break
            text = _SLOT.sub(lambda found: self._value(found[1], scene), text)
        return text

    def _value(self, name: str, scene: Scene) -> str:
        if name in FAMILIES:
            return self.chosen(self._rng.choice(list(scene.families[name])))
        return self.chosen(scene.slots[name])
