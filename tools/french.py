"""Check the spelling of the French catalogues with hunspell; our own words are in tests/french_words.txt."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
OUR_WORDS = ROOT / "tests" / "french_words.txt"
NOT_PROSE = re.compile(
    r"\S+\.html\b|<[^<>]*>|&#?\w+;|https?://\S+|\S+@\S+|%\(\w+\)[a-z]|%[sd]|\{\w*\}|\S*/\S*\w*/|\b[A-Z]+\d+\b|#[0-9A-F]{6}\b"
)


def main() -> int:
    """Print each unknown word once, with where it stands; 1 when there is one."""
    faults = 0
    for path in sorted(ROOT.glob("src/visavis/locale/*/fr/LC_MESSAGES/django.po")):
        sentences = translations(path)
        for word in sorted(unknown(" \n".join(sentences))):
            faults += 1
            sentence = next((sentence for sentence in sentences if word in sentence), "")
            print(f"{path.relative_to(ROOT)}: {word!r} in {sentence!r}")
    return int(bool(faults))


def translations(path: Path) -> list[str]:
    """The French sentences of a catalogue, without what is not prose."""
    with path.open("rb") as source:
        catalogue = read_po(source)
    found = []
    for message in catalogue:
        if message.id:
            forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
            found += [NOT_PROSE.sub(" ", form).replace("’", "'") for form in forms]
    return found


def unknown(text: str) -> set[str]:
    """The words that are neither French nor ours."""
    command = ["hunspell", "-l", "-i", "utf-8", "-d", "fr_FR"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    ours = {line.strip().lower() for line in OUR_WORDS.read_text(encoding="utf-8").splitlines()}
    return {word for word in done.stdout.splitlines() if ours.isdisjoint(_listed(word))}


def _listed(word: str) -> tuple[str, str]:
    """The word as it may be listed: as it is, and without what is elided before it (« d'Outlook »)."""
    whole = word.rstrip(".").lower()
    return whole, whole.rpartition("'")[2]


if __name__ == "__main__":
    sys.exit(main())
