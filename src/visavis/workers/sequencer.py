"""The one sequencer: numbers what was committed, and rings for those who read the journal by position."""

from visavis.domain.crash_points import here
from visavis.domain.journal.sequencer import has_unnumbered, number_entries
from visavis.live import bell

WAKES_ON: bell.Topic | None = "recorded"
EVERY_SECONDS = 2.0


def tick() -> bool:
    """Number one batch; True when there may be another."""
    if not has_unnumbered():
        return False
    here("sequencer.before")
    numbered = number_entries()
    here("sequencer.after")
    if numbered:
        bell.advanced()
    return numbered > 0
