"""Tables of the journal: the entries and how far each follower has read."""

from django.db import models


class Entry(models.Model):
    """One row is one fact: who (by number only), where, when; never a name, a content or a free text."""

    position = models.BigIntegerField(null=True, unique=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=64)
    cause = models.UUIDField()
    adviser_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    brand_id = models.BigIntegerField(null=True)
    conversation_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        """Plain integers, no foreign keys: erasing a person is a matter of tables."""

        app_label = "domain"
        indexes = (
            models.Index(
                fields=["id"], name="entry_without_position", condition=models.Q(position__isnull=True)
            ),
            models.Index(fields=["conversation_id", "id"], name="entry_of_conversation"),
            models.Index(fields=["verb", "at"], name="entry_verb_at"),
        )

    def __str__(self) -> str:
        return f"{self.position}: {self.verb}"


class Cursor(models.Model):
    """One row says up to which position one follower has read the journal."""

    name = models.CharField(max_length=64, primary_key=True)
    position = models.BigIntegerField(default=0)

    class Meta:
        """A follower moves its cursor in the transaction of its effect."""

        app_label = "domain"

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"
