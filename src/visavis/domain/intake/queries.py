"""What others read of the public doors."""

from collections.abc import Iterable

from .models import BlockedSender


def is_blocked(brand_id: int, *sources: str) -> bool:
    """Say whether one of the sources is kept out of the brand; one query."""
    return BlockedSender.objects.filter(brand_id=brand_id, source__in=sources, lifted_at=None).exists()


def blocks_of(brand_ids: Iterable[int]) -> list[BlockedSender]:
    """Return the blocks in force, newest first, with who made them; one query."""
    blocks = BlockedSender.objects.filter(brand_id__in=brand_ids, lifted_at=None)
    return list(blocks.select_related("brand", "blocked_by").order_by("-blocked_at"))


def block_of_conversation(conversation_id: int) -> BlockedSender | None:
    """Return the block in force that was made from this conversation, if any; one query."""
    return (
        BlockedSender.objects.filter(conversation_id=conversation_id, lifted_at=None).order_by("pk").first()
    )
