"""Table of what must leave."""

from django.db import models

from visavis.domain.conversations.models import Message
from visavis.domain.people.models import Adviser


class DeliveryState(models.TextChoices):
    """Where a delivery is.

    A taken one whose worker died is due again: nothing was said to anybody. A told one (we began to tell it
    to a server of others) is uncertain then: never sent again by itself.
    """

    WAITING = "waiting"
    TAKEN = "taken"
    TOLD = "told"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


class Road(models.TextChoices):
    """How it reaches its reader: on a page of ours, where leaving is one transaction, or by a mail server."""

    PAGE = "page"
    POST = "post"


class Settled(models.TextChoices):
    """By what an uncertain delivery was settled."""

    PERSON = "person"
    REPORT = "report"
    SENT_FOLDER = "sent_folder"
    ANSWER = "answer"


class Copy(models.TextChoices):
    """Whether a letter that left still has to be put in the folder of sent mail."""

    DUE = "due"
    DONE = "done"


class Delivery(models.Model):
    """One row is one message that must leave at its hour, once."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    road = models.CharField(max_length=4, choices=Road.choices, default=Road.PAGE)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=40, blank=True, default="")
    answer = models.CharField(max_length=300, blank=True, default="")
    reached = models.JSONField(default=list)
    copy = models.CharField(max_length=4, choices=Copy.choices, blank=True, default="")
    settled_how = models.CharField(max_length=11, choices=Settled.choices, blank=True, default="")
    settled_by = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Claimed by a conditional update; unique by message.

        `due_at`: when it leaves, or is tried again. `fault`: a code that sentences tell; `answer`: what the
        server said, in its own words. `reached`: addresses that a server took it for, when not all at once.
        `copy`: of what left, for the folder of sent mail; empty when none is wanted.
        """

        app_label = "domain"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=DeliveryState.values), name="delivery_state_known"
            ),
            models.CheckConstraint(condition=models.Q(road__in=Road.values), name="delivery_road_known"),
        )
        indexes = (
            models.Index(
                fields=["due_at"], name="delivery_waiting", condition=models.Q(state=DeliveryState.WAITING)
            ),
            models.Index(
                fields=["taken_at"],
                name="delivery_under_way",
                condition=models.Q(state__in=[DeliveryState.TAKEN, DeliveryState.TOLD]),
            ),
            models.Index(
                fields=["id"], name="delivery_in_doubt", condition=models.Q(state=DeliveryState.UNCERTAIN)
            ),
            models.Index(fields=["id"], name="delivery_copy_due", condition=models.Q(copy=Copy.DUE)),
        )

    def __str__(self) -> str:
        return f"delivery of message {self.message_id}: {self.state}"
