"""Compile the catalogues of translations, or check that the French is whole and well set.

`python -m visavis.cli.messages` makes every `.mo` that is older than its `.po`. With `--check` it fails when
a sentence of the source has no French, or when the French is not set as French is: `make check` runs it.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from babel.messages.catalog import Catalog, Message

PACKAGE = Path(__file__).resolve().parent.parent
NARROW_SPACE = "\u202f"
WIDE_SPACE = "\u00a0"

# What is not prose inside a sentence: tags, entities, addresses and placeholders.
NOT_PROSE = re.compile(r"<[^<>]*>|&#?\w+;|https?://\S+|mailto:\S+")
PLACEHOLDER = re.compile(r"%%?\((\w+)\)[a-z]|(?<!\{)\{(\w+)\}(?!\})")

TYPOGRAPHY: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"(?<![{NARROW_SPACE};!?…])[;!?](?!\w)"), "U+202F is missing before ; ! or ?"),
    (re.compile(rf"(?<![{WIDE_SPACE}\d]):|(?<=\d):(?!\d)"), "U+00A0 is missing before a colon"),
    (re.compile(rf"«(?!{WIDE_SPACE})"), "U+00A0 is missing after «"),
    (re.compile(rf"(?<!{WIDE_SPACE})»"), "U+00A0 is missing before »"),
    (re.compile(r"'"), "the apostrophe is ’"),
    (re.compile(r'"'), "quotation marks are « »"),
    (re.compile(r"\.\.\."), "the ellipsis is one sign, …"),
    (re.compile(r"(?<=\w)-{2,}|--"), "the dash is – or —"),
)

# The same list of functions as Django's makemessages.
KEYWORDS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
    "_",
)

Key: TypeAlias = tuple[str | None, str]

JOINER = "\u2060"
BREAKABLE = re.compile(r"\b([Ee]-)(?=mail)")


@dataclass(frozen=True)
class Fault:
    """Something to mend in a catalogue, and where."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


# --- Compiling ----------------------------------------------------------------------------------------------


def catalogues(package: Path = PACKAGE) -> list[Path]:
    """Every catalogue of the product: one per part and language."""
    return sorted((package / "locale").glob("*/*/LC_MESSAGES/django.po"))


def compile_stale(package: Path = PACKAGE) -> list[Path]:
    """Every `.mo` is at least as new as its `.po`; those made now are given back.

    A folder that cannot be written is left as it is: an installed package brings its own `.mo`.
    """
    stale = [path for path in catalogues(package) if is_stale(path)]
    return [path for path in stale if os.access(path.parent, os.W_OK) and compile_one(path)]


def is_stale(source: Path) -> bool:
    """True when the compiled catalogue is missing, or older than its source or than what compiles it."""
    compiled = source.with_suffix(".mo")
    newest = max(path.stat().st_mtime_ns for path in (source, Path(__file__)))
    return not compiled.exists() or compiled.stat().st_mtime_ns < newest


def compile_one(source: Path) -> bool:
    """The compiled catalogue stands beside its source, whole at any instant: several processes may start."""
    from babel.messages.mofile import write_mo  # slow, and seldom needed

    catalogue = read(source)
    for message in catalogue:
        told = message.string
        message.string = unbroken(told) if isinstance(told, str) else tuple(map(unbroken, told or ()))
    with tempfile.NamedTemporaryFile(dir=source.parent, suffix=".mo.part", delete=False) as compiled:
        write_mo(compiled, catalogue)
    Path(compiled.name).chmod(0o644)
    Path(compiled.name).replace(source.with_suffix(".mo"))
    return True


def unbroken(text: str) -> str:
    """The text, where no line ends inside « e-mail ».

    A word joiner after its hyphen: who looks for the word in a page finds it all the same, which a no-break
    hyphen prevents (tried in Chromium), and what is copied leaves it behind (shell.js).
    """
    return BREAKABLE.sub(rf"\1{JOINER}", text)


def read(path: Path) -> Catalog:
    """The catalogue of that file."""
    from babel.messages.pofile import read_po  # slow, and seldom needed

    with path.open("rb") as source:
        return read_po(source, locale=path.parent.parent.name, abort_invalid=True)


# --- Checking -----------------------------------------------------------------------------------------------


def faults(package: Path = PACKAGE) -> Iterator[Fault]:
    """All there is to mend: sentences without French, French that disagrees with itself, and typography."""
    french = [path for path in catalogues(package) if path.parent.parent.name == "fr"]
    read_once = {path: read(path) for path in french}
    for path, catalogue in read_once.items():
        for message in catalogue:
            if message.id:
                yield from message_faults(path.relative_to(package).as_posix(), message)
    yield from disagreements(package, read_once)
    yield from untranslated(package, read_once.values())


