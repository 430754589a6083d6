"""Table of what must leave."""

from django.db import models

from visavis.domain.conversations.models import Message


class DeliveryState(models.TextChoices):
    """Where a delivery is. A taken one whose worker died is uncertain: never sent again by itself."""

    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    UNCERTAIN = "uncertain"


class Delivery(models.Model):
    """One row is one message that must leave at its hour, once."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        """Claimed by a conditional update; unique by message."""

        app_label = "domain"
        indexes = (
            models.Index(
                fields=["due_at"], name="delivery_waiting", condition=models.Q(state=DeliveryState.WAITING)
            ),
        )

    def __str__(self) -> str:
        return f"delivery of message {self.message_id}: {self.state}"
