"""Walking a path through the product: which of the named functions were visited, and which facts were written."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from visavis.domain.journal.models import Entry

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = str(ROOT / "src" / "visavis") + os.sep


@dataclass(frozen=True)
class Hop:
    """One function of the path: where it stands, and what happens there."""

    place: str
    what: str


def visited(action: Callable[[], object]) -> list[str]:
    """Run `action` and return the functions of ours that it entered, in order, each once: "web/desk/…:thread"."""
    seen: dict[str, None] = {}

    def look(frame: FrameType, event: str, _argument: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(PACKAGE):
            place = name.removeprefix(PACKAGE).removesuffix(".py")
            seen.setdefault(f"{place}:{frame.f_code.co_name}")

    former = sys.getprofile()
    sys.setprofile(look)
    try:
        action()
    finally:
        sys.setprofile(former)
    return list(seen)


def follow(hops: Sequence[Hop], places: Sequence[str]) -> list[str]:
    """Return the places of the hops, in the order in which they were entered."""
    wanted = {hop.place for hop in hops}
    return [place for place in places if place in wanted]


def page(*, title: str, story: str, hops: Sequence[Hop], facts: Sequence[str]) -> str:
    """Return the page of a walk, as docs/walks keeps it."""
    path = "\n".join(f"{number}. `{hop.place}`: {hop.what}" for number, hop in enumerate(hops, start=1))
    told = "\n".join(f"- `{fact}`" for fact in facts)
    return (
        f"# {title}\n\n{story}\n\n## The path\n\n{path}\n\n## The facts\n\n{told}\n\n"
        "Written by `tests/walks/`, which walk it: `VISAVIS_WRITE_WALKS=1 pytest tests/walks`.\n"
    )


def keep(name: str, text: str) -> None:
    """Compare the page with the one of docs/walks; write it instead when VISAVIS_WRITE_WALKS is set."""
    path = ROOT / "docs" / "walks" / f"{name}.md"
    if os.environ.get("VISAVIS_WRITE_WALKS"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def facts_since(last: int) -> list[Entry]:
    """Return the entries recorded after the entry numbered `last`."""
    return list(Entry.objects.filter(pk__gt=last).order_by("pk"))


def last_entry() -> int:
    """Return the id of the last entry."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