def message_faults(where: str, message: Message) -> Iterator[Fault]:
    """What is wrong with one translation, whatever the source says."""
    place = f"{where}:{message.lineno or 0}"
    identifiers, translations = forms(message.id), forms(message.string)
    if message.fuzzy:
        yield Fault(place, f"fuzzy: {identifiers[0]!r}")
    if not all(translations):
        yield Fault(place, f"empty: {identifiers[0]!r}")
    for translation in translations:
        for what in typography_faults(translation):
            yield Fault(place, f"{what}: {translation!r}")
        unknown = placeholders(translation) - {name for text in identifiers for name in placeholders(text)}
        if unknown:
            yield Fault(place, f"placeholders {sorted(unknown)} are not in the source: {translation!r}")


def forms(text: str | Iterable[str] | None) -> list[str]:
    """The singular and the plurals of a message, as a list; a message without plural has one form."""
    return [text or ""] if isinstance(text, str | None) else list(text)


def placeholders(text: str) -> set[str]:
    """The names to fill in a sentence."""
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def typography_faults(text: str) -> list[str]:
    """What a French typesetter would mark in that sentence; tags, addresses and placeholders aside."""
    prose = PLACEHOLDER.sub("0", NOT_PROSE.sub("", text))
    return [what for pattern, what in TYPOGRAPHY if pattern.search(prose)]


def key(message: Message) -> Key:
    """What tells a message from the others: its context and its singular."""
    return message.context, forms(message.id)[0]


def disagreements(package: Path, french: dict[Path, Catalog]) -> Iterator[Fault]:
    """Sentences to which two parts give two translations: Django would silently keep one of them."""
    seen: dict[Key, dict[tuple[str, ...], str]] = defaultdict(dict)
    for path, catalogue in french.items():
        for message in catalogue:
            if message.id:
                translation = tuple(forms(message.string))
                seen[key(message)][translation] = path.relative_to(package).as_posix()
    for (_context, identifier), translations in seen.items():
        if len(translations) > 1:
            places = ", ".join(sorted(translations.values()))
            yield Fault(places, f"two translations (say which with pgettext): {identifier!r}")


def untranslated(package: Path, french: Iterable[Catalog]) -> Iterator[Fault]:
    """Sentences of the source that stand in no French catalogue."""
    known = {key(message) for catalogue in french for message in catalogue}
    for message in extracted(package):
        if message.id and key(message) not in known:
            path, line = message.locations[0] if message.locations else ("?", 0)
            context = f" (context {message.context!r})" if message.context else ""
            yield Fault(f"{path}:{line}", f"no French{context}: {forms(message.id)[0]!r}")


def extracted(package: Path) -> Catalog:
    """Every sentence of the source, as xgettext finds them: the tool that Django itself relies on."""
    from babel.messages.pofile import read_po  # slow, and seldom needed

    with tempfile.TemporaryDirectory() as folder:
        files = [path.relative_to(folder).as_posix() for path in sources_for_xgettext(package, Path(folder))]
        listing = Path(folder) / "files.txt"
        listing.write_text("\n".join(files), encoding="utf-8")
        found = Path(folder) / "found.po"
        command = [
            *(
                "xgettext",
                "--language=Python",
                "--from-code=UTF-8",
                "--force-po",
                "--no-wrap",
            ),
            *(f"--keyword={keyword}" for keyword in KEYWORDS),
            *(f"--files-from={listing}", f"--output={found}"),
        ]
        subprocess.run(command, check=True, cwd=folder, stderr=subprocess.PIPE)
        # Without its header xgettext drops every letter that is not ASCII; with it, there are blanks to fill.
        text = found.read_text(encoding="utf-8").replace("charset=CHARSET", "charset=UTF-8")
        text = text.replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=(n > 1)")
        return read_po(io.StringIO(text), charset="utf-8")


def sources_for_xgettext(package: Path, folder: Path) -> Iterator[Path]:
    """Copies of our files in that folder, templates turned into what xgettext understands."""
    from django.utils.translation import templatize  # slow, and needed only to check

    for suffix in ("*.py", "*.html", "*.txt", "*.svg"):
        for path in sorted(package.rglob(suffix)):
            if "vendor" in path.parts or "migrations" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            copy = folder / path.relative_to(package)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(
                text if suffix == "*.py" else templatize(text, origin=str(path)), encoding="utf-8"
            )
            yield copy


# --- As a program -------------------------------------------------------------------------------------------


def check() -> int:
    """Print what is to mend; 1 when there is something."""
    import django  # only a check needs it
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)  # templatize reads one setting; the product's own are not needed
    django.setup()
    if shutil.which("xgettext") is None:
        print("Translations are not checked: apt-get install gettext")
        return int(os.environ.get("CI") == "true")
    found = sorted(set(map(str, faults())))
    for line in found:
        print(line)
    print(f"{len(catalogues())} catalogues, {len(found)} to mend.")
    return int(bool(found))


def compile_aloud() -> int:
    """Compile what is stale, and say so."""
    for path in compile_stale():
        print(f"compiled {path.relative_to(PACKAGE).with_suffix('.mo')}")
    return 0


def main() -> int:
    """Read the options of `python -m visavis.cli.messages`."""
    parser = argparse.ArgumentParser(prog="python -m visavis.cli.messages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when the French is not whole and well set")
    return check() if parser.parse_args().check else compile_aloud()


if __name__ == "__main__":
    sys.exit(main())
