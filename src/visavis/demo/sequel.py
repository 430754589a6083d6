"""What may follow in the conversations that were going on when the demo was loaded, kept beside the database."""

import json
from collections.abc import Iterable
from pathlib import Path

from visavis.domain.conversations.models import Conversation

from .people import CustomerPlan
from .plans import DemoPlan
from .script import Story, stories
from .voice import Scene

FILE = "demo-going-on.json"


def write(folder: Path, plan: DemoPlan) -> None:
    """Keep, for each conversation that is going on, its story, how far it went, and its words."""
    numbers = Conversation.objects.order_by("pk").values_list("pk", flat=True)
    kept = {
        number: {
            "story": told.story,
            "customer": told.customer,
            "place": len(told.turns),
            "thread": told.thread,
            "slots": dict(told.slots),
        }
        for number, told in zip(numbers, plan.conversations, strict=True)
        if told.state != "resolved"
    }
    (folder / FILE).write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def read(
    folder: Path, customers: Iterable[CustomerPlan]
) -> list[tuple[int, Story, CustomerPlan, Scene, int]]:
    """Number, story, customer, scene and next turn of each; nothing when nothing was kept."""
    try:
        kept = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    story_of = {story.key: story for story in stories()}
    customer_of = {plan.key: plan for plan in customers}
    return [
        (
            int(number),
            story_of[row["story"]],
            customer_of[row["customer"]],
            Scene(
                slots=row["slots"],
                families={},
                is_french=story_of[row["story"]].language == "fr",
                thread=row["thread"],
            ),
            row["place"],
        )
        for number, row in kept.items()
        if row["story"] in story_of and row["customer"] in customer_of
    ]
