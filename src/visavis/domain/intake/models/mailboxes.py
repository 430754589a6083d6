"""The mailboxes of the brands: where mail is fetched, by whom it leaves, and how each is doing."""

from datetime import datetime

from django.db import models

from visavis.domain.people.models import Brand


class Security(models.TextChoices):
    """How the talk with a server is kept from others."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Way(models.TextChoices):
    """How we prove to a server who we are: a password, or a token of Microsoft or Google (XOAUTH2)."""

    PASSWORD = "password"  # noqa: S105 -- a way of signing in, no password
    MICROSOFT = "microsoft"
    GOOGLE = "google"


class AfterStoring(models.TextChoices):
    """What becomes of a mail on its server once it is stored here; nothing, unless the brand chose to."""

    LEAVE = "leave"
    MOVE = "move"


class Mailbox(models.Model):
    """One row is one address at which a brand is written to and from which it answers."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=254, unique=True)
    name = models.CharField(max_length=80, blank=True, default="")
    is_active = models.BooleanField(default=True)

    imap_host = models.CharField(max_length=254, blank=True, default="")
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=8, choices=Security.choices, default=Security.TLS)
    user = models.CharField(max_length=254, blank=True, default="")
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.PASSWORD)
    secret = models.TextField(blank=True, default="")
    folder = models.CharField(max_length=254, default="INBOX")
    after_storing = models.CharField(max_length=5, choices=AfterStoring.choices, default=AfterStoring.LEAVE)
    move_to = models.CharField(max_length=254, blank=True, default="")
    authserv_id = models.CharField(max_length=254, blank=True, default="")
    believes_spam_marks = models.BooleanField(default=False)
    spam_header = models.CharField(max_length=60, blank=True, default="")
    history_before = models.DateTimeField(null=True)

    smtp_host = models.CharField(max_length=254, blank=True, default="")
    smtp_port = models.PositiveIntegerField(default=587)
    smtp_security = models.CharField(max_length=8, choices=Security.choices, default=Security.STARTTLS)
    smtp_user = models.CharField(max_length=254, blank=True, default="")
    smtp_secret = models.TextField(blank=True, default="")
    looks_in_sent = models.BooleanField(default=True)
    keeps_sent = models.BooleanField(default=False)
    sent_folder = models.CharField(max_length=254, blank=True, default="")

    era = models.PositiveSmallIntegerField(default=1)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=40, blank=True, default="")
    lag_seconds = models.PositiveIntegerField(default=0)
    outage_from = models.DateTimeField(null=True)
    outage_until = models.DateTimeField(null=True)

    class Meta:
        """`imap_host` empty: mail is brought to us (LMTP, pipe, webhook). `secret`: sealed, see sealing.py.

        `authserv_id`: the one server whose word on SPF, DKIM and DMARC is believed. `history_before`: what
        the server received before is history. Between `outage_from` and `outage_until` (both or none)
        nobody fetched for over a day: what came then waits for a leader's word. `era` rises when the mailbox
        moves to another account or folder: their UIDs are others. `smtp_user` and
        `smtp_secret` empty: as for fetching. `spam_header`: in which its server says what is
        spam, wherever it stands; empty: only what stands above all that a sender can write.
        `looks_in_sent`: a letter of which nobody knows whether it left is looked for among the sent mail;
        `keeps_sent`: what left is put there. `sent_folder` empty: the one that the server names (RFC 6154).
        """

        app_label = "domain"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(imap_security__in=Security.values, smtp_security__in=Security.values),
                name="mailbox_security_known",
            ),
            models.CheckConstraint(condition=models.Q(way__in=Way.values), name="mailbox_way_known"),
            models.CheckConstraint(
                condition=~models.Q(after_storing=AfterStoring.MOVE) | ~models.Q(move_to=""),
                name="mailbox_moves_somewhere",
            ),
            models.CheckConstraint(
                condition=models.Q(outage_from__isnull=True, outage_until__isnull=True)
                | models.Q(outage_from__lte=models.F("outage_until")),
                name="mailbox_outage_has_two_ends",
            ),
        )

    def __str__(self) -> str:
        return f"mailbox {self.pk}"

    @property
    def is_fetched(self) -> bool:
        """True when its mail is fetched from a server; else it is brought to us."""
        return bool(self.imap_host)

    @property
    def sending_domain(self) -> str:
        """The domain that it writes from, as the DNS names it."""
        return self.address.rpartition("@")[2].encode("idna").decode("ascii")

    def was_out_at(self, instant: datetime) -> bool:
        """True when the instant falls in an outage that no leader has settled yet."""
        if self.outage_from is None or self.outage_until is None:
            return False
        return self.outage_from <= instant <= self.outage_until
