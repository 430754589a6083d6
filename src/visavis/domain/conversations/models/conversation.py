"""The conversation itself."""

from typing import TYPE_CHECKING

from django.db import models

from visavis.domain.people.models import Adviser, Brand, Customer, Skill, Team

if TYPE_CHECKING:
    from .around import Tag


class State(models.TextChoices):
    """Whose turn it is."""

    OPEN = "open"
    THEIR_TURN = "their_turn"
    RESOLVED = "resolved"
    REOPENED = "reopened"


OURS = (State.OPEN, State.REOPENED)


class ConversationSet(models.QuerySet["Conversation"]):
    """The vocabulary in which conversations are asked for."""

    def of_brands(self, brand_ids: frozenset[int]) -> "ConversationSet":
        """Those of the given brands."""
        return self.filter(brand_id__in=brand_ids)

    def live(self) -> "ConversationSet":
        """Those not merged into another."""
        return self.filter(merged_into__isnull=True)

    def going_on(self) -> "ConversationSet":
        """Those not resolved: few among many, found by an index of their own.

        Said without a parameter: SQLite uses a partial index only when the query itself names its condition.
        """
        return self.live().filter(resolved_at__isnull=True)

    def ours(self) -> "ConversationSet":
        """Those where it is our turn, and which are not asleep."""
        return self.going_on().filter(state__in=OURS, snoozed_until__isnull=True)

    def unassigned(self) -> "ConversationSet":
        """Those that no adviser has on their desk."""
        return self.filter(adviser__isnull=True)


class Conversation(models.Model):
    """One row is one request of one customer, from its first word to its resolution.

    Its number is its key.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+")
    adviser = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(max_length=20)
    is_live = models.BooleanField(default=False)
    effort = models.PositiveSmallIntegerField(default=1)
    subject = models.CharField(max_length=200)
    language = models.CharField(max_length=5, default="fr")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField(null=True)
    last_message_at = models.DateTimeField()
    last_words = models.CharField(max_length=200, blank=True, default="")
    snoozed_until = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    wants_person = models.BooleanField(default=False)
    customer_typing_at = models.DateTimeField(null=True)
    customer_read_at = models.DateTimeField(null=True)
    summary = models.TextField(blank=True, default="")
    sender = models.CharField(max_length=64, blank=True, default="")
    headline = models.CharField(max_length=200, blank=True, default="")
    # No index of its own: nearly all rows hold nothing there, and SQLite would choose it.
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="absorbed", db_index=False
    )
    split_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="split_off")
    beside = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="held_beside", db_index=False
    )
    skills = models.ManyToManyField(Skill, related_name="+")
    tags: "models.ManyToManyField[Tag, models.Model]" = models.ManyToManyField(
        "Tag", related_name="conversations"
    )
    refused_by = models.ManyToManyField(Adviser, related_name="+")

    objects = ConversationSet.as_manager()

    class Meta:
        """`is_live` and `effort` come from the channel, so that no other code asks which channel it is.

        `erased_at`: its history was erased then, at the request of its person; nobody writes there any more.

        `sender`: keyed digest of the address it was opened from, by which a sender can be kept out. `beside`:
        a stranger answers in that one; an adviser says whether they take part in it.
        """

        app_label = "domain"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="conversation_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.RESOLVED) | models.Q(resolved_at__isnull=False),
                name="resolved_has_an_instant",
            ),
        )
        indexes = (
            models.Index(fields=["adviser", "state", "-last_message_at"], name="conversation_of_adviser"),
            models.Index(fields=["brand", "state", "-last_message_at"], name="conversation_of_brand"),
            models.Index(fields=["customer", "-opened_at"], name="conversation_of_customer"),
            models.Index(
                fields=["brand", "adviser"],
                name="conversation_going_on",
                condition=models.Q(resolved_at__isnull=True, merged_into__isnull=True),
            ),
            models.Index(
                fields=["beside"],
                name="conversation_beside",
                condition=models.Q(beside__isnull=False),
            ),
            models.Index(
                fields=["waiting_since"],
                name="conversation_waiting",
                condition=models.Q(waiting_since__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"conversation {self.pk}"

    @property
    def number(self) -> int:
        """The number by which people speak of it."""
        return self.pk

    @property
    def is_ours(self) -> bool:
        """True when it is our turn to act."""
        return self.state in OURS
