"""Search at a million messages: the whole page, on SQLite and PostgreSQL, and the same words in django-helpdesk.

`python -m benchmarks.search [--messages N] [--rounds N] [--without-helpdesk]`. Server time of `/recherche/?q=…` (people,
conversations and messages, highlighted, 1.24 million documents) through Django's test client; of django-helpdesk, only
the JSON of its list (25 rows of 200,000 tickets, titles and descriptions; it does not search the other 800,000 messages).
"""

import argparse
import base64
import json
from urllib.parse import quote

from benchmarks import corpus
from benchmarks.helpdesk.prepared import helpdesks
from benchmarks.prepared import House, houses
from benchmarks.telling import Row, Taken, figures, tell

MESSAGES = 1_000_000
_TAIL = corpus.vocabulary()
WORDS = {
    "rare word": [corpus.RARE, *_TAIL[9_000:9_004]],
    "medium word": [corpus.MEDIUM, *_TAIL[320:324]],
    "common word": ["bonjour", "merci", "contrat", "facture", "remboursement"],
    "two words": ["contrat facture", "remboursement livraison", "panne internet", f"{corpus.MEDIUM} bonjour"],
    "two common words": ["bonjour merci", "je suis", "pas reçu"],
    "phrase": [f'"{corpus.PHRASE}"', '"je suis"', '"et le contrat"', '"bonjour et merci"'],
    "beginning of a word": ["quincail*", "remb*", "factu*", "rés*", "contre*"],
    "being typed": ["rembo", "contrat fac", "bonj", "prélève"],
    "reference": ["AB-123456", "AB-500000", "ab700001"],
    "e-mail": ["client1234@exemple.fr", "client39000@exemple.fr"],
    "telephone": ["06 12 34 56 12", "+33 6 45 67 89 12"],
    "name": ["odile perrin", "nguyen", "Lefèvre Karim"],
    "nothing": ["zzzzzz", "kilopascal"],
}


def ours() -> dict[str, list[str]]:
    """The addresses of our page."""
    pages = {name: [f"/recherche/?q={quote(words)}" for words in asked] for name, asked in WORDS.items()}
    return pages | {
        "messages only, common word": [f"/recherche/?type=message&q={word}" for word in WORDS["common word"]]
    }


def theirs() -> dict[str, list[str]]:
    """The addresses of helpdesk's list, two a kind since each takes seconds; it has no stars and no quotes."""
    return {
        name: [rows(words.replace('"', "").replace("*", "")) for words in asked[:2]]
        for name, asked in WORDS.items()
    }


def rows(words: str, **filtering: object) -> str:
    """The address of the rows that helpdesk's page asks for."""
    asked = {
        "filtering": filtering,
        "filtering_null": {},
        "sorting": "created",
        "sortreverse": True,
        "search_string": words,
    }
    encoded = base64.b64encode(json.dumps(asked).encode()).decode()
    return f"/datatables_ticket_list/{encoded}?draw=1&start=0&length=25"


def main() -> None:
    """Measure both and tell."""
    options = parser().parse_args()
    found = {house.engine: taken(house, ours(), options.rounds) for house in houses(options.messages)}
    other = {}
    if not options.without_helpdesk:
        other = {each.engine: taken(each, theirs(), options.rounds) for each in helpdesks(options.messages)}
    tell("search", [row for engine in found for row in table(engine, found[engine], other.get(engine, {}))])


def taken(house: House, asked: dict[str, list[str]], rounds: int) -> Taken:
    """How long each page took."""
    answer: Taken = json.loads(house.run("-m", "benchmarks.asking", str(rounds), typed=json.dumps(asked)))
    return answer


def table(engine: str, found: Taken, other: Taken) -> list[Row]:
    """A line a kind of question; `times` is helpdesk's median over ours."""
    lines: list[Row] = []
    for name, times in found.items():
        line: dict[str, object] = {"database": engine, "search": name, **figures(times)}
        if name in other:
            theirs_p50 = figures(other[name])["p50_ms"]
            line |= {"helpdesk_p50_ms": theirs_p50, "times": round(theirs_p50 / figures(times)["p50_ms"], 1)}
        lines.append(line)
    every = [time for times in found.values() for time in times]
    lines.append({"database": engine, "search": "all of them", **figures(every)})
    return lines


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.search")
    made.add_argument("--messages", type=int, default=MESSAGES)
    made.add_argument("--rounds", type=int, default=20)
    made.add_argument("--without-helpdesk", action="store_true")
    return made


if __name__ == "__main__":
    main()
