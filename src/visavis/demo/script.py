"""Reads the hand-written stories: data files, one per brand and theme, and the sentences they share."""

import random
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any, Literal

Who = Literal["customer", "adviser", "note", "fact"]
_WHO: dict[str, Who] = {"client": "customer", "conseiller": "adviser", "note": "note", "fait": "fact"}
_DELAY = re.compile(r"\+(\d+)([jhm])$")
_UNITS = {"j": "days", "h": "hours", "m": "minutes"}
MOST = 38  # conversations that one story may fill: under 2 % of 2,000, whatever its words


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One moment of a story, in several wordings; `delay` after the turn before, None for the channel's own pace."""

    who: Who
    delay: timedelta | None
    wordings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """A promise made in a story, at the first reply. `due`: "+4h", or "+1j 12h" (tomorrow at noon)."""

    what: tuple[str, ...]
    due: str
    end: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Story:
    """One hand-written story: what may happen between a customer and an adviser."""

    key: str
    brand: str
    channel: str
    weight: int
    subjects: tuple[str, ...]
    turns: tuple[Turn, ...]
    skill: str
    tags: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    promise: Pledge | None = None
    language: str = "fr"
    needs: str = ""
    site: str = ""
    only_for: str = ""
    headline: str = ""
    slots: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Phrasebook:
    """What all stories share: families of phrasings, values, and where cars are fetched."""

    families: Mapping[str, tuple[str, ...]]
    values: Mapping[str, tuple[str, ...]]
    branches: Mapping[str, tuple[str, ...]]


@cache
def stories() -> tuple[Story, ...]:
    """Every story, in the order of the files."""
    folder = resources.files("visavis.demo").joinpath("stories")
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )
    read = (tomllib.loads(file.read_text("utf-8")) for file in files if file.name != "paroles.toml")
    return tuple(_story(page["brand"], told) for page in read for told in page["story"])


@cache
def phrasebook() -> Phrasebook:
    """The sentences and values that the stories share."""
    file = resources.files("visavis.demo").joinpath("stories", "paroles.toml")
    page = tomllib.loads(file.read_text("utf-8"))
    branches, values = page.pop("agences"), page.pop("valeurs")
    return Phrasebook(families=_tuples(page), values=_tuples(values), branches=_tuples(branches))


def draw(given: Mapping[str, object], rng: random.Random) -> dict[str, str]:
    """Give one value to each slot of a story; those that depend on another come after it."""
    drawn: dict[str, str] = {}
    numbers: dict[str, int] = {}
    later: list[tuple[str, Mapping[str, Any]]] = []
    for name, value in given.items():
        if isinstance(value, list):
            drawn[name] = str(rng.choice(value))
        elif isinstance(value, dict) and "de" in value:
            numbers[name] = rng.randrange(value["de"], value["a"] + 1, value["pas"])
        elif isinstance(value, dict):
            later.append((name, value))
    for name, value in later:
        if "table" in value:
            drawn[name] = value["table"][drawn[value["selon"]]]
        else:
            numbers[name] = _reckon(value, numbers)
    return drawn | {name: _plain_amount(number) for name, number in numbers.items()}


def _reckon(rule: Mapping[str, Any], numbers: Mapping[str, int]) -> int:
    base = numbers[rule["sur"]]
    if "plus" in rule:
        return base + numbers[rule["plus"]]
    if "moins_slot" in rule:
        return base - numbers[rule["moins_slot"]]
    if "fois_slot" in rule:
        return base * numbers[rule["fois_slot"]]
    return base * int(rule.get("fois", 1)) // int(rule.get("diviser", 1))


def _plain_amount(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _story(brand: str, told: Mapping[str, Any]) -> Story:
    pledge = told.get("promise")
    return Story(
        key=told["key"],
        brand=brand,
        channel=told["channel"],
        weight=told["weight"],
        subjects=tuple(told["subject"]),
        turns=tuple(_turn(turn) for turn in told["turns"]),
        skill=told.get("skill", ""),
        tags=tuple(told.get("tags", ())),
        told=tuple(told.get("told", ())),
        said=tuple(told.get("said", ())),
        steps=tuple(told.get("steps", ())),
        promise=_pledge(pledge) if pledge else None,
        language=told.get("lang", "fr"),
        needs=told.get("needs", ""),
        site=told.get("site", ""),
        only_for=told.get("only_for", ""),
        headline=told.get("headline", ""),
        slots=told.get("slots", {}),
    )


def _pledge(told: Mapping[str, Any]) -> Pledge:
    return Pledge(
        what=tuple(told["what"]), due=told["due"], end=told["end"], reasons=tuple(told.get("reason", ()))
    )


def _turn(told: list[str]) -> Turn:
    who, _, delay = told[0].partition(" ")
    return Turn(who=_WHO[who], delay=_delay(delay) if delay else None, wordings=tuple(told[1:]))


def _delay(text: str) -> timedelta:
    found = _DELAY.match(text)
    if found is None:
        raise ValueError(f"not a delay: {text!r}")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _tuples(page: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in page.items()}
