"""Tables of the dispatch: offers with their reasons, policies, announced waits."""

from django.db import models

from visavis.domain.conversations.models import Conversation
from visavis.domain.people.models import Adviser, Brand


class OfferState(models.TextChoices):
    """What became of an offer."""

    OPEN = "open"
    ENDED = "ended"
    REFUSED = "refused"
    RETURNED = "returned"


class PolicyVersion(models.Model):
    """One row is one version of the routing policy; the last one rules."""

    values = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Never changed after publication."""

        app_label = "domain"

    def __str__(self) -> str:
        return f"policy {self.pk}"


class Offer(models.Model):
    """One row says that a conversation was put on an adviser's desk, and why."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    adviser = models.ForeignKey(Adviser, on_delete=models.CASCADE, related_name="+")
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, null=True, related_name="+")
    given_by = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=OfferState.choices, default=OfferState.OPEN)
    offered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    explanation = models.JSONField(default=dict)
    picture = models.BinaryField(default=b"")

    class Meta:
        """`picture` decides the same again; `given_by` is set when a person, not the routing, gave it."""

        app_label = "domain"
        constraints = (
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(state=OfferState.OPEN), name="one_open_offer"
            ),
        )
        indexes = (models.Index(fields=["adviser", "state"], name="offer_of_adviser"),)

    def __str__(self) -> str:
        return f"offer of conversation {self.conversation_id}"


class AnnouncedWait(models.Model):
    """One row is one range of waiting announced to a customer, and what the wait truly was.

    `ahead` people stood before them, and a plain reckoning came to `estimate_seconds`, 0 where a place was
    free: what the next ranges learn from.  The true wait ends when somebody has the conversation.
    """

    conversation_id = models.BigIntegerField()
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    is_live = models.BooleanField(default=True)
    announced_at = models.DateTimeField()
    low_seconds = models.PositiveIntegerField()
    high_seconds = models.PositiveIntegerField()
    ahead = models.PositiveIntegerField(default=0)
    estimate_seconds = models.PositiveIntegerField(default=0)
    true_seconds = models.PositiveIntegerField(null=True)

    class Meta:
        """The share of true waits inside their range is shown on the floor."""

        app_label = "domain"
        indexes = (
            models.Index(fields=["brand", "is_live", "-announced_at"], name="announced_wait_recent"),
            models.Index(fields=["conversation_id"], name="announced_wait_of"),
        )

    def __str__(self) -> str:
        return f"announced wait of conversation {self.conversation_id}"
