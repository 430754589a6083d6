"""Table of who is there."""

from django.db import models

from visavis.domain.people.models import Adviser


class PresenceState(models.TextChoices):
    """What someone is doing; "in conversation" is not a state but follows from their desk."""

    AVAILABLE = "available"
    WRAP_UP = "wrap_up"
    PAUSE = "pause"
    RECOVERY = "recovery"
    HELP = "help"
    TRAINING = "training"
    AWAY = "away"


class Presence(models.Model):
    """One row says what one adviser is doing and when their desk was last heard."""

    adviser = models.OneToOneField(Adviser, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=PresenceState.choices, default=PresenceState.AWAY)
    since = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    vanished_at = models.DateTimeField(null=True)
    last_contact_at = models.DateTimeField(null=True)

    class Meta:
        """`heard_at` is a heartbeat (upkeep); `state` changes are facts.

        Durations are shown to nobody else.
        """

        app_label = "domain"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=PresenceState.values), name="presence_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"presence of adviser {self.adviser_id}"
