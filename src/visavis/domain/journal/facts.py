"""What a fact is: a frozen value with a verb, four numbers that say where, and plain numbers or codes."""

from dataclasses import dataclass, fields
from typing import ClassVar

PLACES = ("adviser_id", "team_id", "brand_id", "conversation_id")
KNOWN: dict[str, type["Fact"]] = {}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened. Subclasses add numbers, codes and instants; never a name or a text."""

    verb: ClassVar[str]
    adviser_id: int | None = None
    team_id: int | None = None
    brand_id: int | None = None
    conversation_id: int | None = None

    def __init_subclass__(cls, *, verb: str) -> None:
        cls.verb = verb
        KNOWN[verb] = cls

    def details(self) -> dict[str, object]:
        """Return the fields that are not places, ready for JSON."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in PLACES}
