"""French spaces and signs for a text written without them; addresses, code and markup are left alone."""

from __future__ import annotations

import re
from functools import lru_cache

NARROW = "\u202f"
WIDE = "\u00a0"

# What is not prose: markup with what it holds of code, entities, addresses of the web and of mail, `code`.
NOT_PROSE = re.compile(
    r"<(code|pre|kbd|samp|script|style|textarea)\b.*?</\1\s*>|<[^<>]*>|&(?:#\w+|\w+);"
    r"|`[^`\n]*`|\b[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+|\bmailto:\S+|\S+@\S+|\S*\w[/\\]\w\S*",
    re.IGNORECASE | re.DOTALL,
)
SPACE = f"[ {WIDE}{NARROW}]"
UNITS = r"h|min|s|ms|€|\$|£|%|°C|o|ko|Mo|Go|km|m|cm|mm|kg|g|l|Mb/s|Gb/s|kWh|pts?"
STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    # « ; ! ? » after a word, at its end: « ça va ? », never « a;b » nor « !important ».
    (re.compile(rf"(?<=[\w»)\]’”.…%€]){SPACE}?(?=[;!?]+(?:\s|$|[»)\]”]))"), NARROW),
    (re.compile(rf"(?<=[\w»)\]’”%€]){SPACE}?(?=:(?:\s|$))"), WIDE),
    (re.compile(rf"«{SPACE}*(?=\S)"), f"«{WIDE}"),
    (re.compile(rf"(?<=\S){SPACE}*»"), f"{WIDE}»"),
    (re.compile(rf"(?<=\d){SPACE}(?=(?:{UNITS})(?![\w/]))"), WIDE),
    (re.compile(rf"(?<=\d{WIDE}h){SPACE}(?=\d\d\b)|(?<=\d{WIDE}min){SPACE}(?=\d\d\b)"), WIDE),
    (re.compile(rf"(?<=\bn°){SPACE}(?=\d)"), WIDE),
)
TITLES = re.compile(rf"\b((?:M|Dr|Me)\.|M(?:me|lle)){SPACE}(?=[A-ZÀ-Ý])")
GROUPS = re.compile(
    rf"(?<![\d.,])(?<!\d{SPACE})(?:\d{{1,3}}(?:{SPACE}\d{{3}})+|0\d(?:{SPACE}\d\d){{4}})(?!\d|{SPACE}\d)"
)


LONGEST_KEPT = 400  # characters: subjects, last words and most messages, told again at every refresh


def typeset(text: str) -> str:
    """The text with French spaces; what is not prose comes back letter for letter."""
    return kept(text) if len(text) <= LONGEST_KEPT else typeset_now(text)


def typeset_now(text: str) -> str:
    """As `typeset`, worked out again."""
    told, start = [], 0
    for other in NOT_PROSE.finditer(text):
        told += [prose(text[start : other.start()]), other[0]]
        start = other.end()
    return "".join([*told, prose(text[start:])])


kept = lru_cache(maxsize=4096)(typeset_now)


def prose(text: str) -> str:
    """A stretch of prose, typeset."""
    text = GROUPS.sub(lambda found: re.sub(SPACE, WIDE, found[0]), text)
    text = TITLES.sub(rf"\1{WIDE}", text)
    for pattern, sign in STEPS:
        text = pattern.sub(sign, text)
    return text
