"""The presence watch: a desk that is not heard any more keeps nobody waiting."""

from django.utils import timezone

from visavis.domain.flows.silence import watch_silence
from visavis.live import bell

WAKES_ON: bell.Topic | None = None
EVERY_SECONDS = 3.0


def tick() -> bool:
    """Look once at who fell silent."""
    watch_silence(timezone.now())
    return False
