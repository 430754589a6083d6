"""Who may lift a block."""

from visavis.domain.people.access import Rights, found_or_not

from .models import BlockedSender


def block_for(rights: Rights, block_id: int) -> BlockedSender:
    """Return the block when its brand is theirs; one query."""
    brand_ids = rights.brand_ids if rights.treats_contents else frozenset()
    return found_or_not(
        BlockedSender.objects.select_related("brand").filter(pk=block_id, brand_id__in=brand_ids).first()
    )
