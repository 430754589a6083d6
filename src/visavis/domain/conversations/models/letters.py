"""What e-mail adds to a message: its headers, who takes part, and what came back undelivered."""

from django.db import models

from visavis.domain.people.models import Adviser

from .conversation import Conversation
from .messages import Message


class Verdict(models.TextChoices):
    """What the server of the mailbox said of a sender; `unverified`: nobody whom we believe said anything."""

    PASS = "pass"  # noqa: S105 -- a verdict, no password
    FAIL = "fail"
    NONE = "none"
    UNVERIFIED = "unverified"


class Letter(models.Model):
    """One row is the letter that one message came in or leaves as."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="letter")
    header_id = models.CharField(max_length=250, blank=True, default="", db_index=True)
    in_reply_to = models.CharField(max_length=250, blank=True, default="")
    references = models.JSONField(default=list)
    from_name = models.CharField(max_length=200, blank=True, default="")
    from_address = models.CharField(max_length=254, blank=True, default="", db_index=True)
    reply_to = models.JSONField(default=list)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    bcc = models.JSONField(default=list)
    subject = models.CharField(max_length=500, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    html = models.TextField(blank=True, default="")
    pieces = models.JSONField(default=list)
    spf = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.UNVERIFIED)
    dkim = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.UNVERIFIED)
    dmarc = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.UNVERIFIED)
    automatic_why = models.CharField(max_length=40, blank=True, default="")
    oddities = models.JSONField(default=list)
    extras = models.JSONField(default=dict)

    class Meta:
        """Addresses are in lower case; lists of people are [[name, address]].

        `pieces`: [[kind, text]], kind said, quoted or signature: folded on screen, never deleted. `html` is
        sanitised. `automatic_why`: empty when a person wrote it. `oddities`: codes of what was repaired.
        `extras`: what its screen may need beside: invitations, links, remote_images, sealed; unheeded: what
        was so before somebody said that a person wrote it. Of a note that is sent on: forwards (numbers of
        messages), language. Of what answers it: answers_forward (a number).
        """

        app_label = "domain"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(spf__in=Verdict.values, dkim__in=Verdict.values, dmarc__in=Verdict.values),
                name="letter_verdicts_known",
            ),
        )

    def __str__(self) -> str:
        return f"letter of message {self.message_id}"

    @property
    def is_automatic(self) -> bool:
        """True when no person wrote it."""
        return bool(self.automatic_why)


class Bounce(models.Model):
    """One row says that a message that left did not reach one address."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="bounces")
    address = models.CharField(max_length=254, blank=True, default="")
    is_permanent = models.BooleanField()
    status = models.CharField(max_length=12, blank=True, default="")
    why = models.CharField(max_length=20)
    diagnostic = models.CharField(max_length=500, blank=True, default="")
    bounced_at = models.DateTimeField()

    class Meta:
        """`status`: of RFC 3463 (5.1.1). `why`: a code that sentences tell.

        `diagnostic`: what their server said, in its own words.
        """

        app_label = "domain"
        constraints = (models.UniqueConstraint(fields=["message", "address", "status"], name="bounce_once"),)

    def __str__(self) -> str:
        return f"bounce of message {self.message_id}"


class Participant(models.Model):
    """One row is someone beside the customer who takes part in a conversation, or was proposed to."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True, default="")
    proposed_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Who was in copy is proposed; only an adviser makes them a participant."""

        app_label = "domain"
        constraints = (
            models.UniqueConstraint(fields=["conversation", "address"], name="participant_once"),
            models.CheckConstraint(
                condition=models.Q(agreed_at__isnull=True) | models.Q(declined_at__isnull=True),
                name="participant_one_decision",
            ),
        )

    def __str__(self) -> str:
        return f"participant {self.pk} of conversation {self.conversation_id}"
