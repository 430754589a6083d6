"""What was said."""

from django.db import models

from visavis.domain.files.models import StoredFile
from visavis.domain.people.models import Adviser

from .conversation import Conversation


class Direction(models.TextChoices):
    """From the customer, to the customer, or between us."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


class Message(models.Model):
    """One row is one message or one internal note of a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=4, choices=Direction.choices)
    adviser = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(max_length=20)
    key = models.UUIDField(unique=True)
    text = models.TextField()
    written_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    corrected_at = models.DateTimeField(null=True)

    class Meta:
        """`key` is made by whoever writes: the same message sent twice is one row."""

        app_label = "domain"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(direction__in=Direction.values), name="direction_known"
            ),
        )
        indexes = (models.Index(fields=["conversation", "id"], name="message_of_conversation"),)

    def __str__(self) -> str:
        return f"message {self.pk}"


class MessageCorrection(models.Model):
    """One row is one former wording of a message that was corrected after it left."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="corrections")
    former_text = models.TextField()
    corrected_at = models.DateTimeField()

    class Meta:
        """The trace is shown: a correction is never silent."""

        app_label = "domain"

    def __str__(self) -> str:
        return f"correction of message {self.message_id}"


class Scan(models.TextChoices):
    """What the search for viruses found; `large`: more than it takes; `waiting`: it was away, asked again."""

    CLEAN = "clean"
    INFECTED = "infected"
    LARGE = "large"
    WAITING = "waiting"


class Attachment(models.Model):
    """One row is one file given by someone, with the name they gave it; free until a message takes it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")
    given_with = models.ForeignKey("Pass", on_delete=models.SET_NULL, null=True, related_name="attachments")
    content_id = models.CharField(max_length=200, blank=True, default="")
    is_inline = models.BooleanField(default=False)
    scanned = models.CharField(max_length=8, choices=Scan.choices, blank=True, default="")

    class Meta:
        """Only who gave it (adviser or holder of the pass) may join it to a message.

        `content_id`, `is_inline`: an image that stands inside a letter. `scanned` empty: by nobody.
        """

        app_label = "domain"
        indexes = (
            models.Index(fields=["id"], name="attachment_to_scan", condition=models.Q(scanned=Scan.WAITING)),
        )

    def __str__(self) -> str:
        return f"attachment {self.pk}"


class Mention(models.Model):
    """One row says that a note calls someone."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    adviser = models.ForeignKey(Adviser, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        """Once per note and person."""

        app_label = "domain"
        constraints = (models.UniqueConstraint(fields=["message", "adviser"], name="mention_once"),)
        indexes = (
            models.Index(fields=["adviser"], name="mention_unseen", condition=models.Q(seen_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"mention in message {self.message_id}"
