"""The table search reads: what can be found, as terms the analyser made."""

from typing import ClassVar

from django.db import models


class Kind(models.TextChoices):
    """What a document stands for; search knows nothing more of it."""

    PERSON = "person"
    CONVERSATION = "conversation"
    MESSAGE = "message"


class SearchDocument(models.Model):
    """One person, conversation or message that can be found, with its terms.

    `brand_id` and `conversation_number` are plain integers: search lies below the areas they belong to.
    `position` puts the documents in the order of (at, kind, object): milliseconds since 1970, then twenty-one
    bits that tell apart what came within the same one. SQLite's full-text index needs a single integer to
    walk the newest first; PostgreSQL walks the same one.
    """

    kind = models.CharField(max_length=12, choices=Kind.choices)
    object_id = models.BigIntegerField()
    brand_id = models.BigIntegerField()
    conversation_number = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    position = models.BigIntegerField(unique=True)
    title_terms = models.TextField()
    body_terms = models.TextField()

    class Meta:
        """One document per object, walked newest first within a kind."""

        app_label = "domain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="search_document_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["person", "conversation", "message"]),
                name="search_document_kind",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "-position"], name="search_document_newest")]

    def __str__(self) -> str:
        """Kind and number: never a word of what it says."""
        return f"{self.kind} {self.object_id}"
