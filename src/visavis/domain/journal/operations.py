"""Moving a follower's cursor."""

from .models import Cursor
from .record import upkeep


@upkeep
def move_cursor(name: str, position: int) -> None:
    """Say that the follower `name` has read up to `position`; called in the transaction of its effect."""
    Cursor.objects.update_or_create(name=name, defaults={"position": position})
