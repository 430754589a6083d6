"""The promises watch: a promise whose hour passed says so, and nobody has to notice it."""

from django.utils import timezone

from visavis.domain.errors import Refused
from visavis.domain.promises.operations import miss_promise
from visavis.domain.promises.queries import just_passed
from visavis.live import bell

WAKES_ON: bell.Topic | None = None
EVERY_SECONDS = 5.0


def tick() -> bool:
    """Note the promises whose hour has just passed; True when there were some."""
    passed = just_passed(timezone.now())
    for promise in passed:
        try:
            miss_promise(promise)
        except Refused:
            continue  # kept or moved in the meantime
    return bool(passed)
