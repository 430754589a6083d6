"""Table of what we owe."""

from django.db import models

from visavis.domain.conversations.models import Conversation
from visavis.domain.people.models import Adviser, Brand, Customer


class PromiseState(models.TextChoices):
    """A promise is open until it is kept, missed or moved; moving the date counts as not kept."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "missed"
    MOVED = "moved"


class Promise(models.Model):
    """One row is one promise: what, to whom, by when, by whom."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    adviser = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")
    made_by = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")
    what = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=6, choices=PromiseState.choices, default=PromiseState.OPEN)
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    moved_to = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="moved_from")

    class Meta:
        """`adviser` is who keeps it now: it changes when someone stands in; `made_by` never does."""

        app_label = "domain"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=PromiseState.values), name="promise_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=PromiseState.MOVED) | ~models.Q(reason=""),
                name="moved_with_a_reason",
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], name="promise_open", condition=models.Q(state=PromiseState.OPEN)),
            models.Index(fields=["adviser", "state", "due_at"], name="promise_of_adviser"),
            models.Index(fields=["conversation"], name="promise_of_conversation"),
        )

    def __str__(self) -> str:
        return f"promise {self.pk}"
