"""Tables of the public doors: how often each comes, and who is kept out."""

from django.db import models

from visavis.domain.people.models import Adviser, Brand


class RateCount(models.Model):
    """One row counts what one source did at one door in one window of time."""

    door = models.CharField(max_length=40)
    source = models.CharField(max_length=64)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        """`source` is a keyed digest of an address, never the address; old windows are deleted."""

        app_label = "domain"
        constraints = (models.UniqueConstraint(fields=["door", "source", "window"], name="rate_count_once"),)

    def __str__(self) -> str:
        return f"{self.door}: {self.count}"


class BlockedSender(models.Model):
    """One row keeps one sender out of a brand until it is lifted."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=64)
    conversation_id = models.BigIntegerField(null=True)
    blocked_by = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")
    blocked_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        """`source`: digest of an address or an identity."""

        app_label = "domain"
        constraints = (
            models.UniqueConstraint(
                fields=["brand", "source"], condition=models.Q(lifted_at__isnull=True), name="blocked_once"
            ),
        )

    def __str__(self) -> str:
        return f"blocked sender {self.pk}"
