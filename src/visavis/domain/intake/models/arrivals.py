"""The ledger: every mail that was taken, and what became of it."""

from django.db import models

from visavis.domain.conversations.models import Message, Scan
from visavis.domain.files.models import StoredFile
from visavis.domain.people.models import Adviser

from .mailboxes import Mailbox


class Door(models.TextChoices):
    """By which door a mail came."""

    IMAP = "imap"
    LMTP = "lmtp"
    PIPE = "pipe"
    WEBHOOK = "webhook"


class ArrivalState(models.TextChoices):
    """Where a mail is: taken and not yet read, or at one of the three ends."""

    TAKEN = "taken"
    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    SET_ASIDE = "set_aside"


class Reason(models.TextChoices):
    """Why a mail was set aside; a quarantined one bears the code of what the parser met."""

    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LOOP = "loop"
    SPAM = "spam"
    BLOCKED = "blocked"
    DUPLICATE = "duplicate"
    HISTORY = "history"
    OUTAGE = "outage"
    RECEIPT = "receipt"
    COMPLAINT = "complaint"
    VIRUS = "virus"


class Arrival(models.Model):
    """One row is one mail taken at one door, from its raw bytes to its end."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="arrivals")
    door = models.CharField(max_length=8, choices=Door.choices)
    era = models.PositiveSmallIntegerField(default=1)
    folder = models.CharField(max_length=254, blank=True, default="")
    uid_validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    envelope_from = models.CharField(max_length=320, blank=True, default="")
    envelope_to = models.CharField(max_length=320, blank=True, default="")
    received_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    raw = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    size = models.PositiveBigIntegerField()

    state = models.CharField(max_length=12, choices=ArrivalState.choices, default=ArrivalState.TAKEN)
    reason = models.CharField(max_length=40, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)

    likeness = models.CharField(max_length=64, blank=True, default="")
    header_id = models.CharField(max_length=250, blank=True, default="")
    sender = models.CharField(max_length=320, blank=True, default="")
    subject = models.CharField(max_length=300, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    twin = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="twins")
    proof = models.JSONField(default=list)
    scanned = models.CharField(max_length=8, choices=Scan.choices, blank=True, default="")
    virus = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        """`received_at`: when its server received it. `raw` is empty once the history was erased.

        `accepted_at`: someone wants it read whatever the rules of setting aside say. `likeness`: keyed digest
        by which the same mail is known again. `message`: the one it became, was shown as, or speaks of (a
        bounce). `twin`: the mail it is the same as. `proof` of a loop: [direction, message id, instant].
        `scanned`: what the search for viruses found in the mail as it came; `virus`: by the name it gives it.
        """

        app_label = "domain"
        constraints = (
            models.UniqueConstraint(
                fields=["mailbox", "era", "folder", "uid_validity", "uid"],
                condition=models.Q(uid__isnull=False),
                name="arrival_uid_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ArrivalState.values), name="arrival_state_known"
            ),
            models.CheckConstraint(condition=models.Q(door__in=Door.values), name="arrival_door_known"),
            models.CheckConstraint(
                condition=models.Q(state__in=[ArrivalState.TAKEN, ArrivalState.ACCEPTED])
                | ~models.Q(reason=""),
                name="arrival_kept_out_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ArrivalState.TAKEN, settled_at__isnull=True)
                | models.Q(~models.Q(state=ArrivalState.TAKEN), settled_at__isnull=False),
                name="arrival_ended_at_an_instant",
            ),
        )
        # Conditions are said as "is null": SQLite uses a partial index only when the query itself names it.
        indexes = (
            models.Index(fields=["id"], name="arrival_to_read", condition=models.Q(settled_at__isnull=True)),
            models.Index(
                fields=["tried_at"], name="arrival_being_read", condition=models.Q(settled_at__isnull=True)
            ),
            models.Index(fields=["mailbox", "state", "-id"], name="arrival_of_mailbox"),
            models.Index(fields=["likeness"], name="arrival_likeness"),
            models.Index(fields=["id"], name="arrival_to_scan", condition=models.Q(scanned=Scan.WAITING)),
        )

    def __str__(self) -> str:
        return f"arrival {self.pk}: {self.state}"
