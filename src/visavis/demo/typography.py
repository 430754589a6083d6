"""French as a typesetter sets it: the stories are typed plainly, and set here."""

import re

NARROW = "\u202f"
WIDE = "\u00a0"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)'(?=[\w«])"), "’"),
    (re.compile(r" ([;!?]+)"), rf"{NARROW}\1"),
    (re.compile(r" :"), f"{WIDE}:"),
    (re.compile(r"« "), f"«{WIDE}"),
    (re.compile(r" »"), f"{WIDE}»"),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), NARROW),
    (re.compile(r"(?<=\d) (?=(?:€|%|h|Go|km|mm|cm|m|min|ans|FCFA|F)(?:\W|$))"), WIDE),
    (re.compile(r"(?<=\dh) (?=\d\d\b)|(?<=\d\u00a0h) (?=\d\d\b)"), WIDE),
    (re.compile(r"\b(Mme|M\.) (?=[A-ZÀ-Ý])"), rf"\1{WIDE}"),
)
_SENTENCE_START = re.compile(r"(?:^|(?<=[.!?]\s)|(?<=\n))[a-zà-öø-ÿœ]")

# A value put in a sentence meets the word before it: "de le Captur", "de Angers", "de un jour".
_CONTRACTIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b([Dd])e le (?=[A-Z])"), r"\1u "),
    (re.compile(r"\bà le (?=[A-Z])"), "au "),
    (re.compile(r"\b([Dd])e (?=(?:[AEIUYÉÈÊÀÂÎÔÛ]|O(?!ui))[\w’'])"), r"\1'"),
    (re.compile(r"\b([Dd])e (?=une? )"), r"\1'"),
    (re.compile(r"\b([Qq])ue (?=[AEIOUÉ][a-zà-ÿ])"), r"\1u'"),
)


def contract(text: str) -> str:
    """Contract what French contracts: du Captur, d'Angers, d'un jour."""
    for pattern, by in _CONTRACTIONS:
        text = pattern.sub(by, text)
    return text


def typeset(text: str) -> str:
    """Set a French text: apostrophes, and the spaces before ; ! ? : € and inside « »."""
    for pattern, by in _RULES:
        text = pattern.sub(by, text)
    return text


def capitalise(text: str, *, first: bool = True) -> str:
    """Begin each sentence with a capital; the very first letter only when `first`."""
    raised = _SENTENCE_START.sub(lambda found: found.group().upper(), text)
    return raised if first or not text else text[0] + raised[1:]


def amount(value: int) -> str:
    """Write a whole number as French does: 1 240, with a narrow space."""
    return f"{value:,}".replace(",", NARROW)
